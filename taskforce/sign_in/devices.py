"""Devices from which somebody has signed in before.

A stranger's wrong passwords are counted by address and by account; if that were all, a stranger could
keep an account closed by failing on purpose. A device that has signed in carries a signed cookie, and
its attempts are counted on their own: nobody else can use them up.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from taskforce.models import User

COOKIE = "socle_device"
SALT = "taskforce.sign_in.device"
# Browsers keep no cookie longer (RFC 6265bis §5.5).
MAX_AGE = 400 * 24 * 3600
# People who share a computer; the cookie stays small.
PEOPLE_PER_DEVICE = 5


def _read(request: HttpRequest) -> dict[str, str]:
    """Device ids by user id, oldest first; empty for a cookie that is absent, forged or too old."""
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return {}
    return known if isinstance(known, dict) else {}


def device_of(request: HttpRequest, user: User | None) -> str | None:
    """The id of this device, if `user` has signed in on it before."""
    return _read(request).get(str(user.pk)) if user is not None else None


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Mark the device as one of `user`'s, who has just signed in on it."""
    known = _read(request)
    # Taken out and put back: the latest stands last.
    device = known.pop(str(user.pk), None) or secrets.token_urlsafe(12)
    known[str(user.pk)] = device
    latest = dict(list(known.items())[-PEOPLE_PER_DEVICE:])
    response.set_cookie(
        COOKIE,
        signing.dumps(latest, salt=SALT),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
