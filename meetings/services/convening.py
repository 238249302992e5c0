"""Convene a meeting: its invitations, and the mails that carry them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.notifications.base import send_many
from core.workflow import transition
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting
from meetings.notifications.invitation import MeetingInvitation
from meetings.queries import people_to_invite
from meetings.services.answer_links import with_answer_links
from meetings.services.common import locked
from meetings.services.meetings import invitations_of


def reason_not_to_convene(meeting: Meeting) -> str:
    """Why the meeting cannot be convened as it stands, for the person who wants to; empty when it can."""
    if meeting.is_historical:
        return _("Une réunion passée (archives) n’est pas convoquée : enregistrez-la comme tenue.")
    if meeting.starts_at <= timezone.now():
        return _("La date de la réunion est passée. Déplacez-la, ou enregistrez-la comme tenue.")
    return ""


def convene_meeting(meeting: Meeting, *, actor: Any) -> list[Invitation]:
    """Ask every member in office on the meeting's day; a postponed meeting is convened again.

    One invitation a person (needs-action), and one mail each once the transaction commits; whoever has no
    address gets a row « Non envoyé » in the outbox. Raises ValidationError for a meeting that is past or
    historical, TransitionRefused for one already convened.
    """
    with recorded(actor):
        current = locked(meeting)
        if refusal := reason_not_to_convene(current):
            raise ValidationError(refusal, code="not-convenable")
        transition(
            meeting, MeetingState.CONVENED, actor=actor, convened_at=timezone.now(), sequence=current.sequence + 1
        )
        Invitation.objects.bulk_create(
            (Invitation(meeting=meeting, person=person) for person in people_to_invite(current)),
            ignore_conflicts=True,
        )
        invitations = invitations_of(meeting)
        send_many(with_answer_links(MeetingInvitation(invitation) for invitation in invitations))
    return invitations
