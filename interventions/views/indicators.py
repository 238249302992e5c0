"""Indicators of an intervention and their values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.shortcuts import check_perm
from core.typography import count_fr, date_fr
from interventions.forms.indicators import IndicatorForm, ValueForm
from interventions.models import Indicator, IndicatorValue, Intervention
from interventions.queries.visibility import interventions_visible_to
from interventions.services.indicators import (
    add_indicator,
    add_value,
    edit_indicator,
    edit_value,
    remove_indicator,
    remove_value,
)
from interventions.services.stale import Stale
from interventions.views.parts import confirm_page, find_intervention, form_page, sheet_crumbs, sheet_url, show_refusal
from interventions.views.stale import both_entries, carry_version, seen_of

EDIT = "interventions.edit_intervention"


@require_http_methods(["GET", "POST"])
def indicator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more indicator of the sheet."""
    sheet = find_intervention(request, pk, perm=EDIT)
    form = IndicatorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            add_indicator(sheet, actor=request.user, **_facts(form))
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("L’indicateur est ajouté."))
            return redirect(sheet_url(sheet, "indicateurs"))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Nouvel indicateur"),
        submit=_("Ajouter l’indicateur"),
        cancel_url=sheet_url(sheet, "indicateurs"),
        crumbs=sheet_crumbs(sheet),
    )


@require_http_methods(["GET", "POST"])
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what describes an indicator."""
    indicator = _indicator(request, pk)
    sheet = indicator.intervention
    form = IndicatorForm(
        request.POST if request.method == "POST" else None, initial=IndicatorForm.initial_of(indicator)
    )
    changed: dict[str, Any] = {}
    if form.is_valid():
        try:
            edit_indicator(indicator, actor=request.user, seen=seen_of(form), **form.cleaned_data)
        except Stale as stale:
            changed = _both(form, IndicatorForm.initial_of(stale.current))
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("L’indicateur est enregistré."))
            return redirect(sheet_url(sheet, "indicateurs"))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Modifier l’indicateur"),
        submit=_("Enregistrer ma saisie") if changed else _("Enregistrer l’indicateur"),
        cancel_url=sheet_url(sheet, "indicateurs"),
        crumbs=sheet_crumbs(sheet),
        **changed,
    )


@require_http_methods(["GET", "POST"])
def indicator_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an indicator without values away, after a page that names it."""
    indicator = _indicator(request, pk)
    if request.method == "GET":
        return _confirm(
            request,
            indicator.intervention,
            title=_("Retirer l’indicateur"),
            what=f"{indicator.name} ({indicator.measure})",
            text=_("Il disparaît de la fiche. Un indicateur qui a des valeurs ne se retire pas."),
        )
    try:
        remove_indicator(indicator, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("L’indicateur est retiré."))
    return redirect(sheet_url(indicator.intervention, "indicateurs"))


@require_http_methods(["GET", "POST"])
def value_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A value for a place and a period."""
    indicator = _indicator(request, pk)
    sheet = indicator.intervention
    form = ValueForm(request.POST if request.method == "POST" else None, country=sheet.country)
    if form.is_valid():
        try:
            add_value(indicator, actor=request.user, **_facts(form))
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La valeur est ajoutée."))
            return redirect(sheet_url(sheet, "indicateurs"))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Nouvelle valeur"),
        submit=_("Ajouter la valeur"),
        cancel_url=sheet_url(sheet, "indicateurs"),
        crumbs=sheet_crumbs(sheet),
        note=f"{indicator.name} ({indicator.measure})",
    )


@require_http_methods(["GET", "POST"])
def value_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a value, its place or its period."""
    value = _value(request, pk)
    sheet = value.indicator.intervention
    form = ValueForm(
        request.POST if request.method == "POST" else None,
        country=sheet.country,
        keep=value.unit,
        initial=ValueForm.initial_of(value),
    )
    changed: dict[str, Any] = {}
    if form.is_valid():
        try:
            edit_value(value, actor=request.user, seen=seen_of(form), **form.cleaned_data)
        except Stale as stale:
            changed = _both(form, ValueForm.initial_of(stale.current))
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La valeur est enregistrée."))
            return redirect(sheet_url(sheet, "indicateurs"))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Corriger la valeur"),
        submit=_("Enregistrer ma saisie") if changed else _("Enregistrer la valeur"),
        cancel_url=sheet_url(sheet, "indicateurs"),
        crumbs=sheet_crumbs(sheet),
        note=f"{value.indicator.name} ({value.indicator.measure})",
        **changed,
    )


@require_http_methods(["GET", "POST"])
def value_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a value entered by mistake away, after a page that names it."""
    value = _value(request, pk)
    sheet = value.indicator.intervention
    if request.method == "GET":
        where = str(value.unit) if value.unit else _("Toute l’intervention")
        told = {"place": where, "start": date_fr(value.starts_on), "end": date_fr(value.ends_on)}
        return _confirm(
            request,
            sheet,
            title=_("Retirer la valeur"),
            what=f"{value.indicator.name} : {count_fr(value.value)}",
            text=_("%(place)s, du %(start)s au %(end)s. La valeur disparaît de la fiche et de ses calculs.") % told,
        )
    try:
        remove_value(value, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La valeur est retirée."))
    return redirect(sheet_url(sheet, "indicateurs"))


def _facts(form: forms.Form) -> dict[str, Any]:
    seen_of(form)
    return form.cleaned_data


def _both(form: forms.Form, theirs: dict[str, Any]) -> dict[str, Any]:
    """Both entries for the page, whose next save is made knowing them."""
    entries = both_entries(form, theirs)
    carry_version(form, theirs["version"])
    return {"entries": entries, "status": 409}


def _confirm(request: HttpRequest, sheet: Intervention, *, title: str, what: str, text: str) -> HttpResponse:
    return confirm_page(
        request,
        country=sheet.country,
        title=title,
        what=what,
        texts=[text],
        submit=title,
        cancel_url=sheet_url(sheet, "indicateurs"),
        crumbs=sheet_crumbs(sheet),
        is_loss=True,
    )


def _indicator(request: HttpRequest, pk: int) -> Indicator:
    rows = Indicator.objects.filter(intervention__in=interventions_visible_to(request.user))
    indicator = get_object_or_404(rows.select_related("intervention__country"), pk=pk)
    check_perm(request.user, EDIT, indicator.intervention)
    return indicator


def _value(request: HttpRequest, pk: int) -> IndicatorValue:
    rows = IndicatorValue.objects.filter(indicator__intervention__in=interventions_visible_to(request.user))
    value = get_object_or_404(rows.select_related("indicator__intervention__country", "unit__parent"), pk=pk)
    check_perm(request.user, EDIT, value.indicator.intervention)
    return value
