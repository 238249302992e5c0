"""Dated functions: who runs a body, chairs it, coordinates, or manages a country's data."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.enums import OfficeRole
from taskforce.forms import DataManagerForm, HandOverForm, LastDayForm, OfficeForm
from taskforce.models import Office
from taskforce.queries import (
    data_managers,
    grants_of,
    office_history,
    offices_visible_to,
    people_choices,
    people_for_body,
)
from taskforce.services.offices import begin_office, end_office, hand_over_office
from taskforce.views.parts import Crumb, find_body, form_page, person_of, show_refusal


@require_GET
def office_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The functions of a body, in force and past."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_roster", body)
    today = body.today()
    offices = list(office_history(body))
    context = {
        "body": body,
        "nav": "members",
        "in_force": [office for office in offices if today in office.period],
        "to_come": [office for office in offices if office.starts_on > today],
        "past": [office for office in offices if office.ends_on and office.ends_on < today],
        "may_manage": request.user.has_perm("taskforce.manage_offices", body),
    }
    return render(request, "taskforce/office_list.html", context)


@require_http_methods(["GET", "POST"])
def office_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody takes a function in the body."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_offices", body)
    everybody = "toutes" in request.GET
    form = OfficeForm(
        request.POST if request.method == "POST" else None,
        people=people_for_body(body, everybody=everybody),
        initial={"starts_on": body.today(), "role": OfficeRole.SECRETARIAT},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                office = begin_office(
                    data["role"],
                    person_of(form, agency=body.host_agency, actor=request.user),
                    body=body,
                    starts_on=data["starts_on"],
                    ends_on=data["ends_on"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _begun(office))
            return redirect("taskforce:office_list", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Confier une fonction"),
        submit=_("Confier la fonction"),
        cancel_url=reverse("taskforce:office_list", args=[body.slug]),
        crumbs=_crumbs(body.slug),
        body=body,
        template="taskforce/office_begin.html",
        offers_everybody=everybody,
    )


@require_http_methods(["GET", "POST"])
def data_manager_begin(request: HttpRequest) -> HttpResponse:
    """Somebody becomes data manager of a country."""
    check_perm(request.user, "taskforce.manage_data_managers")
    form = DataManagerForm(request.POST if request.method == "POST" else None, people=people_choices())
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                office = begin_office(
                    OfficeRole.DATA_MANAGER,
                    person_of(form, agency=None, actor=request.user),
                    country=data["country"],
                    starts_on=data["starts_on"],
                    ends_on=data["ends_on"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _begun(office))
            return redirect("taskforce:data_manager_list")
    list_url = reverse("taskforce:data_manager_list")
    return form_page(
        request,
        form,
        title=_("Nommer un gestionnaire de données"),
        submit=_("Confier la fonction"),
        cancel_url=list_url,
        crumbs=[(_("Gestionnaires de données"), list_url)],
        template="taskforce/office_begin.html",
        offers_everybody=True,
        nav="",
    )


@require_GET
def data_manager_list(request: HttpRequest) -> HttpResponse:
    """Who manages the data of each country."""
    check_perm(request.user, "taskforce.manage_data_managers")
    return render(request, "taskforce/data_manager_list.html", {"offices": data_managers()})


@require_http_methods(["GET", "POST"])
def office_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """A function passes to somebody else."""
    office = _office(request, pk)
    body = office.task_force
    everybody = "toutes" in request.GET or body is None
    people = people_choices() if body is None else people_for_body(body, everybody=everybody)
    form = HandOverForm(request.POST if request.method == "POST" else None, people=people.exclude(pk=office.person_id))
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                new = hand_over_office(
                    office,
                    person_of(form, agency=office.person.agency, actor=request.user),
                    data["starts_on"],
                    ends_on=data["ends_on"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _begun(new))
            return redirect(_list_url(office))
    return form_page(
        request,
        form,
        title=_("Passer la fonction de %(person)s") % {"person": office.person},
        submit=_("Enregistrer la passation"),
        note=_("%(role)s : la personne en place cesse la veille ; l’historique garde les deux.")
        % {"role": office.get_role_display()},
        cancel_url=_list_url(office),
        crumbs=_crumbs(body.slug) if body else [(_("Gestionnaires de données"), _list_url(office))],
        body=body,
        template="taskforce/hand_over.html",
        offers_everybody=everybody,
    )


@require_http_methods(["GET", "POST"])
def office_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A function ends."""
    office = _office(request, pk)
    form = LastDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_office(
                office,
                form.cleaned_data["last_day"],
                actor=request.user,
                may_leave_vacant=grants_of(request.user).is_administrator,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("La fonction de %(person)s se termine le %(day)s.")
                % {"person": office.person, "day": date_fr(office.ends_on)},
            )
            return redirect(_list_url(office))
    body = office.task_force
    return form_page(
        request,
        form,
        title=_("Mettre fin à la fonction de %(person)s") % {"person": office.person},
        submit=_("Mettre fin à la fonction"),
        is_danger=True,
        note=_("Les accès que donne cette fonction cessent le lendemain du dernier jour."),
        cancel_url=_list_url(office),
        crumbs=_crumbs(body.slug) if body else [(_("Gestionnaires de données"), _list_url(office))],
        body=body,
    )


def _office(request: HttpRequest, pk: int) -> Office:
    office = get_object_or_404(offices_visible_to(request.user), pk=pk)
    if office.task_force is None:
        check_perm(request.user, "taskforce.manage_data_managers")
    else:
        check_perm(request.user, "taskforce.manage_offices", office)
    return office


def _list_url(office: Office) -> str:
    if office.task_force is None:
        return reverse("taskforce:data_manager_list")
    return reverse("taskforce:office_list", args=[office.task_force.slug])


def _crumbs(slug: str) -> list[Crumb]:
    return [
        (_("Membres"), reverse("taskforce:roster", args=[slug])),
        (_("Fonctions"), reverse("taskforce:office_list", args=[slug])),
    ]


def _begun(office: Office) -> str:
    return _("%(person)s : %(role)s à partir du %(day)s.") % {
        "person": office.person,
        "role": office.get_role_display(),
        "day": date_fr(office.starts_on),
    }
