"""What a list of sheets comes to: where the work stands, how complete and how fresh the sheets are, by structure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan

from interventions.enums import Halt, InterventionKind, InterventionState, InterventionStatus, RoleKind
from interventions.models import CoverageFigure, CoverageLine, Intervention, InterventionRole
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


def statistics_of(rows: QuerySet[Intervention], day: date) -> SheetStatistics:
    """Of the sheets of `rows`, each counted once. Two queries."""
    lines = CoverageLine.objects.filter(intervention=OuterRef("pk"))
    figures = CoverageFigure.objects.filter(line__intervention=OuterRef("pk"))
    leads = InterventionRole.objects.filter(intervention=OuterRef("pk"), kind=RoleKind.ACCOUNTABLE)
    told = (
        Intervention.objects.filter(pk__in=rows.order_by().values("pk"))
        .order_by()
        .annotate(
            work=_status(day),
            has_lines=Exists(lines),
            has_figures=Exists(figures),
            has_lead=Exists(leads),
            is_fresh=Case(When(verified_at__date__gte=day - VERIFIED_FOR, then=True), default=False),
        )
    )
    parts = {
        "lead": Q(has_lead=True),
        "lines": Q(has_lines=True),
        # A technical assistance has none.
        "figures": Q(has_figures=True) & ~Q(kind=InterventionKind.ASSISTANCE),
        "targeting": ~Q(targeting_method=""),
        "definition": ~Q(vulnerability_definition=""),
        "fresh": Q(is_fresh=True),
    }
    counts: dict[str, Any] = {"total": Count("pk")}
    counts |= {f"part_{name}": Count("pk", filter=part) for name, part in parts.items()}
    counts["assisted"] = Count("pk", filter=~Q(kind=InterventionKind.ASSISTANCE))
    for name, field, values in (
        ("work", "work", InterventionStatus.values),
        ("kind", "kind", InterventionKind.values),
        ("state", "state", InterventionState.values),
    ):
        counts |= {f"{name}_{value}": Count("pk", filter=Q(**{field: value})) for value in values}
    found = told.aggregate(**counts)
    total = found["total"]

    def shares(name: str, choices: Any) -> list[Share]:
        every = [Share(str(one.label), found[f"{name}_{one.value}"], total) for one in choices]
        return [share for share in every if share.n]

    complete = {
        name: Share(name, found[f"part_{name}"], found["assisted"] if name == "figures" else total) for name in parts
    }
    return SheetStatistics(
        total,
        shares("work", InterventionStatus),
        shares("kind", InterventionKind),
        shares("state", InterventionState),
        complete,
        _by_agency(told),
    )


def _by_agency(told: QuerySet[Intervention]) -> list[OfAgency]:
    lead = InterventionRole.objects.filter(intervention=OuterRef("pk"), kind=RoleKind.ACCOUNTABLE)
    rows = (
        told.annotate(agency=lead.values("agency")[:1], acronym=lead.values("agency__acronym")[:1])
        .values("agency", "acronym")
        .annotate(
            n=Count("pk"),
            ongoing=Count("pk", filter=Q(work=InterventionStatus.ONGOING)),
            with_lines=Count("pk", filter=Q(has_lines=True)),
            with_figures=Count("pk", filter=Q(has_figures=True)),
            fresh=Count("pk", filter=Q(is_fresh=True)),
        )
        .order_by(F("acronym").asc(nulls_last=True))
    )
    return [
        OfAgency(
            row["agency"],
            row["acronym"] or "",
            row["n"],
            row["ongoing"],
            row["with_lines"],
            row["with_figures"],
            row["fresh"],
        )
        for row in rows
    ]


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
