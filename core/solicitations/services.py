"""Asking, reminding, taking back, and writing answers down. Answers by link stand in `answers`, codes in `codes`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.db import conflict_as_validation_error
from core.history import recorded
from core.models import AnswerChannel, EmailState, LinkCode, OutgoingEmail, SignedLink, Solicitation, SolicitationState
from core.notifications import outbox
from core.notifications.base import Message
from core.solicitations.answers import LinkRefused, open_by_link, record_answer, submit_by_link
from core.solicitations.base import kind_of, solicitations
from core.solicitations.codes import CodeRefused, send_code
from core.solicitations.links import FreshLink, make_links, revoke_links, url_of
from core.solicitations.models import ANSWERABLE_STATES, OPEN_STATES
from core.solicitations.queries import reminder_due_at, reminder_key
from core.workflow import TransitionRefused, transition

SENDABLE = (SolicitationState.DRAFT, SolicitationState.RETURNED, SolicitationState.EXPIRED)
# Two clicks on « Relancer » are one mail.
DOUBLE_CLICK = timedelta(minutes=1)
# Whoever has just opened the page is not sent another link, which would end the one in use.
AT_WORK = timedelta(hours=2)
# After a longer downtime nobody asks any more why a reminder did not leave.
LOOK_BACK = timedelta(days=14)
BATCH = 500
# What was typed before the code and never sent; codes are counted for a day.
TYPED_KEPT = timedelta(days=30)
CODES_KEPT = timedelta(days=7)


# Asking ---------------------------------------------------------------------------


def solicit(
    kind: str,
    target: models.Model,
    *,
    scope: models.Model | None,
    addressee: models.Model,
    email: str,
    deadline: datetime | None = None,
    actor: Any,
) -> Solicitation:
    """Prepare a solicitation (a draft: nothing leaves before `send`). KeyError for an unknown kind."""
    cls = solicitations.get(kind)
    if not isinstance(target, cls.model):
        raise TypeError(f"{kind}: {target!r} is no {cls.model.__name__}")
    with recorded(actor):
        return Solicitation.objects.create(
            kind=kind,
            target_type=ContentType.objects.get_for_model(target),
            target_id=target.pk,
            scope_type=ContentType.objects.get_for_model(scope) if scope is not None else None,
            scope_id=scope.pk if scope is not None else None,
            addressee_type=ContentType.objects.get_for_model(addressee),
            addressee_id=addressee.pk,
            email=email.strip(),
            deadline=deadline,
        )


def reason_not_to_send(solicitation: Solicitation) -> str:
    """Why `send` would leave it alone; empty when it would send it."""
    if solicitation.state not in SENDABLE:
        return _("Cette demande est déjà partie.")
    if not solicitation.email:
        return _("Aucune adresse électronique n’est connue.")
    return kind_of(solicitation).refusal(solicitation)


def send(asked: Iterable[Solicitation], *, actor: Any) -> int:
    """Send drafts (and returned or expired requests again), one mail with a link of its own each; how many left.

    Those that `reason_not_to_send` speaks of are left as they are. The objects passed tell their new state.
    """
    given = {solicitation.pk: solicitation for solicitation in asked}
    now = timezone.now()
    with recorded(actor) as who:
        ready = [solicitation for solicitation in _locked(given) if not reason_not_to_send(solicitation)]
        for solicitation in ready:
            transition(solicitation, SolicitationState.SENT, actor=who, sent_at=now, opened_at=None)
        _post(ready, make_links(ready, now=now))
    for solicitation in ready:
        for name in ("state", "sent_at", "opened_at"):
            setattr(given[solicitation.pk], name, getattr(solicitation, name))
    return len(ready)


def new_link(solicitation: Solicitation) -> str:
    """The absolute address of a new link, to be handed over otherwise than by our mail; the former one is revoked.

    Raises TransitionRefused unless somebody is waited for.
    """
    with transaction.atomic():
        [locked] = _locked([solicitation.pk])
        if locked.state not in OPEN_STATES:
            raise TransitionRefused(_("Cette demande n’attend pas de réponse."), code="not-open")
        return make_links([locked])[locked.pk].url


def remind(asked: Iterable[Solicitation], *, actor: Any) -> int:
    """Remind those who have not answered, each with a new link; how many mails left.

    Nobody is reminded twice within a minute, nor what nobody waits for any more.
    """
    now = timezone.now()
    with recorded(actor):
        held = _locked([solicitation.pk for solicitation in asked])
        fresh = set(
            SignedLink.objects.filter(
                solicitation__in=held, revoked_at=None, created_at__gt=now - DOUBLE_CLICK
            ).values_list("solicitation_id", flat=True)
        )
        ready = [
            solicitation
            for solicitation in held
            if solicitation.state in OPEN_STATES
            and solicitation.email
            and solicitation.pk not in fresh
            and not kind_of(solicitation).refusal(solicitation)
        ]
        _post(ready, make_links(ready, now=now), is_reminder=True)
    return len(ready)


def readdress(solicitation: Solicitation, email: str, *, actor: Any) -> Solicitation:
    """Another address of record: the links sent to the former one die. `remind` then sends one to the new."""
    with recorded(actor):
        [locked] = _locked([solicitation.pk])
        locked.email = email.strip()
        locked.full_clean(exclude=["scan"])
        locked.save(update_fields=["email"])
        _revoke([locked])
    solicitation.email = locked.email
    return solicitation


def postpone(solicitation: Solicitation, deadline: datetime | None, *, actor: Any) -> Solicitation:
    """Another deadline; the link in use lives as long as it would had it been asked so."""
    with recorded(actor):
        [locked] = _locked([solicitation.pk])
        locked.deadline = deadline
        locked.save(update_fields=["deadline"])
        expires_at = kind_of(locked).link_expires_at(locked, locked.sent_at or timezone.now())
        locked.links.filter(revoked_at=None, used_at=None).update(expires_at=expires_at)
    solicitation.deadline = deadline
    return solicitation


def revoke(solicitation: Solicitation, *, actor: Any, comment: str = "") -> Solicitation:
    """Take a solicitation back: its link dies, its mails that wait do not leave. Raises TransitionRefused."""
    with recorded(actor) as who:
        transition(solicitation, SolicitationState.REVOKED, actor=who, comment=comment)
        _revoke([solicitation])
    return solicitation


# Answers ---------------------------------------------------------------------------


def answer_on_record(
    solicitation: Solicitation,
    form: forms.Form,
    *,
    channel: str,
    actor: Any,
    scan: Any = None,
    note: str = "",
) -> Solicitation:
    """Write down an answer that came on paper, by mail, or from a member's own page (`channel`).

    `form` is the kind's, bound and valid. Raises ValidationError: the state takes no answer, the scan is none, or
    the kind refuses it; nothing is written then.
    """
    if channel not in AnswerChannel.values or channel == AnswerChannel.LINK:
        raise ValueError(f"{channel!r} is no channel of an answer on record")
    with conflict_as_validation_error(), recorded(actor) as who:
        [locked] = _locked([solicitation.pk])
        kind = kind_of(locked)
        again = not kind.single_use and locked.state == SolicitationState.SUBMITTED
        if locked.state not in ANSWERABLE_STATES and not again:
            raise TransitionRefused(
                _("Cette demande ne prend plus de réponse : elle est « %(state)s ».")
                % {"state": locked.get_state_display()},
                code="not-answerable",
            )
        if scan is not None:
            locked._meta.get_field("scan").run_validators(scan)
            locked.scan = scan
            locked.save(update_fields=["scan"])
        record_answer(locked, kind, form, channel=channel, actor=who, note=note)
        if kind.single_use:
            _revoke([locked])
    solicitation.refresh_from_db()
    return solicitation


def accept(solicitation: Solicitation, *, actor: Any, comment: str = "") -> Solicitation:
    """The answer is what was asked for. Raises TransitionRefused unless it was submitted."""
    return transition(solicitation, SolicitationState.ACCEPTED, actor=actor, comment=comment)


def send_back(solicitation: Solicitation, *, actor: Any, comment: str) -> Solicitation:
    """The answer lacks something; `comment` says what. `send` then asks again with a new link."""
    return transition(solicitation, SolicitationState.RETURNED, actor=actor, comment=comment)


# The clock -------------------------------------------------------------------------


def expire_due(now: datetime | None = None) -> int:
    """Open solicitations whose link has ended become « Expirée »; how many."""
    now = now or timezone.now()
    living = SignedLink.objects.filter(solicitation=OuterRef("pk"), revoked_at=None, expires_at__gt=now)
    ended = SignedLink.objects.filter(solicitation=OuterRef("pk"), revoked_at=None, expires_at__lte=now)
    due = Solicitation.objects.filter(Exists(ended), ~Exists(living), state__in=OPEN_STATES).order_by("pk")
    count = 0
    for solicitation in due[:BATCH]:
        try:
            transition(solicitation, SolicitationState.EXPIRED, actor=SYSTEM)
        except TransitionRefused:
            # Another worker, or an answer at this very moment, was quicker.
            continue
        count += 1
    return count


def queue_due_reminders(now: datetime | None = None) -> int:
    """Write the reminders due at `now`; how many mails were written (« Non envoyé » included).

    Late by downtime, a reminder leaves if no later one is due as well; otherwise its row says why it did not. Who
    was asked after a reminder was due, and who has just opened the page, is not reminded by it (the latter later).
    """
    now = now or timezone.now()
    days = [day for cls in solicitations for day in cls.reminder_days]
    if not days:
        return 0
    kinds = [cls.slug for cls in solicitations if cls.reminder_days]
    near = Solicitation.objects.filter(
        kind__in=kinds,
        state__in=OPEN_STATES,
        deadline__lte=now + timedelta(days=max(days) + 2),
        deadline__gt=now + timedelta(days=min(days) - 2) - LOOK_BACK,
    )
    wanted = [s.pk for s in near.order_by("pk").prefetch_related("scope") if _reminders_due(s, now)]
    return sum(_queue_batch(wanted[start : start + BATCH], now) for start in range(0, len(wanted), BATCH))


def _queue_batch(pks: list[int], now: datetime) -> int:
    with transaction.atomic():
        # Another beat that holds one of them is writing its reminder.
        held = [s for s in _locked(pks, skip_locked=True) if s.state in OPEN_STATES and not _is_at_work(s, now)]
        due = {reminder_key(s, days): (s, days) for s in held for days in _reminders_due(s, now)}
        for key in OutgoingEmail.objects.filter(unique_key__in=due).values_list("unique_key", flat=True):
            del due[key]
        latest = {s.pk: min(_reminders_due(s, now)) for s, _days in due.values()}
        reasons = {key: _reason_against(s, days, latest[s.pk], now) for key, (s, days) in due.items()}
        leaving = {key: s for key, (s, _days) in due.items() if not reasons[key]}
        # A mail that does not leave shows « [lien personnel] » like any other, and holds none.
        skipped = [
            _row(kind_of(s).reminder(s, url_of("-")), s, key, reasons[key])
            for key, (s, _days) in due.items()
            if reasons[key]
        ]
        _post(list(leaving.values()), make_links(leaving.values(), now=now), is_reminder=True, keys=list(leaving))
        outbox.post_many(skipped)
    return len(due)


def _reminders_due(solicitation: Solicitation, now: datetime) -> list[int]:
    if solicitation.deadline is None or solicitation.sent_at is None:
        return []
    moments = ((days, reminder_due_at(solicitation, days)) for days in kind_of(solicitation).reminder_days)
    return [days for days, at in moments if now - LOOK_BACK < at <= now and solicitation.sent_at < at]


def _is_at_work(solicitation: Solicitation, now: datetime) -> bool:
    moments = [solicitation.opened_at]
    moments += solicitation.links.filter(revoked_at=None).values_list("typed_at", flat=True)
    return any(moment is not None and moment > now - AT_WORK for moment in moments)


def _reason_against(solicitation: Solicitation, days: int, latest: int, now: datetime) -> str:
    if days != latest:
        return _("Le rappel suivant était déjà à envoyer.")
    if days >= 0 and solicitation.deadline is not None and solicitation.deadline <= now:
        return _("L’échéance était passée avant que le rappel puisse partir.")
    if not solicitation.email:
        return _("Aucune adresse électronique n’est connue.")
    return kind_of(solicitation).refusal(solicitation)


def forget_old(now: datetime | None = None) -> int:
    """Erase what was typed and never sent, and codes that count no more; the number of rows."""
    now = now or timezone.now()
    typed = SignedLink.objects.exclude(typed={}).filter(typed_at__lt=now - TYPED_KEPT).update(typed={}, typed_at=None)
    codes, _by_model = LinkCode.objects.filter(created_at__lt=now - CODES_KEPT).delete()
    return typed + codes


# Rows ------------------------------------------------------------------------------


def _locked(pks: Iterable[int], *, skip_locked: bool = False) -> list[Solicitation]:
    """The rows, held to the end of the transaction, always in the order of their keys."""
    rows = Solicitation.objects.select_for_update(of=("self",), skip_locked=skip_locked).filter(pk__in=list(pks))
    return list(rows.order_by("pk").prefetch_related("addressee", "target", "scope"))


def _post(
    asked: list[Solicitation],
    links: dict[int, FreshLink],
    *,
    is_reminder: bool = False,
    keys: list[str] | None = None,
) -> None:
    """Write the mails that carry `links`; each link remembers the key of its mail."""
    rows = []
    for place, solicitation in enumerate(asked):
        kind, link = kind_of(solicitation), links[solicitation.pk]
        message = (kind.reminder if is_reminder else kind.message)(solicitation, link.url)
        key = keys[place] if keys else f"{message.slug}:{solicitation.pk}:{link.row.token_hash[:24]}"
        link.row.mail_key = key
        rows.append(_row(message, solicitation, key))
    SignedLink.objects.bulk_update([link.row for link in links.values()], ["mail_key"])
    outbox.post_many(rows)


def _row(message: Message, solicitation: Solicitation, key: str, reason: str = "") -> OutgoingEmail:
    row = message.skipped_row(reason) if reason else message.row()
    row.unique_key = key
    row.about_type, row.about_id = ContentType.objects.get_for_model(Solicitation), solicitation.pk
    return row


def _revoke(asked: list[Solicitation]) -> None:
    waiting = OutgoingEmail.objects.filter(
        unique_key__in=SignedLink.objects.filter(solicitation__in=asked).exclude(mail_key="").values("mail_key"),
        state=EmailState.QUEUED,
    )
    waiting.update(
        state=EmailState.SKIPPED, error=_("La demande n’attend plus ce lien."), next_attempt_at=None, secrets=b""
    )
    revoke_links(asked)


__all__ = [
    "CodeRefused",
    "LinkRefused",
    "accept",
    "answer_on_record",
    "expire_due",
    "forget_old",
    "new_link",
    "open_by_link",
    "postpone",
    "queue_due_reminders",
    "readdress",
    "reason_not_to_send",
    "remind",
    "revoke",
    "send",
    "send_back",
    "send_code",
    "solicit",
    "submit_by_link",
]
