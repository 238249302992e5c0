"""Answers to the next meeting: some come, one at a distance, one titular is represented; a point is proposed."""

from __future__ import annotations

from core.actors import Actor
from core.demo import World, demo_step
from meetings.enums import AnswerChannel, AttendMode, MeetingState, PartStat
from meetings.models import Invitation, Meeting
from meetings.queries.answers import next_in_rank
from meetings.services.answers import answer_invitation
from meetings.services.proposals import propose_item
from taskforce.queries.roster import mandates_on

# What the titulars said, in the order of their agencies; the others have not answered yet.
ANSWERS = (
    (PartStat.ACCEPTED, AttendMode.IN_PERSON, ""),
    (PartStat.DELEGATED, "", "En mission à Zinder cette semaine-là."),
    (PartStat.ACCEPTED, AttendMode.REMOTE, "Je me connecterai depuis Maradi."),
)


@demo_step(45)
def load_answers(world: World) -> None:
    """To the first meeting convened, by personal link. Read again, nothing changes."""
    meeting = (
        Meeting.objects.filter(state=MeetingState.CONVENED, invitations__isnull=False)
        .select_related("task_force__country")
        .order_by("starts_at", "pk")
        .first()
    )
    if meeting is None or meeting.proposals.exists():
        return
    answers = iter(ANSWERS)
    said = next(answers)
    for invitation in _titulars(meeting):
        partstat, mode, comment = said
        if partstat == PartStat.DELEGATED and next_in_rank(invitation) is None:
            continue
        answer_invitation(
            invitation,
            partstat=partstat,
            mode=mode,
            comment=comment,
            channel=AnswerChannel.LINK,
            actor=Actor(kind="link", person=invitation.person, label=invitation.person.full_name),
        )
        said = next(answers, None)
        if said is None:
            break
    proposer = next(iter(_titulars(meeting)), None)
    if proposer is not None:
        propose_item(
            meeting,
            title="Retour sur la distribution de la période de soudure",
            minutes=15,
            reason="Les chiffres de deux départements sont arrivés ce mois-ci.",
            person=proposer.person,
            actor=Actor(kind="link", person=proposer.person, label=proposer.person.full_name),
        )


def _titulars(meeting: Meeting) -> list[Invitation]:
    """The invitations of titulars who have not answered, but of those who sign in to the demonstration."""
    day = mandates_on(meeting.task_force, meeting.date).filter(rank=0, person__user=None).values("person")
    invitations = list(
        meeting.invitations.filter(person__in=day, partstat=PartStat.NEEDS_ACTION)
        .select_related("person__agency", "delegated_to", "stand_in")
        .order_by("person__agency__acronym", "pk")
    )
    for invitation in invitations:
        invitation.meeting = meeting
    return invitations
