"""Six-digit codes mailed to the address of record. Tries are counted in the database, per link and per address."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import LinkCode, SignedLink, Solicitation

VALID_FOR = timedelta(minutes=30)
TRIES = 5
# Pressed again within it, « Renvoyer le code » sends nothing.
PAUSE = timedelta(minutes=1)
CODES_PER_LINK_AND_HOUR = 5
CODES_PER_ADDRESS_AND_DAY = 20
# Six digits are a million: with these, a stranger who holds the link guesses one in 40,000 days.
WRONG_PER_LINK_AND_DAY = 15
WRONG_PER_ADDRESS_AND_DAY = 25
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class CodeRefused(ValidationError):
    """The code is wrong, too old, or was tried or asked for too often; the message says what to do."""


def send_code(link: SignedLink, *, again: bool = False) -> LinkCode:
    """Mail a code to the link's address, sent in the request. The one that still serves is kept unless `again`.

    Raises CodeRefused: too many were asked for. LinkRefused when the link is not live any more.
    """
    from core.solicitations.answers import hold
    from core.solicitations.messages import LinkCodeMessage

    now = timezone.now()
    with transaction.atomic():
        held = hold(link)
        latest = held.codes.first()
        if latest is not None and _serves(latest) and not (again and latest.created_at <= now - PAUSE):
            return latest
        _check_asked(held)
        held.codes.filter(expires_at__gt=now).update(expires_at=now)
        digits = f"{secrets.randbelow(1_000_000):06d}"
        code = LinkCode(link=held, created_at=now, expires_at=now + VALID_FOR)
        code.code_hash = hash_of(held, digits)
        code.save()
        LinkCodeMessage(held.solicitation, code=code, digits=digits).send()
    return code


def use_code(held: SignedLink, typed: str) -> CodeRefused | None:
    """Check a code against the latest of a held link; why it is refused, or None (and the code is used up).

    The caller's transaction must stand either way: a wrong code is counted in it.
    """
    digits = "".join(char for char in typed if char.isdigit() and char.isascii())
    code = held.codes.select_for_update(of=("self",)).first()
    if code is None or code.used_at is not None or code.expires_at <= timezone.now():
        return CodeRefused(_("Ce code n’est plus valable. Demandez-en un autre."), code="expired")
    if code.tries >= TRIES:
        return CodeRefused(_("Trop de codes faux. Demandez un autre code."), code="tries")
    if _wrong(held) >= WRONG_PER_LINK_AND_DAY or _wrong_at(held.email) >= WRONG_PER_ADDRESS_AND_DAY:
        return CodeRefused(
            _("Trop de codes faux aujourd’hui. Recommencez demain, ou répondez au secrétariat par courriel."),
            code="too-many",
        )
    if len(digits) != 6:
        # Nothing was guessed: an empty or half-typed field costs no try.
        return CodeRefused(_("Saisissez les six chiffres du code reçu par courriel."), code="incomplete")
    if constant_time_compare(code.code_hash, hash_of(held, digits)):
        code.used_at = timezone.now()
        code.save(update_fields=["used_at"])
        return None
    code.tries += 1
    code.save(update_fields=["tries"])
    left = TRIES - code.tries
    if left == 0:
        return CodeRefused(_("Ce code n’est pas le bon. Demandez un autre code."), code="tries")
    return CodeRefused(
        ngettext(
            "Ce code n’est pas le bon. Il reste %(left)d essai.",
            "Ce code n’est pas le bon. Il reste %(left)d essais.",
            left,
        )
        % {"left": left},
        code="wrong",
    )


def hash_of(link: SignedLink, digits: str) -> str:
    """Keyed: six digits alone could be tried out against a plain hash."""
    return salted_hmac("core.solicitations.code", f"{link.pk}:{digits}", algorithm="sha256").hexdigest()


def _serves(code: LinkCode) -> bool:
    return code.used_at is None and code.tries < TRIES and code.expires_at > timezone.now()


def _check_asked(held: SignedLink) -> None:
    now = timezone.now()
    by_link = held.codes.filter(created_at__gt=now - HOUR).count()
    by_address = LinkCode.objects.filter(link__email__iexact=held.email, created_at__gt=now - DAY).count()
    if by_link >= CODES_PER_LINK_AND_HOUR or by_address >= CODES_PER_ADDRESS_AND_DAY:
        raise CodeRefused(
            _(
                "Plusieurs codes sont déjà partis à cette adresse. Attendez une heure, et vérifiez le dossier des courriels indésirables."
            ),
            code="asked-too-often",
        )


def _wrong(held: SignedLink) -> int:
    codes = LinkCode.objects.filter(link__solicitation_id=held.solicitation_id, created_at__gt=timezone.now() - DAY)
    return codes.aggregate(wrong=Sum("tries"))["wrong"] or 0


def _wrong_at(email: str) -> int:
    codes = LinkCode.objects.filter(link__email__iexact=email, created_at__gt=timezone.now() - DAY)
    return codes.aggregate(wrong=Sum("tries"))["wrong"] or 0


def codes_of(solicitation: Solicitation) -> int:
    """How many codes were sent for a solicitation."""
    return LinkCode.objects.filter(link__solicitation=solicitation).count()
