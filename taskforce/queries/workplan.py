"""Work plans: which one reads, what a year holds, what became of an activity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from taskforce.enums import ActivityState
from taskforce.models import Activity, Agency, TaskForce, WorkPlan
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order


def plans_visible_to(user: Any) -> QuerySet[WorkPlan]:
    """Plans of the bodies where the user holds a role."""
    return WorkPlan.objects.filter(task_force_id__in=grants_of(user).body_ids()).select_related("task_force__country")


def activities_visible_to(user: Any) -> QuerySet[Activity]:
    """Activities of the plans that the user reads."""
    return Activity.objects.filter(plan__task_force_id__in=grants_of(user).body_ids()).select_related(
        "plan__task_force__country", "theme", "lead_agency"
    )


def plan_years(body: TaskForce) -> dict[int, WorkPlan]:
    """The body's plans by year, the latest first: one query."""
    plans = {}
    for plan in body.work_plans.order_by("-year"):
        plan.task_force = body
        plans[plan.year] = plan
    return plans


def activities_of(plan: WorkPlan) -> QuerySet[Activity]:
    """The plan's activities in order, with their agencies and themes: two queries."""
    partners = Agency.objects.order_by(*french_order("acronym"))
    return (
        Activity.objects.filter(plan=plan)
        .select_related("theme", "lead_agency")
        .prefetch_related(Prefetch("partners", partners))
        .order_by("position", "pk")
    )


def copyable(body: TaskForce, year: int) -> tuple[list[Activity], set[int]]:
    """The activities of the plan before `year`, and the ids of those already taken over into it."""
    source = body.work_plans.filter(year__lt=year).order_by("-year").first()
    if source is None:
        return [], set()
    source.task_force = body
    activities = list(activities_of(source))
    for activity in activities:
        activity.plan = source
    taken = Activity.objects.filter(plan__task_force=body, plan__year=year, copied_from__in=activities)
    return activities, set(taken.values_list("copied_from_id", flat=True))


@dataclass(frozen=True)
class ThemeGroup:
    """The activities under one theme, or under one axis of the national policy when they have no theme."""

    label: str
    activities: list[Activity]

    @property
    def progress(self) -> int:
        """The mean advancement in percent, cancelled ones left out."""
        counted = [a.progress for a in self.activities if a.state != ActivityState.CANCELLED]
        return round(sum(counted) / len(counted)) if counted else 0


def by_theme(activities: Iterable[Activity]) -> list[ThemeGroup]:
    """The activities by theme (or axis), in the order in which each first appears; those without either last."""
    groups: dict[str, list[Activity]] = {}
    for activity in activities:
        groups.setdefault(str(activity.theme) if activity.theme_id else activity.axis, []).append(activity)
    without = groups.pop("", None)
    found = [ThemeGroup(label, rows) for label, rows in groups.items()]
    return [*found, ThemeGroup("", without)] if without else found


@dataclass(frozen=True)
class Step:
    """What an activity became at a moment."""

    at: Any
    actor: str
    state: str
    progress: int
    note: str


def activity_steps(activity: Activity) -> list[Step]:
    """The changes of state and advancement, the latest first, from the history that the database keeps: one query."""
    steps: list[Step] = []
    history: Any = activity
    rows = (
        history.events.annotate(who=F("pgh_context__metadata__actor"))
        .order_by("pgh_created_at", "pgh_id")
        .values_list("pgh_created_at", "who", "state", "progress", "note")
    )
    for at, actor, state, progress, note in rows:
        last = steps[-1] if steps else None
        if last is None or (last.state, last.progress) != (state, progress):
            said = note if last is None or note != last.note else ""
            steps.append(Step(at, actor or "", state, progress, said))
    return steps[::-1]
