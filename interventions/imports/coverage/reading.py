"""From a file to what it would change: one pass over its rows, nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import MAC_EPOCH

from core.imports.tables import Table, TableRow, UnreadableTableError, as_text, is_blank, open_tables
from core.text import normalise
from interventions.imports.coverage import how_many, what, when, where, who
from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.columns import figure_of
from interventions.imports.coverage.dates import EPOCH_1900, orders_of
from interventions.imports.coverage.known import Known
from interventions.imports.coverage.layout import SEARCHED_ROWS, Column, Layout, find_layout, is_no_data
from interventions.imports.coverage.lines import make_lines
from interventions.imports.coverage.proposal import (
    NOTICE,
    OUT_OF_SCOPE,
    REFUSED,
    WARNING,
    CoverageSheet,
    Issue,
    SheetLayout,
    letter,
)
from interventions.imports.coverage.settling import settle
from taskforce.models import Country

# Columns whose blank cells may stand for the cell above, in files that name a group once.
GROUPED = ("lead", "lead_acronym", "ministry", "intervention_code", "intervention_title", "adm1_name", "adm1_code")
# Blank where nobody pays or carries out: filled only where the organisation above them is.
GROUPED_WITH_LEAD = ("funder", "funder_acronym", "implementer", "implementer_acronym", "extending")
FEWEST_BLANKS = 0.4
REGIONS = ("adm1_name", "adm1_code")
CLOSER_PLACES = ("adm2_name", "adm2_code", "place_name", "place_code")
_TOTALS = (
    "total",
    "sous-total",
    "sous total",
    "subtotal",
    "sub-total",
    "grand total",
    "totaux",
    "total general",
    "ensemble",
)
_DATE_FIELDS = ("start", "end", "period", "month", "year", "reported")


def read(
    path: Path | str,
    country: Country,
    mapping: Mapping[str, Any] | None = None,
    default_year: int | None = None,
    vintage: str | None = None,
) -> CoverageSheet:
    """Read a coverage file of `country` against what the portal knows. Raises UnreadableTableError, in French.

    `mapping`, what somebody corrected: {"columns": {heading: field}, "values": {"place": {written: P-code},
    "organisation": {written: acronym or pk}, "instrument": {written: code}, "group": {written: code}},
    "sheets": [titles to read], "headers": {sheet: row of its headings}, "cells": {sheet: {row: {column letter: text}}},
    "left_out": {sheet: {row: true}}}.
    `default_year`: of rows whose dates have none. `vintage`: the list that the P-codes come from.
    """
    mapping = mapping or {}
    sheet = CoverageSheet(country)
    known = Known(country, mapping.get("values"), vintage)
    chosen = {normalise(title) for title in mapping.get("sheets") or []}
    ignored: set[str] = set()
    for table in open_tables(path):
        name = normalise(table.title)
        if chosen and name not in chosen:
            continue
        if not chosen and not table.is_hidden and is_no_data(table.title):
            ignored.add(name)
        _read_table(table, sheet, known, mapping, default_year, is_chosen=bool(chosen))
    if not sheet.sheets and ignored:
        # A table may stand on a sheet called « Liste » or « Synthèse »: read where there is no other.
        sheet.issues = [one for one in sheet.issues if normalise(one.sheet) not in ignored]
        for table in open_tables(path):
            if normalise(table.title) in ignored:
                _read_table(table, sheet, known, mapping, default_year, is_chosen=True)
    if not sheet.sheets:
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
    *,
    is_chosen: bool,
) -> None:
    if not is_chosen and (table.is_hidden or is_no_data(table.title)):
        _tell(
            sheet,
            table.title,
            0,
            "sheet_ignored",
            _("Cette feuille n’est pas lue : elle est masquée, ou son nom annonce des listes ou des notes."),
            NOTICE,
        )
        return
    rows = _mended(table.rows, (mapping.get("cells") or {}).get(table.title) or {})
    first = list(islice(rows, SEARCHED_ROWS))
    columns = {normalise(heading): field for heading, field in (mapping.get("columns") or {}).items()}
    layout = find_layout(first, columns, (mapping.get("headers") or {}).get(table.title))
    place = _place_of_title(table.title, layout, known)
    if layout is None or not (layout.describes_coverage or place):
        if any(not is_blank(cell) for row in first for cell in row.cells):
            _tell(
                sheet,
                table.title,
                0,
                "sheet_ignored",
                _("Aucun tableau de couverture n’a été reconnu dans cette feuille."),
                NOTICE,
            )
        return
    sheet.sheets.append(SheetLayout(table.title, layout))
    body = list(_data_rows(chain(first, rows), layout, sheet, table.title))
    for column in settle(layout, body, known.groups):
        _tell_of_words(sheet, table.title, layout, column)
    _tell_of_columns(sheet, table.title, layout)
    _tell_of_kinds(sheet, table.title, layout)
    _fill_down(body, layout, sheet, table.title)
    fields = layout.fields
    orders = orders_of({field: [row[fields[field].index] for row in body] for field in _DATE_FIELDS if field in fields})
    epoch = EPOCH_1900 if table.epoch != MAC_EPOCH else MAC_EPOCH.date()
    left_out = (mapping.get("left_out") or {}).get(table.title) or {}
    for raw in body:
        cells = Cells(raw, fields, table.title, epoch=epoch, said={"place_name": place} if place else None)
        _read_row(cells, known, orders, default_year)
        if left_out.get(str(raw.number)) and not cells.out.status:
            cells.refuse("left_out", _("Ligne laissée de côté, à votre demande."))
        _remember(sheet, cells)


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
    sheet.issues += cells.issues


def _tell(sheet: CoverageSheet, title: str, row: int, code: str, message: str, severity: str, column: str = "") -> None:
    sheet.issues.append(Issue(title, row, column, code, message, severity))


def _tell_of_columns(sheet: CoverageSheet, title: str, layout: Layout) -> None:
    row = layout.header_row or 0
    for column in layout.unknown:
        _tell(
            sheet,
            title,
            row,
            "column_unknown",
            _("La colonne « %(heading)s » n’est pas reconnue : elle n’est pas lue.") % {"heading": column.heading},
            NOTICE,
            letter(column.index),
        )
    for column in layout.doubles:
        _tell(
            sheet,
            title,
            row,
            "column_twice",
            _("La colonne « %(heading)s » dit la même chose qu’une colonne à sa gauche : elle n’est pas lue.")
            % {"heading": column.heading},
            WARNING,
            letter(column.index),
        )


def _tell_of_words(sheet: CoverageSheet, title: str, layout: Layout, column: Column) -> None:
    message = _("La colonne « %(heading)s » annonce des chiffres et contient des mots : elle n’est pas lue.")
    _tell(
        sheet,
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
            _tell(
                sheet,
                title,
                layout.header_row or 0,
                "kind_assumed",
                message % {"heading": column.heading or column.tag},
                NOTICE,
                letter(column.index),
            )


# Rows that are rows of data -----------------------------------------------------------------------------


def _data_rows(rows: Iterator[TableRow], layout: Layout, sheet: CoverageSheet, title: str) -> Iterator[TableRow]:
    fields = layout.fields
    indexes = sorted(column.index for column in fields.values())
    figures = {column.index for name, column in fields.items() if figure_of(name)}
    heads = {column.index: as_text(column.heading).casefold() for column in layout.columns if column.heading}
    for row in rows:
        if row.number < layout.first_row:
            continue
        # A block merged over several columns says its words once, in the first: « Matam » over region and department
        # is the region.
        for index in row.spread:
            row.cells[index] = None
        filled = [index for index in indexes if not is_blank(row[index])]
        own = [index for index in filled if index not in row.shared]
        if not own:
            if not filled and any(not is_blank(cell) for cell in row.cells):
                _tell(
                    sheet,
                    title,
                    row.number,
                    "row_ignored",
                    _("Ligne sans aucune colonne reconnue : elle n’est pas lue."),
                    NOTICE,
                )
            continue
        texts = [as_text(row[index]).casefold() for index in filled]
        if (
            sum(heads.get(index) == text for index, text in zip(filled, texts, strict=True)) * 2 > len(filled)
            and len(filled) > 1
        ):
            _tell(sheet, title, row.number, "row_ignored", _("Intitulés répétés : cette ligne n’est pas lue."), NOTICE)
            continue
        words = [as_text(cell) for cell in row.cells if not is_blank(cell)]
        if _is_total(words, filled, figures):
            _tell(sheet, title, row.number, "total_ignored", _("Ligne de total : elle n’est pas lue."), NOTICE)
            continue
        if len(indexes) > 2 and (len(words) == 1 or len(set(words)) == 1):
            _tell(
                sheet,
                title,
                row.number,
                "row_ignored",
                _("Ligne d’un seul texte (titre ou note) : elle n’est pas lue."),
                NOTICE,
            )
            continue
        yield row


def _is_total(words: list[str], filled: list[int], figures: set[int]) -> bool:
    first = normalise(words[0]).strip(" :.") if words else ""
    is_said = first in _TOTALS or first.startswith(
        ("total ", "sous-total ", "sous total ", "grand total", "subtotal ", "total:")
    )
    # A total says figures, and at most the group that it adds up.
    return is_said and len([index for index in filled if index not in figures]) <= 2


def _mended(rows: Iterator[TableRow], cells: Mapping[Any, Mapping[str, str]]) -> Iterator[TableRow]:
    """The rows with what somebody corrected in them."""
    if not cells:
        yield from rows
        return
    corrections = {int(number): one for number, one in cells.items()}
    for row in rows:
        for name, text in corrections.get(row.number, {}).items():
            index = 0
            for char in name.upper():
                index = index * 26 + ord(char) - 64
            row.cells.extend([None] * (index - len(row.cells)))
            row.cells[index - 1] = text.strip() or None
        yield row


def _fill_down(rows: list[TableRow], layout: Layout, sheet: CoverageSheet, title: str) -> None:
    """Blank cells under a name that stands once for its group, as unmerged cells leave them.

    Only in columns where that is plain: the first row is filled, many cells are blank, and no name comes twice running.
    """
    fields = layout.fields
    led: set[int] = set()
    for field in (*GROUPED, *GROUPED_WITH_LEAD):
        if field not in fields or not rows or is_blank(rows[0][fields[field].index]):
            continue
        index = fields[field].index
        blanks = {row.number for row in rows if is_blank(row[index])}
        written = [as_text(row[index]) for row in rows if row.number not in blanks]
        if len(blanks) < len(rows) * FEWEST_BLANKS or any(a == b for a, b in pairwise(written)):
            continue
        if field in GROUPED_WITH_LEAD and not blanks <= led:
            continue
        if field.startswith("lead"):
            led |= blanks
        # Beside its department a region has nothing to add.
        closer = [fields[name].index for name in CLOSER_PLACES if name in fields] if field in REGIONS else []
        above: Any = None
        for row in rows:
            if not is_blank(row[index]):
                above = row[index]
                continue
            if any(not is_blank(row[one]) for one in closer):
                continue
            row.cells.extend([None] * (index + 1 - len(row.cells)))
            row.cells[index] = above
            _tell(
                sheet,
                title,
                row.number,
                "filled_down",
                _("Cellule vide, lue comme celle du dessus : « %(text)s ».") % {"text": as_text(above)},
                WARNING,
                letter(index),
            )
