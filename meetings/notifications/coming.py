"""What the schedules of meetings read of a body, once a page."""

from __future__ import annotations

from django.db.models import Count, Q

from core.notifications.base import Schedule
from meetings.enums import MeetingState, PartStat
from meetings.models import Meeting


def coming_meetings(schedule: Schedule) -> list[Meeting]:
    """Meetings to come, prepared or convened, the next first, with `to_remind`: people invited who have not answered."""
    return schedule.once("meetings", lambda: _read(schedule))


def _read(schedule: Schedule) -> list[Meeting]:
    unanswered = Q(invitations__partstat=PartStat.NEEDS_ACTION) & ~Q(invitations__person__email="")
    return list(
        Meeting.objects.filter(
            task_force=schedule.scope.pk,
            state__in=[MeetingState.DRAFT, MeetingState.CONVENED],
            starts_at__gt=schedule.now,
        )
        .annotate(to_remind=Count("invitations", filter=unanswered))
        .select_related("task_force")
        .order_by("starts_at", "pk")
    )
