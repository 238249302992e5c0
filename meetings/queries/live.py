"""What the page « En séance » reads: the course of the points and the notes of the sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from core.richtext import is_plain, richtext_to_text
from meetings.enums import ItemOutcome
from meetings.models import AgencyUpdate, AgendaItem, ItemTurn, Meeting, MeetingDecision, MinutesSection
from meetings.queries.presence import SeatLine
from taskforce.models import Decision


def with_turns(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """In the query that finds the meeting: `point_rows` and `turn_rows` (the points and their stretches of time),
    `decision_rows` and `update_rows` (what is taken and what agencies wrote), each in order."""
    points = (
        AgendaItem.objects.filter(meeting=OuterRef("pk"))
        .order_by("position", "pk")
        .values(data=JSONObject(item="pk", outcome="outcome"))
    )
    turns = (
        ItemTurn.objects.filter(meeting=OuterRef("pk"))
        .order_by("started_at", "pk")
        .values(data=JSONObject(item="agenda_item_id", start="started_at", end="ended_at"))
    )
    decisions = (
        MeetingDecision.objects.filter(meeting=OuterRef("pk"))
        .order_by("decision__year", "decision__number")
        .values(data=JSONObject(year="decision__year", number="decision__number", text="decision__text"))
    )
    updates = (
        AgencyUpdate.objects.filter(meeting=OuterRef("pk"))
        .order_by("position", "pk")
        .values(data=JSONObject(pk="pk", agency="agency_id", acronym="agency__acronym", label="label", body="body"))
    )
    return meetings.annotate(
        point_rows=ArraySubquery(points),
        turn_rows=ArraySubquery(turns),
        decision_rows=ArraySubquery(decisions),
        update_rows=ArraySubquery(updates),
    )


def decisions_taken(meeting: Meeting) -> list[Decision]:
    """From `with_turns`; they know their number and text alone."""
    return [Decision(**row) for row in meeting.decision_rows]  # type: ignore[attr-defined]


def round_table(meeting: Meeting, seats: Iterable[SeatLine]) -> list[dict[str, Any]]:
    """Who writes and what, as plain text on one line, then who of `seats` has not begun; from `with_turns`."""
    rows = meeting.update_rows  # type: ignore[attr-defined]
    begun = {row["agency"] for row in rows}
    return [
        {
            "name": row["acronym"] or row["label"],
            "text": richtext_to_text(row["body"]).replace("\n", " ") if row["body"] else "",
            "mark": f"{row['pk']}-{crc32(row['body'].encode())}" if row["body"] else "",
        }
        for row in rows
    ] + [
        {"name": seat.acronym, "text": "", "mark": ""}
        for seat in sorted(seats, key=lambda seat: seat.acronym)
        if seat.agency_id not in begun
    ]


@dataclass(frozen=True)
class Clock:
    """How long a point took: seconds of its stretches that ended, and since when it is in hand (None: it is not)."""

    spent: int
    since: datetime | None

    def seconds(self, now: datetime) -> int:
        return self.spent + (max(0, int((now - self.since).total_seconds())) if self.since else 0)


def clocks(meeting: Meeting, *, now: datetime) -> dict[int, Clock]:
    """By point, from `with_turns`. The end of the meeting stops them all."""
    found: dict[int, Clock] = {}
    for row in meeting.turn_rows:  # type: ignore[attr-defined]
        start = datetime.fromisoformat(row["start"])
        end = datetime.fromisoformat(row["end"]) if row["end"] else meeting.ended_at
        before = found.get(row["item"], Clock(0, None))
        if end is None:
            found[row["item"]] = Clock(before.spent, start)
        else:
            found[row["item"]] = Clock(
                before.spent + max(0, int((min(end, now) - start).total_seconds())), before.since
            )
    return found


@dataclass(frozen=True)
class LiveSection:
    """A section as the page shows it. `text` is what the notes begin with: the whole text where it is plain, nothing
    under a text with tables, links or bold, which stays above (`html`)."""

    section: MinutesSection
    item: AgendaItem | None
    is_whole: bool
    text: str

    @property
    def html(self) -> str:
        return "" if self.is_whole else self.section.body


def notes_text(section: MinutesSection) -> str | None:
    """The section's text as plain text; None when that would lose something of it."""
    return richtext_to_text(section.body) if is_plain(section.body) else None


def live_section(section: MinutesSection) -> LiveSection:
    text = notes_text(section)
    return LiveSection(section, section.agenda_item, text is not None, text or "")


def point_in_hand(found: dict[int, Clock]) -> int | None:
    return next((pk for pk, clock in found.items() if clock.since is not None), None)


def point_after(meeting: Meeting, current: int | None) -> int | None:
    """The next point that is still to be treated, else one that was passed over; from `with_turns`."""
    rows = meeting.point_rows  # type: ignore[attr-defined]
    place = next((place for place, row in enumerate(rows) if row["item"] == current), -1)
    waiting = [
        row["item"] for row in (*rows[place + 1 :], *rows[: max(place, 0)]) if row["outcome"] == ItemOutcome.OPEN
    ]
    return waiting[0] if waiting else None


def course(meeting: Meeting, found: dict[int, Clock]) -> list[dict[str, Any]]:
    """Of each point: its outcome, the seconds spent and since when it is in hand; from `with_turns`."""
    return [
        {
            "item": row["item"],
            "outcome": row["outcome"],
            "spent": clock.spent,
            "since": clock.since.isoformat() if clock.since else "",
        }
        for row in meeting.point_rows  # type: ignore[attr-defined]
        for clock in [found.get(row["item"], Clock(0, None))]
    ]


def facts_of_clock(item: AgendaItem, clock: Clock | None, now: datetime) -> dict[str, Any]:
    """What the clock of a point says, for a page without a script as well."""
    seconds = clock.seconds(now) if clock else 0
    return {
        "item": item,
        "spent": clock.spent if clock else 0,
        "since": clock.since.isoformat() if clock and clock.since else "",
        "minutes": seconds // 60,
        "is_over": item.minutes is not None and seconds > item.minutes * 60,
    }
