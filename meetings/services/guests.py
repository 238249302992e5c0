"""Somebody beside the members is asked to one meeting: a specialist of its theme, an expert, a guest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.notifications.base import send_many
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting
from meetings.notifications.invitation import MeetingInvitation
from meetings.services.answer_links import with_answer_links
from meetings.services.common import locked
from taskforce.models import Person

COMING = frozenset({MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.POSTPONED})


def reason_not_to_invite(meeting: Meeting) -> str:
    """Why nobody can be invited to the meeting any more, for the person who wants to; empty when somebody can."""
    if meeting.is_historical:
        return _("Une réunion passée (archives) n’a pas d’invitations : notez les présences.")
    if meeting.state not in COMING:
        return _("Cette réunion est %(state)s : personne ne peut plus y être invité. Notez les présences.") % {
            "state": meeting.get_state_display().lower()
        }
    if meeting.starts_at <= timezone.now():
        return _("La date de la réunion est passée. Notez les présences.")
    return ""


def invite_people(meeting: Meeting, people: Iterable[Person], *, actor: Any) -> list[Invitation]:
    """Ask `people` to the meeting; the new invitations, whoever was asked already left out.

    To a meeting already convened each gets the invitation's mail; before, they get it with everybody when it is
    convened. Raises ValidationError for a meeting that nobody can be invited to.
    """
    with recorded(actor):
        current = locked(meeting)
        if refusal := reason_not_to_invite(current):
            raise ValidationError(refusal, code="not-invitable")
        known = set(current.invitations.values_list("person_id", flat=True))
        wanted = {person.pk: person for person in people if person.pk not in known}
        invitations = Invitation.objects.bulk_create(
            Invitation(meeting=current, person=person) for person in wanted.values()
        )
        if current.state == MeetingState.CONVENED:
            send_many(with_answer_links(MeetingInvitation(invitation) for invitation in invitations))
    return invitations


def invite_person(meeting: Meeting, person: Person, *, actor: Any) -> Invitation:
    """`invite_people` for one; the invitation that exists already is returned as it is. Raises ValidationError."""
    invite_people(meeting, [person], actor=actor)
    return Invitation.objects.select_related("person").get(meeting=meeting, person=person)
