"""Signed links: 256 random bits, of which only the hash is kept; one live link a solicitation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.models import SignedLink, Solicitation, SolicitationState
from core.solicitations.base import kind_of, solicitations


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A link that was just made, with its address, which nothing keeps."""

    row: SignedLink
    url: str


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def url_of(token: str) -> str:
    """The absolute address of the mail."""
    return f"{settings.SITE_URL}{reverse('solicitations:link_open', args=[token])}"


def make_links(asked: Iterable[Solicitation], *, now: datetime | None = None) -> dict[int, FreshLink]:
    """A new link each, by the solicitation's key; the former ones are revoked. The caller holds the rows."""
    now = now or timezone.now()
    asked = list(asked)
    SignedLink.objects.filter(solicitation__in=asked, revoked_at=None).update(revoked_at=now)
    made: dict[int, FreshLink] = {}
    for solicitation in asked:
        token = secrets.token_urlsafe(32)
        row = SignedLink(
            solicitation=solicitation,
            token_hash=hash_of(token),
            email=solicitation.email,
            created_at=now,
            expires_at=kind_of(solicitation).link_expires_at(solicitation, now),
        )
        made[solicitation.pk] = FreshLink(row, url_of(token))
    SignedLink.objects.bulk_create([link.row for link in made.values()])
    return made


def revoke_links(asked: Iterable[Solicitation], *, now: datetime | None = None) -> int:
    """Make the links of these worthless; their number."""
    links = SignedLink.objects.filter(solicitation__in=list(asked), revoked_at=None)
    return links.update(revoked_at=now or timezone.now())


def is_live(link: SignedLink, *, now: datetime | None = None) -> bool:
    """Whether the link opens its solicitation now: everything but the token itself."""
    solicitation = link.solicitation
    if link.revoked_at is not None or link.used_at is not None or link.expires_at <= (now or timezone.now()):
        return False
    if solicitation.kind not in solicitations or link.email.lower() != solicitation.email.lower():
        return False
    kind = kind_of(solicitation)
    states = [SolicitationState.SENT, SolicitationState.OPENED]
    if not kind.single_use:
        states.append(SolicitationState.SUBMITTED)
    return solicitation.state in states and not kind.refusal(solicitation)


def find_link(token: str) -> SignedLink | None:
    """The link of `token`, live or not; None for a token that never was one."""
    return SignedLink.objects.select_related("solicitation").filter(token_hash=hash_of(token)).first()
