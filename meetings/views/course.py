"""What changes the course of a meeting: convened, moved, called off, begun, ended, closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.enums import MeetingState
from meetings.forms.meeting import MoveForm, ReasonForm, ReopenForm, TimesForm
from meetings.holidays import holiday_on
from meetings.models import Invitation, Meeting
from meetings.queries import closing_conditions, people_to_invite
from meetings.services.closing import (
    close_meeting,
    correct_times,
    end_meeting,
    hold_meeting,
    reason_not_to_hold,
    reopen_meeting,
    start_meeting,
)
from meetings.services.convening import convene_meeting, reason_not_to_convene
from meetings.services.meetings import cancel_meeting, invitations_of, move_meeting, postpone_meeting
from meetings.views.common import act, find_meeting, meeting_context, posted
from taskforce.models import Person

# Before ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def convene(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    if request.method == "POST":
        done = _("La réunion est convoquée : les invitations partent.")
        act(request, convene_meeting, meeting, to=MeetingState.CONVENED, done=done)
        return redirect(meeting)
    context = meeting_context(
        meeting,
        **_told(list(people_to_invite(meeting))),
        refusal=reason_not_to_convene(meeting),
        agenda_count=meeting.agenda.count(),
        holiday=holiday_on(meeting.task_force.country.iso2, meeting.date),
    )
    return render(request, "meetings/meetings/convene.html", context)


@require_http_methods(["GET", "POST"])
def meeting_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date, time or place; people already invited are told, after a page that names them."""
    meeting = find_meeting(request, pk, "meetings.edit_meeting")
    form = MoveForm(meeting, posted(request))
    told = invitations_of(meeting) if meeting.state == MeetingState.CONVENED else []
    if request.method == "POST" and form.is_valid():
        changed = any(getattr(meeting, name) != value for name, value in form.facts.items())
        if changed and told and "confirm" not in request.POST:
            return render(request, "meetings/meetings/move_confirm.html", _confirm_move(meeting, form, told))
        try:
            move_meeting(meeting, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("La date, l’heure et le lieu sont à jour."))
            return redirect(meeting)
    return render(request, "meetings/meetings/move.html", meeting_context(meeting, form=form, told=told))


def _confirm_move(meeting: Meeting, form: MoveForm, told: list[Invitation]) -> dict[str, Any]:
    zone = meeting.task_force.tz
    moved = form.facts
    return meeting_context(
        meeting,
        moved=moved,
        new_start=moved["starts_at"].astimezone(zone),
        new_end=moved["ends_at"].astimezone(zone),
        # What was typed goes on, as it was typed.
        hidden=[(name, form.data[name]) for name in form.fields if form.data.get(name)],
        **_told([invitation.person for invitation in told]),
    )


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("La réunion est annulée.")
        act(request, cancel_meeting, meeting, to=MeetingState.CANCELLED, done=done, reason=form.cleaned_data["reason"])
        return redirect(meeting)
    invited = invitations_of(meeting) if meeting.state == MeetingState.CONVENED else []
    context = meeting_context(meeting, form=form, **_told([invitation.person for invitation in invited]))
    return render(request, "meetings/meetings/cancel.html", context)


@require_http_methods(["GET", "POST"])
def meeting_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("La réunion est reportée. Fixez sa nouvelle date, puis convoquez-la de nouveau.")
        act(
            request, postpone_meeting, meeting, to=MeetingState.POSTPONED, done=done, reason=form.cleaned_data["reason"]
        )
        return redirect(meeting)
    context = meeting_context(
        meeting, form=form, **_told([invitation.person for invitation in invitations_of(meeting)])
    )
    return render(request, "meetings/meetings/postpone.html", context)


def _told(people: list[Person]) -> dict[str, Any]:
    """Who is going to be written to, and who cannot be."""
    return {
        "told": people,
        "reachable": [person for person in people if person.email],
        "unreachable": [person for person in people if not person.email],
    }


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
    return redirect(meeting)


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
