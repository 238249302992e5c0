"""One request for a designation: its letter, its link, its deadline, its files; sent, reminded, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.models import SolicitationState
from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.documents.designation_letter import SCAN_TYPES, subject_of
from taskforce.forms.designations import DeadlineForm, ScanForm, WithdrawForm
from taskforce.models import DesignationRequest
from taskforce.queries import transitions_of
from taskforce.queries.designation_answers import named_in
from taskforce.queries.designations import designations_visible_to, sitting_on, standing_of
from taskforce.services.designations import (
    attach_signed_letter,
    extend_deadline,
    remind,
    renew_link,
    send_requests,
    withdraw,
)
from taskforce.views.designations import board_crumbs
from taskforce.views.parts import form_page, show_refusal


def visible_request(request: HttpRequest, pk: int) -> DesignationRequest:
    return get_object_or_404(designations_visible_to(request.user), pk=pk)


def managed_request(request: HttpRequest, pk: int) -> DesignationRequest:
    made = visible_request(request, pk)
    check_perm(request.user, "taskforce.manage_designations", made)
    return made


def request_url(made: DesignationRequest) -> str:
    return reverse("taskforce:designation_detail", args=[made.pk])


def request_crumbs(made: DesignationRequest) -> list[Any]:
    return [*board_crumbs(made.task_force), (made.seat.agency.acronym, request_url(made))]


@require_GET
def designation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The request, its answer beside who sits today, and what may be done now."""
    made = visible_request(request, pk)
    today = made.task_force.today()
    solicitation = made.solicitation
    state = made.state
    objecting = [person for person in made.persons.all() if person.objection_at]
    context = {
        "body": made.task_force,
        "nav": "members",
        "crumbs": board_crumbs(made.task_force),
        "made": made,
        "subject": subject_of(made),
        "solicitation": solicitation,
        "standing": standing_of(made, timezone.now()),
        "tz": made.task_force.tz,
        "sitting": sitting_on(made, today),
        "named": named_in(made, on=today) if solicitation and solicitation.answered_at and not made.declined else [],
        "was_answered": bool(solicitation and solicitation.answered_at),
        "objecting": objecting,
        # Such an answer cannot be accepted: it goes back to the director.
        "is_contested": bool(made.disowned_at or objecting),
        "timeline": [
            {
                "at": timezone.localtime(record.at, made.task_force.tz),
                "actor": record.actor_label,
                "text": SolicitationState(record.after).label,
                "comment": record.comment,
            }
            for record in (transitions_of(solicitation) if solicitation else [])
        ],
        "may_manage": request.user.has_perm("taskforce.manage_designations", made),
        "is_draft": state == SolicitationState.DRAFT,
        "is_waiting": state in (SolicitationState.SENT, SolicitationState.OPENED),
        "is_submitted": state == SolicitationState.SUBMITTED,
        "is_expired": state == SolicitationState.EXPIRED,
        "may_answer": state
        in (SolicitationState.DRAFT, SolicitationState.SENT, SolicitationState.OPENED, SolicitationState.EXPIRED),
    }
    return render(request, "taskforce/designations/detail.html", context)


# One act, then back to the request ---------------------------------------------------------------


def _act(request: HttpRequest, made: DesignationRequest, act: Callable[[], str]) -> HttpResponse:
    """Do `act`, which says what it did; a refusal is said in its place."""
    try:
        done = act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(request_url(made))


def _asks_before_mail(request: HttpRequest, made: DesignationRequest, **texts: Any) -> HttpResponse:
    """Show the one mail that will leave; the page posts to itself."""
    solicitation = made.solicitation
    subject = subject_of(made)
    mail = {
        "name": f"{made.director} ({made.seat.agency})",
        "email": solicitation.email if solicitation else "",
        "subject": _("Rappel : %(subject)s") % {"subject": subject} if texts["is_reminder"] else subject,
    }
    context = {
        "body": made.task_force,
        "nav": "members",
        "crumbs": request_crumbs(made),
        "mails": [mail],
        "back_url": request_url(made),
    }
    return render(request, "taskforce/designations/mail.html", context | texts)


@require_http_methods(["GET", "POST"])
def designation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a prepared request leave, after a look at its mail."""
    made = managed_request(request, pk)
    if request.method == "GET":
        if made.state != SolicitationState.DRAFT:
            messages.info(request, _("Cette demande est déjà partie."))
            return redirect(request_url(made))
        return _asks_before_mail(
            request, made, is_reminder=False, title=_("Envoyer la demande"), submit_label=_("Envoyer la demande")
        )

    def act() -> str:
        if not send_requests([made], actor=request.user):
            raise ValidationError(
                _("Cette demande n’est pas partie : elle l’était déjà, ou la participation a pris fin.")
            )
        return _("La demande est partie à %(address)s.") % {"address": made.solicitation.email}

    return _act(request, made, act)


@require_http_methods(["GET", "POST"])
def designation_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind one director, after a look at the mail."""
    made = managed_request(request, pk)
    if request.method == "GET":
        if made.state not in (SolicitationState.SENT, SolicitationState.OPENED):
            messages.info(request, _("Cette demande n’attend pas de réponse : rien n’est parti."))
            return redirect(request_url(made))
        return _asks_before_mail(
            request, made, is_reminder=True, title=_("Relancer la direction"), submit_label=_("Envoyer le rappel")
        )
    try:
        has_left = remind(made, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if has_left:
            address = made.solicitation.email
            messages.success(request, _("Le rappel part à %(address)s, avec un nouveau lien.") % {"address": address})
        else:
            messages.info(request, _("Un courriel vient déjà de partir : pas de second rappel dans la même minute."))
    return redirect(request_url(made))


@require_POST
def designation_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new personal link, shown once to be handed over; the former one is dead."""
    made = managed_request(request, pk)
    try:
        url = renew_link(made, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(request_url(made))
    context = {"body": made.task_force, "nav": "members", "crumbs": request_crumbs(made), "made": made, "url": url}
    response = render(request, "taskforce/designations/link.html", context)
    response["Cache-Control"] = "no-store"
    return response


# Pages with a form -------------------------------------------------------------------------------


def asks(
    request: HttpRequest,
    made: DesignationRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    *,
    title: Any,
    submit: Any,
    note: Any = "",
    **context: Any,
) -> HttpResponse:
    if form.is_valid():
        try:
            with transaction.atomic():
                done = act(form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect(request_url(made))
    return form_page(
        request,
        form,
        title=title,
        submit=submit,
        note=note,
        cancel_url=request_url(made),
        crumbs=request_crumbs(made),
        body=made.task_force,
        made=made,
        **context,
    )


@require_http_methods(["GET", "POST"])
def designation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a request: its link opens nothing any more."""
    made = managed_request(request, pk)

    def act(data: dict[str, Any]) -> str:
        withdraw(made, actor=request.user, comment=data["reason"])
        return _("La demande est retirée : son lien ne s’ouvre plus.")

    return asks(
        request,
        made,
        WithdrawForm(request.POST if request.method == "POST" else None),
        act,
        title=_("Retirer la demande à %(agency)s") % {"agency": made.seat.agency},
        submit=_("Retirer la demande"),
        note=_("Le lien personnel cesse aussitôt d’ouvrir la page. La direction n’en est pas avertie par le portail."),
        is_danger=True,
    )


@require_http_methods(["GET", "POST"])
def designation_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Another deadline."""
    made = managed_request(request, pk)

    def act(data: dict[str, Any]) -> str:
        extend_deadline(made, data["deadline"], actor=request.user)
        return _("La réponse est attendue au plus tard le %(day)s.") % {"day": date_fr(data["deadline"])}

    return asks(
        request,
        made,
        DeadlineForm(request.POST if request.method == "POST" else None, initial={"deadline": made.deadline_day}),
        act,
        title=_("Repousser l’échéance de %(agency)s") % {"agency": made.seat.agency},
        submit=_("Enregistrer l’échéance"),
        note=_("Une demande expirée repart avec un nouveau lien. Les rappels suivent la nouvelle échéance."),
    )


@require_http_methods(["GET", "POST"])
def designation_letter_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the signed original; it takes the place of the letter made here."""
    made = managed_request(request, pk)
    form = ScanForm(request.POST, request.FILES) if request.method == "POST" else ScanForm()

    def act(data: dict[str, Any]) -> str:
        attach_signed_letter(made, data["scan"], actor=request.user)
        return _("La lettre signée est enregistrée : c’est elle que joignent désormais les courriels.")

    return asks(
        request,
        made,
        form,
        act,
        title=_("Lettre signée de la demande %(reference)s") % {"reference": made.reference},
        submit=_("Enregistrer la lettre signée"),
        template="taskforce/designations/scan.html",
    )


# Files -------------------------------------------------------------------------------------------


@require_GET
def designation_file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """The scan of the signed letter (« lettre ») or of the answer (« reponse »)."""
    made = visible_request(request, pk)
    stored = {"lettre": made.signed_letter, "reponse": made.solicitation.scan if made.solicitation else None}.get(name)
    if not stored:
        raise Http404(name)
    suffix = f".{stored.name.rpartition('.')[2].lower()}"
    names = {"lettre": pgettext("nom de fichier", "lettre"), "reponse": pgettext("nom de fichier", "reponse")}
    try:
        handle = stored.open("rb")
    except FileNotFoundError as error:
        raise Http404(name) from error
    response = FileResponse(
        handle,
        as_attachment=True,
        filename=f"{names[name]}-{made.year}-{made.number:03d}{suffix}",
        content_type=SCAN_TYPES.get(suffix, "application/octet-stream"),
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
