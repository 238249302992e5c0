"""What the pages of one coverage file share: finding it, its steps, its frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.shortcuts import check_perm
from interventions.enums import ImportState
from interventions.models import ImportBatch
from interventions.queries.imports import batches_visible_to
from interventions.services.imports import changes_of
from interventions.views.parts import Crumb, list_crumb, shell_of
from taskforce.models import Country

CLOSED = {ImportState.APPLIED, ImportState.UNDOING, ImportState.UNDONE}


def find_batch(request: HttpRequest, pk: int) -> ImportBatch:
    """The file of the address: 404 unless one sees it, 403 for who does not import."""
    rows = batches_visible_to(request.user).select_related("country", "provider", "created_by__person")
    batch = get_object_or_404(rows, pk=pk)
    check_perm(request.user, "interventions.import_lines", batch.country)
    return batch


def import_crumbs(country: Country) -> list[Crumb]:
    return [list_crumb(country), (_("Imports"), reverse("interventions:import_list", args=[country.iso3.lower()]))]


def batch_page(
    request: HttpRequest, batch: ImportBatch, template: str, *, step: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one file, in the frame of its country."""
    page = {
        **shell_of(request, batch.country),
        "batch": batch,
        "crumbs": import_crumbs(batch.country),
        "url": reverse("interventions:import_detail", args=[batch.pk]),
        "steps": _steps(batch, step),
        "changes": changes_of(batch),
        "counts": batch.findings.get("counts", {}),
        "to_match": to_match(batch),
    }
    return render(request, template, {**page, **context}, status=status)


def to_match(batch: ImportBatch) -> dict[str, int]:
    """How many columns and words nobody has said anything of."""
    chosen = batch.mapping.get("columns", {})
    columns = sum(
        not column["field"] and bool(column["heading"]) and column["heading"] not in chosen
        for sheet in batch.findings.get("sheets", [])
        for column in sheet["columns"]
    )
    words = sum(len(rows) for rows in batch.findings.get("unknown", {}).values())
    return {"columns": columns, "words": words, "guesses": len(batch.findings.get("proposed", []))}


def _steps(batch: ImportBatch, step: str) -> list[dict[str, Any]]:
    """« Fichier », « Colonnes », « Mots », « Vérification », « Enregistrement »."""
    names = [
        ("file", _("Fichier")),
        ("columns", _("Colonnes")),
        ("values", _("Mots")),
        ("rows", _("Vérification")),
        ("done", _("Enregistrement")),
    ]
    if not step:
        closed = batch.state in CLOSED or batch.state == ImportState.APPLYING
        step = "done" if closed else "rows" if batch.state == ImportState.READ else "file"
    at = [name for name, _label in names].index(step)
    is_over = batch.state in {ImportState.APPLIED, ImportState.UNDONE}
    return [
        {"label": label, "state": "done" if place < at or is_over else "current" if place == at else "todo"}
        for place, (_name, label) in enumerate(names)
    ]
