"""Readings of intervention sheets: the list, one sheet, its lines with their figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import get_language

from core.text import normalise
from interventions.enums import Counted, FigureKind, Halt, InterventionState, InterventionStatus, RoleKind, UnitLevel
from interventions.models import (
    AdminUnit,
    CoverageLine,
    Instrument,
    Intervention,
    InterventionRole,
    PolicyAxis,
)
from interventions.queries.visibility import interventions_visible_to, reach_of
from taskforce.models import Agency, Country

# « Vérification chaque mois »: what was said longer ago is to be said again.
VERIFIED_FOR = timedelta(days=31)


@dataclass
class Options:
    """What a list of a country can be narrowed to: (key, label) in French order; departments under their region."""

    agencies: list[tuple[int, str]] = field(default_factory=list)
    instruments: list[tuple[int, str]] = field(default_factory=list)
    axes: list[tuple[int, str]] = field(default_factory=list)
    regions: list[tuple[int, str]] = field(default_factory=list)
    departments: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    @property
    def places(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """Groups of a `<select>`: the region itself, then its departments."""
        return [(name, [(key, name), *self.departments.get(key, [])]) for key, name in self.regions]


def options_of(country: Country, user: Any) -> Options:
    """Agencies with a part in an intervention of the country that `user` reads, instruments, axes, places: one query."""
    name = "name_en" if (get_language() or "fr").startswith("en") else "name_fr"
    # One part is enough to know: with a limit, PostgreSQL stops there and reads no agency's thousands.
    involved = InterventionRole.objects.filter(agency=OuterRef("pk"), intervention__country=country).order_by()
    if country.pk not in reach_of(user).runs:
        # Who has a part in a draft is told to nobody else.
        involved = involved.filter(intervention__in=interventions_visible_to(user, country).order_by().values("pk"))
    agencies = Agency.objects.alias(_part=Subquery(involved.values("pk")[:1])).filter(_part__isnull=False)
    parts = [
        _options(agencies, "agency", "acronym"),
        _options(Instrument.objects.filter(is_active=True), "instrument", name),
        _options(
            PolicyAxis.objects.filter(country=country, is_active=True), "axis", name, over="number", beside="policy"
        ),
        _options(
            AdminUnit.objects.filter(country=country, level__lte=UnitLevel.DEPARTMENT, valid_until=None),
            "unit",
            "name",
            over="parent_id",
        ),
    ]
    found = Options()
    for kind, key, label, beside, over in sorted(
        parts[0].union(*parts[1:], all=True), key=lambda row: normalise(row[2])
    ):
        if kind == "agency":
            found.agencies.append((key, label))
        elif kind == "instrument":
            found.instruments.append((key, label))
        elif kind == "axis":
            found.axes.append((key, f"{beside}, {over}. {label}"))
        elif over:
            found.departments.setdefault(over, []).append((key, label))
        else:
            found.regions.append((key, label))
    found.axes.sort(key=lambda row: normalise(row[1]))
    return found


def _options(rows: QuerySet[Any], kind: str, label: str, over: str = "", beside: str = "") -> QuerySet[Any, Any]:
    text = CharField()
    return (
        rows.order_by()
        .annotate(
            _kind=Value(kind, text),
            _label=Cast(F(label), text),
            _beside=Cast(F(beside), text) if beside else Value("", text),
            _over=Coalesce(Cast(F(over), IntegerField()), 0) if over else Value(0, IntegerField()),
        )
        .values_list("_kind", "pk", "_label", "_beside", "_over")
    )


def with_status(rows: QuerySet[Intervention], status: str, day: date) -> QuerySet[Intervention]:
    """Those whose work stands at `status` on `day`: `Intervention.status_on`, for the database."""
    if status in (InterventionStatus.SUSPENDED, InterventionStatus.CANCELLED):
        return rows.filter(halt=status)
    rows = rows.filter(halt=Halt.NONE).alias(
        _start=Coalesce("actual_start", "planned_start"), _end=Coalesce("actual_end", "planned_end")
    )
    if status == InterventionStatus.UNKNOWN:
        return rows.filter(_start=None)
    if status == InterventionStatus.PLANNED:
        return rows.filter(_start__gt=day)
    if status == InterventionStatus.COMPLETED:
        return rows.filter(_start__lte=day, _end__lt=day)
    return rows.filter(Q(_start__lte=day) & (Q(_end=None) | Q(_end__gte=day)))


def at_place(rows: QuerySet[Intervention], unit_id: int) -> QuerySet[Intervention]:
    """Those with a line in the unit or in a unit of it. A line of the region stays one of the region."""
    here = CoverageLine.objects.filter(Q(unit=unit_id) | Q(unit__parent=unit_id)).order_by().values("intervention")
    return rows.filter(pk__in=here)


def to_verify(rows: QuerySet[Intervention], day: date) -> QuerySet[Intervention]:
    """Published ones that nobody confirmed for a month, unless over or cancelled; those that are flagged, or were
    entered for an agency."""
    old = Q(verified_at=None) | Q(verified_at__date__lt=day - VERIFIED_FOR)
    over = Q(actual_end__lt=day) | Q(actual_end=None, planned_end__lt=day) | Q(halt=Halt.CANCELLED)
    asked = old & Q(state=InterventionState.PUBLISHED) & ~over
    return rows.filter(asked | ~Q(flag="") | Q(on_behalf_of__isnull=False))


@dataclass(frozen=True)
class Coverage:
    """The lines of a sheet, counted."""

    lines: int = 0
    places: int = 0
    instruments: tuple[int, ...] = ()


def coverage_of(interventions: Iterable[Intervention]) -> dict[int, Coverage]:
    """By sheet: one query for a page of the list."""
    rows = (
        CoverageLine.objects.filter(intervention__in=[one.pk for one in interventions])
        .order_by()
        .values("intervention")
        .annotate(
            n=Count("pk"),
            places=Count("unit", distinct=True),
            used=ArrayAgg("instrument", distinct=True, default=Value([])),
        )
    )
    return {row["intervention"]: Coverage(row["n"], row["places"], tuple(row["used"])) for row in rows}


def lead_of(intervention: Intervention) -> Agency | None:
    """The accountable agency, of the prefetched roles."""
    return next((role.agency for role in intervention.roles.all() if role.kind == RoleKind.ACCOUNTABLE), None)


@dataclass(frozen=True)
class Interval:
    """At least the largest line, at most all lines: the same people may stand in several."""

    kind: str
    counted: str
    low: int
    high: int
    lines: int

    @property
    def kind_label(self) -> str:
        return str(FigureKind(self.kind).label)

    @property
    def counted_label(self) -> str:
        return str(Counted(self.counted).label)


def in_order(totals: Iterable[Interval]) -> list[Interval]:
    """By kind and unit counted, as the forms list them."""
    order = {kind.value: place for place, kind in enumerate(FigureKind)}
    units = {counted.value: place for place, counted in enumerate(Counted)}
    return sorted(totals, key=lambda one: (order[one.kind], units[one.counted]))
