"""Pages of meetings: the list, one meeting, and its facts. What changes its course is in course.py."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from core.calendars import entries_for, render_calendar
from core.typed_text import keeps_typed_text
from meetings.calendars import meeting_entry
from meetings.enums import MeetingKind, MeetingState
from meetings.forms.common import when_initial
from meetings.forms.meeting import (
    MeetingFactsForm,
    MeetingFilterForm,
    MeetingForm,
    NextMeetingForm,
)
from meetings.models import Meeting
from meetings.queries import (
    meeting_rows,
    page_meetings,
    propose_next,
    series_in_force,
)
from meetings.recurrence import describe_rule
from meetings.services.following import fix_next_meeting
from meetings.services.meetings import (
    create_meeting,
    update_meeting,
)
from meetings.services.series import occurrence_times
from meetings.views.common import find_body, find_meeting, meeting_context, posted
from meetings.views.page import page_context
from meetings.views.rows import MeetingRows
from taskforce.models import TaskForce

PAGE_SIZE = 120


# The list ---------------------------------------------------------------------------------------


@require_GET
def meeting_list(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug)
    form = MeetingFilterForm(request.GET or None)
    rows = _filtered(meeting_rows(request.user, body), form)
    page = _page(rows.order_by("-starts_at", "-pk"), request.GET.get("page"))
    coming, years = _by_year(list(page), body)
    rows_of = MeetingRows()
    series = list(series_in_force(body, body.today()))
    context = {
        "body": body,
        "nav": "meetings",
        "page": page,
        "coming": coming,
        "coming_rows": rows_of.coming(coming),
        "years": years,
        "year_rows": [(year, rows_of.past(meetings)) for year, meetings in years],
        "filter_form": form,
        "is_filtered": bool(form.is_bound and any(form.data.get(name) for name in form.fields)),
        "series": [(one, describe_rule(one.rrule)) for one in series],
        "next_years": [body.today().year, body.today().year + 1],
        "may_import": request.user.has_perm("meetings.import_minutes", body),
        "may_add": request.user.has_perm("meetings.add_meeting", body),
        "may_manage": request.user.has_perm("meetings.manage_distribution", body),
        "may_pack": request.user.has_perm("meetings.view_files", body),
        "may_manage_series": request.user.has_perm("meetings.manage_series", body),
    }
    return render(request, "meetings/meetings/list.html", context)


def _page(rows: QuerySet[Meeting], number: str | None) -> Any:
    """A page of the list; what fits on one page is not counted by a query of its own."""
    if number is None:
        first = list(rows[: PAGE_SIZE + 1])
        if len(first) <= PAGE_SIZE:
            return Paginator(first, PAGE_SIZE).get_page(1)
    return Paginator(rows, PAGE_SIZE).get_page(number)


def _filtered(rows: QuerySet[Meeting], form: MeetingFilterForm) -> QuerySet[Meeting]:
    form.is_valid()
    values = getattr(form, "cleaned_data", {})
    if values.get("q"):
        rows = rows.filter(Q(theme__icontains=values["q"]) | Q(place__icontains=values["q"]))
    if values.get("state"):
        rows = rows.filter(state=values["state"])
    if values.get("minutes") == "none":
        rows = rows.filter(minutes__isnull=True)
    elif values.get("minutes"):
        rows = rows.filter(minutes__state=values["minutes"])
    return rows


def _by_year(meetings: list[Meeting], body: TaskForce) -> tuple[list[Meeting], list[tuple[int, list[Meeting]]]]:
    """What is to come, the soonest first; then the past by year, the latest first."""
    now = timezone.now()
    for meeting in meetings:
        # One object: its time zone and its address are then computed once.
        meeting.task_force = body
    waiting = {MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.IN_PROGRESS, MeetingState.POSTPONED}
    coming = [one for one in meetings if one.ends_at >= now and one.state in waiting]
    past = [one for one in meetings if one not in coming]
    return coming[::-1], [(year, list(rows)) for year, rows in groupby(past, key=lambda one: one.date.year)]


@require_GET
def meeting_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The body's coming meetings as an iCalendar file."""
    body = find_body(request, slug)
    entries = entries_for(request.user, [body], since=timezone.now())
    name = pgettext("nom de fichier", "reunions")
    return _ics(render_calendar(entries, name=str(body)), f"{name}-{body.slug}.ics")


@require_GET
def meeting_ics(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk)
    name = slugify(f"{meeting.task_force.slug}-{meeting.date:%Y-%m-%d}")
    return _ics(render_calendar([meeting_entry(meeting)], name=str(meeting.task_force)), f"{name}.ics")


def _ics(content: bytes, filename: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


# One meeting ------------------------------------------------------------------------------------


@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, meetings=page_meetings(request.user))
    return render(request, "meetings/meetings/detail.html", page_context(request.user, meeting))


@require_http_methods(["GET", "POST"])
@keeps_typed_text("theme")
def meeting_add(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.add_meeting")
    form = MeetingForm(body, posted(request), initial=_add_initial(request, body))
    if request.method == "POST" and form.is_valid():
        try:
            meeting, created = create_meeting(body, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            if created:
                messages.success(request, _("La réunion est créée. Préparez son ordre du jour, puis convoquez-la."))
            else:
                messages.info(request, _("Cette réunion existait déjà."))
            return redirect(meeting)
    return render(request, "meetings/meetings/add.html", {"body": body, "nav": "meetings", "form": form})


def _add_initial(request: HttpRequest, body: TaskForce) -> dict[str, Any]:
    kind = request.GET.get("nature", MeetingKind.ORDINARY)
    initial: dict[str, Any] = {"kind": kind if kind in MeetingKind.values else MeetingKind.ORDINARY}
    series = series_in_force(body, body.today()).first()
    if series is not None:
        starts_at, ends_at = occurrence_times(series, body.today())
        initial |= when_initial(starts_at, ends_at) | {"date": None, "place": series.place, "link": series.link}
    return initial


@require_http_methods(["GET", "POST"])
@keeps_typed_text("theme")
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.edit_meeting")
    form = MeetingFactsForm(meeting, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            update_meeting(meeting, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("La réunion est à jour."))
            return redirect(meeting)
    return render(request, "meetings/meetings/edit.html", meeting_context(meeting, form=form))


# The next one -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def next_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    proposal = None if meeting.next_meeting_id else propose_next(meeting)
    form = NextMeetingForm(meeting, posted(request), initial=_next_initial(meeting, proposal))
    if request.method == "POST" and form.is_valid():
        try:
            fix_next_meeting(meeting, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("La prochaine réunion est fixée."))
            return redirect(meeting)
    rule = describe_rule(proposal.series.rrule) if proposal else ""
    context = meeting_context(meeting, form=form, proposal=proposal, rule=rule)
    return render(request, "meetings/meetings/next.html", context)


def _next_initial(meeting: Meeting, proposal: Any) -> dict[str, Any]:
    """What stands: the meeting already fixed or found; else the rule's date; else the hours of this one."""
    standing = meeting.next_meeting or (proposal.existing if proposal else None)
    if standing is not None:
        return when_initial(standing.local_start, standing.local_end) | {
            "theme": standing.theme,
            "place": standing.place,
        }
    if proposal is not None:
        starts_at, ends_at = occurrence_times(proposal.series, proposal.slot)
        return when_initial(starts_at, ends_at) | {"place": proposal.series.place}
    later = timedelta(days=28)
    return when_initial(meeting.local_start + later, meeting.local_end + later) | {"date": None, "place": meeting.place}
