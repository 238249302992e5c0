"""Mandates begin, end and are replaced in the browser."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.forms import CleanForm, HandOverForm, MandateEndForm, MandateForm
from taskforce.models import Mandate, Seat
from taskforce.queries import mandates_visible_to, people_for_seat, seats_visible_to
from taskforce.services.mandates import begin_mandate, discard_mandate, end_mandate, replace_mandate
from taskforce.views.parts import form_page, person_of, show_refusal
from taskforce.views.seats import seat_crumbs


def _people(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    """Whom to offer: the agency's people, or everybody when the address asks so."""
    everybody = "toutes" in request.GET
    return {"people": people_for_seat(seat, everybody=everybody), "offers_everybody": everybody}


@require_http_methods(["GET", "POST"])
def mandate_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody begins to represent the structure."""
    seat = get_object_or_404(seats_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.manage_mandates", seat)
    offer = _people(request, seat)
    taken = set(seat.mandates.filter(period__contains=seat.task_force.today()).values_list("rank", flat=True))
    initial = {
        "rank": next((rank for rank in range(10) if rank not in taken), 0),
        "starts_on": max(seat.task_force.today(), seat.period.lower),
        "ends_on": seat.ends_on,
    }
    form = MandateForm(request.POST if request.method == "POST" else None, people=offer["people"], initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                mandate = begin_mandate(
                    seat,
                    person_of(form, agency=seat.agency, actor=request.user),
                    data["rank"],
                    data["starts_on"],
                    data["ends_on"],
                    is_focal_point=data["is_focal_point"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("Le mandat de %(person)s commence le %(day)s.")
                % {"person": mandate.person, "day": date_fr(mandate.starts_on)},
            )
            return redirect("taskforce:seat_detail", pk=seat.pk)
    return form_page(
        request,
        form,
        title=_("Commencer un mandat pour %(agency)s") % {"agency": seat.agency},
        submit=_("Commencer le mandat"),
        cancel_url=reverse("taskforce:seat_detail", args=[seat.pk]),
        crumbs=seat_crumbs(seat),
        body=seat.task_force,
        template="taskforce/mandate_begin.html",
        offers_everybody=offer["offers_everybody"],
        seat=seat,
    )


@require_http_methods(["GET", "POST"])
def mandate_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody succeeds: the mandate ends the day before the new one."""
    mandate = _mandate(request, pk)
    seat = mandate.seat
    offer = _people(request, seat)
    initial = {"starts_on": max(seat.task_force.today(), seat.period.lower), "ends_on": mandate.ends_on or seat.ends_on}
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        people=offer["people"].exclude(pk=mandate.person_id),
        initial=initial,
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                new = replace_mandate(
                    mandate,
                    person_of(form, agency=seat.agency, actor=request.user),
                    data["starts_on"],
                    ends_on=data["ends_on"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("%(new)s remplace %(old)s à partir du %(day)s.")
                % {"new": new.person, "old": mandate.person, "day": date_fr(new.starts_on)},
            )
            return redirect("taskforce:seat_detail", pk=seat.pk)
    return form_page(
        request,
        form,
        title=_("Remplacer %(person)s") % {"person": mandate.person},
        submit=_("Enregistrer le remplacement"),
        note=_(
            "Le mandat en cours se termine la veille et reste dans l’historique. Une personne suppléante qui devient titulaire quitte son rang le même jour."
        ),
        cancel_url=reverse("taskforce:seat_detail", args=[seat.pk]),
        crumbs=seat_crumbs(seat),
        body=seat.task_force,
        template="taskforce/hand_over.html",
        offers_everybody=offer["offers_everybody"],
    )


@require_http_methods(["GET", "POST"])
def mandate_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The mandate ends; its rights with it."""
    mandate = _mandate(request, pk)
    form = MandateEndForm(
        request.POST if request.method == "POST" else None,
        initial={"last_day": mandate.ends_on or mandate.seat.task_force.today()},
    )
    if form.is_valid():
        try:
            end_mandate(mandate, form.cleaned_data["last_day"], form.cleaned_data["reason"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("Le mandat de %(person)s se termine le %(day)s.")
                % {"person": mandate.person, "day": date_fr(mandate.ends_on)},
            )
            return redirect("taskforce:seat_detail", pk=mandate.seat_id)
    return form_page(
        request,
        form,
        title=_("Mettre fin au mandat de %(person)s") % {"person": mandate.person},
        submit=_("Mettre fin au mandat"),
        is_danger=True,
        note=_("Les accès que donne ce mandat cessent le lendemain du dernier jour."),
        cancel_url=reverse("taskforce:seat_detail", args=[mandate.seat_id]),
        crumbs=seat_crumbs(mandate.seat),
        body=mandate.seat.task_force,
    )


@require_http_methods(["GET", "POST"])
def mandate_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """A mandate entered by mistake goes, as long as nothing has used it."""
    mandate = _mandate(request, pk)
    form = CleanForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            discard_mandate(mandate, actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La saisie est effacée."))
            return redirect("taskforce:seat_detail", pk=mandate.seat_id)
    return form_page(
        request,
        form,
        title=_("Effacer le mandat de %(person)s") % {"person": mandate.person},
        submit=_("Effacer cette saisie"),
        is_danger=True,
        note=_(
            "À n’utiliser que pour une erreur de saisie : le mandat disparaît de la composition, comme s’il n’avait pas eu lieu. Un mandat qui a servi ne s’efface pas."
        ),
        cancel_url=reverse("taskforce:seat_detail", args=[mandate.seat_id]),
        crumbs=seat_crumbs(mandate.seat),
        body=mandate.seat.task_force,
    )


def _mandate(request: HttpRequest, pk: int) -> Mandate:
    mandate = get_object_or_404(mandates_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.manage_mandates", mandate)
    return mandate
