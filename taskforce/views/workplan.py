"""The work plan of a body: the year by month and by theme, its activities, what becomes of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.dashboard import related_for
from core.shortcuts import check_perm
from taskforce.enums import ActivityState, PlanState
from taskforce.forms.workplan import ActivityForm, CloseForm, CopyForm, PlanFilter, ProgressForm, ReopenForm
from taskforce.models import Activity, Agency, TaskForce, WorkPlan
from taskforce.queries.workplan import (
    activities_of,
    activities_visible_to,
    activity_steps,
    by_theme,
    copyable,
    plan_years,
)
from taskforce.services.workplan import (
    add_activity,
    change_plan_state,
    copy_activities,
    remove_activity,
    report_activity,
    update_activity,
)
from taskforce.views.parts import Crumb, find_body, form_page, show_refusal

STATE_LABELS = dict(ActivityState.choices)
FIRST_YEAR, LAST_YEAR = 1990, 2100


@require_GET
def workplan(request: HttpRequest, slug: str, year: int | None = None) -> HttpResponse:
    """The plan of a year (this one when the address names none), month by month or theme by theme."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_workplan", body)
    today = body.today()
    year = today.year if year is None else _year(year)
    plans = plan_years(body)
    plan = plans.get(year)
    rows = list(activities_of(plan)) if plan else []
    for activity in rows:
        activity.plan = plan
        activity.state_label = STATE_LABELS[activity.state]
        activity.overdue = activity.is_late(today)
    involved = {row.lead_agency_id for row in rows} | {one.pk for row in rows for one in row.partners.all()}
    form = PlanFilter(request.GET, agencies=Agency.objects.filter(pk__in=involved - {None}).order_by("acronym"))
    form.is_valid()
    shown = [activity for activity in rows if form.keeps(activity)]
    counted = [row for row in rows if row.state != ActivityState.CANCELLED]
    now = today.month if today.year == year else 0
    context = {
        "body": body,
        "nav": "workplan",
        "year": year,
        "years": sorted({*plans, year, today.year}, reverse=True),
        "plan": plan,
        "form": form,
        "is_filtered": bool(request.GET.get("agence") or request.GET.get("etat")),
        "view": form.cleaned_data.get("vue") or "mois",
        "rows": [(activity, _cells(activity, today)) for activity in shown],
        "months": list(MONTHS.items()),
        "now": now,
        "month_name": MONTHS.get(now, ""),
        "this_month": [activity for activity in shown if now in activity.months],
        "themes": by_theme(shown),
        "progress": round(sum(row.progress for row in counted) / len(counted)) if counted else 0,
        "done": sum(1 for row in rows if row.state == ActivityState.DONE),
        "late": sum(1 for row in rows if row.overdue),
        "total": len(rows),
        "has_earlier": any(one < year for one in plans),
        "may_manage": request.user.has_perm("taskforce.manage_workplan", body),
    }
    return render(request, "taskforce/workplan/year.html", context)


def _cells(activity: Activity, today: Any) -> list[tuple[int, Any, str]]:
    """Twelve cells (month, its name, what is on): on, past, or empty."""
    year = activity.plan.year
    cells: list[tuple[int, Any, str]] = []
    for number, name in MONTHS.items():
        look = ""
        if number in activity.months:
            look = "past" if (year, number) < (today.year, today.month) else "on"
        cells.append((number, name, look))
    return cells


@require_GET
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: when, who, how far, and the way there."""
    return _detail(request, _activity(request, pk))


@require_POST
def activity_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an activity is, in one step."""
    activity = _activity(request, pk)
    check_perm(request.user, "taskforce.update_activity", activity)
    form = ProgressForm(request.POST)
    if form.is_valid():
        try:
            report_activity(activity, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            said = {"state": activity.get_state_display().lower(), "progress": activity.progress}
            messages.success(request, _("L’avancement est enregistré : %(state)s, %(progress)d %%.") % said)
            return redirect(activity)
    return _detail(request, _activity(request, pk), form)


def _detail(request: HttpRequest, activity: Activity, form: ProgressForm | None = None) -> HttpResponse:
    body = activity.plan.task_force
    may_update = request.user.has_perm("taskforce.update_activity", activity)
    if form is None and may_update:
        form = ProgressForm(
            initial={"state": activity.state, "progress": activity.progress, "note": activity.note},
        )
    steps = [
        {
            "at": timezone.localtime(step.at, body.tz),
            "actor": step.actor,
            "text": _("%(state)s, %(progress)d %%") % {"state": STATE_LABELS[step.state], "progress": step.progress},
            "comment": step.note,
        }
        for step in activity_steps(activity)
    ]
    context = {
        "body": body,
        "nav": "workplan",
        "activity": activity,
        "partners": list(activity.partners.order_by("acronym")),
        "cells": _cells(activity, body.today()),
        "is_late": activity.is_late(body.today()),
        "form": form,
        "history": steps,
        "related": related_for(request.user, activity),
        "may_manage": request.user.has_perm("taskforce.manage_workplan", body),
    }
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "taskforce/workplan/activity.html", context, status=status)


@require_http_methods(["GET", "POST"])
def activity_add(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """A new activity of the year's plan."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_workplan", body)
    form = ActivityForm(request.POST if request.method == "POST" else None, body=body)
    if form.is_valid():
        try:
            activity = add_activity(body, _year(year), actor=request.user, **form.facts)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("L’activité « %(title)s » est au plan.") % {"title": activity.title})
            return redirect(_plan_url(body, year))
    return form_page(
        request,
        form,
        title=_("Nouvelle activité %(year)d") % {"year": _year(year)},
        submit=_("Ajouter au plan"),
        cancel_url=_plan_url(body, year),
        crumbs=_crumbs(body, year),
        body=body,
        nav="workplan",
        template="taskforce/workplan/form.html",
    )


@require_http_methods(["GET", "POST"])
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what describes an activity."""
    activity = _activity(request, pk)
    body = activity.plan.task_force
    check_perm(request.user, "taskforce.manage_workplan", body)
    form = ActivityForm(
        request.POST if request.method == "POST" else None, body=body, initial=ActivityForm.initial_of(activity)
    )
    if form.is_valid():
        try:
            update_activity(activity, actor=request.user, **form.facts)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("L’activité est enregistrée."))
            return redirect(activity)
    return form_page(
        request,
        form,
        title=_("Modifier l’activité"),
        submit=_("Enregistrer l’activité"),
        cancel_url=activity.get_absolute_url(),
        crumbs=[*_crumbs(body, activity.plan.year), (_("Activité"), activity.get_absolute_url())],
        body=body,
        nav="workplan",
        template="taskforce/workplan/form.html",
    )


@require_http_methods(["GET", "POST"])
def activity_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an activity entered by mistake out of the plan, after a page that names it."""
    activity = _activity(request, pk)
    body, year = activity.plan.task_force, activity.plan.year
    check_perm(request.user, "taskforce.manage_workplan", body)
    if request.method == "POST":
        try:
            remove_activity(activity, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(activity)
        messages.success(request, _("L’activité « %(title)s » est retirée du plan.") % {"title": activity.title})
        return redirect(_plan_url(body, year))
    context = {"body": body, "nav": "workplan", "activity": activity, "crumbs": _crumbs(body, year)}
    return render(request, "taskforce/workplan/remove.html", context)


@require_http_methods(["GET", "POST"])
def workplan_copy(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Take over activities of the year before; the unfinished ones are proposed."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_workplan", body)
    year = _year(year)
    source, taken = copyable(body, year)
    offered = [activity for activity in source if activity.pk not in taken]
    proposed = {a.pk for a in offered if a.state not in {ActivityState.DONE, ActivityState.CANCELLED}}
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        activities=Activity.objects.filter(pk__in=[activity.pk for activity in offered]),
    )
    if form.is_valid():
        chosen = {activity.pk for activity in form.cleaned_data["activities"]}
        try:
            copies = copy_activities(body, year, [a for a in offered if a.pk in chosen], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("Activités reprises dans le plan %(year)d : %(n)d.") % {"year": year, "n": len(copies)}
            )
            return redirect(_plan_url(body, year))
    checked = {int(pk) for pk in request.POST.getlist("activities") if pk.isdecimal()} if form.is_bound else proposed
    context = {
        "body": body,
        "nav": "workplan",
        "year": year,
        "source_year": source[0].plan.year if source else None,
        "form": form,
        "rows": [(activity, activity.pk in checked) for activity in offered],
        "taken": len(taken),
        "crumbs": _crumbs(body, year),
        "cancel_url": _plan_url(body, year),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "taskforce/workplan/copy.html", context, status=status)


@require_http_methods(["GET", "POST"])
def workplan_state(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Close the year, or open it again with a reason."""
    body = find_body(request, slug)
    plan = get_object_or_404(WorkPlan, task_force=body, year=year)
    plan.task_force = body
    check_perm(request.user, "taskforce.view_workplan", body)
    check_perm(request.user, "taskforce.manage_workplan", body)
    reopens = plan.is_closed
    form_class = ReopenForm if reopens else CloseForm
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change_plan_state(
                plan,
                PlanState.OPEN if reopens else PlanState.CLOSED,
                actor=request.user,
                comment=form.cleaned_data["comment"],
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            said = _("Le plan %(year)d est rouvert.") if reopens else _("Le plan %(year)d est clos.")
            messages.success(request, said % {"year": year})
            return redirect(_plan_url(body, year))
    title = _("Rouvrir le plan %(year)d") if reopens else _("Clore le plan %(year)d")
    note = (
        _("Les points focaux des chefs de file pourront de nouveau tenir leurs activités à jour.")
        if reopens
        else _("Après la clôture, seul le secrétariat peut encore modifier les activités de cette année.")
    )
    return form_page(
        request,
        form,
        title=title % {"year": year},
        submit=_("Rouvrir l’année") if reopens else _("Clore l’année"),
        note=note,
        cancel_url=_plan_url(body, year),
        crumbs=_crumbs(body, year),
        body=body,
        nav="workplan",
    )


def _activity(request: HttpRequest, pk: int) -> Activity:
    return get_object_or_404(activities_visible_to(request.user), pk=pk)


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(year)
    return year


def _plan_url(body: TaskForce, year: int) -> str:
    return reverse("taskforce:workplan_year", args=[body.slug, year])


def _crumbs(body: TaskForce, year: int) -> list[Crumb]:
    return [(_("Plan de travail %(year)d") % {"year": year}, _plan_url(body, year))]
