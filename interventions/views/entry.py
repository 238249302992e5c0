"""Entering and correcting a sheet, and who takes part in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.shortcuts import check_perm
from interventions.forms.sheets import NewSheetForm, SheetForm, roles_formset
from interventions.models import Intervention, InterventionRole
from interventions.queries.visibility import reach_of
from interventions.services.interventions import create_intervention, edit_intervention, set_roles
from interventions.services.stale import Stale
from interventions.views.parts import (
    find_country,
    find_intervention,
    form_page,
    list_crumb,
    sheet_crumbs,
    sheet_url,
    shell_of,
    show_refusal,
)
from interventions.views.stale import both_entries, carry_version, seen_version
from taskforce.forms.fields import agency_choices
from taskforce.models import Agency, Country


@require_http_methods(["GET", "POST"])
def intervention_add(request: HttpRequest, iso3: str) -> HttpResponse:
    """A new sheet of one's agency; the data manager's are entered for any structure, which confirms them."""
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.add_intervention", country)
    form = NewSheetForm(
        request.POST if request.method == "POST" else None,
        country=country,
        leads=_leads(request, country),
        agencies=agency_choices(country),
        initial={"currency": "XOF", "visibility": "partners"},
    )
    if form.is_valid():
        lead = form.cleaned_data["lead"]
        own = reach_of(request.user).sits_for(country.pk, lead.pk)
        try:
            sheet = create_intervention(
                country, actor=request.user, parts=form.who, on_behalf_of=None if own else lead, **form.facts
            )
        except ValidationError as error:
            _show(form, error)
        else:
            if own:
                messages.success(request, _("La fiche est créée. Ajoutez maintenant où elle intervient."))
            else:
                messages.success(
                    request, _("La fiche est créée pour le compte de %(agency)s, qui la confirmera.") % {"agency": lead}
                )
            return redirect(sheet_url(sheet, "lignes"))
    return form_page(
        request,
        form,
        country=country,
        title=_("Nouvelle intervention"),
        submit=_("Créer la fiche"),
        cancel_url=list_crumb(country)[1],
        crumbs=[list_crumb(country)],
        template="interventions/sheet_form.html",
        on_behalf=country.pk in reach_of(request.user).data_manager_in,
    )


def _leads(request: HttpRequest, country: Country) -> QuerySet[Agency]:
    """Whom one may enter a sheet for: one's agencies; any structure, as the data manager."""
    choices = agency_choices(country)
    if request.user.has_perm("interventions.enter_on_behalf", country):
        return choices
    return choices.filter(pk__in=reach_of(request.user).agencies.get(country.pk, frozenset()))


@require_http_methods(["GET", "POST"])
def intervention_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the sheet; whoever wrote in the meantime is not written over unseen."""
    sheet = find_intervention(request, pk, perm="interventions.edit_intervention")
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        country=sheet.country,
        initial=SheetForm.initial_of(sheet) if request.method == "GET" else None,
    )
    if form.is_valid():
        try:
            edit_intervention(sheet, actor=request.user, **_with_version(form))
        except Stale as stale:
            return _both(request, sheet, form, stale.current)
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(request, _("La fiche est enregistrée."))
            return redirect(sheet_url(sheet))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Modifier la fiche"),
        submit=_("Enregistrer la fiche"),
        cancel_url=sheet_url(sheet),
        crumbs=sheet_crumbs(sheet),
        template="interventions/sheet_form.html",
    )


def _with_version(form: SheetForm) -> dict[str, Any]:
    # A form without it was written by hand: then nothing was seen.
    facts = form.facts
    return {**facts, "version": facts.get("version") if facts.get("version") is not None else -1}


def _both(request: HttpRequest, sheet: Intervention, form: SheetForm, current: Intervention) -> HttpResponse:
    entries = both_entries(form, SheetForm.initial_of(current))
    carry_version(form, current.version)
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Modifier la fiche"),
        submit=_("Enregistrer ma saisie"),
        cancel_url=sheet_url(sheet),
        crumbs=sheet_crumbs(sheet),
        template="interventions/sheet_form.html",
        status=409,
        entries=entries,
    )


@require_http_methods(["GET", "POST"])
def intervention_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Who funds, answers for, carries out: agencies with their role and share."""
    sheet = find_intervention(request, pk, perm="interventions.edit_roles")
    roles = list(InterventionRole.objects.filter(intervention=sheet).select_related("agency"))
    formset = roles_formset(
        request.POST if request.method == "POST" else None,
        agencies=agency_choices(sheet.country),
        initial=[{"agency": role.agency_id, "kind": role.kind, "share": role.share} for role in roles],
    )
    version = request.POST.get("version", "")
    refusal: list[str] = []
    status = 200
    if formset.is_bound and formset.is_valid():
        try:
            set_roles(sheet, formset.who, actor=request.user, version=seen_version(request))
        except Stale as stale:
            refusal, version, status = stale.messages, str(stale.current.version), 409
        except ValidationError as error:
            refusal, status = error.messages, 422
        else:
            messages.success(request, _("Les rôles sont enregistrés."))
            return redirect(sheet_url(sheet))
    elif formset.is_bound:
        status = 422
    context = {
        **shell_of(request, sheet.country),
        "sheet": sheet,
        "formset": formset,
        "version": version if formset.is_bound else sheet.version,
        "refusal": refusal,
        "current": roles if status == 409 else None,
        "crumbs": sheet_crumbs(sheet),
        "cancel_url": sheet_url(sheet),
    }
    return render(request, "interventions/roles.html", context, status=status)


def _show(form: SheetForm, error: ValidationError) -> None:
    """Beside the field that a constraint of the database speaks of."""
    if getattr(error, "code", "") == "intervention_code_once":
        form.add_error("code", error.messages)
    else:
        show_refusal(form, error)
