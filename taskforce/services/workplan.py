"""The work plan: its activities entered, moved on, taken over from the year before; the year closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.actors import Actor
from core.db import conflict_as_validation_error
from core.history import recorded
from core.validators import validate_texts
from core.workflow import transition
from taskforce.enums import ActivityState, BodyState, PlanState
from taskforce.models import Activity, Agency, TaskForce, WorkPlan

FIELDS = frozenset({"title", "theme", "axis", "months", "lead_agency", "note", "position"})


def add_activity(body: TaskForce, year: int, *, actor: Any, partners: Iterable[Agency] = (), **fields: Any) -> Activity:
    """Enter an activity in the body's plan of `year`, which begins with its first one.

    `fields` are those of `FIELDS`; without `position` it comes last. Raises ValidationError by field.
    """
    with conflict_as_validation_error("work_plan_once"), recorded(actor):
        plan = _plan(body, year)
        _check_writable(plan, actor)
        activity = Activity(plan=plan)
        return _save(activity, fields, partners)


def update_activity(
    activity: Activity, *, actor: Any, partners: Iterable[Agency] | None = None, **fields: Any
) -> Activity:
    """Change what describes an activity; `partners` None leaves them. Raises ValidationError by field."""
    with conflict_as_validation_error(), recorded(actor):
        _check_writable(_locked_plan(activity.plan_id), actor)
        return _save(activity, fields, partners)


def report_activity(activity: Activity, *, state: str, progress: int, note: str, actor: Any) -> Activity:
    """Say in one act how far an activity is: its state, its advancement in percent, a word about it.

    « Réalisée » is 100 %; what has advanced is no longer « prévue ». Raises ValidationError, also when the year
    is closed and the actor is not of the secretariat.
    """
    if not 0 <= progress <= 100:
        raise ValidationError({"progress": _("L’avancement va de 0 à 100 %.")})
    validate_texts({"note": note})
    with recorded(actor):
        _check_writable(_locked_plan(activity.plan_id), actor)
        current = Activity.objects.select_for_update(no_key=True, of=("self",)).get(pk=activity.pk)
        if state == ActivityState.PLANNED and progress:
            state = ActivityState.IN_PROGRESS
        note = note.strip()
        changes: dict[str, Any] = {"progress": 100 if state == ActivityState.DONE else progress, "note": note}
        if state != current.state:
            transition(activity, state, actor=actor, comment=note, **changes)
        elif any(getattr(current, name) != value for name, value in changes.items()):
            for name, value in changes.items():
                setattr(activity, name, value)
            activity.state = current.state
            activity.save(update_fields=list(changes))
    return activity


def remove_activity(activity: Activity, *, actor: Any) -> None:
    """Take an activity entered by mistake out of the plan. One that has begun is cancelled instead: ValidationError."""
    with recorded(actor):
        _check_writable(_locked_plan(activity.plan_id), actor)
        current = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
        if current.state != ActivityState.PLANNED:
            raise ValidationError(
                _("Cette activité a déjà un suivi : passez-la à « Annulée » au lieu de la retirer."), code="begun"
            )
        current.delete()


def copy_activities(body: TaskForce, year: int, activities: Iterable[Activity], *, actor: Any) -> list[Activity]:
    """Take activities of an earlier plan over into that of `year`, planned anew; those already there are left.

    Title, theme, axis, months, lead and partners are taken over; state, advancement and note are not.
    """
    copies = []
    with conflict_as_validation_error("activity_copied_once"), recorded(actor):
        plan = _plan(body, year)
        _check_writable(plan, actor)
        known = set(plan.activities.values_list("copied_from_id", flat=True))
        for source in activities:
            if source.pk in known:
                continue
            fields = {name: getattr(source, name) for name in ("title", "theme", "axis", "months", "lead_agency")}
            copies.append(_save(Activity(plan=plan, copied_from=source), fields, source.partners.all()))
    return copies


def change_plan_state(plan: WorkPlan, to: str, *, actor: Any, comment: str = "") -> WorkPlan:
    """Close the year, or open it again with a reason. Raises TransitionRefused."""
    with recorded(actor):
        return transition(plan, to, actor=actor, comment=comment)


def _plan(body: TaskForce, year: int) -> WorkPlan:
    if body.state == BodyState.CLOSED:
        raise ValidationError(_("Cette instance est close : son plan de travail ne change plus."), code="closed")
    # Its check of the year; that there is one already is no error.
    WorkPlan(task_force=body, year=year).validate_constraints(exclude=["task_force"])
    plan = _locked_plan(WorkPlan.objects.get_or_create(task_force=body, year=year)[0].pk)
    plan.task_force = body
    return plan


def _locked_plan(pk: int) -> WorkPlan:
    """The plan, held: closing it waits for what is being written in it, and the other way round."""
    return WorkPlan.objects.select_for_update(no_key=True, of=("self",)).select_related("task_force").get(pk=pk)


def _check_writable(plan: WorkPlan, actor: Any) -> None:
    if plan.state != PlanState.CLOSED:
        return
    user = Actor.of(actor).user
    if user is None or not user.has_perm("taskforce.manage_workplan", plan):
        raise ValidationError(
            _("Le plan de travail %(year)d est clos : seul le secrétariat peut encore le modifier.")
            % {"year": plan.year},
            code="plan-closed",
        )


def _save(activity: Activity, fields: dict[str, Any], partners: Iterable[Agency] | None) -> Activity:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        if name == "months":
            value = sorted(set(value))
        elif isinstance(value, str) and name != "note":
            value = " ".join(value.split())
        setattr(activity, name, value)
    if not fields.get("position") and activity.pk is None:
        activity.position = (activity.plan.activities.aggregate(last=Max("position"))["last"] or 0) + 1
    validate_texts({name: getattr(activity, name) for name in fields})
    activity.full_clean(exclude=["plan", "copied_from"])
    activity.save()
    if partners is not None:
        # The lead is no partner of itself.
        activity.partners.set(agency for agency in partners if agency.pk != activity.lead_agency_id)
    return activity
