"""What becomes of meetings already made when their calendar's rule changes: proposed, then done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.recurrence import occurrence_times, occurrences
from meetings.services.meetings import cancel_meeting, move_meeting

Fate = Literal["move", "keep", "cancel"]
# How far after the last meeting a new date is looked for.
LOOK_AHEAD = timedelta(days=45)


@dataclass(frozen=True)
class ChangeLine:
    """One meeting to come of the old rule. `day` and `facts`: where and how the new rule would have it, or nothing.

    `proposed` is what a page ticks first; `mails` how many people are told when it moves or is called off.
    """

    meeting: Meeting
    proposed: Fate
    day: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    mails: int = 0

    @property
    def changes(self) -> bool:
        """Whether moving it changes anything that people see."""
        return any(getattr(self.meeting, name) != value for name, value in self.facts.items())

    @property
    def choices(self) -> list[str]:
        """The values that a choice for this line may have; « move » names its date, so that a stale page is seen."""
        moving = [f"move:{self.day.isoformat()}"] if self.day is not None else []
        return [*moving, "keep", "cancel"]

    @property
    def proposed_choice(self) -> str:
        return self.choices[0] if self.proposed == "move" else self.proposed


def plan_changes(old: MeetingSeries, new: MeetingSeries, *, now: datetime | None = None) -> list[ChangeLine]:
    """The meetings to come, made by `old` from the first day of `new` on, and what `new` makes of them. One query.

    A date that both rules give stays; another goes to a free date of the new rule in the same month (the same week
    for a weekly rule); what finds none is proposed to be called off. A meeting moved by hand keeps its date.
    `new` may be unsaved, or `old` itself with other values.
    """
    now = now or timezone.now()
    since = min(new.starts_on, old.starts_on) if new.pk == old.pk else new.starts_on
    meetings = list(
        old.meetings.filter(state__in=[MeetingState.DRAFT, MeetingState.CONVENED], slot__gte=since, starts_at__gt=now)
        .annotate(invited=Count("invitations"))
        .order_by("slot")
    )
    slots = [meeting.slot for meeting in meetings if meeting.slot is not None]
    if not slots:
        return []
    days = occurrences(new, last=max(slots) + LOOK_AHEAD)
    free = {day for day in days if day not in slots and occurrence_times(new, day)[0] > now}
    lines = []
    for meeting in meetings:
        meeting.task_force = new.task_force
        lines.append(_line(meeting, old, new, set(days), free))
    return lines


def _line(meeting: Meeting, old: MeetingSeries, new: MeetingSeries, days: set[date], free: set[date]) -> ChangeLine:
    mails = meeting.invited if meeting.state == MeetingState.CONVENED else 0  # type: ignore[attr-defined]
    slot = meeting.slot
    if slot is None or (meeting.starts_at, meeting.ends_at) != occurrence_times(old, slot):
        # Its date was chosen for itself.
        return ChangeLine(meeting, "keep", mails=mails)
    day = slot if slot in days else _near(slot, free, weekly="FREQ=WEEKLY" in new.rrule)
    if day is None:
        return ChangeLine(meeting, "cancel", mails=mails)
    free.discard(day)
    starts_at, ends_at = occurrence_times(new, day)
    facts: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
    for name in ("place", "link"):
        # A place that is not the calendar's was chosen for itself too.
        if getattr(meeting, name) == getattr(old, name):
            facts[name] = getattr(new, name)
    return ChangeLine(meeting, "move", day, facts, mails)


def _near(slot: date, free: set[date], *, weekly: bool) -> date | None:
    """The free date nearest to `slot` in its month (its week, for a weekly rule)."""

    def period(day: date) -> tuple[int, int]:
        return day.isocalendar()[:2] if weekly else (day.year, day.month)

    found = [day for day in free if period(day) == period(slot)]
    return min(found, key=lambda day: (abs((day - slot).days), day), default=None)


def apply_changes(
    lines: list[ChangeLine], new: MeetingSeries, choices: Mapping[int, str] | None, *, actor: Any
) -> None:
    """Do what was chosen for each meeting (`choices` by its key, see `ChangeLine.choices`; none: keep).

    In preparation, a meeting that moves becomes one of `new`; one already convened keeps its place in the old
    series, under which calendars know it (invariant 7), and people are told. Raises ValidationError when the page
    was made from other facts.
    """
    chosen = {line.meeting.pk: (choices or {}).get(line.meeting.pk, "keep") for line in lines}
    if any(chosen[line.meeting.pk] not in line.choices for line in lines):
        raise ValidationError(
            _("Les réunions ont changé depuis que cette page a été affichée. Relisez la liste, puis confirmez."),
            code="stale",
        )
    days = set(occurrences(new, last=max((line.meeting.slot for line in lines if line.meeting.slot), default=None)))
    passing: dict[int, date] = {}
    for line in lines:
        is_draft = line.meeting.state == MeetingState.DRAFT
        if is_draft and chosen[line.meeting.pk] == "keep" and line.meeting.slot in days:
            passing[line.meeting.pk] = line.meeting.slot
        elif is_draft and chosen[line.meeting.pk].startswith("move") and line.day is not None:
            passing[line.meeting.pk] = line.day
    # A date is free for another only once whoever held it has left it.
    Meeting.objects.filter(pk__in=passing).update(slot=None)
    for pk, day in passing.items():
        Meeting.objects.filter(pk=pk).update(series=new, slot=day)
    for line in lines:
        choice = chosen[line.meeting.pk]
        if choice == "cancel":
            cancel_meeting(line.meeting, actor=actor, reason=_("Le calendrier des réunions a changé."))
        elif choice.startswith("move") and line.changes:
            move_meeting(line.meeting, actor=actor, **line.facts)
