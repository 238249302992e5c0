"""What the answers to an invitation propose for the list of presence."""

from __future__ import annotations

from dataclasses import dataclass

from meetings.enums import AttendanceStatus, Capacity, MeetingState, PartStat
from meetings.models import Invitation, Meeting
from taskforce.models import Mandate, Office, Person

# Once it has taken place, who came is a fact: answers propose nothing for what was left empty.
PROPOSED_IN = frozenset({MeetingState.CONVENED, MeetingState.IN_PROGRESS})


@dataclass(frozen=True)
class ProposedPresence:
    """Somebody's presence as they announced it."""

    person: Person
    status: str
    capacity: str = ""
    representative: Person | None = None

    @property
    def is_coming(self) -> bool:
        return self.status in {AttendanceStatus.PRESENT, AttendanceStatus.REMOTE}


def proposed_presence(meeting: Meeting) -> dict[int, ProposedPresence]:
    """What each person who answered announced, by person. Nobody is « représenté » by who does not come. Three
    queries at most."""
    if meeting.state not in PROPOSED_IN:
        return {}
    answered = list(
        meeting.invitations.exclude(partstat__in=[PartStat.NEEDS_ACTION, PartStat.TENTATIVE])
        .select_related("person__agency", "delegated_to__agency")
        .order_by("person__family_name", "pk")
    )
    if not answered:
        return {}
    coming = {one.person_id for one in answered if one.partstat == PartStat.ACCEPTED}
    stands_in = {one.delegated_to_id for one in answered if one.delegated_to_id is not None}
    sitting = set(
        Mandate.objects.filter(
            seat__task_force=meeting.task_force, period__contains=meeting.date, person__in=coming
        ).values_list("person_id", flat=True)
    ) | set(
        Office.objects.filter(
            task_force=meeting.task_force, period__contains=meeting.date, person__in=coming
        ).values_list("person_id", flat=True)
    )
    proposed = {}
    for one in answered:
        is_guest = one.person_id in coming and one.person_id not in sitting and one.person_id not in stands_in
        proposed[one.person_id] = ProposedPresence(
            person=one.person,
            status=_status(one, coming),
            capacity=Capacity.GUEST if is_guest else "",
            representative=one.delegated_to if one.delegated_to_id in coming else None,
        )
    return proposed


def _status(invitation: Invitation, coming: set[int]) -> str:
    if invitation.partstat == PartStat.ACCEPTED:
        return AttendanceStatus.REMOTE if invitation.is_remote else AttendanceStatus.PRESENT
    if invitation.partstat == PartStat.DELEGATED and invitation.delegated_to_id in coming:
        return AttendanceStatus.REPRESENTED
    return AttendanceStatus.EXCUSED
