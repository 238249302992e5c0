"""What a file's columns hold and what its words mean: proposed, corrected, remembered for its provider."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.text import normalise
from interventions.enums import ImportState
from interventions.forms.imports import ColumnsForm, ValuesForm
from interventions.imports.batches import start
from interventions.models import ImportBatch, Instrument, TargetGroup
from interventions.places import Places
from interventions.services.imports import correct
from interventions.services.stale import Stale
from interventions.views.import_pages import batch_page, find_batch
from interventions.views.parts import show_refusal
from interventions.views.stale import seen_version
from taskforce.forms.fields import agency_choices
from taskforce.services.agencies import create_agency

KINDS = ("place", "organisation", "instrument", "group")
OPEN = {ImportState.READ, ImportState.REFUSED}


@require_http_methods(["GET", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Sheets, the row of the headings, columns, years: said, then the file is read again."""
    batch = find_batch(request, pk)
    if batch.state not in OPEN:
        return redirect("interventions:import_detail", batch.pk)
    form = ColumnsForm(request.POST if request.method == "POST" else None, batch=batch)
    status = 200
    if form.is_valid():
        status, answer = _corrected(request, batch, form, form.corrections)
        if answer is not None:
            return answer
    return batch_page(
        request,
        batch,
        "interventions/imports/columns.html",
        step="columns",
        status=422 if form.is_bound and form.errors else status,
        form=form,
    )


@require_http_methods(["GET", "POST"])
def import_values(request: HttpRequest, pk: int) -> HttpResponse:
    """What unknown words mean; structures that the portal does not know are entered here."""
    batch = find_batch(request, pk)
    if batch.state != ImportState.READ:
        return redirect("interventions:import_detail", batch.pk)
    lists = _lists(batch)
    form = ValuesForm(
        request.POST if request.method == "POST" else None,
        entries=_entries(batch, lists),
        lists=lists,
        may_create=request.user.has_perm("interventions.manage_country_data", batch.country),
    )
    status = 200
    if form.is_valid():
        status, answer = _corrected(request, batch, form, {"values": form.values})
        if answer is not None:
            return answer
    return batch_page(
        request,
        batch,
        "interventions/imports/values.html",
        step="values",
        status=422 if form.is_bound and form.errors else status,
        form=form,
        lists=lists,
    )


def _corrected(
    request: HttpRequest, batch: ImportBatch, form: Any, corrections: dict[str, Any]
) -> tuple[int, HttpResponse | None]:
    """Have the file read again; (status, answer), no answer when the form is to be shown again."""
    try:
        with transaction.atomic():
            if isinstance(form, ValuesForm):
                made = _create(request, batch, form)
                corrections["values"].setdefault("organisation", {}).update(made)
            current = correct(batch, actor=request.user, version=seen_version(request), **corrections)
    except Stale:
        form.add_error(
            None,
            _(
                "Quelqu’un d’autre a corrigé cet import entre-temps : vérifiez votre saisie, puis enregistrez de nouveau."
            ),
        )
        return 409, None
    except ValidationError as error:
        show_refusal(form, error)
        return 422, None
    start(current)
    messages.success(request, _("Vos choix sont enregistrés pour ce fournisseur ; le fichier est relu."))
    return 200, redirect("interventions:import_detail", batch.pk)


def _create(request: HttpRequest, batch: ImportBatch, form: ValuesForm) -> dict[str, str]:
    """The structures to be entered: what the file calls them → their id."""
    made = {}
    for written, kind in form.to_create:
        name = " ".join(written.split())
        try:
            agency = create_agency(
                actor=request.user, acronym=name[:60], name_fr=name[:250], kind=kind, country=batch.country
            )
        except ValidationError as error:
            raise ValidationError(
                [_("« %(name)s » : %(reason)s") % {"name": name, "reason": text} for text in error.messages]
            ) from error
        made[written] = str(agency.pk)
    return made


def _lists(batch: ImportBatch) -> dict[str, dict[str, str]]:
    """By kind: what the lists show → what is kept. Some queries, whatever the file says."""
    places = Places(batch.country)
    units = sorted(places.units.values(), key=lambda unit: (unit.level, normalise(unit.name)))
    return {
        "place": {f"{places.label(unit)} — {unit.pcode}": unit.pcode for unit in units if unit.valid_until is None},
        "organisation": {agency.label: str(agency.pk) for agency in agency_choices(batch.country)},
        "instrument": {str(one): one.code for one in Instrument.objects.filter(is_active=True)},
        "group": {str(one): one.code for one in TargetGroup.objects.filter(is_active=True)},
    }


def _entries(batch: ImportBatch, lists: dict[str, dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """By kind: the words to match, with what they were matched with so far (`label`) or what is proposed (`guess`)."""
    labels = {kind: {value: label for label, value in one.items()} for kind, one in lists.items()}
    findings = batch.findings
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS:
        rows: dict[str, dict[str, Any]] = {}
        for one in findings.get("unknown", {}).get(kind, []):
            close = [labels[kind][code] for code in one["close"] if code in labels[kind]]
            guess = close[0] if len(close) == 1 else ""
            rows[normalise(one["written"])] = {**one, "close": close, "label": "", "guess": guess}
        for one in findings.get("proposed", []) if kind == "instrument" else []:
            guess = labels[kind].get(one["code"], "")
            entry = {"written": one["written"], "rows": one["rows"], "close": [], "label": "", "guess": guess}
            rows.setdefault(normalise(one["written"]), entry)
        for written, chosen in batch.mapping.get("values", {}).get(kind, {}).items():
            if chosen in labels[kind]:
                entry = {"written": written, "rows": 0, "close": [], "label": labels[kind][chosen], "guess": ""}
                rows.setdefault(normalise(written), entry)
        found[kind] = list(rows.values())
    return found
