"""Which meetings deal with which activities of the work plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from meetings.models import ActivityMeeting, Meeting
from taskforce.models import Activity


def tie_activities(meeting: Meeting, activities: Iterable[Activity], *, actor: Any) -> None:
    """Let the meeting deal with exactly `activities`. Raises ValidationError for one of another body."""
    chosen = list(activities)
    _of_one_body(meeting.task_force_id, chosen)
    with conflict_as_validation_error("activity_meeting_once"), recorded(actor):
        _replace(
            ActivityMeeting.objects.filter(meeting=meeting),
            [ActivityMeeting(meeting=meeting, activity=a) for a in chosen],
        )


def tie_meetings(activity: Activity, meetings: Iterable[Meeting], *, actor: Any) -> None:
    """Let exactly `meetings` deal with the activity. Raises ValidationError for one of another body."""
    chosen = list(meetings)
    for meeting in chosen:
        _of_one_body(meeting.task_force_id, [activity])
    with conflict_as_validation_error("activity_meeting_once"), recorded(actor):
        _replace(
            ActivityMeeting.objects.filter(activity=activity),
            [ActivityMeeting(meeting=m, activity=activity) for m in chosen],
        )


def _of_one_body(body_id: int, activities: list[Activity]) -> None:
    if any(activity.plan.task_force_id != body_id for activity in activities):
        raise ValidationError(_("Cette activité est au plan d’une autre instance."), code="other-body")


def _replace(present: Any, wanted: list[ActivityMeeting]) -> None:
    keys = {(link.activity_id, link.meeting_id) for link in wanted}
    kept = set()
    for link in present:
        key = (link.activity_id, link.meeting_id)
        if key in keys:
            kept.add(key)
        else:
            link.delete()
    ActivityMeeting.objects.bulk_create(link for link in wanted if (link.activity_id, link.meeting_id) not in kept)
