"""Documents of the past: who sees them, what they would meet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from meetings.enums import MeetingState
from meetings.models import ImportBatch, ImportedMinutes, Meeting
from meetings.queries.visible import minutes_visible_to
from taskforce.models import TaskForce
from taskforce.queries import grants_of


def batches_visible_to(user: Any) -> QuerySet[ImportBatch]:
    """Imports of the bodies that the user belongs to; who may open them is `meetings.import_minutes`."""
    rows = ImportBatch.objects.filter(task_force__in=grants_of(user).body_ids())
    return rows.select_related("task_force__country")


def imported_visible_to(user: Any) -> QuerySet[ImportedMinutes]:
    """Documents of the bodies that the user belongs to; who may open them is `meetings.import_minutes`."""
    rows = ImportedMinutes.objects.filter(task_force__in=grants_of(user).body_ids())
    return rows.select_related("task_force__country", "batch", "meeting", "reviewed_by__person")


def imported_of(body: TaskForce) -> QuerySet[ImportedMinutes]:
    """The body's, the latest first, without their texts."""
    rows = ImportedMinutes.objects.filter(task_force=body).select_related("batch__created_by__person", "meeting")
    return rows.defer("text", "sheet", "reviewed", "findings").order_by("-created_at", "-pk")


def source_rows() -> ArraySubquery:
    """The documents that a meeting was entered from: [{"pk", "name"}], to annotate meetings with."""
    rows = ImportedMinutes.objects.filter(meeting=OuterRef("pk")).order_by("pk")
    return ArraySubquery(rows.values(data=JSONObject(pk="pk", name="name")))


def may_read_source(user: Any, meeting: Meeting) -> bool:
    """Whoever reads the minutes reads what they were made from."""
    return bool(
        user.has_perm("meetings.import_minutes", meeting) or minutes_visible_to(user).filter(meeting=meeting).exists()
    )


def meetings_on(body: TaskForce, day: date) -> list[Meeting]:
    """The body's meetings of that day in its time zone, called off ones aside."""
    begins = datetime.combine(day, datetime.min.time(), tzinfo=body.tz)
    rows = body.meetings.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))
    return list(rows.exclude(state=MeetingState.CANCELLED).select_related("task_force__country").order_by("starts_at"))
