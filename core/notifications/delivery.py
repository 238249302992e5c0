"""What may leave to whom: people's choices, addresses that fail, and the links by which choices are changed.

`core` knows no people. The app that does registers a `Recipients`; everything here goes by address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.models import Bounce, EmailState, OutgoingEmail
from core.notifications.choices import MailChoice
from core.notifications.reports import is_permanent, status_in

if TYPE_CHECKING:
    from core.notifications.base import Message

# Made at sending for the person who receives the mail: nothing of them is stored.
CHOICES_LINK = "choices"
UNSUBSCRIBE_LINK = "unsubscribe"
PERSONAL_LINKS = frozenset({CHOICES_LINK, UNSUBSCRIBE_LINK})


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute addresses: of all the choices, and of the page that ends one category (RFC 8058)."""

    choices: str
    unsubscribe: str


class Recipients:
    """What core asks about people; the app that knows them gives its own with `register_recipients`."""

    def choices(self, addresses: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """{address in lower case: {message slug: MailChoice}} of those who chose; one query for all."""
        return {}

    def links(self, address: str, category: str) -> Links | None:
        """The personal links of whoever has this address; None for nobody we know."""
        return None

    def account_page(self) -> str:
        """Where somebody with an account changes the choices, when no personal link can be made."""
        return f"{settings.SITE_URL}/"


_recipients = Recipients()


def register_recipients(recipients: Recipients) -> None:
    global _recipients
    _recipients = recipients


def category_slug(message: type[Message]) -> str:
    """The category's name in addresses (« comptes-rendus »): of the French label, whatever language is active."""
    with override("fr"):
        return slugify(str(message.category))


def mutable_messages() -> list[type[Message]]:
    """The kinds of message that people may switch off."""
    from core.notifications.base import messages_board

    return [message for message in messages_board if message.mutable]


# Before a row is written -----------------------------------------------------------


def apply_choices(rows: Sequence[OutgoingEmail]) -> None:
    """Mark the unsaved rows that must not leave, or not now, each with its reason. Two queries, whatever the number."""
    queued = [row for row in rows if row.state == EmailState.QUEUED]
    failing = _failing(row.recipient for row in queued if not _goes_anyway(row))
    chosen = _recipients.choices({row.recipient.lower() for row in queued if _is_mutable(row)} or ())
    for row in queued:
        address = row.recipient.lower()
        if address in failing and not _goes_anyway(row):
            _skip(row, failing_reason(failing[address]))
            continue
        choice = _choice(row, chosen.get(address, {}))
        if choice == MailChoice.NEVER:
            _skip(row, muted_reason())
        elif choice == MailChoice.DIGEST:
            row.state = EmailState.DIGEST
            row.next_attempt_at = None
            # The digest leads to the page, never by a personal link.
            row.secrets = b""


def _skip(row: OutgoingEmail, reason: str) -> None:
    row.state = EmailState.SKIPPED
    row.error = reason
    row.next_attempt_at = None
    row.secrets = b""


def _message(row: OutgoingEmail) -> type[Message] | None:
    from core.notifications.base import messages_board

    return messages_board.get(row.kind) if row.kind in messages_board else None


def _is_mutable(row: OutgoingEmail) -> bool:
    message = _message(row)
    return message is not None and message.mutable


def _goes_anyway(row: OutgoingEmail) -> bool:
    message = _message(row)
    return message is not None and message.despite_bounces


def _choice(row: OutgoingEmail, chosen: Mapping[str, str]) -> str:
    """The recipient's choice for this row; one that only a personal link can answer does not wait: digests hold none."""
    message = _message(row)
    if message is None or not message.mutable:
        return MailChoice.NOW
    choice = chosen.get(row.kind, message.default_choice)
    if choice == MailChoice.DIGEST:
        if chosen.get(DIGEST_SLUG) == MailChoice.NEVER:
            return MailChoice.NEVER
        if not message.digestible or (row.secrets and not row.url):
            return MailChoice.NOW
    return choice


# The slug of the message that gathers what waits: who never wants it wants nothing that waits for it.
DIGEST_SLUG = "weekly-digest"


def muted_reason() -> str:
    return _("Cette personne a choisi de ne pas recevoir ces courriels.")


def failing_reason(bounce: Bounce) -> str:
    """Why nothing is sent to the address of `bounce`."""
    return _(
        "L’adresse %(address)s est en échec : %(answer)s. Corrigez-la sur la fiche de la personne, ou réessayez."
    ) % {
        "address": bounce.address,
        "answer": bounce.diagnostic or bounce.status or _("destinataire inconnu"),
    }


# Just before it leaves ---------------------------------------------------------------


def reason_not_to_send(email: OutgoingEmail) -> str:
    """What has changed since the row was written: the address fails, or the person wants no more of these."""
    if not _goes_anyway(email):
        failing = _failing([email.recipient])
        if failing:
            return failing_reason(next(iter(failing.values())))
    if _is_mutable(email):
        address = email.recipient.lower()
        if _recipients.choices({address}).get(address, {}).get(email.kind) == MailChoice.NEVER:
            return muted_reason()
    return ""


def personal_links(email: OutgoingEmail) -> Links | None:
    """The recipient's own links, for a mail that may be switched off; None for other mails and other people."""
    message = _message(email)
    if message is None or not message.mutable:
        return None
    if "_links" not in email.__dict__:
        email.__dict__["_links"] = _recipients.links(email.recipient, category_slug(message))
    return email.__dict__["_links"]


def fill_links(email: OutgoingEmail) -> dict[str, str]:
    """Values of the placeholders in the footer."""
    if not _is_mutable(email):
        return {}
    links = personal_links(email)
    page = _recipients.account_page()
    return {
        CHOICES_LINK: links.choices if links else page,
        UNSUBSCRIBE_LINK: links.unsubscribe if links else page,
    }


def unsubscribe_headers(email: OutgoingEmail) -> dict[str, str]:
    """RFC 2369 and RFC 8058, for what may be switched off; one click needs https (RFC 8058 §3.1)."""
    links = personal_links(email)
    if links is None:
        return {}
    ways = [f"<{links.unsubscribe}>"]
    if settings.SOCLE_UNSUBSCRIBE_ADDRESS:
        token = links.unsubscribe.rstrip("/").rpartition("/")[2]
        ways.append(f"<mailto:{settings.SOCLE_UNSUBSCRIBE_ADDRESS}?subject=unsubscribe%20{token}>")
    headers = {"List-Unsubscribe": ", ".join(ways)}
    if links.unsubscribe.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def unsubscribe_by_token(token: str) -> bool:
    """What the link of `unsubscribe_headers` does, for a mail to their address; False for a token that is not ours."""
    return import_string(settings.SOCLE_UNSUBSCRIBER)(token)


# Addresses that fail -----------------------------------------------------------------


def _failing(addresses: Iterable[str]) -> dict[str, Bounce]:
    wanted = {address.lower() for address in addresses if address}
    if not wanted:
        return {}
    bounces = (
        Bounce.objects.annotate(key=Lower("address"))
        .filter(is_hard=True, cleared_at=None, key__in=wanted)
        .order_by("-reported_at")
    )
    found: dict[str, Bounce] = {}
    for bounce in bounces:
        # The earliest is kept: « en échec depuis… ».
        found[bounce.address.lower()] = bounce
    return found


def record_refusal(email: OutgoingEmail, answer: str) -> None:
    """The server itself said that there is no such address (RFC 3463 5.1.x): it need not be asked for every mail."""
    status = status_in(answer)
    if not answer or not is_permanent(status or "5.0.0", answer):
        return
    key = hashlib.sha256(f"smtp\n{email.pk}\n{email.attempts}\n{timezone.now()}".encode()).hexdigest()
    Bounce.objects.create(
        fingerprint=key, email=email, address=email.recipient, is_hard=True, status=status, diagnostic=answer[:400]
    )


def reasons_not_to_send(message: type[Message], addresses: Collection[str]) -> dict[str, str]:
    """Who of `addresses` will not receive a `message` at once, and why, for the pages that show what will leave.

    Keys in lower case; two queries.
    """
    rows = [OutgoingEmail(kind=message.slug, recipient=address) for address in addresses if address]
    apply_choices(rows)
    waits = _("Dans son courriel de la semaine.")
    return {
        row.recipient.lower(): row.error or waits
        for row in rows
        if row.state in {EmailState.SKIPPED, EmailState.DIGEST}
    }


def failing_addresses(addresses: Iterable[str]) -> dict[str, Bounce]:
    """Those of `addresses` to which nothing is sent any more (in lower case), each with its first report. One query."""
    return _failing(addresses)


def is_failing(path: str) -> Exists:
    """For a queryset: whether nothing is sent any more to the address at `path` (« person__email »)."""
    closed = Bounce.objects.annotate(key=Lower("address")).filter(is_hard=True, cleared_at=None)
    return Exists(closed.filter(key=Lower(OuterRef(path))))


def failure_of(path: str, column: str) -> Subquery:
    """As `is_failing`: a column of the first report that closed the address (None where it is open)."""
    closed = Bounce.objects.annotate(key=Lower("address")).filter(is_hard=True, cleared_at=None)
    return Subquery(closed.filter(key=Lower(OuterRef(path))).order_by("reported_at").values(column)[:1])


def try_again(address: str, *, now: datetime | None = None) -> int:
    """Send to the address again from now on; the number of reports that closed it."""
    return (
        Bounce.objects.annotate(key=Lower("address"))
        .filter(key=address.lower(), is_hard=True, cleared_at=None)
        .update(cleared_at=now or timezone.now())
    )


def was_failing(email: OutgoingEmail) -> bool:
    """Whether its address was closed when the mail was written."""
    return (
        Bounce.objects.annotate(key=Lower("address"))
        .filter(key=email.recipient.lower(), is_hard=True, reported_at__lte=email.created_at)
        .exclude(cleared_at__lte=email.created_at)
        .exists()
    )
