"""Answers that arrive by mail from calendars: whose they are, what they change, and what is left to somebody."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.calendars.itip import Received, Reply, UnreadableError, message_id_of, read_calendar, read_message
from core.history import recorded
from core.models import OutgoingEmail
from meetings.calendars import calendar_identity
from meetings.enums import AnswerChannel, PartStat, ReplyOutcome
from meetings.models import Invitation, Meeting, MeetingSeries, ReceivedReply
from meetings.queries.answers import stand_ins
from meetings.services.answers import answer_invitation
from taskforce.models import Person, TaskForce

logger = logging.getLogger(__name__)

ANSWERS = {
    "ACCEPTED": PartStat.ACCEPTED,
    "DECLINED": PartStat.DECLINED,
    "TENTATIVE": PartStat.TENTATIVE,
    "DELEGATED": PartStat.DELEGATED,
}


@dataclass(frozen=True)
class _Verdict:
    outcome: str
    reason: str = ""


def receive(content: bytes) -> list[ReceivedReply]:
    """Read one raw message and do what its answers ask; one row each, and one for a message without any.

    A message that was read before (by its Message-ID) changes nothing: its rows are returned. Never raises for
    what a message says: what cannot be read is a row that says so.
    """
    message_id = message_id_of(content)
    known = list(ReceivedReply.objects.filter(message_id=message_id))
    if known:
        return known
    try:
        received = read_message(content)
    except UnreadableError as error:
        logger.info("mail %s cannot be read: %s", message_id, error)
        reason = _("Le message n’a pas pu être lu.")
        return [_keep(ReceivedReply(message_id=message_id, outcome=ReplyOutcome.IGNORED, reason=reason))]
    replies = list(received.replies) if received.method in {"REPLY", "COUNTER"} else []
    if not replies and received.partstat_of_subject:
        replies = _replies_of_subject(received)
    if not replies:
        return [_keep(_without_answer(received))]
    return [_receive_one(received, position, reply) for position, reply in enumerate(replies)]


def settle_reply(reply: ReceivedReply, *, actor: Any) -> bool:
    """Say that somebody has seen to it; False when it was settled before."""
    with recorded(actor) as who:
        waiting = ReceivedReply.objects.filter(pk=reply.pk, outcome=ReplyOutcome.TO_SETTLE, settled_at=None)
        return bool(waiting.update(settled_at=timezone.now(), settled_by=who.user))


def _keep(row: ReceivedReply) -> ReceivedReply:
    """Write the row; of two readers at once, one writes and the other finds."""
    ReceivedReply.objects.bulk_create([row], ignore_conflicts=True)
    return ReceivedReply.objects.get(message_id=row.message_id, position=row.position)


def _without_answer(received: Received) -> ReceivedReply:
    reason = _("Ce message ne contient pas de réponse à une invitation.")
    return ReceivedReply(
        message_id=received.message_id,
        sender=received.sender,
        outcome=ReplyOutcome.IGNORED,
        reason=reason,
    )


def _receive_one(received: Received, position: int, reply: Reply) -> ReceivedReply:
    moment = reply.recurrence_id
    row = ReceivedReply(
        message_id=received.message_id,
        position=position,
        sender=received.sender,
        attendee=reply.attendee,
        delegate=reply.delegated_to,
        uid=reply.uid,
        recurrence_id=moment.isoformat()[:40] if moment is not None else "",
        sequence=reply.sequence,
        stamped_at=reply.stamped_at,
        partstat=reply.partstat,
        comment=reply.comment,
    )
    with transaction.atomic():
        # The row first: whoever reads the same message at the same moment waits here, and finds it done.
        row.outcome = ReplyOutcome.IGNORED
        ReceivedReply.objects.bulk_create([row], ignore_conflicts=True)
        kept = ReceivedReply.objects.select_for_update().get(message_id=row.message_id, position=position)
        if kept.reason or kept.outcome != ReplyOutcome.IGNORED:
            return kept
        verdict = _judge(kept, reply, received)
        kept.outcome, kept.reason = verdict.outcome, verdict.reason
        kept.save()
    return kept


def _judge(row: ReceivedReply, reply: Reply, received: Received) -> _Verdict:
    """Find whose answer it is, note it on `row`, and record it; or say why not."""
    meeting, body = _meeting_of(reply)
    row.meeting, row.task_force = meeting, body
    if body is None:
        row.task_force = _body_of_address(reply.attendee or received.sender)
        return _Verdict(ReplyOutcome.IGNORED, _("Aucune réunion du portail ne porte cet identifiant."))
    if meeting is None:
        return _Verdict(ReplyOutcome.IGNORED, _("Cette date n’est pas une réunion du calendrier."))
    invitation = _invitation_of(meeting, reply.attendee)
    if invitation is None:
        row.invitation = _invitation_answered(meeting, received)
        if row.invitation is None:
            return _Verdict(
                ReplyOutcome.IGNORED, _("Cette adresse n’est pas celle d’une personne invitée à cette réunion.")
            )
        return _Verdict(
            ReplyOutcome.TO_SETTLE,
            _("Réponse à l’invitation de cette personne, venue d’une adresse que le portail ne connaît pas."),
        )
    row.invitation = invitation
    if reply.sequence is not None and reply.sequence < meeting.sequence:
        return _Verdict(
            ReplyOutcome.IGNORED, _("La réunion a changé depuis l’invitation à laquelle ce message répond.")
        )
    if (
        reply.stamped_at is not None
        and ReceivedReply.objects.filter(
            invitation=invitation, outcome=ReplyOutcome.RECORDED, stamped_at__gt=reply.stamped_at
        ).exists()
    ):
        return _Verdict(ReplyOutcome.IGNORED, _("Une réponse plus récente de la même personne est déjà enregistrée."))
    if received.sender not in {reply.attendee, *_own_addresses(invitation.person)}:
        return _Verdict(
            ReplyOutcome.TO_SETTLE,
            _("Le message vient d’une autre adresse que celle de la personne invitée : vérifiez auprès d’elle."),
        )
    return _answer(invitation, reply, received)


def _answer(invitation: Invitation, reply: Reply, received: Received) -> _Verdict:
    if received.method == "COUNTER":
        return _Verdict(ReplyOutcome.TO_SETTLE, _("La personne propose un autre horaire : répondez-lui."))
    if reply.partstat not in ANSWERS:
        return _Verdict(ReplyOutcome.IGNORED, _("Le message ne dit pas si la personne vient."))
    partstat = ANSWERS[reply.partstat]
    delegate = None
    if partstat == PartStat.DELEGATED:
        delegate = _delegate_of(invitation, reply.delegated_to)
        if delegate is None:
            return _Verdict(
                ReplyOutcome.TO_SETTLE,
                _("La personne se fait représenter par %(address)s, qui n’est pas de ses suppléants.")
                % {"address": reply.delegated_to or _("une adresse non précisée")},
            )
    person = invitation.person
    actor = Actor(kind="system", person=person, label=_("%(name)s, par courriel") % {"name": person})
    try:
        answer_invitation(
            invitation,
            partstat=partstat,
            actor=actor,
            delegated_to=delegate,
            channel=AnswerChannel.MAIL,
            comment=reply.comment,
        )
    except ValidationError as error:
        return _Verdict(ReplyOutcome.IGNORED, " ".join(error.messages))
    return _Verdict(ReplyOutcome.RECORDED)


# Whose, of what -----------------------------------------------------------------------------------


def _meeting_of(reply: Reply) -> tuple[Meeting | None, TaskForce | None]:
    """The meeting that UID and RECURRENCE-ID name, and its body; the body alone for an unknown occurrence."""
    meetings = Meeting.objects.select_related("task_force__country", "series")
    if not reply.uid:
        return None, None
    single = meetings.filter(uid=reply.uid).first()
    if single is not None and calendar_identity(single)[0] == reply.uid:
        return single, single.task_force
    series = MeetingSeries.objects.select_related("task_force").filter(uid=reply.uid).first()
    if series is None:
        return None, None
    wanted = reply.recurrence_id
    if wanted is None:
        return None, series.task_force
    day = wanted.date() if isinstance(wanted, datetime) else wanted
    if not date(1945, 1, 2) <= day <= date(2100, 12, 30):
        return None, series.task_force
    near = (day - timedelta(days=1), day + timedelta(days=1))
    for meeting in meetings.filter(series=series, slot__range=near):
        _uid, slot = calendar_identity(meeting)
        if slot is not None and _same_moment(slot, wanted):
            return meeting, series.task_force
    return None, series.task_force


def _same_moment(slot: datetime, wanted: datetime | date) -> bool:
    if not isinstance(wanted, datetime):
        return slot.date() == wanted
    return slot.replace(tzinfo=None) == wanted if wanted.tzinfo is None else slot == wanted


def _invitation_of(meeting: Meeting, address: str) -> Invitation | None:
    if not address:
        return None
    found = meeting.invitations.select_related("person").filter(person__email__iexact=address).first()
    if found is not None:
        found.meeting = meeting
    return found


def _invitation_answered(meeting: Meeting, received: Received) -> Invitation | None:
    """The invitation whose mail the message answers: an alias of the same mailbox, or a mail passed on."""
    asked = OutgoingEmail.objects.filter(message_id__in=received.references[:50])
    for address in asked.values_list("recipient", flat=True):
        if invitation := _invitation_of(meeting, address):
            return invitation
    return None


def _own_addresses(person: Person) -> set[str]:
    """The addresses from which a person's own answer may come."""
    user = person.user
    return {address.lower() for address in (person.email, user.email if user is not None else "") if address}


def _delegate_of(invitation: Invitation, address: str) -> Person | None:
    if not address:
        return None
    return next((one.person for one in stand_ins(invitation) if one.person.email.lower() == address), None)


def _body_of_address(address: str) -> TaskForce | None:
    """A body that whoever has this address sits in, so that its secretariat sees the row; None for a stranger."""
    if not address:
        return None
    return TaskForce.objects.filter(seats__mandates__person__email__iexact=address).order_by("pk").first()


def _replies_of_subject(received: Received) -> list[Reply]:
    """« Accepté : … » without a calendar part: what the mail it answers had asked, by In-Reply-To."""
    asked = OutgoingEmail.objects.filter(message_id__in=received.references[:50]).order_by("-created_at")
    for mail in asked:
        for attachment in mail.attachments:
            if attachment.get("method") != "REQUEST":
                continue
            _method, requests = read_calendar(attachment["content"])
            return [
                Reply(
                    uid=one.uid,
                    attendee=one.attendee,
                    partstat=received.partstat_of_subject,
                    recurrence_id=one.recurrence_id,
                    sequence=one.sequence,
                )
                for one in requests
            ]
    return []
