"""What the answers to an invitation propose for the list of presence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from meetings.enums import AttendanceStatus, AttendMode, MeetingState, PartStat
from meetings.models import Invitation, Meeting
from taskforce.models import Agency, Person

# Once it has taken place, who came is a fact: answers propose nothing for what was left empty.
PROPOSED_IN = frozenset({MeetingState.CONVENED, MeetingState.IN_PROGRESS})


@dataclass(frozen=True)
class ProposedPresence:
    """Somebody's presence as they announced it. `stands_in`: somebody named them to represent them."""

    person: Person
    status: str
    stands_in: bool
    representative_id: int | None = None

    @property
    def is_coming(self) -> bool:
        return self.status in {AttendanceStatus.PRESENT, AttendanceStatus.REMOTE}


def with_announced(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """`announced`: the answers given, in the query that finds the meeting."""
    answers = (
        Invitation.objects.filter(meeting=OuterRef("pk"))
        .exclude(partstat__in=[PartStat.NEEDS_ACTION, PartStat.TENTATIVE])
        .order_by("person__family_name", "pk")
        .values(
            data=JSONObject(
                pk="person_id",
                civility="person__civility",
                given="person__given_name",
                family="person__family_name",
                agency="person__agency_id",
                acronym="person__agency__acronym",
                partstat="partstat",
                mode="attend_mode",
                to="delegated_to_id",
            )
        )
    )
    return meetings.annotate(announced=ArraySubquery(answers))


def proposed_presence(meeting: Meeting) -> dict[int, ProposedPresence]:
    """What each person who answered announced, by person; nobody is « représenté » by who does not come.

    No query for a meeting read by `with_announced`. The people know no more of themselves than a list shows.
    """
    if meeting.state not in PROPOSED_IN:
        return {}
    rows: list[dict[str, Any]] | None = getattr(meeting, "announced", None)
    if rows is None:
        found = with_announced(Meeting.objects.filter(pk=meeting.pk)).get()
        rows = found.announced  # type: ignore[attr-defined]
    assert rows is not None
    coming = {row["pk"] for row in rows if row["partstat"] == PartStat.ACCEPTED}
    named = {row["to"] for row in rows}
    return {
        row["pk"]: ProposedPresence(
            person=_person(row),
            status=_status(row, coming),
            stands_in=row["pk"] in named,
            representative_id=row["to"] if row["to"] in coming else None,
        )
        for row in rows
    }


def _person(row: dict[str, Any]) -> Person:
    person = Person(pk=row["pk"], civility=row["civility"], given_name=row["given"], family_name=row["family"])
    person._state.adding = False
    if row["agency"] is not None:
        person.agency = Agency(pk=row["agency"], acronym=row["acronym"])
    return person


def _status(row: dict[str, Any], coming: set[int]) -> str:
    if row["partstat"] == PartStat.ACCEPTED:
        return AttendanceStatus.REMOTE if row["mode"] == AttendMode.REMOTE else AttendanceStatus.PRESENT
    if row["partstat"] == PartStat.DELEGATED and row["to"] in coming:
        return AttendanceStatus.REPRESENTED
    return AttendanceStatus.EXCUSED
