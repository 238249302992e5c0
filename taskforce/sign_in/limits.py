"""How often a password may be tried and a code asked for, kept in PostgreSQL (the default cache).

allauth's limiter counts; what differs here is whose counter it is. Passkeys are not counted at all: they
cannot be guessed.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from taskforce.models import User
from taskforce.sign_in.devices import device_of

APP = "taskforce"
RATES = {
    # Wrong passwords. By network address: a whole meeting may share one; by account: five in five minutes.
    "password": "20/60s/ip,5/300s/key",
    # From a device of the person, or within their own session.
    "password_known": "10/300s/key",
    # Codes by mail: nobody's mailbox is filled.
    "code": "20/60s/ip,3/60s/key,10/3600s/key",
    "code_known": "5/60s/key,20/3600s/key",
}


def user_at(address: str) -> User | None:
    """The account that signs in with `address`, if there is one."""
    return User.objects.filter(email=address.strip().lower()).first()


def password_attempt(request: HttpRequest, address: str) -> ratelimit.RateLimitUsage | None:
    """Count an attempt on the account at `address`; None when there were too many. Roll it back on success."""
    return _consume(request, "password", address)


def code_asked(request: HttpRequest, address: str) -> bool:
    """Count a code asked for by mail; whether it may be sent."""
    return _consume(request, "code", address) is not None


def _consume(request: HttpRequest, action: str, address: str) -> ratelimit.RateLimitUsage | None:
    address = address.strip().lower()
    user = user_at(address)
    if user is not None and request.user.is_authenticated and request.user.pk == user.pk:
        return _count(request, f"{action}_known", f"session:{user.pk}")
    device = device_of(request, user)
    if user is not None and device is not None:
        return _count(request, f"{action}_known", f"device:{user.pk}:{device}")
    return _count(request, action, address)


def _count(request: HttpRequest, action: str, key: str) -> ratelimit.RateLimitUsage | None:
    return ratelimit.consume(request, app=APP, action=action, config=RATES, key=key)
