"""Tokens of partners: made, revoked, used within limits."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.validators import validate_texts
from interventions.enums import ApiReach
from interventions.models import ApiToken
from taskforce.models import Agency, Country

# Found by those who look for keys left in public places.
MARK = "socle_"
PREFIX = 12
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class FreshToken:
    """A token that was just made, with its text, which nothing keeps."""

    row: ApiToken
    text: str


class TooMany(Exception):
    """The token asked for more than its share of this minute; `wait` seconds until the next."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_token(
    country: Country,
    *,
    name: str,
    reach: str = ApiReach.PUBLIC,
    agency: Agency | None = None,
    expires_on: date | None = None,
    actor: Any,
) -> FreshToken:
    """A key of 256 random bits, of which only the hash is kept. Raises ValidationError by field."""
    validate_texts({"name": name})
    if not name.strip():
        raise ValidationError({"name": _("Dites qui utilise ce jeton.")})
    if expires_on is not None and expires_on < timezone.localdate():
        raise ValidationError({"expires_on": _("Cette date est passée.")})
    text = f"{MARK}{secrets.token_urlsafe(32)}"
    with recorded(actor) as who:
        row = ApiToken.objects.create(
            country=country,
            name=" ".join(name.split()),
            agency=agency,
            reach=ApiReach(reach),
            expires_on=expires_on,
            prefix=text[:PREFIX],
            token_hash=hash_of(text),
            created_by=who.user,
        )
    return FreshToken(row, text)


def revoke_token(token: ApiToken, *, actor: Any) -> None:
    """Worthless from now on; what was revoked already keeps its date."""
    with recorded(actor) as who:
        ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=who.user)


def use_token(text: str, *, now: datetime | None = None) -> ApiToken | None:
    """The live token of this text, its use counted; None when there is none.

    Raises TooMany above `SOCLE_API_PER_MINUTE` requests a minute. Two queries; the count is one UPDATE, so that any
    number of web processes counts together.
    """
    now = now or timezone.now()
    minute = now.replace(second=0, microsecond=0)
    asked = ApiToken.objects.filter(token_hash=hash_of(text), revoked_at=None)
    counted = asked.update(
        window_count=Case(When(window_start=minute, then=F("window_count") + 1), default=Value(1)),
        window_start=minute,
        uses=F("uses") + 1,
        last_used_at=now,
    )
    if not counted:
        return None
    token = asked.select_related("country").first()
    if token is None or not token.is_valid_on(timezone.localdate(now)):
        return None
    if token.window_count > settings.SOCLE_API_PER_MINUTE:
        raise TooMany(max(1, round((minute + MINUTE - now).total_seconds())))
    return token
