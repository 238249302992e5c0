"""Convene a meeting: its invitations, and the mails that carry them."""

from __future__ import annotations

from collections.abc import Iterable
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
from meetings.services.meetings import invitations_of, told_of_changes
from taskforce.models import Person


def reason_not_to_convene(meeting: Meeting) -> str:
    """Why the meeting cannot be convened as it stands, for the person who wants to; empty when it can."""
    if meeting.is_historical:
        return _("Une réunion passée (archives) n’est pas convoquée : enregistrez-la comme tenue.")
    if meeting.starts_at <= timezone.now():
        return _("La date de la réunion est passée. Déplacez-la, ou enregistrez-la comme tenue.")
    return ""


def convene_meeting(meeting: Meeting, *, actor: Any, people: Iterable[Person] | None = None) -> list[Invitation]:
    """Ask exactly `people`; by default every member in office on the meeting's day and whoever was invited before.

    A postponed meeting is convened again. One invitation a person (needs-action), and one mail each with a personal
    link once the transaction commits; whoever has no address gets a row « Non envoyé » in the outbox. Raises
    ValidationError for a meeting that is past or historical, or for an empty `people`; TransitionRefused for one already
    convened.
    """
    wanted = None if people is None else list(people)
    with recorded(actor):
        current = locked(meeting)
        if refusal := reason_not_to_convene(current):
            raise ValidationError(refusal, code="not-convenable")
        if wanted == []:
            raise ValidationError(nobody_to_ask(), code="nobody")
        transition(
            meeting, MeetingState.CONVENED, actor=actor, convened_at=timezone.now(), sequence=current.sequence + 1
        )
        _create(meeting, people_to_invite(current) if wanted is None else wanted)
        invitations = told_of_changes(meeting) if wanted is None else _invitations(meeting, wanted)
        send_many(with_answer_links(MeetingInvitation(invitation) for invitation in invitations))
    return invitations


def nobody_to_ask() -> str:
    """Said when a mailing would go to nobody."""
    return _(
        "Il n’y a personne à inviter : aucun mandat ni fonction n’est en cours ce jour-là, et personne n’est ajouté à la liste."
    )


def _create(meeting: Meeting, people: Iterable[Person]) -> None:
    Invitation.objects.bulk_create(
        (Invitation(meeting=meeting, person=person) for person in people), ignore_conflicts=True
    )


def _invitations(meeting: Meeting, people: list[Person]) -> list[Invitation]:
    wanted = {person.pk for person in people}
    return [invitation for invitation in invitations_of(meeting) if invitation.person_id in wanted]
