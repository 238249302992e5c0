"""What a list of sheets comes to: where the work stands, how complete and how fresh the sheets are, by structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan

from interventions.enums import Halt, InterventionKind, InterventionState, InterventionStatus, RoleKind
from interventions.models import CoverageFigure, CoverageLine, Intervention
from interventions.queries.sheets import VERIFIED_FOR


@dataclass(frozen=True)
class Share:
    """A part of the sheets."""

    label: str
    n: int
    total: int

    @property
    def percent(self) -> int:
        return round(100 * self.n / self.total) if self.total else 0


@dataclass(frozen=True)
class OfAgency:
    """The sheets that a structure answers for (None: nobody does)."""

    agency_id: int | None
    acronym: str
    sheets: int
    ongoing: int
    with_lines: int
    with_figures: int
    fresh: int


@dataclass(frozen=True)
class SheetStatistics:
    total: int
    statuses: list[Share]
    kinds: list[Share]
    states: list[Share]
    # By what is told, « Au moins une ligne »…; the caller has the words.
    complete: dict[str, Share]
    agencies: list[OfAgency]


# What is told of a sheet: sheets alike in all of it are counted by the database, and added up here.
_TOLD = ("work", "kind", "state", "has_lines", "has_figures", "has_method", "has_definition", "is_fresh")


def statistics_of(rows: QuerySet[Intervention], day: date) -> SheetStatistics:
    """Of the sheets of `rows`, each counted once. One query."""
    lines = CoverageLine.objects.filter(intervention=OuterRef("pk"))
    figures = CoverageFigure.objects.filter(line__intervention=OuterRef("pk"))
    # One structure at most answers for a sheet.
    lead = FilteredRelation("roles", condition=Q(roles__kind=RoleKind.ACCOUNTABLE))
    alike: list[dict[str, Any]] = list(
        Intervention.objects.filter(pk__in=rows.order_by().values("pk"))
        .order_by()
        .annotate(
            lead=lead,
            work=_status(day),
            has_lines=Exists(lines),
            has_figures=Exists(figures),
            has_method=_holds(~Q(targeting_method="")),
            has_definition=_holds(~Q(vulnerability_definition="")),
            is_fresh=_holds(Q(verified_at__date__gte=day - VERIFIED_FOR)),
        )
        .values("lead__agency", "lead__agency__acronym", *_TOLD)
        .annotate(n=Count("pk"))
    )

    def count(holds: Callable[[dict[str, Any]], Any]) -> int:
        return sum(row["n"] for row in alike if holds(row))

    def shares(name: str, choices: Any) -> list[Share]:
        every = [
            Share(str(one.label), sum(row["n"] for row in alike if row[name] == one.value), total) for one in choices
        ]
        return [share for share in every if share.n]

    total = count(lambda row: True)
    # A technical assistance has none.
    assisted = count(lambda row: row["kind"] != InterventionKind.ASSISTANCE)
    complete = {
        "lead": Share("lead", count(lambda row: row["lead__agency"]), total),
        "lines": Share("lines", count(lambda row: row["has_lines"]), total),
        "figures": Share(
            "figures", count(lambda row: row["has_figures"] and row["kind"] != InterventionKind.ASSISTANCE), assisted
        ),
        "targeting": Share("targeting", count(lambda row: row["has_method"]), total),
        "definition": Share("definition", count(lambda row: row["has_definition"]), total),
        "fresh": Share("fresh", count(lambda row: row["is_fresh"]), total),
    }
    return SheetStatistics(
        total,
        shares("work", InterventionStatus),
        shares("kind", InterventionKind),
        shares("state", InterventionState),
        complete,
        _by_agency(alike),
    )


def _by_agency(alike: Iterable[dict[str, Any]]) -> list[OfAgency]:
    """By acronym; what nobody answers for last."""
    groups: dict[tuple[str | None, int | None], list[dict[str, Any]]] = {}
    for row in alike:
        groups.setdefault((row["lead__agency__acronym"], row["lead__agency"]), []).append(row)
    return [
        OfAgency(
            agency,
            acronym or "",
            sum(row["n"] for row in rows),
            sum(row["n"] for row in rows if row["work"] == InterventionStatus.ONGOING),
            *(sum(row["n"] for row in rows if row[name]) for name in ("has_lines", "has_figures", "is_fresh")),
        )
        for (acronym, agency), rows in sorted(groups.items(), key=lambda one: (one[0][0] is None, *map(str, one[0])))
    ]


def _holds(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False)


def _status(day: date) -> Case:
    """`Intervention.status_on`, for the database."""
    start, end = Coalesce("actual_start", "planned_start"), Coalesce("actual_end", "planned_end")
    return Case(
        When(halt=Halt.SUSPENDED, then=Value(InterventionStatus.SUSPENDED)),
        When(halt=Halt.CANCELLED, then=Value(InterventionStatus.CANCELLED)),
        When(Q(actual_start=None, planned_start=None), then=Value(InterventionStatus.UNKNOWN)),
        When(GreaterThan(start, day), then=Value(InterventionStatus.PLANNED)),
        When(LessThan(end, day), then=Value(InterventionStatus.COMPLETED)),
        default=Value(InterventionStatus.ONGOING),
        output_field=CharField(),
    )
