"""What was read of a coverage file, as it is kept and shown: rows in words, what is told, what to correct, the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.choices import choice_label
from core.imports.tables import as_text, is_blank
from core.text import normalise
from core.typography import count_fr, date_fr, number_fr
from interventions.enums import Frequency, RoleKind, Severity, TransferModality
from interventions.figures import Cell
from interventions.imports.acceptance import figures_of
from interventions.imports.coverage.layout import SEARCHED_ROWS
from interventions.imports.coverage.proposal import (
    CHANGED,
    ERROR,
    NEW,
    NOTICE,
    REFUSED,
    WARNING,
    CoverageLineDraft,
    CoverageRow,
    CoverageSheet,
    letter,
)
from interventions.imports.sources import open_sources
from interventions.models import CoverageLine, ImportBatch, ImportIssue, ImportRow
from interventions.places import Places
from interventions.services.figures import words
from interventions.services.import_plan import LinePlan, Plan, SheetPlan
from taskforce.models import Country

SHEET_LENGTH, COLUMN_LENGTH = 100, 3
VALUE_LENGTH = 400
MOST_SHEETS, SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_TEXT = 12, 15, 40, 60
SAMPLES = 3
# A file that writes more unknown words than these is mended in the file.
MOST_UNKNOWN = 150
_RANKS = {NOTICE: 1, WARNING: 2, ERROR: 3}


# Rows and what is told of them ------------------------------------------------------------------------


def rows_of(batch: ImportBatch, sheet: CoverageSheet) -> Iterator[ImportRow]:
    """The rows to keep, in the order of the file, each with what it comes to."""
    of_cells = {(row.sheet, row.column) for row in sheet.rows if row.column}
    worst: dict[tuple[str, int, str], str] = {}
    for issue in sheet.issues:
        # Of a row of a matrix each cell is a row of its own.
        key = (issue.sheet, issue.row, issue.column if (issue.sheet, issue.column) in of_cells else "")
        if _RANKS[issue.severity] > _RANKS.get(worst.get(key, ""), 0):
            worst[key] = issue.severity
    labels: dict[int, str] = {}
    for position, row in enumerate(sheet.rows, start=1):
        yield ImportRow(
            batch=batch,
            sheet=row.sheet[:SHEET_LENGTH],
            number=row.number,
            position=position,
            status=row.status,
            severity=max(
                (worst.get((row.sheet, row.number, column), "") for column in {"", row.column}),
                key=lambda severity: _RANKS.get(severity, 0),
            ),
            values={field: text[:VALUE_LENGTH] for field, text in row.values.items()},
            outcome=_outcome(row, sheet, labels),
        )


def issues_of(batch: ImportBatch, sheet: CoverageSheet) -> Iterator[ImportIssue]:
    for position, issue in enumerate(sheet.issues, start=1):
        yield ImportIssue(
            batch=batch,
            position=position,
            sheet=issue.sheet[:SHEET_LENGTH],
            row=issue.row,
            column=issue.column[:COLUMN_LENGTH],
            code=issue.code[:40],
            message=issue.message,
            severity=Severity(issue.severity),
        )


def _outcome(row: CoverageRow, sheet: CoverageSheet, labels: dict[int, str]) -> dict[str, Any]:
    """What the row was read as, in words; and, on the first row of a line, what it changes there."""
    found: dict[str, Any] = {"column": row.column} if row.column else {}
    if row.intervention is not None:
        found["intervention"] = row.intervention.title
        found["is_new"] = row.intervention.pk is None
    lead = next(iter(row.roles.get(RoleKind.ACCOUNTABLE, [])), None)
    if lead is not None:
        found["lead"] = str(lead.agency) if lead.agency is not None else lead.label
    if row.is_national:
        found["place"] = _("National / diffus")
    elif row.unit is not None:
        found["place"] = labels.setdefault(row.unit.pk, f"{row.unit.name} ({row.unit.get_level_display().lower()})")
    for name, thing in (("instrument", row.instrument), ("group", row.group)):
        if thing is not None:
            found[name] = str(thing)
    if row.starts_on is not None:
        found["period"] = _period(row.starts_on, row.ends_on)
    draft = sheet.lines[row.line] if row.line is not None and row.line < len(sheet.lines) else None
    if draft is not None and draft.rows and draft.rows[0] is not row:
        found["with"] = draft.rows[0].number
    elif draft is not None and draft.status == CHANGED:
        found["changes"] = [list(one) for one in _changes(draft)]
    if row.figures:
        found["figures"] = [[words(cell), count_fr(value)] for cell, value in row.figures.items()]
    return found


def _period(start: date, end: date | None) -> str:
    if end is None:
        return _("depuis le %(start)s") % {"start": date_fr(start)}
    return _("du %(start)s au %(end)s") % {"start": date_fr(start), "end": date_fr(end)}


def _changes(draft: CoverageLineDraft) -> Iterator[tuple[str, str, str]]:
    for what, before, after in draft.changes:
        if isinstance(what, Cell):
            yield words(what), said(before), said(after)
        else:
            label = str(CoverageLine._meta.get_field(what).verbose_name)  # type: ignore[union-attr]
            yield label[:1].upper() + label[1:], said(before, what), said(after, what)


def said(value: Any, field: str = "") -> str:
    """A value as a person reads it; « vide » where there is none."""
    if value in (None, ""):
        return _("vide")
    if isinstance(value, date):
        return date_fr(value)
    if isinstance(value, Decimal):
        return number_fr(int(value)) if value == int(value) else number_fr(float(value))
    if isinstance(value, int):
        return count_fr(value)
    choices: dict[str, Any] = {"frequency": Frequency, "modality": TransferModality}
    return choice_label(choices[field], value) if field in choices else str(value)


# What was found ---------------------------------------------------------------------------------------


def peek(path: Path | str, country: Country) -> list[dict[str, Any]]:
    """The first rows of each sheet, as text: for who says where the table is. Raises UnreadableTableError."""
    sheets = []
    for table in islice(open_sources(path, country), MOST_SHEETS):
        rows = [
            [row.number, [as_text(cell)[:SHOWN_TEXT] for cell in row.cells[:SHOWN_COLUMNS]]]
            for row in islice(table.rows, SEARCHED_ROWS)
            if not all(is_blank(cell) for cell in row.cells)
        ]
        sheets.append({"title": table.title, "is_hidden": table.is_hidden, "rows": rows})
    return sheets


def findings_of(sheet: CoverageSheet, peeked: list[dict[str, Any]]) -> dict[str, Any]:
    """What the pages of the import show of the file as a whole."""
    counts = sheet.as_json()
    del counts["issues"]
    told = Counter(issue.severity for issue in sheet.issues)
    first_rows = {one["title"]: one["rows"] for one in peeked}
    return {
        "counts": counts,
        "told": dict(told),
        "lines": sum(draft.status in {NEW, CHANGED} for draft in sheet.lines),
        "sheets": [_layout(one, first_rows.get(one.title, [])) for one in sheet.sheets],
        "preview": preview(peeked),
        "unknown": {kind: _unknown(sheet, kind) for kind in ("place", "organisation", "instrument", "group")},
        "proposed": _proposed(sheet),
        "much_more": sum(issue.code == "reached_above_targeted" for issue in sheet.issues),
        "interventions": sorted({draft.intervention.pk for draft in sheet.lines if draft.intervention.pk is not None}),
        "new_interventions": len(
            {draft.intervention.key for draft in sheet.lines if draft.intervention.pk is None and draft.status == NEW}
        ),
    }


def preview(peeked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "rows": one["rows"][:SHOWN_ROWS]} for one in peeked]


def _layout(one: Any, rows: list[list[Any]]) -> dict[str, Any]:
    body = [cells for number, cells in rows if number >= one.layout.first_row]
    columns = []
    for column in one.layout.columns:
        texts = [cells[column.index] for cells in body if column.index < len(cells) and cells[column.index]]
        is_made = one.layout.made_from is not None and column.index >= one.layout.made_from
        if (column.heading or column.tag or texts) and not is_made:
            columns.append(
                {
                    "letter": letter(column.index),
                    "heading": column.heading,
                    "tag": column.tag,
                    "field": column.field,
                    "samples": list(dict.fromkeys(texts))[:SAMPLES],
                }
            )
    return {
        "title": one.title,
        "header_row": one.layout.header_row,
        "first_row": one.layout.first_row,
        "has_tags": one.layout.has_tags,
        "columns": columns,
        "letters": {
            field: letter(column.index)
            for field, column in one.layout.fields.items()
            if one.layout.made_from is None or column.index < one.layout.made_from
        },
    }


def _unknown(sheet: CoverageSheet, kind: str) -> list[dict[str, Any]]:
    """What nobody knows, the most frequent first, with what resembles it."""
    found = []
    places = Places(sheet.country) if kind == "place" else None
    for written, count in sheet.unknown_values(kind).most_common(MOST_UNKNOWN):
        close: list[str] = []
        if places is not None:
            close = [unit.pcode for unit in places.resolve(name=written).suggestions]
        found.append({"written": written, "rows": count, "close": close})
    return found


def _proposed(sheet: CoverageSheet) -> list[dict[str, Any]]:
    """Words that were read as an instrument without certainty: to be looked at."""
    by_place = {(row.sheet, row.number): row for row in sheet.rows}
    fields = {
        one.title: {letter(column.index): name for name, column in one.layout.fields.items()} for one in sheet.sheets
    }
    found: dict[str, dict[str, Any]] = {}
    for issue in sheet.issues:
        if issue.code not in {"instrument_proposed", "instrument_from_sector"}:
            continue
        row = by_place.get((issue.sheet, issue.row))
        written = row.values.get(fields.get(issue.sheet, {}).get(issue.column, ""), "") if row is not None else ""
        if row is None or row.instrument is None or not written:
            continue
        one = found.setdefault(normalise(written), {"written": written, "rows": 0, "code": row.instrument.code})
        one["rows"] += 1
    return sorted(found.values(), key=lambda one: -one["rows"])[:MOST_UNKNOWN]


# The plan ---------------------------------------------------------------------------------------------


def plan_of(sheet: CoverageSheet, source: str) -> Plan:
    """All that applying the file writes."""
    plan = Plan(source=source[:200])
    for draft in sheet.lines:
        if draft.status not in {NEW, CHANGED}:
            continue
        key = draft.intervention.key
        if key not in plan.sheets:
            one = draft.intervention
            plan.sheets[key] = SheetPlan(one.code, one.title, one.pk)
        if draft.intervention.pk is None:
            _complete(plan.sheets[key], draft.rows)
        plan.lines.append(_line(draft))
    return plan


def _complete(one: SheetPlan, rows: Iterable[CoverageRow]) -> None:
    """What the rows of a new sheet say of it: its agencies, its currency, whether it is halted."""
    for row in rows:
        one.currency = one.currency or row.currency
        one.halt = one.halt or (row.state if row.state in {"suspended", "cancelled"} else "")
        for kind, organisations in row.roles.items():
            for organisation in organisations:
                part = (organisation.agency, str(kind))
                is_second_lead = kind == RoleKind.ACCOUNTABLE and any(role == kind for _agency, role in one.parts)
                if organisation.agency is not None and part not in one.parts and not is_second_lead:
                    one.parts.append(part)  # type: ignore[arg-type]


def _line(draft: CoverageLineDraft) -> LinePlan:
    if draft.status == NEW:
        fields = dict(draft.fields)
    else:
        fields = {what: after for what, _before, after in draft.changes if not isinstance(what, Cell)}
    return LinePlan(
        sheet=draft.intervention.key,
        unit=draft.unit,
        instrument=draft.instrument,
        group=draft.group,
        starts_on=draft.starts_on,
        pk=draft.pk,
        fields=fields,
        figures=figures_of(draft),
        before=[before for _what, before, _after in draft.changes],
    )


__all__ = ["REFUSED", "findings_of", "issues_of", "peek", "plan_of", "preview", "rows_of", "said"]
