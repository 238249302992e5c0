"""Places: the list of a country, one unit corrected or added by hand, a list of OCHA brought in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from interventions.forms.reference import NewUnitForm, UnitFilter, UnitForm
from interventions.forms.reference_files import UnitListForm
from interventions.models import AdminUnit
from interventions.queries.units import units_of
from interventions.services.stale import Stale
from interventions.services.units import add_unit, load_units, update_unit
from interventions.views.parts import Crumb, find_country, form_page, shell_of, show_refusal
from interventions.views.reference import reference_crumbs
from interventions.views.stale import both_entries, carry_version, seen_of
from taskforce.models import Country

PER_PAGE = 25
MANAGE = "interventions.manage_country_data"


@require_GET
def unit_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """Regions, departments and communes with their codes and other names."""
    country = find_country(request, iso3)
    form = UnitFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = units_of(country, words=asked.get("q", ""), level=asked.get("niveau"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **shell_of(request, country),
        "crumbs": reference_crumbs(country),
        "form": form,
        "page": page,
        "is_filtered": any(asked.values()),
        "may_edit": request.user.has_perm(MANAGE, country),
    }
    return render(request, "interventions/reference/units.html", context)


@require_http_methods(["GET", "POST"])
def unit_add(request: HttpRequest, iso3: str) -> HttpResponse:
    """A unit that no list has."""
    country = _managed(request, iso3)
    form = NewUnitForm(request.POST if request.method == "POST" else None, country=country)
    if form.is_valid():
        try:
            unit = add_unit(country, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("« %(name)s » est ajouté aux lieux.") % {"name": unit})
            return redirect(_found_url(country, unit))
    return _form(request, country, form, title=_("Nouveau lieu"), submit=_("Ajouter le lieu"))


@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, iso3: str, pk: int) -> HttpResponse:
    """Correct what describes a unit; its code, level and parent stay."""
    country = find_country(request, iso3)
    unit = get_object_or_404(AdminUnit.objects.select_related("parent"), country=country, pk=pk)
    check_perm(request.user, MANAGE, country)
    form = UnitForm(request.POST if request.method == "POST" else None, initial=UnitForm.initial_of(unit))
    changed: dict[str, Any] = {}
    if form.is_valid():
        try:
            update_unit(unit, actor=request.user, seen=seen_of(form), **form.cleaned_data)
        except Stale as stale:
            theirs = UnitForm.initial_of(stale.current)
            changed = {"entries": both_entries(form, theirs), "status": 409}
            carry_version(form, theirs["version"])
        except ValidationError as error:
            show_refusal(form, error)
            unit.refresh_from_db()
        else:
            messages.success(request, _("« %(name)s » est enregistré.") % {"name": unit})
            return redirect(_found_url(country, unit))
    facts = [unit.pcode, unit.get_level_display(), str(unit.parent) if unit.parent else ""]
    return _form(
        request,
        country,
        form,
        title=unit.name,
        submit=_("Enregistrer ma saisie") if changed else _("Enregistrer"),
        **changed,
        note=_("%(facts)s. Le code et le rattachement ne changent pas : les lignes et les cartes y tiennent.")
        % {"facts": ", ".join(filter(None, facts))},
    )


@require_http_methods(["GET", "POST"])
def unit_file(request: HttpRequest, iso3: str) -> HttpResponse:
    """Bring in the units of a list as OCHA publishes it; what is known stays."""
    country = _managed(request, iso3)
    form = UnitListForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            loaded = load_units(form.path(), country, actor=request.user)
        except ValidationError as error:
            show_refusal(form, error if hasattr(error, "error_dict") else ValidationError({"file": error.messages}))
        else:
            messages.success(
                request,
                _(
                    "Liste lue. Lieux ajoutés : %(added)d ; fins de validité reprises : %(ended)d ; déjà connus : %(known)d."
                )
                % {"added": loaded.added, "ended": loaded.ended, "known": loaded.known},
            )
            return redirect(_list_url(country))
    return _form(
        request,
        country,
        form,
        title=_("Apporter une liste de lieux"),
        submit=_("Lire la liste"),
        note=_(
            "La liste de l’OCHA (COD-AB) en CSV ou Excel : codes et noms par niveau. Ce qui est déjà connu ne change pas ; "
            "une liste d’une autre année, dont les codes désignent d’autres lieux, est refusée en entier."
        ),
    )


def _managed(request: HttpRequest, iso3: str) -> Country:
    country = find_country(request, iso3)
    check_perm(request.user, MANAGE, country)
    return country


def _form(request: HttpRequest, country: Country, form: forms.Form, **context: Any) -> HttpResponse:
    return form_page(
        request, form, country=country, cancel_url=_list_url(country), crumbs=units_crumbs(country), **context
    )


def units_crumbs(country: Country) -> list[Crumb]:
    return [*reference_crumbs(country), (_("Lieux"), _list_url(country))]


def _list_url(country: Country) -> str:
    return reverse("interventions:unit_list", args=[country.iso3.lower()])


def _found_url(country: Country, unit: AdminUnit) -> str:
    return f"{_list_url(country)}?q={unit.pcode}"
