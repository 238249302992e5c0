"""What the page « En séance » reads: the course of the points and the notes of the sections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from core.richtext import is_plain, richtext_to_text
from meetings.models import AgencyUpdate, AgendaItem, ItemTurn, Meeting, MeetingDecision, MinutesSection
from taskforce.models import Decision


def with_turns(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """In the query that finds the meeting: `turn_rows` (the stretches of time of the points), `decision_rows` and
    `update_rows` (what is taken and what agencies wrote, in order)."""
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
        .values(data=JSONObject(acronym="agency__acronym", label="label", body="body"))
    )
    return meetings.annotate(
        turn_rows=ArraySubquery(turns), decision_rows=ArraySubquery(decisions), update_rows=ArraySubquery(updates)
    )


def decisions_taken(meeting: Meeting) -> list[Decision]:
    """From `with_turns`; they know their number and text alone."""
    return [Decision(**row) for row in meeting.decision_rows]  # type: ignore[attr-defined]


def round_table(meeting: Meeting) -> list[dict[str, str]]:
    """Who writes and what, as plain text on one line; from `with_turns`."""
    return [
        {
            "name": row["acronym"] or row["label"],
            "text": richtext_to_text(row["body"]).replace("\n", " ") if row["body"] else "",
        }
        for row in meeting.update_rows  # type: ignore[attr-defined]
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
