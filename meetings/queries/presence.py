"""Presence by agency (invariants 1 to 4 of the domain page)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    QuerySet,
)

from core.text import normalise
from meetings.enums import (
    REPRESENTING,
    Capacity,
)
from meetings.models import (
    Attendance,
    Meeting,
)
from taskforce.enums import SeatStatus
from taskforce.models import Agency, Mandate, Seat, TaskForce
from taskforce.queries import french_order


@dataclass(frozen=True)
class SeatLine:
    """A seat in force on the day of a meeting, with no more than presence needs."""

    agency_id: int
    acronym: str
    is_observer: bool
    counts: bool


@dataclass(frozen=True)
class PresenceLine:
    """One agency or structure at a meeting: who came for it, and whether it is represented.

    `seat` is None for one that does not sit in the body. Without `people`, nobody was entered.
    """

    acronym: str
    agency_id: int
    agency: Agency | None
    seat: SeatLine | None
    people: tuple[Attendance, ...]
    is_represented: bool


@dataclass(frozen=True)
class Presence:
    """Who was at a meeting, counted by agencies; used alike by the page, the minutes and their PDF.

    `lines`: agencies that sit or came, in French order, those represented first. `others`: people who never
    represent (observers without a seat, guests, secretariat, chair). `represented`: the agencies that count as
    represented, each once. `quorum_needed` is None without a rule, and then nothing about a quorum is shown.
    """

    attendances: tuple[Attendance, ...]
    lines: tuple[PresenceLine, ...]
    others: tuple[Attendance, ...]
    represented: tuple[Agency, ...]
    counting_seats: int
    seats_represented: int
    quorum_needed: int | None

    @property
    def is_recorded(self) -> bool:
        return bool(self.attendances)

    @property
    def quorum_reached(self) -> bool | None:
        """None without a rule."""
        return None if self.quorum_needed is None else self.seats_represented >= self.quorum_needed

    @property
    def attending(self) -> tuple[Attendance, ...]:
        """Everybody present or remote, in any capacity."""
        return tuple(row for row in self.attendances if row.is_attending)


def attendances_of(meeting: Meeting) -> QuerySet[Attendance]:
    """The meeting's list of presence with the people and agencies it names."""
    return meeting.attendances.select_related("person", "agency", "represented_by__person").order_by(
        *french_order("agency__acronym", "person__family_name"), "pk"
    )


def stored_attendances(meeting: Meeting) -> tuple[Attendance, ...]:
    """`attendances_of`, put in order and tied to one another here: half the time of doing it in the database."""
    rows = list(meeting.attendances.select_related("person", "agency").order_by("pk"))
    by_pk = {row.pk: row for row in rows}
    for row in rows:
        if row.represented_by_id in by_pk:
            row.represented_by = by_pk[row.represented_by_id]
    return tuple(sorted(rows, key=_french_place))


def _french_place(row: Attendance) -> tuple[bool, str, str, str, str]:
    """By agency, people of none at the end, then by name."""
    acronym, name = row.agency.acronym if row.agency else "", row.person.family_name
    return row.agency is None, normalise(acronym), acronym, normalise(name), name


def seat_lines(body: TaskForce, on: date) -> list[SeatLine]:
    """The seats in force on the day `on`."""
    rows = Seat.objects.filter(task_force=body, period__contains=on).values_list(
        "agency_id", "agency__acronym", "status", "counts"
    )
    return [SeatLine(pk, acronym, status == SeatStatus.OBSERVER, counts) for pk, acronym, status, counts in rows]


def presence_of(
    meeting: Meeting, *, attendances: Iterable[Attendance] | None = None, seats: Iterable[SeatLine] | None = None
) -> Presence:
    """The presence at `meeting`, from its stored list or from `attendances` not saved yet. Two queries at most."""
    rows = stored_attendances(meeting) if attendances is None else tuple(attendances)
    return count_presence(
        meeting.task_force, rows, list(seat_lines(meeting.task_force, meeting.date) if seats is None else seats)
    )


def count_presence(body: TaskForce, attendances: Sequence[Attendance], seats: Sequence[SeatLine]) -> Presence:
    """Invariant 1: an agency counts once, whoever of its titular, substitutes or representatives without
    mandate is present or remote; guests, observers, secretariat and chair never count. A quorum counts the
    body's counting seats the same way."""
    seat_of = {seat.agency_id: seat for seat in seats}
    people: dict[int, list[Attendance]] = {pk: [] for pk in seat_of}
    others: list[Attendance] = []
    for row in attendances:
        speaks = row.capacity in REPRESENTING or (row.capacity == Capacity.OBSERVER and row.agency_id in seat_of)
        if speaks and row.agency_id is not None:
            people.setdefault(row.agency_id, []).append(row)
        else:
            others.append(row)
    lines = []
    for agency_id, rows in people.items():
        seat = seat_of.get(agency_id)
        lines.append(
            PresenceLine(
                acronym=seat.acronym if seat else str(rows[0].agency),
                agency_id=agency_id,
                agency=rows[0].agency if rows else None,
                seat=seat,
                people=tuple(rows),
                is_represented=any(row.represents_agency for row in rows),
            )
        )
    lines.sort(key=lambda line: (not line.is_represented, not line.people, normalise(line.acronym), line.acronym))
    represented = [line for line in lines if line.is_represented]
    counting = [seat for seat in seats if seat.counts]
    return Presence(
        attendances=tuple(attendances),
        lines=tuple(lines),
        others=tuple(others),
        represented=tuple(line.agency for line in represented if line.agency is not None),
        counting_seats=len(counting),
        seats_represented=sum(1 for line in represented if line.seat and line.seat.counts),
        # A rule over no seat says nothing: « sans objet ».
        quorum_needed=body.quorum_for(len(counting)) if counting else None,
    )


def last_attended(mandate: Mandate) -> date | None:
    """The day of the last meeting whose list of presence names this mandate, in the body's time zone."""
    last = (
        Attendance.objects.filter(mandate=mandate)
        .select_related("meeting__task_force")
        .order_by("-meeting__starts_at")
        .first()
    )
    return last.meeting.date if last else None
