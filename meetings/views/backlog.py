"""« À programmer »: what waits for an agenda, and the way onto one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.shortcuts import check_perm
from core.typography import date_fr
from meetings.models import AgendaItem, AgendaProposal, Meeting
from meetings.queries.backlog import backlog_of, meetings_to_fill, waiting_items, waiting_proposals
from meetings.services.agenda import carry_item
from meetings.services.proposals import accept_proposal, set_proposal_aside
from meetings.views.common import find_body
from taskforce.models import TaskForce


@require_GET
def backlog(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.view_backlog")
    may_manage = request.user.has_perm("meetings.manage_meeting", body)
    context = {"body": body, "nav": "meetings", "backlog": backlog_of(body), "may_manage": may_manage}
    return render(request, "meetings/backlog/list.html", context)


@require_POST
def backlog_proposal(request: HttpRequest, slug: str, proposal_pk: int) -> HttpResponse:
    """Put a point that was kept onto an agenda, or leave it for good."""
    body = find_body(request, slug)
    if not AgendaProposal.objects.filter(pk=proposal_pk, meeting__task_force=body).exists():
        raise Http404(proposal_pk)
    check_perm(request.user, "meetings.manage_meeting", body)
    found = waiting_proposals(body).filter(pk=proposal_pk).first()
    if found is None:
        # Settled a moment ago, perhaps by the first of two presses.
        messages.info(request, _("Cette proposition est déjà traitée."))
        return redirect("meetings:backlog", body.slug)
    try:
        if request.POST.get("act") == "refuse":
            answer = request.POST.get("answer", "")[:1000]
            set_proposal_aside(found, keep=False, answer=answer, actor=request.user)
            messages.success(request, _("« %(title)s » n’est pas retenu.") % {"title": found.title})
        elif (meeting := _meeting(request, body)) is not None:
            accept_proposal(found, meeting, actor=request.user)
            _said(request, found.title, meeting)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meetings:backlog", body.slug)


@require_POST
def backlog_item(request: HttpRequest, slug: str, item_pk: int) -> HttpResponse:
    """Link a point that was put off to a meeting to come."""
    body = find_body(request, slug)
    if not AgendaItem.objects.filter(pk=item_pk, meeting__task_force=body).exists():
        raise Http404(item_pk)
    check_perm(request.user, "meetings.manage_meeting", body)
    found = waiting_items(body).filter(pk=item_pk).first()
    if found is None:
        messages.info(request, _("Ce point est déjà programmé."))
        return redirect("meetings:backlog", body.slug)
    meeting = _meeting(request, body)
    if meeting is not None:
        try:
            carry_item(found, meeting, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            _said(request, found.title, meeting)
    return redirect("meetings:backlog", body.slug)


def _meeting(request: HttpRequest, body: TaskForce) -> Meeting | None:
    """The meeting that was chosen; None, and said, for one that takes no more points."""
    chosen = request.POST.get("meeting", "")
    is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
    meeting = meetings_to_fill(body).filter(pk=int(chosen)).first() if is_key else None
    if meeting is None:
        messages.error(request, _("Choisissez une réunion à venir."))
    return meeting


def _said(request: HttpRequest, title: str, meeting: Meeting) -> None:
    said = _("« %(title)s » est à l’ordre du jour de la réunion du %(day)s.")
    messages.success(request, said % {"title": title, "day": date_fr(meeting.date)})
