"""The outbox: rows first, mails after.

A row is written in the transaction that causes it and leaves after commit. Workers claim a row before
they send it, so that it leaves once whatever the number of workers, beats and sweeps. One window
remains, and no outbox can close it: a worker killed between the mail server's « 250 » and the next
statement leaves a row that another worker sends again when the claim lapses. Both copies carry the
same Message-ID, by which mail programs show one.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.jobs import enqueue
from core.models import EmailState, OutgoingEmail
from core.notifications import delivery, smtp
from core.notifications.rendering import has_placeholder, hide, hide_html, one_line, placeholder
from core.sealing import UnreadableError, seal, unseal

logger = logging.getLogger(__name__)

PURPOSE = "outgoing-email"
# A claim outlives the worker's own time limit (CELERY_TASK_TIME_LIMIT), so that it never lapses under
# a worker that is still at it.
CLAIM = timedelta(seconds=240)
# The pause after each failed attempt; after the last one the mail is given up (about three days).
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 720, 1440, 1440))
# How long a request may wait for the mail server when somebody waits for a code (seconds).
IN_REQUEST_TIMEOUT = 5
# One pass over the outbox ends after this long (seconds), well before the task's soft limit.
PASS_SECONDS = 60
# UnsentError secrets are erased after this time: links and codes have expired by then.
SECRETS_KEPT = timedelta(days=14)


# Writing ------------------------------------------------------------------------


def new_row(
    *,
    unique_key: str,
    kind: str,
    recipient: str,
    subject: str,
    text: str,
    html: str = "",
    url: str = "",
    recipient_name: str = "",
    scope: models.Model | None = None,
    about: models.Model | None = None,
    secrets: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    attachments: list[dict[str, Any]] | None = None,
    useful_until: datetime | None = None,
) -> OutgoingEmail:
    """An unsaved row, ready to be posted."""
    return OutgoingEmail(
        unique_key=unique_key,
        kind=kind,
        scope_type=_type_of(scope),
        scope_id=scope.pk if scope is not None else None,
        about_type=_type_of(about),
        about_id=about.pk if about is not None else None,
        recipient=recipient.strip(),
        recipient_name=one_line(recipient_name, 200),
        subject=one_line(subject),
        text=text,
        html=html,
        # A personal link stays out of the digest.
        url=url if len(url) <= 500 and not has_placeholder(url) else "",
        secrets=seal(json.dumps(secrets), purpose=PURPOSE) if secrets else b"",
        headers={name: one_line(value, 900) for name, value in (headers or {}).items()},
        attachments=attachments or [],
        message_id=f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname or 'socle'}>",
        useful_until=useful_until,
    )


def post(row: OutgoingEmail, *, immediate: bool = False) -> OutgoingEmail:
    """Write `row` and let it leave after commit; the row that already holds its key is returned instead.

    `immediate` sends it in this process after commit, for somebody who waits for it in front of the
    screen; when the mail server does not answer at once, the row waits for a worker like any other.
    """
    delivery.apply_choices([row])
    # One statement: of two at once, one inserts and the other finds.
    OutgoingEmail.objects.bulk_create([row], ignore_conflicts=True)
    written = OutgoingEmail.objects.get(unique_key=row.unique_key)
    if written.message_id == row.message_id and written.state == EmailState.QUEUED:
        if immediate:
            transaction.on_commit(lambda: send_in_request(written.pk), robust=True)
        else:
            enqueue("core.send_email", written.pk)
    return written


def post_many(rows: Sequence[OutgoingEmail], *, batch: int = 200) -> int:
    """Write many rows in few statements; keys that exist are left alone. The number of new rows."""
    rows = list(rows)
    if not rows:
        return 0
    delivery.apply_choices(rows)
    OutgoingEmail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=batch)
    written = OutgoingEmail.objects.filter(message_id__in=[row.message_id for row in rows])
    states = list(written.values_list("state", flat=True))
    to_send = states.count(EmailState.QUEUED)
    # A pass takes whatever is due: a few of them share a large batch.
    for _pass in range(min(4, -(-to_send // batch))):
        enqueue("core.send_due")
    return len(states)


def _type_of(obj: models.Model | None) -> ContentType | None:
    return ContentType.objects.get_for_model(obj) if obj is not None else None


# Reading ------------------------------------------------------------------------


def outbox_of(scope: models.Model) -> QuerySet[OutgoingEmail]:
    """The rows that the secretariat of `scope` may read, latest first; without the bodies."""
    return OutgoingEmail.objects.filter(scope_type=_type_of(scope), scope_id=scope.pk).defer(
        "text", "html", "headers", "attachments", "secrets"
    )


def shown_text(email: OutgoingEmail) -> str:
    """The text for a page: secrets stay hidden."""
    return hide(email.text)


def shown_html(email: OutgoingEmail) -> str:
    return hide_html(email.html)


def secrets_of(email: OutgoingEmail) -> dict[str, str]:
    """The secret values, while they are kept, and the recipient's own links for the footer.

    Raises UnreadableError when the key was changed since.
    """
    kept = json.loads(unseal(bytes(email.secrets), purpose=PURPOSE)) if email.secrets else {}
    return {**delivery.fill_links(email), **kept}


def shows_mails_on_page() -> bool:
    """True in a demonstration without a mail server: mails are read on the page « Courriels », none leaves."""
    return settings.SOCLE_DEMO and not settings.EMAIL_URL


# Sending ------------------------------------------------------------------------


def due(now: datetime) -> QuerySet[OutgoingEmail]:
    """Rows to send at `now`: waiting and due, or claimed by a worker that died."""
    return OutgoingEmail.objects.filter(
        Q(state=EmailState.QUEUED, next_attempt_at__lte=now) | Q(state=EmailState.SENDING, claimed_until__lt=now),
        # Said again for the partial index of due rows.
        state__in=[EmailState.QUEUED, EmailState.SENDING],
    )


# One statement, so that no other worker can come between the reading and the claim.
CLAIM_SQL = """
UPDATE core_outgoingemail
SET state = 'sending', claimed_until = %(until)s, attempts = attempts + 1
WHERE id = (
    SELECT id FROM core_outgoingemail
    WHERE state IN ('queued', 'sending')
      AND ((state = 'queued' AND next_attempt_at <= %(now)s) OR (state = 'sending' AND claimed_until < %(now)s))
      AND (%(pk)s IS NULL OR id = %(pk)s)
    ORDER BY next_attempt_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING *
"""


def claim(now: datetime, pk: int | None = None) -> OutgoingEmail | None:
    """Take one due row (row `pk`, when given) for this worker alone; None when there is none."""
    claimed = OutgoingEmail.objects.raw(CLAIM_SQL, {"now": now, "until": now + CLAIM, "pk": pk})
    return next(iter(claimed), None)


def send_email(pk: int) -> bool:
    """Send row `pk` if it is due and nobody else is at it; whether it left."""
    with smtp.Sender() as sender:
        return _send_claimed(claim(timezone.now(), pk), sender)


def send_in_request(pk: int) -> bool:
    """Send row `pk` now, waiting a few seconds at most. Never raises: the row waits for a worker instead."""
    try:
        with smtp.Sender(timeout=IN_REQUEST_TIMEOUT) as sender:
            return _send_claimed(claim(timezone.now(), pk), sender)
    except Exception:
        logger.exception("mail %s could not be sent in the request", pk)
        return False


def send_due(*, seconds: float = PASS_SECONDS) -> int:
    """Send what is due over one connection, until nothing is or the time is over; the number that left.

    When the mail server cannot be reached, the pass ends: one row tells why, the others keep their
    attempts.
    """
    started = time.monotonic()
    sent = 0
    with smtp.Sender() as sender:
        while time.monotonic() - started < seconds:
            email = claim(timezone.now())
            if email is None:
                break
            sent += _send_claimed(email, sender)
            if sender.is_unreachable:
                break
    return sent


def _send_claimed(email: OutgoingEmail | None, sender: smtp.Sender) -> bool:
    if email is None:
        return False
    if email.attempts > len(PAUSES) + 3:
        # Its claims lapsed again and again: it kills the workers that take it.
        _finish(
            email, state=EmailState.FAILED, error=_("L’envoi a été interrompu plusieurs fois."), next_attempt_at=None
        )
        return False
    reason = _reason_to_skip(email)
    if reason:
        _finish(email, state=EmailState.SKIPPED, error=reason, secrets=b"", next_attempt_at=None)
        return False
    if shows_mails_on_page():
        # The secrets stay: the page shows the links and codes, as the mail would.
        note = _("Démonstration : à lire sur la page « Courriels ». Aucun courriel n’a quitté cette machine.")
        _finish(email, state=EmailState.SENT, sent_at=timezone.now(), error=note, next_attempt_at=None)
        return True
    try:
        sender.send(email, secrets_of(email))
    except smtp.RefusedError as refusal:
        delivery.record_refusal(email, refusal.answer)
        _finish(email, state=EmailState.FAILED, error=str(refusal), next_attempt_at=None)
        return False
    except smtp.UnsentError as failure:
        _put_off(email, str(failure))
        return False
    except UnreadableError:
        lost = _(
            "Le lien personnel de ce courriel n’est plus lisible : la clé du portail a changé. Refaites la demande."
        )
        _finish(email, state=EmailState.FAILED, error=lost, secrets=b"", next_attempt_at=None)
        return False
    except Exception:
        # Whatever it is, the row must not stay « Envoi en cours » or hold up the rows behind it.
        logger.exception("mail %s could not be sent", email.pk)
        _put_off(email, _("Une erreur inattendue a empêché l’envoi ; le journal du portail en dit plus."))
        return False
    _finish(email, state=EmailState.SENT, sent_at=timezone.now(), error="", secrets=b"", next_attempt_at=None)
    return True


def _reason_to_skip(email: OutgoingEmail) -> str:
    from core.notifications.base import messages_board

    if email.useful_until is not None and email.useful_until <= timezone.now():
        return _("Le courriel n’a pas pu partir à temps : il n’est plus utile.")
    if email.kind in messages_board and (reason := messages_board.get(email.kind).reason_to_skip(email)):
        return reason
    return delivery.reason_not_to_send(email)


def _put_off(email: OutgoingEmail, error: str) -> None:
    if email.attempts > len(PAUSES):
        _finish(email, state=EmailState.FAILED, error=error, next_attempt_at=None)
    else:
        again = timezone.now() + PAUSES[email.attempts - 1]
        _finish(email, state=EmailState.QUEUED, error=error, next_attempt_at=again)


def _finish(email: OutgoingEmail, **changes: Any) -> None:
    """Write the outcome, if the claim is still ours. Tried again for a lost connection: the mail has left."""
    changes["claimed_until"] = None
    for attempt in range(3):
        try:
            OutgoingEmail.objects.filter(pk=email.pk, state=EmailState.SENDING, attempts=email.attempts).update(
                **changes
            )
            return
        except DatabaseError:
            if attempt == 2 or connection.in_atomic_block:
                raise
            logger.warning("mail %s: its outcome could not be written, trying again", email.pk)
            connection.close()
            time.sleep(0.2 * (attempt + 1))


# Afterwards -----------------------------------------------------------------------


def can_retry(email: OutgoingEmail) -> bool:
    """Failed, or kept back because its address fails; and nothing that it needs was erased since."""
    if email.state != EmailState.FAILED and not (email.state == EmailState.SKIPPED and delivery.was_failing(email)):
        return False
    own = delivery.PERSONAL_LINKS
    return bool(email.secrets) or not (has_placeholder(email.text, but=own) or has_placeholder(email.html, but=own))


def retry(email: OutgoingEmail) -> bool:
    """Put a mail that `can_retry` back in the queue, with all its attempts; False when it is there already.

    To try a mail again is to try its address again; whatever else keeps it from leaving is asked at sending.
    """
    now = timezone.now()
    delivery.try_again(email.recipient, now=now)
    put_back = OutgoingEmail.objects.filter(pk=email.pk, state__in=[EmailState.FAILED, EmailState.SKIPPED]).update(
        state=EmailState.QUEUED, attempts=0, error="", next_attempt_at=now, claimed_until=None
    )
    if put_back:
        enqueue("core.send_email", email.pk)
    return bool(put_back)


def sweep(now: datetime | None = None) -> bool:
    """Start a pass if a row waits that no task took: the broker was down, or a worker died. Whether one did."""
    if due(now or timezone.now()).exists():
        enqueue("core.send_due")
        return True
    return False


def erase_old_secrets(now: datetime | None = None) -> int:
    """Forget links and codes that are too old to be of use; the number of rows."""
    now = now or timezone.now()
    old = OutgoingEmail.objects.exclude(secrets=b"").filter(created_at__lt=now - SECRETS_KEPT)
    return old.update(secrets=b"")


def cancel(about: models.Model, kinds: Iterable[str], reason: str) -> int:
    """Keep mails about an object from leaving, where they have not left yet; the number of rows."""
    return OutgoingEmail.objects.filter(
        about_type=_type_of(about),
        about_id=about.pk,
        kind__in=list(kinds),
        state__in=[EmailState.QUEUED, EmailState.DIGEST],
    ).update(state=EmailState.SKIPPED, error=reason, next_attempt_at=None, secrets=b"")


__all__ = [
    "can_retry",
    "cancel",
    "claim",
    "due",
    "erase_old_secrets",
    "new_row",
    "outbox_of",
    "placeholder",
    "post",
    "post_many",
    "retry",
    "secrets_of",
    "send_due",
    "send_email",
    "send_in_request",
    "shown_html",
    "shown_text",
    "shows_mails_on_page",
    "sweep",
]
