"""Agencies and structures: their names, their offices, where they sit."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.filters import AgencyFilter
from taskforce.forms import AgencyForm, AgencyOfficeForm, AliasForm, HeadForm, LastDayForm, NewAgencyForm
from taskforce.models import Agency, AgencyAlias, AgencyOffice, OfficeHead
from taskforce.queries import (
    agencies_visible_to,
    bodies_visible_to,
    contacts_visible_to,
    offices_of_agency,
    only_body,
    people_choices,
    people_visible_to,
    seats_of,
)
from taskforce.services.agencies import (
    add_alias,
    begin_head,
    create_agency,
    end_head,
    open_office,
    remove_alias,
    update_agency,
)
from taskforce.views.parts import Crumb, form_page, person_of, show_refusal

PER_PAGE = 50


@require_GET
def agency_list(request: HttpRequest) -> HttpResponse:
    """Agencies and structures with their other names."""
    check_perm(request.user, "taskforce.view_directory")
    form = AgencyFilter(request.GET)
    agencies = form.apply(agencies_visible_to(request.user)).prefetch_related("aliases")
    page = Paginator(agencies, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "body": only_body(request.user),
        "nav": "members",
        "form": form,
        "page": page,
        "may_manage": request.user.has_perm("taskforce.manage_agencies"),
    }
    return render(request, "taskforce/agency_list.html", context)


@require_GET
def agency_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: names, offices and their heads, memberships, people."""
    return _detail(request, _agency(request, pk), AliasForm())


@require_POST
def alias_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name; one that another agency has is refused by that agency's name."""
    agency = _agency(request, pk)
    check_perm(request.user, "taskforce.manage_agencies")
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            alias = add_alias(agency, form.cleaned_data["label"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("« %(label)s » mène maintenant à %(agency)s.") % {"label": alias.label, "agency": agency}
            )
            return redirect("taskforce:agency_detail", pk=agency.pk)
    return _detail(request, agency, form)


@require_POST
def alias_remove(request: HttpRequest, pk: int, alias_pk: int) -> HttpResponse:
    """Forget another name."""
    agency = _agency(request, pk)
    check_perm(request.user, "taskforce.manage_agencies")
    alias = get_object_or_404(AgencyAlias, pk=alias_pk, agency=agency)
    remove_alias(alias, actor=request.user)
    messages.success(request, _("« %(label)s » ne mène plus à %(agency)s.") % {"label": alias.label, "agency": agency})
    return redirect("taskforce:agency_detail", pk=agency.pk)


@require_http_methods(["GET", "POST"])
def agency_create(request: HttpRequest) -> HttpResponse:
    """Enter an agency or structure."""
    check_perm(request.user, "taskforce.manage_agencies")
    form = NewAgencyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            agency = create_agency(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            _alias_refusal(error)
            show_refusal(form, error)
        else:
            messages.success(request, _("%(agency)s est enregistrée.") % {"agency": agency})
            return redirect("taskforce:agency_detail", pk=agency.pk)
    list_url = reverse("taskforce:agency_list")
    return form_page(
        request,
        form,
        title=_("Nouvelle agence ou structure"),
        submit=_("Enregistrer la structure"),
        cancel_url=list_url,
        crumbs=[(_("Agences et structures"), list_url)],
        body=only_body(request.user),
    )


@require_http_methods(["GET", "POST"])
def agency_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of an agency."""
    agency = _agency(request, pk)
    check_perm(request.user, "taskforce.manage_agencies")
    form = AgencyForm(request.POST if request.method == "POST" else None, initial=AgencyForm.initial_of(agency))
    if form.is_valid():
        try:
            update_agency(agency, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(agency)s est enregistrée.") % {"agency": agency})
            return redirect("taskforce:agency_detail", pk=agency.pk)
    return form_page(
        request,
        form,
        title=_("Modifier la fiche de %(agency)s") % {"agency": form.initial["acronym"]},
        submit=_("Enregistrer la fiche"),
        cancel_url=reverse("taskforce:agency_detail", args=[agency.pk]),
        crumbs=_crumbs(agency),
        body=only_body(request.user),
    )


@require_http_methods(["GET", "POST"])
def agency_office_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an office of an agency."""
    agency = _agency(request, pk)
    check_perm(request.user, "taskforce.manage_agencies")
    form = AgencyOfficeForm(request.POST if request.method == "POST" else None, initial={"country": agency.country_id})
    if form.is_valid():
        try:
            open_office(
                agency, form.cleaned_data["duty_station"], country=form.cleaned_data["country"], actor=request.user
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Le bureau est enregistré."))
            return redirect("taskforce:agency_detail", pk=agency.pk)
    return form_page(
        request,
        form,
        title=_("Nouveau bureau de %(agency)s") % {"agency": agency},
        submit=_("Enregistrer le bureau"),
        cancel_url=reverse("taskforce:agency_detail", args=[agency.pk]),
        crumbs=_crumbs(agency),
        body=only_body(request.user),
    )


@require_http_methods(["GET", "POST"])
def head_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody heads an office; the former head ends the day before."""
    office = _agency_office(request, pk)
    form = HeadForm(
        request.POST if request.method == "POST" else None, people=people_choices().filter(agency=office.agency_id)
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                begin_head(
                    office,
                    person_of(form, agency=office.agency, actor=request.user),
                    address_of_record=data["address_of_record"],
                    is_interim=data["is_interim"],
                    starts_on=data["starts_on"],
                    ends_on=data["ends_on"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La direction du bureau est enregistrée."))
            return redirect("taskforce:agency_detail", pk=office.agency_id)
    return form_page(
        request,
        form,
        title=_("Direction du bureau de %(place)s") % {"place": office.duty_station},
        submit=_("Enregistrer la direction"),
        cancel_url=reverse("taskforce:agency_detail", args=[office.agency_id]),
        crumbs=_crumbs(office.agency),
        template="taskforce/hand_over.html",
        offers_everybody=True,
        body=only_body(request.user),
    )


@require_http_methods(["GET", "POST"])
def head_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody heads an office no more."""
    head = get_object_or_404(
        OfficeHead.objects.select_related("office__agency", "person").filter(
            office__agency__in=agencies_visible_to(request.user).order_by().values("pk")
        ),
        pk=pk,
    )
    check_perm(request.user, "taskforce.manage_agencies")
    form = LastDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_head(head, form.cleaned_data["last_day"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("La direction de %(person)s se termine le %(day)s.")
                % {"person": head.person, "day": date_fr(form.cleaned_data["last_day"])},
            )
            return redirect("taskforce:agency_detail", pk=head.office.agency_id)
    return form_page(
        request,
        form,
        title=_("Mettre fin à la direction de %(person)s") % {"person": head.person},
        submit=_("Mettre fin à la direction"),
        is_danger=True,
        cancel_url=reverse("taskforce:agency_detail", args=[head.office.agency_id]),
        crumbs=_crumbs(head.office.agency),
        body=only_body(request.user),
    )


def _agency(request: HttpRequest, pk: int) -> Agency:
    return get_object_or_404(agencies_visible_to(request.user), pk=pk)


def _agency_office(request: HttpRequest, pk: int) -> AgencyOffice:
    visible = agencies_visible_to(request.user).order_by().values("pk")
    office = get_object_or_404(AgencyOffice.objects.select_related("agency").filter(agency__in=visible), pk=pk)
    check_perm(request.user, "taskforce.manage_agencies")
    return office


def _detail(request: HttpRequest, agency: Agency, alias_form: AliasForm) -> HttpResponse:
    people = list(people_visible_to(request.user).filter(agency=agency)[:PER_PAGE])
    reachable = set(
        contacts_visible_to(request.user).filter(pk__in=[person.pk for person in people]).values_list("pk", flat=True)
    )
    context = {
        "body": only_body(request.user),
        "nav": "members",
        "agency": agency,
        "aliases": agency.aliases.order_by("label"),
        "alias_form": alias_form,
        "offices": offices_of_agency(agency, timezone.localdate()),
        "seats": seats_of(agency, bodies_visible_to(request.user)),
        "people": [(person, person.pk in reachable) for person in people],
        "may_manage": request.user.has_perm("taskforce.manage_agencies"),
    }
    return render(request, "taskforce/agency_detail.html", context, status=422 if alias_form.errors else 200)


def _alias_refusal(error: ValidationError) -> None:
    """What is wrong with one of several names stands beside the field of all of them."""
    if hasattr(error, "error_dict") and "label" in error.error_dict:
        error.error_dict["aliases"] = error.error_dict.pop("label")


def _crumbs(agency: Agency) -> list[Crumb]:
    return [
        (_("Agences et structures"), reverse("taskforce:agency_list")),
        (agency.acronym, reverse("taskforce:agency_detail", args=[agency.pk])),
    ]
