"""What changes the course of a meeting: convened, moved, called off, begun, ended, closed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.enums import MeetingState
from meetings.forms.meeting import ReopenForm, TimesForm
from meetings.queries import closing_conditions
from meetings.services.closing import (
    close_meeting,
    correct_times,
    end_meeting,
    hold_meeting,
    reason_not_to_hold,
    reopen_meeting,
    start_meeting,
)
from meetings.views.common import act, find_meeting, meeting_context, posted

# On the day, and after ---------------------------------------------------------------------------


@require_POST
def meeting_start(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    act(
        request,
        start_meeting,
        meeting,
        to=MeetingState.IN_PROGRESS,
        done=_("La réunion commence. Notez les présences."),
    )
    return redirect("meetings:live", pk=pk) if request.POST.get("then") == "seance" else redirect(meeting)


@require_POST
def meeting_end(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    act(request, end_meeting, meeting, to=MeetingState.HELD, done=_("La réunion est terminée."))
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def meeting_times(request: HttpRequest, pk: int) -> HttpResponse:
    """The real times; for a meeting in preparation, they enter it as held."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    holds = meeting.state == MeetingState.DRAFT
    form = TimesForm(meeting, posted(request))
    if request.method == "POST" and form.is_valid():
        times = {"started_at": form.cleaned_data["starts_at"], "ended_at": form.cleaned_data["ends_at"]}
        if holds:
            done = _("La réunion est enregistrée comme tenue. Aucun courriel n’est parti.")
            act(request, hold_meeting, meeting, to=MeetingState.HELD, done=done, **times)
            return redirect(meeting)
        try:
            correct_times(meeting, actor=request.user, **times)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Les heures réelles sont à jour."))
            return redirect(meeting)
    refusal = reason_not_to_hold(meeting) if holds else ""
    return render(
        request, "meetings/meetings/times.html", meeting_context(meeting, form=form, holds=holds, refusal=refusal)
    )


@require_http_methods(["GET", "POST"])
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.close_meeting")
    if request.method == "POST":
        act(request, close_meeting, meeting, to=MeetingState.CLOSED, done=_("La réunion est close."))
        return redirect(meeting)
    conditions = closing_conditions(meeting)
    context = meeting_context(
        meeting,
        blocking=[condition for condition in conditions if condition.is_blocking],
        advice=[condition for condition in conditions if not condition.is_blocking],
    )
    return render(request, "meetings/meetings/close.html", context)


@require_http_methods(["GET", "POST"])
def meeting_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.reopen_meeting")
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("La réunion est rouverte.")
        act(request, reopen_meeting, meeting, to=MeetingState.HELD, done=done, reason=form.cleaned_data["reason"])
        return redirect(meeting)
    return render(request, "meetings/meetings/reopen.html", meeting_context(meeting, form=form))
