"""Presence over a year, by agency and by mandate (invariants 1 and 4 of the domain page of meetings)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from core.text import normalise
from meetings.enums import REPRESENTING, AttendanceStatus, MeetingState
from meetings.models import Attendance, Meeting
from taskforce.enums import SeatStatus
from taskforce.models import Mandate, TaskForce

# Meetings that took place: neither to come, nor put off, nor cancelled.
TOOK_PLACE = (MeetingState.HELD, MeetingState.CLOSED)

PRESENT, REMOTE, ABSENT, EXCUSED, OUTSIDE = "present", "remote", "absent", "excused", "outside"


@dataclass(frozen=True)
class Cell:
    """One meeting of a line. `mark`: present, remote, excused, absent, or outside (no mandate that day).

    `counts`: the meeting falls between the dates of a mandate. An agency may be present outside of them: seen, not counted.
    """

    meeting: Meeting
    mark: str
    counts: bool


@dataclass
class PresenceLine:
    """An agency, or a person's mandate, over the meetings of the year."""

    label: str
    name: str
    cells: list[Cell] = field(default_factory=list)
    agency: str = ""
    rank: str = ""
    is_observer: bool = False

    @property
    def expected(self) -> int:
        return sum(cell.counts for cell in self.cells)

    @property
    def attended(self) -> int:
        return sum(cell.counts and cell.mark in (PRESENT, REMOTE) for cell in self.cells)

    @property
    def rate(self) -> Fraction | None:
        """None when no meeting fell between the dates: no rate, rather than 0 %."""
        return Fraction(self.attended, self.expected) if self.expected else None

    @property
    def percent(self) -> int | None:
        """Rounded half up, as people do."""
        return None if self.rate is None else int(self.rate * 100 + Fraction(1, 2))


@dataclass(frozen=True)
class PresenceYear:
    """The meetings that took place in a year, the oldest first, and who was there."""

    year: int
    meetings: tuple[Meeting, ...]
    agencies: tuple[PresenceLine, ...]
    people: tuple[PresenceLine, ...]
    # By meeting: how many agencies were represented, with or without a mandate.
    represented: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> int | None:
        """The rate of all member agencies together, in percent."""
        members = [line for line in self.agencies if not line.is_observer]
        expected = sum(line.expected for line in members)
        if not expected:
            return None
        return int(Fraction(100 * sum(line.attended for line in members), expected) + Fraction(1, 2))


def meetings_held(body: TaskForce) -> list[Meeting]:
    """Every meeting of the body that took place, the oldest first: one query. Their days are of the body's time zone."""
    meetings = list(body.meetings.filter(state__in=TOOK_PLACE).order_by("starts_at", "pk"))
    for meeting in meetings:
        # One object: its time zone is read once.
        meeting.task_force = body
    return meetings


def presence_of_year(body: TaskForce, year: int, *, held: list[Meeting] | None = None) -> PresenceYear:
    """The presence of a year: three queries, whatever the number of meetings and people; two with `held`."""
    meetings = [one for one in (meetings_held(body) if held is None else held) if one.date.year == year]
    attendances = Attendance.objects.filter(meeting__in=[meeting.pk for meeting in meetings]).order_by()
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    mandates = (
        Mandate.objects.filter(
            seat__task_force=body, period__overlap=(first, last), seat__period__overlap=(first, last)
        )
        .select_related("seat__agency", "person")
        .order_by()
    )
    return count_year(year, meetings, list(attendances), list(mandates))


def count_year(
    year: int, meetings: list[Meeting], attendances: Iterable[Attendance], mandates: Iterable[Mandate]
) -> PresenceYear:
    """Invariant 4: a rate uses only the meetings between a mandate's dates, within those of its seat.

    An agency is represented once whoever of its titular, substitutes or representatives without mandate came
    (invariant 1). A person's line is one mandate; attending for another agency is not for this one.
    """
    at: dict[int, list[Attendance]] = {}
    for row in attendances:
        at.setdefault(row.meeting_id, []).append(row)
    held: dict[int, list[Mandate]] = {}
    for mandate in mandates:
        held.setdefault(mandate.seat.agency_id, []).append(mandate)
    agencies, people = [], []
    for rows in held.values():
        agencies.append(_agency_line(rows, meetings, at))
        people += [_person_line(mandate, meetings, at) for mandate in rows]
    agencies.sort(key=lambda line: (line.is_observer, normalise(line.label), line.label))
    people.sort(
        key=lambda line: (line.is_observer, normalise(line.agency), line.agency, line.rank, normalise(line.name))
    )
    represented = {
        meeting.pk: len({row.agency_id for row in at.get(meeting.pk, []) if row.represents_agency})
        for meeting in meetings
    }
    return PresenceYear(year, tuple(meetings), tuple(agencies), tuple(people), represented)


def _in_force(mandate: Mandate, day: date) -> bool:
    return day in mandate.period and day in mandate.seat.period


def _agency_line(mandates: list[Mandate], meetings: list[Meeting], at: dict[int, list[Attendance]]) -> PresenceLine:
    agency = mandates[0].seat.agency
    line = PresenceLine(
        agency.acronym, agency.name_fr, is_observer=all(m.seat.status == SeatStatus.OBSERVER for m in mandates)
    )
    for meeting in meetings:
        day = meeting.date
        in_force = [mandate for mandate in mandates if _in_force(mandate, day)]
        # An observer never represents (invariant 1), but is there: an observer's line says so.
        sits_as_observer = any(mandate.seat.status == SeatStatus.OBSERVER for mandate in in_force)
        own = [row for row in at.get(meeting.pk, []) if row.agency_id == agency.pk]
        speaking = [row for row in own if row.capacity in REPRESENTING or sits_as_observer]
        line.cells.append(Cell(meeting, _mark(speaking, bool(in_force)), bool(in_force)))
    return line


def _person_line(mandate: Mandate, meetings: list[Meeting], at: dict[int, list[Attendance]]) -> PresenceLine:
    seat = mandate.seat
    line = PresenceLine(
        str(mandate.person),
        mandate.person.family_name,
        agency=seat.agency.acronym,
        rank=mandate.rank_label,
        is_observer=seat.status == SeatStatus.OBSERVER,
    )
    for meeting in meetings:
        in_force = _in_force(mandate, meeting.date)
        own = [
            row
            for row in at.get(meeting.pk, [])
            # Who chairs or keeps the minutes may be entered without an agency: the person is there all the same.
            if row.person_id == mandate.person_id and row.agency_id in (None, seat.agency_id)
        ]
        line.cells.append(Cell(meeting, _mark(own if in_force else [], in_force), in_force))
    return line


def _mark(rows: list[Attendance], in_force: bool) -> str:
    statuses = {row.status for row in rows}
    if AttendanceStatus.PRESENT in statuses:
        return PRESENT
    if AttendanceStatus.REMOTE in statuses:
        return REMOTE
    if not in_force:
        return OUTSIDE
    return EXCUSED if statuses & {AttendanceStatus.EXCUSED, AttendanceStatus.REPRESENTED} else ABSENT


def years_of(held: Iterable[Meeting]) -> list[int]:
    """The years of these meetings, the latest first."""
    return sorted({meeting.date.year for meeting in held}, reverse=True)


def as_data(line: PresenceLine) -> dict[str, Any]:
    """The line as plain data, for documents."""
    return {
        "label": line.label,
        "name": line.name,
        "agency": line.agency,
        "rank": line.rank,
        "is_observer": line.is_observer,
        "marks": [cell.mark for cell in line.cells],
        "expected": line.expected,
        "attended": line.attended,
        "percent": line.percent,
    }
