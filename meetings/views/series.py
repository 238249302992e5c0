"""Pages of a body's calendar: its rule, its preview, a year's meetings in one act."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from meetings.enums import MeetingState
from meetings.forms.meeting import LastDayForm
from meetings.forms.series import SeriesForm
from meetings.holidays import with_holidays
from meetings.models import MeetingSeries
from meetings.queries import series_visible_to
from meetings.recurrence import FIRST_DAY, LAST_DAY, describe_rule, expand
from meetings.services.series import (
    change_series,
    create_series,
    create_year_meetings,
    end_series,
    has_begun,
    plan_year,
    preview_changes,
)
from meetings.services.series_changes import ChangeLine
from meetings.views.common import find_body, posted
from taskforce.models import TaskForce

PREVIEWED = 6


def find_series(request: HttpRequest, pk: int) -> MeetingSeries:
    series = get_object_or_404(series_visible_to(request.user), pk=pk)
    check_perm(request.user, "meetings.manage_series", series)
    return series


@require_GET
def series_list(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.view_series")
    today = body.today()
    lines = []
    for one in body.series.order_by("-starts_on", "-pk"):
        one.task_force = body
        coming = expand(one.rrule, one.starts_on, last=one.until, after=today, count=PREVIEWED)
        strays = one.meetings.filter(state=MeetingState.DRAFT, slot__gt=one.until).count() if one.until else 0
        lines.append(
            {
                "series": one,
                "words": describe_rule(one.rrule),
                "is_ended": bool(one.until and one.until < today),
                "days": with_holidays(body.country.iso2, coming),
                "strays": strays,
                "is_to_come": one.starts_on > today,
                "years": [
                    year
                    for year in (today.year, today.year + 1)
                    if one.starts_on.year <= year and (one.until is None or year <= one.until.year)
                ],
            }
        )
    context = {
        "body": body,
        "nav": "meetings",
        "lines": lines,
        "may_manage": request.user.has_perm("meetings.manage_series", body),
    }
    return render(request, "meetings/series/list.html", context)


@require_http_methods(["GET", "POST"])
def series_add(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.manage_series")
    form = SeriesForm(posted(request), today=body.today())
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            series, created = create_series(body, actor=request.user, **form.values)
        except ValidationError as error:
            form.refuse(error)
        else:
            if created:
                messages.success(request, _("Le calendrier est enregistré. Créez maintenant les réunions de l’année."))
            else:
                messages.info(request, _("Ce calendrier existait déjà."))
            return redirect("meetings:series_year", series.pk, max(series.starts_on, body.today()).year)
    return render(request, "meetings/series/form.html", _form_context(body, form))


@require_http_methods(["GET", "POST"])
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    series = find_series(request, pk)
    body = series.task_force
    begun = has_begun(series)
    initial = {"starts_on": body.today()} if begun else {}
    form = SeriesForm(posted(request), series=series, today=body.today(), initial=initial)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        values = form.values
        if begun and all(values[name] == getattr(series, name) for name in ("rrule", "start_time", "duration_minutes")):
            # The rule stays: its first day does too.
            values["starts_on"] = series.starts_on
        lines = preview_changes(series, values)
        if lines and "confirm" not in request.POST:
            return render(request, "meetings/series/changes.html", _changes_context(request, series, form, lines))
        chosen = {line.meeting.pk: request.POST.get(f"meeting-{line.meeting.pk}", "") for line in lines}
        try:
            current = change_series(series, actor=request.user, meetings=chosen, **values)
        except ValidationError as error:
            if getattr(error, "code", "") == "stale":
                messages.warning(request, " ".join(error.messages))
                return render(request, "meetings/series/changes.html", _changes_context(request, series, form, lines))
            form.refuse(error)
        else:
            if current.pk != series.pk:
                messages.success(request, _("L’ancien calendrier s’arrête la veille ; le nouveau prend la suite."))
            else:
                messages.success(request, _("Le calendrier est à jour."))
            return redirect("meetings:series_list", body.slug)
    return render(request, "meetings/series/form.html", _form_context(body, form, series=series, begun=begun))


def _changes_context(
    request: HttpRequest, series: MeetingSeries, form: SeriesForm, lines: list[ChangeLine]
) -> dict[str, Any]:
    """What becomes of each meeting already made, before anything is saved; what was typed goes along."""
    body = series.task_force
    typed = [(name, value) for name, values in request.POST.lists() if name in form.fields for value in values]
    return {
        "body": body,
        "nav": "meetings",
        "series": series,
        "words": describe_rule(form.cleaned_data["rrule"]),
        "lines": lines,
        "mails": sum(line.mails for line in lines if line.proposed == "cancel" or (line.day and line.changes)),
        "typed": typed,
    }


@require_GET
def series_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The first dates of what is being typed: a fragment for the script, the whole form otherwise."""
    body = find_body(request, slug, "meetings.manage_series")
    form = SeriesForm(request.GET or None, today=body.today())
    form.preview_only()
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "meetings/series/form.html", _form_context(body, form))
    return render(request, "meetings/series/preview.html", {"preview": preview_of(body, form)})


def preview_of(body: TaskForce, form: SeriesForm) -> dict[str, Any]:
    """The next six dates that the form's rule gives, holidays flagged; or what to correct before there are any."""
    if form.is_bound:
        if not form.is_valid():
            return {"errors": [text for texts in form.errors.values() for text in texts]}
        values = form.cleaned_data
        rrule, starts_on, until = values["rrule"], values["starts_on"], values.get("until")
    else:
        choice = SeriesForm(_initial_data(form), today=body.today())
        choice.preview_only()
        choice.is_valid()
        rrule, starts_on, until = (
            choice.cleaned_data["rrule"],
            choice.cleaned_data["starts_on"],
            form.initial.get("until"),
        )
    if not FIRST_DAY <= starts_on <= LAST_DAY:
        return {"errors": [_("L’année %(year)d n’est pas possible ici.") % {"year": starts_on.year}]}
    today = body.today()
    dates = expand(rrule, starts_on, last=until, count=PREVIEWED)
    later: list[date] = []
    if starts_on < today and dates and dates[0] < today:
        later = expand(rrule, starts_on, last=until, after=today, count=PREVIEWED)
    country = body.country.iso2
    return {
        "words": describe_rule(rrule),
        "starts_on": starts_on,
        "days": with_holidays(country, dates),
        "later": with_holidays(country, later),
        "today": today,
    }


def _initial_data(form: SeriesForm) -> dict[str, Any]:
    return {name: value for name, value in form.initial.items() if value is not None}


def _form_context(body: TaskForce, form: SeriesForm, **more: Any) -> dict[str, Any]:
    return {"body": body, "nav": "meetings", "form": form, "preview": preview_of(body, form), **more}


@require_http_methods(["GET", "POST"])
def series_year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """A year's meetings: first which will be made, then made."""
    series = find_series(request, pk)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise Http404(year)
    if request.method == "POST":
        created = create_year_meetings(series, year, actor=request.user, include_past="include_past" in request.POST)
        if created:
            text = ngettext("%(count)d réunion est créée.", "%(count)d réunions sont créées.", len(created))
            messages.success(request, text % {"count": len(created)})
        else:
            messages.info(request, _("Rien à créer : ces réunions existent déjà."))
        return redirect("meetings:meeting_list", series.task_force.slug)
    return render(request, "meetings/series/year.html", _year_context(series, year))


def _year_context(series: MeetingSeries, year: int) -> dict[str, Any]:
    body = series.task_force
    plan = plan_year(series, year)
    today = body.today()
    days = with_holidays(body.country.iso2, [line.date for line in plan])
    lines = [
        {"day": day, "existing": line.existing, "is_past": line.date < today}
        for day, line in zip(days, plan, strict=True)
    ]
    new = [line for line in lines if line["existing"] is None]
    return {
        "body": body,
        "nav": "meetings",
        "series": series,
        "words": describe_rule(series.rrule),
        "year": year,
        "lines": lines,
        "to_create": [line for line in new if not line["is_past"]],
        "past": [line for line in new if line["is_past"]],
        # A whole year of the past is asked for on purpose.
        "past_by_default": year < today.year,
    }


@require_http_methods(["GET", "POST"])
def series_end(request: HttpRequest, pk: int) -> HttpResponse:
    series = find_series(request, pk)
    form = LastDayForm(posted(request), initial={"last_day": series.until or series.task_force.today()})
    if request.method == "POST" and form.is_valid():
        try:
            end_series(series, last_day=form.cleaned_data["last_day"], actor=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Le calendrier s’arrêtera à cette date. Les réunions déjà créées restent."))
            return redirect("meetings:series_list", series.task_force.slug)
    context = {
        "body": series.task_force,
        "nav": "meetings",
        "series": series,
        "form": form,
        "words": describe_rule(series.rrule),
    }
    return render(request, "meetings/series/end.html", context)
