"""Points that members propose for the agenda, and what the secretariat makes of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.typed_text import keeps_typed_text
from meetings.forms.contributions import ProposalForm
from meetings.queries.contributions import proposals_of, proposals_to_settle
from meetings.services.proposals import (
    accept_proposal,
    freeze_day,
    is_late_now,
    reason_not_to_propose,
    set_proposal_aside,
)
from meetings.views.common import find_meeting, meeting_context, posted
from taskforce.models import Person
from taskforce.queries import grants_of


@require_http_methods(["GET", "POST"])
@keeps_typed_text("reason")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """A member proposes a point."""
    meeting = find_meeting(request, pk, "meetings.propose_item")
    person = Person.objects.filter(pk=grants_of(request.user).person_id).first()
    if person is None:
        raise PermissionDenied(_("Ce compte n’est celui d’aucune personne de l’instance."))
    form = ProposalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            proposal = form.record(meeting, person=person, actor=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("« %(title)s » est proposé au secrétariat.") % {"title": proposal.title})
            return redirect("meetings:propose", meeting.pk)
    context = meeting_context(
        meeting,
        form=form,
        proposals=proposals_of(meeting, person.pk),
        refusal=reason_not_to_propose(meeting),
        freeze_day=freeze_day(meeting),
        is_late=is_late_now(meeting),
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "meetings/contributions/propose.html", context, status=status)


@require_POST
def proposal_act(request: HttpRequest, pk: int, proposal_pk: int) -> HttpResponse:
    """Take the point onto this agenda, keep it for later, or leave it."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    found = proposals_to_settle(meeting).filter(pk=proposal_pk).first()
    if found is None:
        # Settled a moment ago, perhaps by the first of two presses.
        get_object_or_404(meeting.proposals, pk=proposal_pk)
        messages.info(request, _("Cette proposition est déjà traitée."))
        return redirect("meetings:agenda_edit", meeting.pk)
    act, answer = request.POST.get("act", ""), request.POST.get("answer", "")[:1000]
    try:
        if act == "accept":
            accept_proposal(found, meeting, actor=request.user)
            messages.success(request, _("« %(title)s » est à l’ordre du jour.") % {"title": found.title})
        elif act in {"backlog", "refuse"}:
            set_proposal_aside(found, keep=act == "backlog", answer=answer, actor=request.user)
            said = (
                _("« %(title)s » est gardé pour plus tard.")
                if act == "backlog"
                else _("« %(title)s » n’est pas retenu.")
            )
            messages.success(request, said % {"title": found.title})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meetings:agenda_edit", meeting.pk)
