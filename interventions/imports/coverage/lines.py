"""Rows become lines. Rows that speak of the same line complete each other; nothing of two rows is added up.

A row that only reports (a month, a quarter) says that the work was there, not when it began: its line begins with the
earliest report of the file, or is the line of the portal that goes on at that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.typography import count_fr
from interventions.figures import Cell
from interventions.imports.coverage.proposal import (
    CHANGED,
    ERROR,
    NEW,
    REFUSED,
    UNCHANGED,
    CoverageLineDraft,
    CoverageRow,
    CoverageSheet,
    Issue,
)
from interventions.models import CoverageFigure, CoverageLine

# What a row may say of its line besides figures; a blank cell says nothing and erases nothing.
FIELDS = ("ends_on", "transfer_value", "frequency", "modality", "budget", "source", "note")
CHUNK = 500

_Key = tuple[str, int | None, int, int | None]


def make_lines(sheet: CoverageSheet) -> None:
    """Fill `sheet.lines` from its rows, compare them with the portal, and give each row its status."""
    rows = [row for row in sheet.rows if not row.status and not row.is_refused]
    stored = _stored(row.intervention.pk for row in rows if row.intervention is not None and row.intervention.pk)
    _begin_reports(rows, stored)
    drafts: dict[tuple[Any, ...], CoverageLineDraft] = {}
    for row in sorted(rows, key=lambda one: one.reports is not None):
        key = (*_key(row), row.starts_on)
        draft = drafts.get(key)
        if draft is None:
            draft = drafts[key] = CoverageLineDraft(
                row.intervention, row.unit, row.instrument, row.group, row.starts_on
            )
            row.line = len(sheet.lines)
            sheet.lines.append(draft)
            _take(draft, row)
            continue
        conflict = _conflict(draft, row)
        if conflict is not None:
            row.is_refused = True
            sheet.issues.append(Issue(row.sheet, row.number, "", "same_line_twice", conflict, ERROR))
            continue
        row.line = sheet.lines.index(draft) if draft.rows[0].line is None else draft.rows[0].line
        _take(draft, row)
    for draft in sheet.lines:
        _compare(draft, stored)
        for row in draft.rows:
            row.status = draft.status
    for row in sheet.rows:
        if row.is_refused:
            row.status = REFUSED


def _key(row: CoverageRow) -> _Key:
    assert row.intervention is not None and row.instrument is not None
    return (
        row.intervention.key,
        row.unit.pk if row.unit else None,
        row.instrument.pk,
        row.group.pk if row.group else None,
    )


def _begin_reports(rows: list[CoverageRow], stored: dict[tuple[Any, ...], _Stored]) -> None:
    """Give each row that only reports the first day of its line."""
    spans: dict[_Key, tuple[date, date]] = {}
    for row in rows:
        if row.reports is not None:
            first, last = row.reports
            known = spans.get(_key(row))
            spans[_key(row)] = (min(first, known[0]), max(last, known[1])) if known else (first, last)
    if not spans:
        return
    begun = {_key(row): row.starts_on for row in rows if row.reports is None}
    open_lines: dict[_Key, list[_Stored]] = {}
    for line in stored.values():
        open_lines.setdefault(line.key[:4], []).append(line)
    for row in rows:
        if row.reports is None:
            continue
        key = _key(row)
        first, last = spans[key]
        going_on = [
            line.starts_on
            for line in open_lines.get((f"pk:{row.intervention.pk}", *key[1:]), [])
            if line.starts_on <= last and (line.ends_on is None or line.ends_on >= first)
        ]
        said = begun.get(key)
        row.starts_on = max(going_on) if going_on else said if said is not None and said <= last else first


def _take(draft: CoverageLineDraft, row: CoverageRow) -> None:
    draft.rows.append(row)
    row.line = draft.rows[0].line
    for name in FIELDS:
        value = getattr(row, name)
        if value not in (None, "") and (draft.fields.get(name) in (None, "") or row.reports is not None):
            draft.fields[name] = value
    for cell, value in row.figures.items():
        known = draft.figures.get(cell)
        if known is None or _is_later(row.as_of, known[1]):
            draft.figures[cell] = (value, row.as_of, cell in row.estimates)


def _conflict(draft: CoverageLineDraft, row: CoverageRow) -> str | None:
    """Why `row` cannot speak of the same line; None when it completes or repeats it, or reports later."""
    first = draft.rows[0]
    where = _("ligne %(number)d") % {"number": first.number}
    if first.sheet and first.sheet != row.sheet:
        where = _("feuille « %(sheet)s », ligne %(number)d") % {"sheet": first.sheet, "number": first.number}
    for cell, value in row.figures.items():
        known = draft.figures.get(cell)
        if known is not None and known[0] != value and (known[1] == row.as_of or row.reports is None):
            return _(
                "Même intervention, lieu, instrument, groupe et début que la %(where)s, avec un autre chiffre "
                "(%(this)s, %(other)s) : les chiffres ne s’additionnent pas."
            ) % {"where": where, "this": count_fr(value), "other": count_fr(known[0])}
    if row.reports is None:
        for name in ("ends_on", "transfer_value", "budget"):
            value, known_value = getattr(row, name), draft.fields.get(name)
            if value is not None and known_value is not None and value != known_value:
                return _(
                    "Même intervention, lieu, instrument, groupe et début que la %(where)s, avec une autre fin ou un "
                    "autre montant."
                ) % {"where": where}
    return None


def _is_later(day: date | None, known: date | None) -> bool:
    return day is not None and (known is None or day > known)


# The portal ------------------------------------------------------------------------------------------


class _Stored:
    """A line of the portal, with its figures."""

    __slots__ = ("ends_on", "figures", "key", "pk", "starts_on", "values")

    def __init__(self, line: CoverageLine) -> None:
        self.pk = line.pk
        self.key = (
            f"pk:{line.intervention_id}",
            line.unit_id,
            line.instrument_id,
            line.target_group_id,
            line.starts_on,
        )
        self.starts_on, self.ends_on = line.starts_on, line.ends_on
        self.values = {name: getattr(line, name) for name in FIELDS}
        self.figures: dict[Cell, tuple[int, date | None]] = {}


def _stored(interventions: Iterable[int]) -> dict[tuple[Any, ...], _Stored]:
    """The lines of these interventions by key."""
    wanted = sorted(set(interventions))
    found: dict[tuple[Any, ...], _Stored] = {}
    by_pk: dict[int, _Stored] = {}
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        for line in CoverageLine.objects.filter(intervention__in=some).order_by().iterator(chunk_size=2000):
            one = _Stored(line)
            found[one.key] = by_pk[one.pk] = one
        figures = CoverageFigure.objects.filter(line__intervention__in=some).values_list(
            "line_id", "kind", "counted", "sex", "age_band", "with_disability", "value", "as_of"
        )
        for line_id, kind, counted, sex, age, disability, value, as_of in figures.order_by().iterator(chunk_size=2000):
            by_pk[line_id].figures[Cell(kind, counted, sex, age, disability)] = (value, as_of)
    return found


def _compare(draft: CoverageLineDraft, stored: dict[tuple[Any, ...], _Stored]) -> None:
    """What the draft would change. A figure older than the one that is known changes nothing."""
    key = (
        f"pk:{draft.intervention.pk}",
        draft.unit.pk if draft.unit else None,
        draft.instrument.pk,
        draft.group.pk if draft.group else None,
        draft.starts_on,
    )
    line = stored.get(key) if draft.intervention.pk is not None else None
    if line is None:
        draft.status = NEW
        return
    draft.pk = line.pk
    for name, value in draft.fields.items():
        before = line.values[name]
        if before != value:
            draft.changes.append((name, before, value))
    for cell, (value, as_of, _is_estimate) in draft.figures.items():
        known = line.figures.get(cell)
        if known is None:
            draft.changes.append((cell, None, value))
        elif known[0] != value and not (as_of is not None and known[1] is not None and as_of < known[1]):
            draft.changes.append((cell, known[0], value))
    draft.status = CHANGED if draft.changes else UNCHANGED
