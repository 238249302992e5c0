"""Answers to an invitation in the portal: one's own, somebody's entered on record, and the list of all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from meetings.enums import AnswerChannel
from meetings.forms.answers import AnswerForm
from meetings.models import Invitation, Meeting
from meetings.queries.answers import AnswerBoard, answer_board, answers_of, invitation_of, reason_not_to_answer
from meetings.views.common import find_meeting, meeting_context, posted
from meetings.wording import answer_label, in_a_sentence
from taskforce.queries import grants_of


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """« Serez-vous là ? » for whoever is signed in and invited."""
    meeting = find_meeting(request, pk)
    invitation = invitation_of(request.user, meeting)
    if invitation is None:
        raise PermissionDenied(_("Vous n’êtes pas sur la liste des personnes invitées à cette réunion."))
    check_perm(request.user, "meetings.answer_invitation", invitation)
    form = AnswerForm(invitation, posted(request))
    if request.method == "POST" and form.is_valid() and form.save(actor=request.user, channel=AnswerChannel.PORTAL):
        said = _("Votre réponse est enregistrée : %(answer)s.") % {"answer": in_a_sentence(answer_label(invitation))}
        messages.success(request, said)
        return redirect(meeting)
    return _form_page(request, meeting, invitation, form, is_own=True)


@require_http_methods(["GET", "POST"])
def answer_for(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Somebody's answer that came otherwise (a call, a paper), entered by the secretariat on record."""
    meeting = find_meeting(request, pk, "meetings.answer_for")
    found = meeting.invitations.select_related("person__agency", "delegated_to", "stand_in")
    invitation = get_object_or_404(found, pk=invitation_pk)
    invitation.meeting = meeting
    form = AnswerForm(invitation, posted(request), first_person=False)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.save(actor=request.user, channel=AnswerChannel.SECRETARIAT)
    ):
        facts = {"name": invitation.person.full_name, "answer": in_a_sentence(answer_label(invitation))}
        messages.success(request, _("Réponse de %(name)s enregistrée : %(answer)s.") % facts)
        return redirect("meetings:answer_list", meeting.pk)
    return _form_page(request, meeting, invitation, form, is_own=False)


def _form_page(
    request: HttpRequest, meeting: Meeting, invitation: Invitation, form: AnswerForm, *, is_own: bool
) -> HttpResponse:
    history = list(answers_of(invitation))
    for one in history:
        one.words = _words(one)
    context = meeting_context(
        meeting,
        form=form,
        invitation=invitation,
        is_own=is_own,
        answer_words=answer_label(invitation),
        refusal=reason_not_to_answer(meeting),
        history=[_entry(one, meeting) for one in history],
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "meetings/answers/form.html", context, status=status)


def _words(one: Any) -> str:
    if one.delegated_to is not None:
        return _("Sera représenté(e) par %(name)s") % {"name": one.delegated_to.full_name}
    if one.attend_mode == "remote":
        return _("À distance")
    return str(one.get_partstat_display())


def _entry(one: Any, meeting: Meeting) -> dict[str, Any]:
    """A line of the history: who answered what, on whose behalf, on which way."""
    actor = one.actor_label
    if one.on_behalf:
        actor = _("au nom de %(person)s, par %(actor)s") % {
            "person": one.invitation.person.full_name,
            "actor": one.actor_label,
        }
    return {
        "at": one.at.astimezone(meeting.task_force.tz),
        "actor": _("%(actor)s (%(channel)s)") % {"actor": actor, "channel": one.get_channel_display().lower()},
        "text": one.words,
        "comment": one.comment,
    }


@require_GET
def answer_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, by agency, and what that gives for the quorum."""
    meeting = find_meeting(request, pk, "meetings.view_answers")
    board = answer_board(meeting)
    for row in _rows(board):
        row.words = answer_label(row.invitation)
        row.look = "remote" if row.invitation.is_remote else row.invitation.partstat
    context = meeting_context(
        meeting,
        board=board,
        may_answer_for=request.user.has_perm("meetings.answer_for", meeting) and not reason_not_to_answer(meeting),
        is_invited=grants_of(request.user).person_id in {row.invitation.person_id for row in _rows(board)},
        refusal=reason_not_to_answer(meeting),
    )
    return render(request, "meetings/answers/list.html", context)


def _rows(board: AnswerBoard) -> list[Any]:
    return [*board.others, *(row for group in board.groups for row in group.rows)]
