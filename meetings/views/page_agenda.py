"""What the meeting's page says of its agenda as a whole: its time, and what came of the points."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.enums import ItemOutcome, MeetingState
from meetings.models import AgendaItem, Meeting

RUNNING = frozenset({MeetingState.IN_PROGRESS, MeetingState.HELD, MeetingState.CLOSED})


@dataclass(frozen=True)
class AgendaTime:
    """The points' minutes against the meeting's length."""

    total: int
    planned: int
    untimed: int

    @property
    def is_over(self) -> bool:
        return self.total > self.planned

    @property
    def sentence(self) -> str:
        """« 120 min sur 120 prévues », and how many points have no time yet."""
        said = _("%(total)d min sur %(planned)d prévues") % {"total": self.total, "planned": self.planned}
        if self.is_over:
            said = _("%(said)s : %(over)d min de trop") % {"said": said, "over": self.total - self.planned}
        if self.untimed:
            without = ngettext("%(count)d point sans durée", "%(count)d points sans durée", self.untimed)
            said = f"{said} · {without % {'count': self.untimed}}"
        return said


def agenda_time(meeting: Meeting, agenda: list[AgendaItem]) -> AgendaTime:
    return AgendaTime(
        total=sum(item.minutes or 0 for item in agenda),
        planned=meeting.minutes_planned,
        untimed=sum(1 for item in agenda if item.minutes is None),
    )


def shows_outcomes(meeting: Meeting, agenda: list[AgendaItem]) -> bool:
    """« À traiter » says nothing before the meeting has begun."""
    return meeting.state in RUNNING or meeting.is_historical or any(item.outcome != ItemOutcome.OPEN for item in agenda)


def open_items(agenda: list[AgendaItem]) -> int:
    return sum(1 for item in agenda if item.outcome == ItemOutcome.OPEN)
