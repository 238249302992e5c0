"""Indicators of an intervention and their values."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.shortcuts import check_perm
from interventions.forms.indicators import IndicatorForm, ValueForm
from interventions.models import Indicator, IndicatorValue
from interventions.queries.visibility import interventions_visible_to
from interventions.services.indicators import (
    add_indicator,
    add_value,
    edit_indicator,
    remove_indicator,
    remove_value,
)
from interventions.views.parts import find_intervention, form_page, sheet_crumbs, sheet_url, show_refusal

EDIT = "interventions.edit_intervention"


@require_http_methods(["GET", "POST"])
def indicator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more indicator of the sheet."""
    sheet = find_intervention(request, pk, perm=EDIT)
    form = IndicatorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            add_indicator(sheet, actor=request.user, **form.cleaned_data)
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
    if form.is_valid():
        try:
            edit_indicator(indicator, actor=request.user, **form.cleaned_data)
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
        submit=_("Enregistrer l’indicateur"),
        cancel_url=sheet_url(sheet, "indicateurs"),
        crumbs=sheet_crumbs(sheet),
    )


@require_POST
def indicator_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an indicator without values away."""
    indicator = _indicator(request, pk)
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
            add_value(indicator, actor=request.user, **form.cleaned_data)
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


@require_POST
def value_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a value entered by mistake away."""
    rows = IndicatorValue.objects.filter(indicator__intervention__in=interventions_visible_to(request.user))
    value = get_object_or_404(rows.select_related("indicator__intervention__country"), pk=pk)
    sheet = value.indicator.intervention
    check_perm(request.user, EDIT, sheet)
    try:
        remove_value(value, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La valeur est retirée."))
    return redirect(sheet_url(sheet, "indicateurs"))


def _indicator(request: HttpRequest, pk: int) -> Indicator:
    rows = Indicator.objects.filter(intervention__in=interventions_visible_to(request.user))
    indicator = get_object_or_404(rows.select_related("intervention__country"), pk=pk)
    check_perm(request.user, EDIT, indicator.intervention)
    return indicator
