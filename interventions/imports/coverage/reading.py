"""From a file to what it would change: one pass over its rows, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import MAC_EPOCH

from core.imports.tables import Table, TableRow, UnreadableTableError, as_text, is_blank
from core.text import normalise
from interventions.imports.coverage import how_many, what, when, where, who
from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.columns import ACTIVITIES, MATRIX_PLACE, figure_of
from interventions.imports.coverage.data_rows import data_rows, fill_down, mended_rows
from interventions.imports.coverage.dates import EPOCH_1900, orders_of
from interventions.imports.coverage.known import Known
from interventions.imports.coverage.layout import SEARCHED_ROWS, Column, Layout, find_layout, is_no_data
from interventions.imports.coverage.lines import make_lines
from interventions.imports.coverage.matrices import Matrix, find_matrix
from interventions.imports.coverage.proposal import (
    NOTICE,
    OUT_OF_SCOPE,
    REFUSED,
    WARNING,
    CoverageSheet,
    SheetLayout,
    letter,
)
from interventions.imports.coverage.settling import settle
from interventions.imports.sources import open_sources
from taskforce.models import Country

# Of how much of a file is read: (rows done, of how many or 0).
Tell = Callable[[int, int], None]
TOLD_EVERY = 100
MOST_TOLD_AGAIN = 1000
MOST_NAMED = 5
_DATE_FIELDS = ("start", "end", "period", "month", "year", "reported")


def read(
    path: Path | str,
    country: Country,
    mapping: Mapping[str, Any] | None = None,
    default_year: int | None = None,
    vintage: str | None = None,
    tell: Tell | None = None,
) -> CoverageSheet:
    """Read a coverage file of `country` against what the portal knows. Raises UnreadableTableError, in French.

    `mapping`, what somebody corrected: {"columns": {heading: field}, "values": {"place": {written: P-code},
    "organisation": {written: acronym or pk}, "instrument": {written: code}, "group": {written: code}},
    "sheets": [titles to read], "headers": {sheet: row of its headings}, "cells": {sheet: {row: {column letter: text}}},
    "left_out": {sheet: {row: true}}}.
    `default_year`: of rows whose dates have none. `vintage`: the list that the P-codes come from. `tell` hears of the
    progress: rows done, of how many (0 while a sheet is still being opened).
    """
    mapping = mapping or {}
    sheet = CoverageSheet(country)
    known = Known(country, mapping.get("values"), vintage)
    chosen = {normalise(title) for title in mapping.get("sheets") or []}
    ignored: set[str] = set()
    hidden: list[str] = []
    tell = tell or _to_nobody
    for table in open_sources(path, country):
        name = normalise(table.title)
        if chosen and name not in chosen:
            continue
        if table.is_hidden:
            hidden.append(table.title)
        if not chosen and not table.is_hidden and is_no_data(table.title):
            ignored.add(name)
        _read_table(table, sheet, known, mapping, default_year, tell, is_chosen=bool(chosen))
    if not sheet.sheets and ignored:
        # A table may stand on a sheet called « Liste » or « Synthèse »: read where there is no other.
        sheet.issues = [one for one in sheet.issues if normalise(one.sheet) not in ignored]
        for table in open_sources(path, country):
            if normalise(table.title) in ignored:
                _read_table(table, sheet, known, mapping, default_year, tell, is_chosen=True)
    if not sheet.sheets:
        if hidden:
            raise UnreadableTableError(
                _(
                    "Aucun tableau de couverture n’a été trouvé. Des feuilles sont masquées et ne sont pas lues : %(names)s. Affichez-les dans le tableur, puis importez le fichier."
                )
                % {"names": ", ".join(hidden[:MOST_NAMED])}
            )
        raise UnreadableTableError(
            _(
                "Aucun tableau de couverture n’a été trouvé : il faut des intitulés de colonnes, dont un lieu "
                "(région, département) et une structure ou une activité."
            )
        )
    make_lines(sheet)
    order = {one.title: place for place, one in enumerate(sheet.sheets)}
    sheet.issues.sort(key=lambda issue: (order.get(issue.sheet, len(order)), issue.row))
    return sheet


def _read_table(
    table: Table,
    sheet: CoverageSheet,
    known: Known,
    mapping: Mapping[str, Any],
    default_year: int | None,
    tell: Tell,
    *,
    is_chosen: bool,
) -> None:
    if not is_chosen and (table.is_hidden or is_no_data(table.title)):
        sheet.tell(
            table.title,
            0,
            "sheet_ignored",
            _("Cette feuille n’est pas lue : elle est masquée, ou son nom annonce des listes ou des notes."),
            NOTICE,
        )
        return
    rows = mended_rows(table.rows, (mapping.get("cells") or {}).get(table.title) or {})
    first = list(islice(rows, SEARCHED_ROWS))
    columns = {normalise(heading): field for heading, field in (mapping.get("columns") or {}).items()}
    chosen = (mapping.get("headers") or {}).get(table.title)
    layout = find_layout(first, columns, chosen)
    matrix = None
    if layout is None or not layout.says_where:
        matrix = find_matrix(first, known.places, columns)
    if matrix is not None:
        rows = matrix.rows(chain(first, rows))
        first = list(islice(rows, SEARCHED_ROWS))
        layout = find_layout(first, columns, matrix.header)
    place = _place_of_title(table.title, layout, known)
    if layout is None or not (layout.describes_coverage or place):
        if any(not is_blank(cell) for row in first for cell in row.cells):
            sheet.tell(
                table.title,
                0,
                "sheet_ignored",
                _("Aucun tableau de couverture n’a été reconnu dans cette feuille."),
                NOTICE,
            )
        return
    sheet.sheets.append(SheetLayout(table.title, layout))
    said = {"place_name": place} if place else {}
    if matrix is not None:
        layout.made_from = matrix.width
        _tell_of_matrix(sheet, table.title, matrix, layout)
        if not set(layout.fields) & set(ACTIVITIES) and known.instruments.read(table.title)[0] is not None:
            said["activity"] = table.title
    body = list(data_rows(_counted(chain(first, rows), tell), layout, sheet, table.title))
    if not body:
        sheet.tell(
            table.title,
            layout.header_row or 0,
            "no_rows",
            _("Les intitulés sont trouvés, et aucune ligne de données ne les suit."),
            WARNING,
        )
    if matrix is not None:
        _tell_of_cells(sheet, table.title, matrix, {row.number for row in body})
    for column in settle(layout, body, known.groups):
        _tell_of_words(sheet, table.title, layout, column)
    _tell_of_columns(sheet, table.title, layout)
    _tell_of_kinds(sheet, table.title, layout)
    fill_down(body, layout, sheet, table.title)
    fields = layout.fields
    orders = orders_of({field: [row[fields[field].index] for row in body] for field in _DATE_FIELDS if field in fields})
    epoch = EPOCH_1900 if table.epoch != MAC_EPOCH else MAC_EPOCH.date()
    left_out = (mapping.get("left_out") or {}).get(table.title) or {}
    for done, raw in enumerate(body):
        if done % TOLD_EVERY == 0:
            tell(done, len(body))
        cells = Cells(raw, fields, table.title, epoch=epoch, said=said)
        _read_row(cells, known, orders, default_year)
        if left_out.get(str(raw.number)) and not cells.out.status:
            cells.refuse("left_out", _("Ligne laissée de côté, à votre demande."))
        _remember(sheet, cells)


def _to_nobody(done: int, total: int) -> None:
    """Nobody waits."""


def _counted(rows: Iterator[TableRow], tell: Tell) -> Iterator[TableRow]:
    for done, row in enumerate(rows):
        if done % TOLD_EVERY == 0:
            tell(done, 0)
        yield row


def _place_of_title(title: str, layout: Layout | None, known: Known) -> str:
    """A workbook may have one sheet a region and no column of places: the name of the sheet then says where."""
    if layout is None or layout.says_where or not layout.says_who_or_what:
        return ""
    found = known.places.resolve(name=title)
    return title if found.unit is not None or found.code == "ambiguous" else ""


def _read_row(cells: Cells, known: Known, orders: dict[str, str], default_year: int | None) -> None:
    """The rules in their order: the place is read for every row of the country, refused for another reason or not."""
    out = cells.out
    for field, column in cells.columns.items():
        text = as_text(cells.raw[column.index])
        if text:
            out.values[field] = text
    if not where.is_in_scope(cells, known):
        cells.issues.clear()
        out.status = OUT_OF_SCOPE
        return
    what.read_delivery(cells)
    when.read_dates(cells, orders, default_year)
    where.read_place(cells, known, out.starts_on)
    what.read_instrument(cells, known)
    what.read_group(cells, known)
    who.read_roles(cells, known)
    who.read_intervention(cells, known)
    how_many.read_figures(cells)
    how_many.read_money(cells)
    if not out.is_refused and out.intervention is None:
        cells.refuse("organisation_missing", _("Ni la structure ni l’intervention ne sont indiquées."))


def _remember(sheet: CoverageSheet, cells: Cells) -> None:
    out = cells.out
    if out.is_refused:
        out.status = REFUSED
    for kind in ("place", "instrument", "group"):
        written = out.values.pop(f"unknown_{kind}", "")
        if written:
            sheet.note_unknown(kind, written)
    for organisations in out.roles.values():
        for one in organisations:
            if one.agency is None:
                sheet.note_unknown("organisation", one.label)
    sheet.rows.append(out)
    if cells.raw.moved:
        # Rows that come from one row of a matrix tell the same of its other columns: once.
        told = {one for one in sheet.issues[-MOST_TOLD_AGAIN:] if one.row == out.number and one.sheet == out.sheet}
        cells.issues = [one for one in cells.issues if one not in told]
    sheet.issues += cells.issues


def _tell_of_columns(sheet: CoverageSheet, title: str, layout: Layout) -> None:
    row = layout.header_row or 0
    for column in layout.unknown:
        sheet.tell(
            title,
            row,
            "column_unknown",
            _("La colonne « %(heading)s » n’est pas reconnue : elle n’est pas lue.") % {"heading": column.heading},
            NOTICE,
            letter(column.index),
        )
    for column in layout.doubles:
        sheet.tell(
            title,
            row,
            "column_twice",
            _("La colonne « %(heading)s » dit la même chose qu’une colonne à sa gauche : elle n’est pas lue.")
            % {"heading": column.heading},
            WARNING,
            letter(column.index),
        )


def _tell_of_matrix(sheet: CoverageSheet, title: str, matrix: Matrix, layout: Layout) -> None:
    """Its columns of places stand among the others, so that somebody may say otherwise."""
    for index, name in matrix.places.items():
        layout.columns[index] = Column(index, name, MATRIX_PLACE)
    message = _(
        "Matrice : les colonnes %(names)s sont lues comme des lieux, et chaque case cochée comme une ligne. Vérifiez."
    )
    first = letter(min(matrix.places))
    sheet.tell(title, matrix.header, "matrix_read", message % {"names": matrix.names}, WARNING, first)


def _tell_of_cells(sheet: CoverageSheet, title: str, matrix: Matrix, kept: set[int]) -> None:
    for number in matrix.unmarked:
        sheet.tell(title, number, "row_ignored", _("Aucun lieu n’est coché : cette ligne n’est pas lue."), NOTICE)
    message = _("Rien ne dit ce que compte « %(text)s » : la case vaut une présence, le nombre n’est pas repris.")
    for number, index, text in matrix.unsaid:
        if number in kept:
            sheet.tell(title, number, "unit_unknown", message % {"text": text}, WARNING, letter(index))


def _tell_of_words(sheet: CoverageSheet, title: str, layout: Layout, column: Column) -> None:
    message = _("La colonne « %(heading)s » annonce des chiffres et contient des mots : elle n’est pas lue.")
    sheet.tell(
        title,
        layout.header_row or 0,
        "words_for_figures",
        message % {"heading": column.heading or column.tag},
        WARNING,
        letter(column.index),
    )


def _tell_of_kinds(sheet: CoverageSheet, title: str, layout: Layout) -> None:
    message = _(
        "La colonne « %(heading)s » ne dit pas si ce chiffre est ciblé ou atteint : il est lu comme atteint, et comme "
        "ciblé sur les lignes dont l’état est « prévu »."
    )
    for column in layout.columns:
        figure = figure_of(column.field)
        if figure is not None and figure.kind is None:
            sheet.tell(
                title,
                layout.header_row or 0,
                "kind_assumed",
                message % {"heading": column.heading or column.tag},
                NOTICE,
                letter(column.index),
            )
