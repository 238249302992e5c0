"""« Toujours valable ? »: the lines that nobody confirmed for a month, one's own first, and how each structure stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from interventions.enums import Halt, InterventionState, RoleKind
from interventions.models import CoverageLine, Intervention, InterventionRole
from interventions.queries.sheets import VERIFIED_FOR
from interventions.queries.visibility import interventions_visible_to, lines_visible_to, reach_of
from taskforce.models import Country


def open_lines(user: Any, country: Country, day: date) -> QuerySet[CoverageLine]:
    """Lines that go on on `day`, of the published sheets of the country that the user reads; a cancelled one has none."""
    return (
        lines_visible_to(user)
        .filter(intervention__country=country, intervention__state=InterventionState.PUBLISHED)
        .exclude(intervention__halt=Halt.CANCELLED)
        .exclude(ends_on__lt=day)
    )


def unverified(day: date, prefix: str = "") -> Q:
    """Never confirmed, or longer ago than a month."""
    return Q(**{f"{prefix}verified_at": None}) | Q(**{f"{prefix}verified_at__date__lt": day - VERIFIED_FOR})


def own_lines(lines: QuerySet[CoverageLine], user: Any, country: Country) -> QuerySet[CoverageLine]:
    """Those of one's own sheets: one's agency answers for them, or has a part where nobody does, or is to confirm."""
    mine = reach_of(user).agencies.get(country.pk, frozenset())
    if not mine:
        return lines.none()
    roles = InterventionRole.objects.filter(intervention=OuterRef("intervention"))
    leads = roles.filter(kind=RoleKind.ACCOUNTABLE)
    return lines.filter(
        Exists(leads.filter(agency__in=mine))
        | (~Exists(leads) & Exists(roles.filter(agency__in=mine)))
        | Q(intervention__on_behalf_of__in=mine)
    )


@dataclass
class SheetToVerify:
    """A sheet and those of its lines that stand on the page."""

    sheet: Intervention
    lines: list[CoverageLine] = field(default_factory=list)


def by_sheet(lines: Iterable[CoverageLine]) -> list[SheetToVerify]:
    """The lines of a page under their sheet, in the order in which they came."""
    found: dict[int, SheetToVerify] = {}
    for line in lines:
        found.setdefault(line.intervention_id, SheetToVerify(line.intervention)).lines.append(line)
    return list(found.values())


def named(lines: QuerySet[CoverageLine]) -> QuerySet[CoverageLine]:
    """With what names them and their figures, sheet by sheet."""
    return (
        lines.select_related("intervention__country", "unit__parent", "instrument", "target_group")
        .prefetch_related("figures")
        .order_by(
            "intervention__title",
            "intervention",
            "instrument__position",
            "instrument_id",
            F("target_group__position").asc(nulls_first=True),
            "target_group_id",
            F("unit__parent__name").asc(nulls_first=True),
            "unit__name",
            "starts_on",
            "pk",
        )
    )


def sheets_without_lines(user: Any, country: Country, day: date) -> QuerySet[Intervention]:
    """One's own sheets that are to be confirmed and have no line that goes on: nothing else would ask for them."""
    mine = reach_of(user).agencies.get(country.pk, frozenset())
    going = CoverageLine.objects.filter(intervention=OuterRef("pk")).exclude(ends_on__lt=day)
    roles = InterventionRole.objects.filter(intervention=OuterRef("pk"), agency__in=mine, kind=RoleKind.ACCOUNTABLE)
    return (
        interventions_visible_to(user)
        .filter(unverified(day), Exists(roles), country=country, state=InterventionState.PUBLISHED)
        .exclude(halt=Halt.CANCELLED)
        .exclude(Q(actual_end__lt=day) | Q(actual_end=None, planned_end__lt=day))
        .exclude(Exists(going))
        .order_by("title", "pk")
    )


@dataclass(frozen=True)
class Standing:
    """How far a structure is with its lines: those that go on, those to confirm, the oldest and the latest « oui »."""

    agency_id: int | None
    agency: str
    sheets: int
    lines: int
    due: int
    oldest: datetime | None
    latest: datetime | None

    @property
    def done(self) -> int:
        return self.lines - self.due


def standings(user: Any, country: Country, day: date) -> list[Standing]:
    """By accountable structure, those with most to confirm first; sheets without one last. Two queries."""
    lead = Q(intervention__roles__kind=RoleKind.ACCOUNTABLE)
    lines = open_lines(user, country, day)
    leads = InterventionRole.objects.filter(intervention=OuterRef("intervention"), kind=RoleKind.ACCOUNTABLE)
    counts = {
        "sheets": Count("intervention", distinct=True),
        "n": Count("pk"),
        "due": Count("pk", filter=unverified(day)),
        "oldest": Min("verified_at"),
        "latest": Max("verified_at"),
    }
    rows: Iterable[dict[str, Any]] = (
        lines.filter(lead)
        .order_by()
        .values(agency=F("intervention__roles__agency"), acronym=F("intervention__roles__agency__acronym"))
        .annotate(**counts)  # type: ignore[assignment]
    )
    found = [
        Standing(
            row["agency"],
            row["acronym"] or "",
            row["sheets"],
            row["n"],
            row["due"],
            row["oldest"],
            row["latest"],
        )
        for row in rows
    ]
    nobody = lines.exclude(Exists(leads)).order_by().aggregate(**counts)
    if nobody["n"]:
        found.append(
            Standing(None, "", nobody["sheets"], nobody["n"], nobody["due"], nobody["oldest"], nobody["latest"])
        )
    return sorted(found, key=lambda one: (one.agency_id is None, -one.due, one.agency))
