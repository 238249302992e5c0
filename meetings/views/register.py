"""Decisions and actions of a meeting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.typed_text import keeps_typed_text
from meetings.forms.register import ActionForm, DecisionForm
from meetings.models import Meeting, MeetingAction, MeetingDecision
from meetings.queries import actions_of, decisions_of, sees_restricted
from meetings.services.register import (
    edit_action,
    edit_decision,
    log_action,
    log_decision,
    remove_action,
    remove_decision,
)
from meetings.views.common import find_meeting, once_existed, posted
from taskforce.models import ActionItem, Decision


@require_http_methods(["GET", "POST"])
@keeps_typed_text("text")
def decision_add(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    form = DecisionForm(
        meeting, posted(request), initial=_item(request), may_restrict=sees_restricted(request.user, meeting)
    )
    if request.method == "POST" and form.is_valid():
        try:
            link, created = log_decision(meeting, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            return _done(request, meeting, link.decision.reference, created=created)
    return render(request, "meetings/register/decision.html", _context(meeting, form))


@require_http_methods(["GET", "POST"])
@keeps_typed_text("text")
def decision_edit(request: HttpRequest, pk: int, decision_pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    may_restrict = sees_restricted(request.user, meeting)
    link = decisions_of(meeting, restricted=may_restrict).filter(decision=decision_pk).first()
    if link is None:
        raise Http404(decision_pk)
    link.meeting = meeting
    form = DecisionForm(meeting, posted(request), link=link, may_restrict=may_restrict)
    if request.method == "POST" and form.is_valid():
        try:
            edit_decision(link, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            return _done(request, meeting, link.decision.reference)
    return render(request, "meetings/register/decision.html", _context(meeting, form, link=link))


@require_POST
def decision_remove(request: HttpRequest, pk: int, decision_pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    restricted = sees_restricted(request.user, meeting)
    link = decisions_of(meeting, restricted=restricted).filter(decision=decision_pk).first()
    if link is None:
        gone = not MeetingDecision.objects.filter(decision=decision_pk).exists()
        if not gone or not once_existed(Decision, decision_pk, task_force_id=meeting.task_force_id):
            raise Http404(decision_pk)
        return _gone(request, meeting)
    link.meeting = meeting
    return _remove(request, meeting, remove_decision, link, link.decision.reference)


@require_http_methods(["GET", "POST"])
@keeps_typed_text("text")
def action_add(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    form = ActionForm(
        meeting, posted(request), initial=_item(request), may_restrict=sees_restricted(request.user, meeting)
    )
    if request.method == "POST" and form.is_valid():
        try:
            link, created = log_action(meeting, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            return _done(request, meeting, link.action.reference, created=created)
    return render(request, "meetings/register/action.html", _context(meeting, form))


@require_http_methods(["GET", "POST"])
@keeps_typed_text("text")
def action_edit(request: HttpRequest, pk: int, action_pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    may_restrict = sees_restricted(request.user, meeting)
    link = actions_of(meeting, restricted=may_restrict).filter(action=action_pk).first()
    if link is None:
        raise Http404(action_pk)
    link.meeting = meeting
    form = ActionForm(meeting, posted(request), link=link, may_restrict=may_restrict)
    if request.method == "POST" and form.is_valid():
        try:
            edit_action(link, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            return _done(request, meeting, link.action.reference)
    return render(request, "meetings/register/action.html", _context(meeting, form, link=link))


@require_POST
def action_remove(request: HttpRequest, pk: int, action_pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    restricted = sees_restricted(request.user, meeting)
    link = actions_of(meeting, restricted=restricted).filter(action=action_pk).first()
    if link is None:
        gone = not MeetingAction.objects.filter(action=action_pk).exists()
        if not gone or not once_existed(ActionItem, action_pk, task_force_id=meeting.task_force_id):
            raise Http404(action_pk)
        return _gone(request, meeting)
    link.meeting = meeting
    return _remove(request, meeting, remove_action, link, link.action.reference)


def _item(request: HttpRequest) -> dict[str, Any]:
    """The point that the link came from: « + Décision » of a section."""
    return {"agenda_item": request.GET.get("point")}


def _done(request: HttpRequest, meeting: Meeting, reference: str, *, created: bool = True) -> HttpResponse:
    if created:
        messages.success(request, _("%(reference)s est enregistrée.") % {"reference": reference})
    else:
        messages.info(
            request, _("%(reference)s portait déjà ce texte : rien n’a été ajouté.") % {"reference": reference}
        )
    return redirect(meeting)


def _gone(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    messages.info(request, _("C’était déjà retiré."))
    return redirect(meeting)


def _remove(request: HttpRequest, meeting: Meeting, service: Any, link: Any, reference: str) -> HttpResponse:
    try:
        service(link, actor=request.user)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("%(reference)s est retirée.") % {"reference": reference})
    return redirect(meeting)


def _context(meeting: Meeting, form: Any, *, link: Any = None) -> dict[str, Any]:
    return {"body": meeting.task_force, "nav": "meetings", "meeting": meeting, "form": form, "link": link}
