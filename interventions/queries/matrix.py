"""Matrices of a country and a period: who is where, with what, for whom. A cell without a line is not a zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interventions.enums import InterventionState, LifeStage, Measure, UnitLevel
from interventions.models import AdminUnit, CoverageLine, Instrument, InterventionRole, PolicyAxis, SpfGuarantee
from interventions.queries import tally
from interventions.queries.line_lists import NATIONAL, NONE
from interventions.queries.tally import Axis, Tally, Value, tallies
from taskforce.models import Agency, Country


class MatrixKind(TextChoices):
    INSTRUMENT = "instrument", gettext_lazy("Département × instrument")
    AGENCY = "structure", gettext_lazy("Département × structure")
    AXIS = "axe", gettext_lazy("Axe de politique × structure")
    GUARANTEE = "garantie", gettext_lazy("Âge de la vie × garantie du socle")

    @property
    def is_by_place(self) -> bool:
        return self in (MatrixKind.INSTRUMENT, MatrixKind.AGENCY)


@dataclass(frozen=True)
class Heading:
    """A row or a column: `key` is how the tally knows it, `query` how the list of lines filters by it."""

    key: str
    label: str
    query: dict[str, str] = field(default_factory=dict)
    short: str = ""
    # "region", "department", "whole" (a region's own lines), "national"; "none" (nothing filled in); "" elsewhere.
    kind: str = ""
    unit: AdminUnit | None = None

    @property
    def heading(self) -> str:
        return self.short or self.label


@dataclass
class Row:
    heading: Heading
    cells: list[Value | None]
    total: Value | None


@dataclass
class Matrix:
    """Rows of cells in the order of `columns`; totals beside, below and in the corner."""

    kind: MatrixKind
    measure: Measure
    corner: str
    columns: list[Heading] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    totals: list[Value | None] = field(default_factory=list)
    total: Value | None = None
    # Columns that no line of the period stands in: not filled in, which is not « none ».
    absent: list[Heading] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.total is None


def matrix(
    country: Country, lines: QuerySet[CoverageLine], kind: MatrixKind, measure: Measure, *, small: bool = True
) -> Matrix:
    """The matrix of `lines` (see `tally.lines_of`): two queries for its headings, one for all its values.

    Without `small`, figures below five are kept: see `tally.tallies`.
    """
    if kind.is_by_place:
        return _by_place(country, lines, kind, measure, small)
    if kind == MatrixKind.AXIS:
        rows = [
            Heading(str(axis.pk), f"{axis.policy} {axis.number}. {axis.name}", {"axe": str(axis.pk)})
            for axis in PolicyAxis.objects.filter(country=country).order_by("policy", "number")
        ]
        rows.append(Heading("0", _("Aucun axe renseigné"), {"axe": NONE}, kind="none"))
        columns = _agencies(country)
        return _flat(lines, kind, measure, small, (tally.POLICY_AXIS, rows), (tally.AGENCY, columns))
    stages = [Heading(str(stage.value), str(stage.label), {"age": str(stage.value)}) for stage in LifeStage]
    stages.append(Heading("", _("Groupe cible non renseigné"), {"age": NONE}, kind="none"))
    guarantees = SpfGuarantee.objects.all()
    columns = [Heading(str(one.pk), one.name, {"garantie": str(one.pk)}) for one in guarantees]
    columns.append(Heading("0", _("Hors des garanties du socle"), {"garantie": NONE}, kind="none"))
    # The floor is shown whole: what nobody fills in is what one looks for.
    keep = frozenset(str(one.pk) for one in guarantees if one.is_active)
    return _flat(lines, kind, measure, small, (tally.LIFE_STAGE, stages), (tally.GUARANTEE, columns), keep=keep)


def _flat(
    lines: QuerySet[CoverageLine],
    kind: MatrixKind,
    measure: Measure,
    small: bool,
    rows: tuple[Axis, list[Heading]],
    columns: tuple[Axis, list[Heading]],
    *,
    keep: frozenset[str] = frozenset(),
) -> Matrix:
    (down, row_headings), (across, column_headings) = rows, columns
    wanted = [(down, across), (down,), (across,), ()]
    cells, by_row, by_column, all_of = tallies(lines, measure, wanted, small=small)
    found = Matrix(kind, measure, _("Axe de politique") if kind == MatrixKind.AXIS else _("Âge de la vie"))
    _choose_columns(found, column_headings, by_column, keep=keep)
    for heading in row_headings:
        total = by_row.get(heading.key)
        # The last heading gathers what has no key: without a line it is no row.
        if total is not None or heading.kind != "none":
            found.rows.append(Row(heading, [cells.get(heading.key, one.key) for one in found.columns], total))
    found.total = all_of.get()
    return found


def _by_place(
    country: Country, lines: QuerySet[CoverageLine], kind: MatrixKind, measure: Measure, small: bool
) -> Matrix:
    units = list(AdminUnit.objects.filter(country=country, level__lte=UnitLevel.DEPARTMENT).order_by("level", "name"))
    across = tally.INSTRUMENT if kind == MatrixKind.INSTRUMENT else tally.AGENCY
    headings = _instruments() if kind == MatrixKind.INSTRUMENT else _agencies(country)
    wanted = [(tally.PLACE, across), (tally.PLACE,), (tally.REGION, across), (tally.REGION,), (across,), ()]
    cells, by_place, in_region, by_region, by_column, all_of = tallies(lines, measure, wanted, small=small)
    found = Matrix(kind, measure, _("Département"))
    _choose_columns(found, headings, by_column)

    def add(heading: Heading, values: Tally, totals: Tally, *, always: bool) -> None:
        total = totals.get(heading.key)
        if total is not None or always:
            found.rows.append(Row(heading, [values.get(heading.key, one.key) for one in found.columns], total))

    inside: dict[int | None, list[AdminUnit]] = {}
    for unit in units:
        if unit.level == UnitLevel.DEPARTMENT:
            inside.setdefault(unit.parent_id, []).append(unit)
    for region in (unit for unit in units if unit.level == UnitLevel.REGION):
        query = {"lieu": region.pcode}
        heading = Heading(str(region.pk), region.name, query, kind="region", unit=region)
        add(heading, in_region, by_region, always=region.valid_until is None)
        whole = _("%(region)s, sans précision de département") % {"region": region.name}
        heading = Heading(f"-{region.pk}", whole, query | {"precision": "region"}, kind="whole", unit=region)
        add(heading, cells, by_place, always=False)
        for unit in inside.get(region.pk, ()):
            heading = Heading(str(unit.pk), unit.name, {"lieu": unit.pcode}, kind="department", unit=unit)
            # A department that is no more stands here when it has lines.
            add(heading, cells, by_place, always=unit.valid_until is None)
    national = Heading("0", _("National ou diffus"), {"lieu": NATIONAL}, kind="national")
    add(national, cells, by_place, always=False)
    found.total = all_of.get()
    return found


def _choose_columns(
    found: Matrix, headings: Iterable[Heading], by_column: Tally, *, keep: frozenset[str] = frozenset()
) -> None:
    for heading in headings:
        total = by_column.get(heading.key)
        if total is not None or heading.key in keep:
            found.columns.append(heading)
            found.totals.append(total)
        elif heading.kind != "none":
            found.absent.append(heading)


def _instruments() -> list[Heading]:
    return [
        Heading(str(one.pk), one.name, {"instrument": one.code})
        for one in Instrument.objects.order_by("side", "position", "name_fr")
    ]


def _agencies(country: Country) -> list[Heading]:
    """Those that answer for a published intervention of the country or carry it out, each once."""
    roles = InterventionRole.objects.filter(
        kind__in=tally.PRESENT, intervention__country=country, intervention__state=InterventionState.PUBLISHED
    )
    present = Agency.objects.filter(pk__in=roles.order_by().values("agency")).order_by("acronym", "pk")
    found = [
        Heading(str(one.pk), str(one.name), {"structure": str(one.pk)}, short=one.acronym or "") for one in present
    ]
    found.append(Heading("0", _("Structure non renseignée"), {"structure": NONE}, kind="none"))
    return found


def together(now: Matrix, before: Matrix, read: Callable[[Value | None], Any]) -> dict[tuple[str, str], Any]:
    """What `before` holds, by (row key, column key); "" is a total: for a page that shows two periods side by side."""
    found = {}
    for row in before.rows:
        found[row.heading.key, ""] = read(row.total)
        for heading, value in zip(before.columns, row.cells, strict=True):
            found[row.heading.key, heading.key] = read(value)
    for heading, value in zip(before.columns, before.totals, strict=True):
        found["", heading.key] = read(value)
    found["", ""] = read(before.total)
    return found
