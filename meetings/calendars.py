"""Meetings in calendars: what, when and where; never the agenda nor a personal link (invariant 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendars import CalendarEntry, CalendarSource, calendars
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.queries import coming_meetings, meetings_visible_to
from taskforce.models import TaskForce


@calendars.register
class MeetingCalendar(CalendarSource):
    slug = "meetings"
    label = gettext_lazy("Réunions")

    def get_entries(
        self, user: Any, scope: TaskForce, *, since: datetime, until: datetime | None = None
    ) -> Iterable[CalendarEntry]:
        meetings = coming_meetings(scope, since=since).filter(pk__in=meetings_visible_to(user).values("pk"))
        if until is not None:
            meetings = meetings.filter(starts_at__lt=until)
        return [meeting_entry(meeting) for meeting in meetings]


def meeting_entry(meeting: Meeting) -> CalendarEntry:
    """The calendar entry of a meeting; tentative until it is convened, and while its new date is not known."""
    summary = str(meeting.task_force)
    if meeting.theme:
        summary = _("%(body)s : %(theme)s") % {"body": summary, "theme": meeting.theme}
    return CalendarEntry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        summary=summary,
        starts_at=meeting.local_start,
        ends_at=meeting.local_end,
        location=meeting.place,
        url=f"{settings.SITE_URL}{meeting.get_absolute_url()}",
        is_cancelled=meeting.state == MeetingState.CANCELLED,
        is_tentative=meeting.state in {MeetingState.DRAFT, MeetingState.POSTPONED},
    )
