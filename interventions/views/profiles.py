"""What is known of places beside interventions, with its source and date."""

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
from core.typography import count_fr, date_fr
from interventions.forms.profiles import ProfileFilter, ProfileForm, ProfileTableForm
from interventions.models import AreaProfile
from interventions.queries.reference import measures_of, profiles_listed
from interventions.services.profiles import correct_profile, enter_profiles, remove_profile
from interventions.services.stale import Stale
from interventions.views.parts import confirm_page, find_country, form_page, shell_of, show_refusal
from interventions.views.reference import reference_crumbs
from interventions.views.stale import both_entries, carry_version, seen_of
from taskforce.models import Country

PER_PAGE = 25
MANAGE = "interventions.manage_country_data"


@require_GET
def profile_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """Every figure about the country's places."""
    country = find_country(request, iso3)
    form = ProfileFilter(request.GET, measures=measures_of(country))
    asked = form.cleaned_data if form.is_valid() else {}
    rows = profiles_listed(country, measure=asked.get("mesure", ""), words=asked.get("lieu", ""))
    context = {
        **shell_of(request, country),
        "crumbs": reference_crumbs(country),
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "is_filtered": any(asked.values()),
        "may_edit": request.user.has_perm(MANAGE, country),
    }
    return render(request, "interventions/reference/profiles.html", context)


@require_http_methods(["GET", "POST"])
def profile_add(request: HttpRequest, iso3: str) -> HttpResponse:
    """One measure at one date for as many places as lines."""
    country = find_country(request, iso3)
    check_perm(request.user, MANAGE, country)
    form = ProfileTableForm(
        request.POST if request.method == "POST" else None,
        measures=measures_of(country),
        country=country,
        initial={"values": _first_line(country, request.GET.get("lieu", ""))},
    )
    if form.is_valid():
        asked = form.cleaned_data
        try:
            entered = enter_profiles(
                country,
                asked["values"],
                actor=request.user,
                measure=asked["measure"],
                source=asked["source"],
                as_of=asked["as_of"],
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("Valeurs ajoutées : %(added)d ; corrigées : %(corrected)d ; inchangées : %(same)d.")
                % {"added": entered.added, "corrected": entered.corrected, "same": entered.same},
            )
            return redirect(_list_url(country))
    return _form(request, country, form, title=_("Saisir des données de contexte"), submit=_("Enregistrer les valeurs"))


@require_http_methods(["GET", "POST"])
def profile_edit(request: HttpRequest, iso3: str, pk: int) -> HttpResponse:
    """Correct one figure."""
    country, profile = _found(request, iso3, pk)
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        measures=measures_of(country),
        initial=ProfileForm.initial_of(profile),
    )
    changed: dict[str, Any] = {}
    if form.is_valid():
        try:
            correct_profile(profile, actor=request.user, seen=seen_of(form), **form.cleaned_data)
        except Stale as stale:
            theirs = ProfileForm.initial_of(stale.current)
            changed = {"entries": both_entries(form, theirs), "status": 409}
            carry_version(form, theirs["version"])
        except ValidationError as error:
            show_refusal(form, error)
            profile.refresh_from_db()
        else:
            messages.success(request, _("La donnée est enregistrée."))
            return redirect(_list_url(country))
    title = _("%(place)s : %(measure)s") % {"place": profile.unit, "measure": profile.measure}
    submit = _("Enregistrer ma saisie") if changed else _("Enregistrer")
    return _form(request, country, form, title=title, submit=submit, profile=profile, **changed)


@require_http_methods(["GET", "POST"])
def profile_remove(request: HttpRequest, iso3: str, pk: int) -> HttpResponse:
    """Take a figure entered by mistake away, after a page that names it."""
    country, profile = _found(request, iso3, pk)
    if request.method == "GET":
        told = {"source": profile.source, "day": date_fr(profile.as_of)}
        return confirm_page(
            request,
            country=country,
            title=_("Retirer la donnée"),
            what=f"{profile.unit}, {profile.measure} : {count_fr(profile.value)}",
            texts=[
                _("%(source)s, %(day)s.") % told,
                _("Une valeur saisie par erreur se retire. Une valeur plus récente s’ajoute : les deux restent."),
            ],
            submit=_("Retirer la donnée"),
            cancel_url=reverse("interventions:profile_edit", args=[country.iso3.lower(), profile.pk]),
            crumbs=[*reference_crumbs(country), (_("Données de contexte"), _list_url(country))],
            is_loss=True,
        )
    remove_profile(profile, actor=request.user)
    messages.success(request, _("La donnée est retirée."))
    return redirect(_list_url(country))


def _found(request: HttpRequest, iso3: str, pk: int) -> tuple[Country, AreaProfile]:
    country = find_country(request, iso3)
    profile = get_object_or_404(AreaProfile.objects.select_related("unit"), unit__country=country, pk=pk)
    check_perm(request.user, MANAGE, country)
    return country, profile


def _first_line(country: Country, pcode: str) -> str:
    """The place that the page was opened for, its value still to type."""
    unit = country.admin_units.filter(pcode=pcode[:20]).first() if pcode else None
    return f"{unit.pcode} ; {unit.name} ; " if unit is not None else ""


def _form(request: HttpRequest, country: Country, form: forms.Form, **context: Any) -> HttpResponse:
    page = {"profile": None} | context
    return form_page(
        request,
        form,
        country=country,
        cancel_url=_list_url(country),
        crumbs=[*reference_crumbs(country), (_("Données de contexte"), _list_url(country))],
        template="interventions/reference/profile_form.html",
        **page,
    )


def _list_url(country: Country) -> str:
    return reverse("interventions:profile_list", args=[country.iso3.lower()])
