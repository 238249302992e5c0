"""The answer to a request for a designation: written down, accepted, sent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.models import SolicitationState
from core.solicitations.base import kind_of
from core.typography import date_fr
from taskforce.forms.designations import AcceptForm, OnRecordForm, ReasonForm
from taskforce.queries.designation_answers import named_in
from taskforce.services.designation_answers import accept_designation, changes_of, return_designation
from taskforce.services.designations import answer_on_record
from taskforce.views.designation_requests import asks, managed_request, request_crumbs, request_url
from taskforce.views.parts import show_refusal


@require_http_methods(["GET", "POST"])
def designation_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the answer, with a view of what it changes."""
    made = managed_request(request, pk)
    today = made.task_force.today()
    named = [] if made.declined else named_in(made, on=today)
    form = AcceptForm(
        request.POST if request.method == "POST" else None,
        named=named,
        initial={"starts_on": max(made.starts_on, today), "ends_on": made.ends_on or made.seat.ends_on},
    )

    def act(data: dict[str, Any]) -> str:
        begun = accept_designation(
            made, actor=request.user, starts_on=data["starts_on"], ends_on=data["ends_on"], people=form.people
        )
        if made.declined:
            return _("La réponse est notée : %(agency)s ne souhaite pas siéger.") % {"agency": made.seat.agency}
        return _("La désignation est acceptée : %(names)s à partir du %(day)s.") % {
            "names": ", ".join(str(mandate.person) for mandate in begun),
            "day": date_fr(data["starts_on"]),
        }

    return asks(
        request,
        made,
        form,
        act,
        title=_("Prendre acte de la réponse de %(agency)s") % {"agency": made.seat.agency}
        if made.declined
        else _("Accepter la désignation de %(agency)s") % {"agency": made.seat.agency},
        submit=_("Prendre acte") if made.declined else _("Accepter la désignation"),
        template="taskforce/designations/accept.html",
        named=named,
        changes=changes_of(made, form.initial["starts_on"]),
        is_treated=made.state != SolicitationState.SUBMITTED,
    )


@require_http_methods(["GET", "POST"])
def designation_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the answer back to the director with the reason."""
    made = managed_request(request, pk)

    def act(data: dict[str, Any]) -> str:
        return_designation(made, data["reason"], actor=request.user)
        return _("La réponse est renvoyée à la direction, avec la raison et un nouveau lien.")

    return asks(
        request,
        made,
        ReasonForm(request.POST if request.method == "POST" else None),
        act,
        title=_("Renvoyer la réponse de %(agency)s") % {"agency": made.seat.agency},
        submit=_("Renvoyer la réponse"),
        note=_("La direction lit cette raison dans le courriel, et peut répondre de nouveau aussitôt."),
    )


@require_http_methods(["GET", "POST"])
def designation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an answer that came on paper or by mail, with the director's own form."""
    made = managed_request(request, pk)
    solicitation = made.solicitation
    if solicitation is None:
        raise Http404(str(pk))
    kind = kind_of(solicitation)
    is_post = request.method == "POST"
    shown = kind.edited(solicitation, request.POST) if is_post else None
    record = OnRecordForm(request.POST, request.FILES) if is_post else OnRecordForm()
    if shown is not None:
        # « Ajouter une personne »: the same texts, one line more, no checks.
        form = kind.get_form(solicitation, shown)
        record = OnRecordForm(initial={name: request.POST.get(name) for name in record.fields if name != "scan"})
    else:
        form = kind.get_form(solicitation, request.POST if is_post else None)
    # The director's form, in the secretariat's hands.
    form.fields["answer"].label, form.fields["note"].label = _("La réponse reçue"), _("Un mot joint à la réponse")
    if is_post and shown is None and form.is_valid() & record.is_valid():
        data = record.cleaned_data
        try:
            answer_on_record(
                made,
                form,
                channel=data["channel"],
                scan=data["scan"],
                note=data["record_note"],
                actor=request.user,
            )
        except ValidationError as error:
            show_refusal(record, error)
        else:
            messages.success(request, _("La réponse est enregistrée. Acceptez-la pour que les mandats commencent."))
            return redirect(request_url(made))
    context = {
        "body": made.task_force,
        "nav": "members",
        "crumbs": request_crumbs(made),
        "made": made,
        "solicitation": solicitation,
        "form": form,
        "record": record,
        "form_template": kind.template,
        "on_record": True,
        **kind.get_context(solicitation),
    }
    has_errors = is_post and shown is None
    return render(request, "taskforce/designations/answer.html", context, status=422 if has_errors else 200)
