"""The dry run: rows with what they change, what is told of them, cells mended in place."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.validators import validate_texts
from interventions.enums import ImportState, RowStatus, Severity
from interventions.forms.imports import field_labels
from interventions.imports.batches import start
from interventions.models import ImportBatch, ImportRow
from interventions.queries.imports import issues_by_row
from interventions.services.imports import correct
from interventions.services.stale import Stale
from interventions.views.import_pages import batch_page, find_batch
from interventions.views.stale import seen_version

ROWS_SHOWN, ISSUES_SHOWN = 25, 100
# What is settled for the whole file, on the page of its words.
OF_WORDS = frozenset(
    {"instrument_proposed", "instrument_from_sector", "organisation_unknown", "several_organisations", "group_unknown"}
)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
CELL_LENGTH = 1000
_CELL = re.compile(r"^cell-(\d{1,6})-([A-Z]{1,3})$")
# How what becomes of a row looks: kind and icon.
LOOKS = {
    RowStatus.NEW: ("success", "plus"),
    RowStatus.CHANGED: ("brand", "pencil"),
    RowStatus.UNCHANGED: ("neutral", "check"),
    RowStatus.REFUSED: ("danger", "error"),
    RowStatus.OUT_OF_SCOPE: ("neutral", "minus"),
}
# What the list may be narrowed to: value of the address → condition.
VIEWS: dict[str, dict[str, Any]] = {
    "": {},
    "nouvelles": {"status": RowStatus.NEW},
    "modifiees": {"status": RowStatus.CHANGED},
    "inchangees": {"status": RowStatus.UNCHANGED},
    "refusees": {"status": RowStatus.REFUSED},
    "hors-pays": {"status": RowStatus.OUT_OF_SCOPE},
    "a-verifier": {"severity": Severity.WARNING},
}


def dry_run(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    view = request.GET.get("lignes", "")
    view = view if view in VIEWS else ""
    page = Paginator(batch.rows.filter(**VIEWS[view]), ROWS_SHOWN).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    counts = batch.findings.get("counts", {})
    return batch_page(
        request,
        batch,
        "interventions/imports/dry_run.html",
        page=page,
        rows=_shown(batch, rows, view),
        view=view,
        tabs=_tabs(batch, view, counts),
        told=batch.findings.get("told", {}),
    )


def _tabs(batch: ImportBatch, view: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    warned = batch.rows.filter(**VIEWS["a-verifier"]).count()
    named = [
        ("", _("Toutes"), counts.get("rows", 0)),
        ("nouvelles", _("Nouvelles"), counts.get("new", 0)),
        ("modifiees", _("Modifiées"), counts.get("changed", 0)),
        ("inchangees", _("Inchangées"), counts.get("unchanged", 0)),
        ("refusees", _("Refusées"), counts.get("refused", 0)),
        ("a-verifier", _("À vérifier"), warned),
        ("hors-pays", _("Hors du pays"), counts.get("out_of_scope", 0)),
    ]
    return [
        {"value": value, "label": label, "count": count, "is_current": value == view}
        for value, label, count in named
        if count or value == "" or value == view
    ]


def _shown(batch: ImportBatch, rows: list[ImportRow], view: str) -> list[dict[str, Any]]:
    """Each row with what is told of it and, in place, the cells that are to be mended. One query."""
    told = issues_by_row(batch, rows)
    letters = _letters(batch)
    labels = field_labels()
    several = len(letters) > 1
    shown = []
    for row in rows:
        issues = _told_of(row, told.get((row.sheet, row.number), []), letters.get(row.sheet, {}))
        fields = {letter: field for field, letter in letters.get(row.sheet, {}).items()}
        to_mend = {issue.column for issue in issues if issue.column in fields and _is_to_mend(issue, view)}
        cells = [_cell(row, letter, fields[letter], labels, issues) for letter in sorted(to_mend, key=_in_order)]
        others = [issue for issue in issues if issue.column not in to_mend]
        sheet = row.sheet if several else ""
        shown.append({"row": row, "sheet": sheet, "cells": cells, "issues": others, **_look(row)})
    return shown


def _told_of(row: ImportRow, issues: list[Any], letters: dict[str, str]) -> list[Any]:
    """Of a row made of one cell of a matrix: what is told of its own column, and of those that all its cells share."""
    column = row.outcome.get("column")
    if not column:
        return issues
    shared = {"", column, *letters.values()}
    return [issue for issue in issues if issue.column in shared]


def _is_to_mend(issue: Any, view: str) -> bool:
    """Errors everywhere; what is only to be looked at where one asked for it."""
    if issue.severity == Severity.ERROR:
        return True
    return view == "a-verifier" and issue.severity == Severity.WARNING and issue.code not in OF_WORDS


def _in_order(letter: str) -> tuple[int, str]:
    return len(letter), letter


def _as_typed(text: str) -> str:
    """A day as people write it: « 31/01/2026 »."""
    match = _ISO_DAY.fullmatch(text)
    return f"{match.group(3)}/{match.group(2)}/{match.group(1)}" if match else text


def _look(row: ImportRow) -> dict[str, str]:
    status = RowStatus(row.status)
    kind, icon = LOOKS[status]
    return {"outcome": row.outcome, "status_label": str(status.label), "kind": kind, "icon": icon}


def _cell(row: ImportRow, letter: str, field: str, labels: dict[str, str], issues: list[Any]) -> dict[str, Any]:
    return {
        "name": f"cell-{row.position}-{letter}",
        "letter": letter,
        "label": labels.get(field, field),
        "text": _as_typed(row.values.get(field, "")),
        "issues": [issue for issue in issues if issue.column == letter],
        "is_wrong": any(issue.column == letter and issue.severity == Severity.ERROR for issue in issues),
    }


def _letters(batch: ImportBatch) -> dict[str, dict[str, str]]:
    """By sheet: the field of each column that is read → its letter."""
    return {sheet["title"]: sheet["letters"] for sheet in batch.findings.get("sheets", [])}


@require_http_methods(["GET", "POST"])
def import_row(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """All cells of one row, to be mended; or the row left out."""
    batch = find_batch(request, pk)
    row = get_object_or_404(batch.rows, position=position)
    if request.method == "POST":
        return _mend(request, batch, [row], with_out=True)
    letters = _letters(batch).get(row.sheet, {})
    issues = _told_of(row, issues_by_row(batch, [row]).get((row.sheet, row.number), []), letters)
    labels = field_labels()
    cells = [_cell(row, letter, field, labels, issues) for field, letter in letters.items()]
    cells.sort(key=lambda cell: _in_order(cell["letter"]))
    return batch_page(
        request,
        batch,
        "interventions/imports/row.html",
        step="rows",
        row=row,
        shown=_look(row),
        cells=cells,
        issues=[issue for issue in issues if issue.column not in letters.values()],
        is_out=_is_out(batch, row),
        is_open=batch.state == ImportState.READ,
    )


def _is_out(batch: ImportBatch, row: ImportRow) -> bool:
    return bool(batch.mapping.get("left_out", {}).get(row.sheet, {}).get(str(row.number)))


@require_POST
def import_cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend cells of several rows at once, and have the file read again."""
    batch = find_batch(request, pk)
    positions = {int(match.group(1)) for name in request.POST if (match := _CELL.match(name))}
    rows = list(batch.rows.filter(position__in=list(positions)[: ROWS_SHOWN * 2]))
    return _mend(request, batch, rows, with_out=False)


def _mend(request: HttpRequest, batch: ImportBatch, rows: list[ImportRow], *, with_out: bool) -> HttpResponse:
    cells, left_out = _corrections(request, batch, rows, with_out=with_out)
    if not cells and not left_out:
        messages.info(request, _("Aucune cellule n’a été modifiée."))
        return redirect(_back(request, batch))
    try:
        for row_cells in cells.values():
            for mended in row_cells.values():
                validate_texts(mended)
        current = correct(batch, actor=request.user, version=seen_version(request), cells=cells, left_out=left_out)
    except Stale:
        messages.warning(
            request,
            _("Quelqu’un d’autre a corrigé cet import entre-temps : vérifiez, puis recommencez votre correction."),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        start(current)
        count = sum(len(mended) for row_cells in cells.values() for mended in row_cells.values())
        if count:
            messages.success(
                request,
                ngettext(
                    "%(count)d cellule corrigée : le fichier est relu.",
                    "%(count)d cellules corrigées : le fichier est relu.",
                    count,
                )
                % {"count": count},
            )
        else:
            messages.success(request, _("C’est noté : le fichier est relu."))
    return redirect(_back(request, batch))


def _corrections(
    request: HttpRequest, batch: ImportBatch, rows: list[ImportRow], *, with_out: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The cells whose text is another one than before, as `services.imports.correct` takes them."""
    letters = _letters(batch)
    cells: dict[str, Any] = {}
    left_out: dict[str, Any] = {}
    for row in rows:
        for field, letter in letters.get(row.sheet, {}).items():
            name = f"cell-{row.position}-{letter}"
            if name not in request.POST:
                continue
            text = " ".join(request.POST[name].split())[:CELL_LENGTH]
            if text != " ".join(_as_typed(row.values.get(field, "")).split()):
                cells.setdefault(row.sheet, {}).setdefault(str(row.number), {})[letter] = text
        wanted = bool(request.POST.get("left_out"))
        if with_out and wanted != _is_out(batch, row):
            left_out.setdefault(row.sheet, {})[str(row.number)] = wanted
    return cells, left_out


def _back(request: HttpRequest, batch: ImportBatch) -> str:
    url = reverse("interventions:import_detail", args=[batch.pk])
    view, page = request.POST.get("lignes", ""), request.POST.get("page", "")
    query = f"?lignes={view}" if view in VIEWS and view else "?"
    query += f"&page={page}" if page.isdecimal() and len(page) < 6 else ""
    return url + (query if query != "?" else "") + "#lignes"


@require_GET
def import_issues(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is told of the file, by sheet, row and column."""
    batch = find_batch(request, pk)
    page = Paginator(batch.issues.all(), ISSUES_SHOWN).get_page(request.GET.get("page"))
    return batch_page(request, batch, "interventions/imports/issues.html", step="rows", page=page)
