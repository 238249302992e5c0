"""Meetings in calendars: what, when and where; never the agenda nor a personal link (invariant 7).

Who a meeting is in calendars: one that its body's rule gave is an occurrence of the series (the series' UID, and
as RECURRENCE-ID the moment the rule gave it); any other is an event of its own (the meeting's UID). The pair is the
same in files, feeds and mails, and does not change once the meeting was convened: a rule that has begun is
never rewritten, it gets a successor, and only meetings in preparation pass to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendars import CalendarEntry, CalendarRule, CalendarSource, calendars
from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.queries import meetings_visible_to
from taskforce.models import TaskForce


@calendars.register
class MeetingCalendar(CalendarSource):
    slug = "meetings"
    label = gettext_lazy("Réunions")

    def get_entries(
        self, user: Any, scopes: Sequence[TaskForce], *, since: datetime, until: datetime | None = None
    ) -> Iterable[CalendarEntry]:
        bodies = {body.pk: body for body in scopes}
        meetings = with_calendar_facts(Meeting.objects.filter(task_force__in=bodies, ends_at__gte=since))
        if until is not None:
            meetings = meetings.filter(starts_at__lt=until)
        if user is None:
            meetings = meetings.exclude(state=MeetingState.DRAFT)
        else:
            meetings = meetings.filter(pk__in=meetings_visible_to(user).values("pk"))
        found = list(meetings.order_by("starts_at", "pk"))
        rules: dict[int, CalendarRule] = {}
        for meeting in found:
            # One object a body and a rule a series: names and zones are read once.
            meeting.task_force = bodies[meeting.task_force_id]
            if meeting.series is not None:
                meeting.series.task_force = meeting.task_force
                if meeting.series_id not in rules:
                    rules[meeting.series_id] = calendar_rule(meeting.series)
        return [meeting_entry(meeting, rule=rules.get(meeting.series_id)) for meeting in found]


def with_calendar_facts(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """The meetings with their series, and `changed_at`: when their row last changed."""
    events: Any = Meeting._meta.get_field("events").related_model
    last = (
        events.objects.filter(pgh_obj=OuterRef("pk"))
        .order_by()
        .values("pgh_obj")
        .annotate(at=Max("pgh_created_at"))
        .values("at")
    )
    return meetings.select_related("series").annotate(changed_at=Subquery(last))


def calendar_rule(series: MeetingSeries) -> CalendarRule:
    """The event that a series is."""
    body = series.task_force
    return CalendarRule(
        uid=series.uid,
        sequence=series.sequence,
        rrule=series.rrule,
        anchor=datetime.combine(series.starts_on, series.start_time, tzinfo=body.tz),
        duration=timedelta(minutes=series.duration_minutes),
        summary=str(body),
        until=series.until,
        location=series.place,
        url=f"{settings.SITE_URL}{reverse('meetings:meeting_list', args=[body.slug])}",
    )


def calendar_identity(meeting: Meeting) -> tuple[str, datetime | None]:
    """UID and RECURRENCE-ID of a meeting (see the head of this file)."""
    series = meeting.series
    if series is None or meeting.slot is None:
        return meeting.uid, None
    return series.uid, datetime.combine(meeting.slot, series.start_time, tzinfo=meeting.task_force.tz)


def meeting_entry(meeting: Meeting, *, rule: CalendarRule | None = None) -> CalendarEntry:
    """The calendar entry of a meeting; tentative until it is convened.

    One put off to a date not known yet is cancelled for calendars: nothing is left to come at its hour, and
    convening it again brings it back.
    """
    summary = str(meeting.task_force)
    if meeting.theme:
        summary = _("%(body)s : %(theme)s") % {"body": summary, "theme": meeting.theme}
    uid, recurrence_id = calendar_identity(meeting)
    if recurrence_id is not None and rule is None and meeting.series is not None:
        meeting.series.task_force = meeting.task_force
        rule = calendar_rule(meeting.series)
    return CalendarEntry(
        uid=uid,
        recurrence_id=recurrence_id,
        rule=rule if recurrence_id is not None else None,
        sequence=meeting.sequence,
        summary=summary,
        starts_at=meeting.local_start,
        ends_at=meeting.local_end,
        location=meeting.place,
        url=f"{settings.SITE_URL}{meeting.get_absolute_url()}",
        is_cancelled=meeting.state in {MeetingState.CANCELLED, MeetingState.POSTPONED},
        is_tentative=meeting.state == MeetingState.DRAFT,
        changed_at=getattr(meeting, "changed_at", None),
    )
