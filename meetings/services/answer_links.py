"""The personal links that the mails of a meeting carry: one solicitation an invitation, one live link each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Solicitation, SolicitationState
from core.solicitations.links import make_links
from core.workflow import transition
from meetings.models import Invitation, Meeting
from meetings.notifications.base import MeetingMessage
from taskforce.models import Person, TaskForce

# Of the class in `meetings/solicitations/`, found by its slug: services do not import what leaves the house.
ANSWER_KIND = "meeting-answer"

M = TypeVar("M", bound=MeetingMessage)


def with_answer_links(messages: Iterable[M]) -> list[M]:
    """Give each message to somebody with an address a personal link by which the invitation is answered.

    All speak of one meeting, whose row the caller holds. The links of earlier mails die: the newest mail has the one
    that serves. Somebody who is answering by link at this very moment keeps theirs, and the mail has none. A fixed
    number of statements, whatever the number of messages.
    """
    messages = list(messages)
    by_invitation = {message.invitation.pk: message for message in messages if message.recipient.email}
    asked = _solicitations([message.invitation for message in by_invitation.values()])
    links = make_links(asked.values())
    for pk, solicitation in asked.items():
        by_invitation[pk].link = links[solicitation.pk].url
    return messages


def _solicitations(invitations: Sequence[Invitation]) -> dict[int, Solicitation]:
    """The solicitation of each invitation by its key, sent, to the person's address and until the meeting begins."""
    if not invitations:
        return {}
    target_type = ContentType.objects.get_for_model(Invitation)
    known = Solicitation.objects.filter(
        kind=ANSWER_KIND, target_type=target_type, target_id__in=[invitation.pk for invitation in invitations]
    )
    existing = set(known.values_list("target_id", flat=True))
    # An answer by link holds its solicitation and waits for the meeting: to wait for it in turn would be a deadlock.
    free = {row.target_id: row for row in known.select_for_update(of=("self",), skip_locked=True).order_by("pk")}
    changed = []
    for invitation in invitations:
        row = free.get(invitation.pk)
        if row is None:
            continue
        if row.state == SolicitationState.EXPIRED:
            transition(row, SolicitationState.SENT, actor=SYSTEM, sent_at=timezone.now(), opened_at=None)
        email, deadline = invitation.person.email, invitation.meeting.starts_at
        if (row.email, row.deadline) != (email, deadline):
            row.email, row.deadline = email, deadline
            changed.append(row)
    Solicitation.objects.bulk_update(changed, ["email", "deadline"])
    new = [_new(invitation, target_type) for invitation in invitations if invitation.pk not in existing]
    for row in Solicitation.objects.bulk_create(new):
        free[row.target_id] = row
    return free


def _new(invitation: Invitation, target_type: ContentType) -> Solicitation:
    meeting: Meeting = invitation.meeting
    return Solicitation(
        kind=ANSWER_KIND,
        target_type=target_type,
        target_id=invitation.pk,
        scope_type=ContentType.objects.get_for_model(TaskForce),
        scope_id=meeting.task_force_id,
        addressee_type=ContentType.objects.get_for_model(Person),
        addressee_id=invitation.person_id,
        email=invitation.person.email,
        deadline=meeting.starts_at,
        state=SolicitationState.SENT,
        sent_at=timezone.now(),
    )
