"""Which meetings, series and minutes one sees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    Q,
    QuerySet,
)

from meetings.enums import (
    MinutesState,
)
from meetings.models import (
    Meeting,
    MeetingSeries,
    Minutes,
)
from taskforce.enums import Role
from taskforce.models import TaskForce
from taskforce.queries import grants_of

# States in which every member of the body reads the minutes.
SHARED = (MinutesState.CIRCULATED, MinutesState.APPROVED, MinutesState.PUBLISHED)


def meetings_visible_to(user: Any) -> QuerySet[Meeting]:
    """Meetings whose page the user may open."""
    return Meeting.objects.filter(visible_meetings(user)).select_related("task_force", "task_force__country")


def visible_meetings(user: Any) -> Q:
    """Which meetings' pages the user may open, as a condition.

    Members and officers of the body see every meeting; whoever reads what is published in the country
    sees the meetings whose minutes are published; an administrator likewise, everywhere.
    """
    grants = grants_of(user)
    published = Q(minutes__state=MinutesState.PUBLISHED)
    visible = Q(task_force_id__in=grants.body_ids())
    if grants.is_administrator:
        visible |= published
    elif grants.published_in:
        visible |= published & Q(task_force__country_id__in=grants.published_in)
    return visible


def minutes_visible_to(user: Any) -> QuerySet[Minutes]:
    """Minutes the user may read: a draft for the secretariat, the chair and the rapporteur; once shared,
    every member; once published, the country's other readers and the administrator."""
    grants = grants_of(user)
    visible = Q(meeting__task_force_id__in=grants.body_ids(Role.SECRETARIAT, Role.CHAIR))
    visible |= Q(state__in=SHARED, meeting__task_force_id__in=grants.body_ids())
    if grants.person_id is not None:
        visible |= Q(meeting__task_force_id__in=grants.body_ids(), meeting__rapporteur_id=grants.person_id)
    if grants.is_administrator:
        visible |= Q(state=MinutesState.PUBLISHED)
    elif grants.published_in:
        visible |= Q(state=MinutesState.PUBLISHED, meeting__task_force__country_id__in=grants.published_in)
    return Minutes.objects.filter(visible).select_related(
        "meeting", "meeting__task_force", "meeting__task_force__country"
    )


def sees_restricted(user: Any, meeting: Meeting) -> bool:
    """Whether restricted points, decisions and actions of the meeting are shown to the user (invariant 11)."""
    return bool(user.has_perm("meetings.view_restricted", meeting))


def series_visible_to(user: Any) -> QuerySet[MeetingSeries]:
    """Series of the bodies where the user holds a role, and of every body for an administrator."""
    grants = grants_of(user)
    series = MeetingSeries.objects.select_related("task_force", "task_force__country")
    if grants.is_administrator:
        return series
    return series.filter(task_force_id__in=grants.body_ids())


def series_in_force(body: TaskForce, on: date) -> QuerySet[MeetingSeries]:
    """Series not ended by the day `on`, the latest first."""
    return body.series.filter(Q(until__isnull=True) | Q(until__gte=on)).order_by("-starts_on", "-pk")
