"""How agencies target, and what transfers are worth: what differs is put side by side, never averaged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from interventions.enums import (
    Frequency,
    InterventionKind,
    InterventionState,
    RoleKind,
    TargetingMethod,
    TransferModality,
)
from interventions.models import CoverageLine, Intervention, InterventionRole
from interventions.queries.visibility import interventions_visible_to
from taskforce.models import Country

# A page that is read, not a list to page through: narrowed by instrument beyond that.
MOST = 300


@dataclass
class Method:
    """The interventions that target in one way, with their lead."""

    label: str
    rows: list[tuple[Intervention, str]] = field(default_factory=list)


@dataclass
class Transfer:
    """A value that one intervention pays, in how many places."""

    intervention: Intervention
    lead: str
    value: Decimal
    frequency: str
    modality: str
    places: int

    @property
    def frequency_label(self) -> str:
        return str(Frequency(self.frequency).label) if self.frequency else ""

    @property
    def modality_label(self) -> str:
        return str(TransferModality(self.modality).label) if self.modality else ""


@dataclass
class Comparison:
    """The transfers of one instrument, and their range for each currency and frequency that several pay in."""

    instrument: str
    rows: list[Transfer] = field(default_factory=list)

    @property
    def ranges(self) -> list[tuple[str, str, Decimal, Decimal, int]]:
        """(frequency, currency, lowest, highest, interventions) where at least two interventions can be compared."""
        groups: dict[tuple[str, str], list[Transfer]] = {}
        for row in self.rows:
            groups.setdefault((row.frequency, row.intervention.currency), []).append(row)
        found = []
        for (frequency, currency), rows in groups.items():
            count = len({row.intervention.pk for row in rows})
            if count > 1:
                values = [row.value for row in rows]
                label = str(Frequency(frequency).label) if frequency else ""
                found.append((label, currency, min(values), max(values), count))
        return found


def running(user: Any, country: Country, on: date) -> QuerySet[Intervention]:
    """What can be compared: sheets that the user reads, archived ones and those cancelled or over left out."""
    return (
        interventions_visible_to(user)
        .filter(country=country, halt__in=["", "suspended"])
        .exclude(state=InterventionState.ARCHIVED)
        .exclude(Q(actual_end__lt=on) | Q(actual_end=None, planned_end__lt=on))
    )


def targeting_methods(rows: QuerySet[Intervention]) -> list[Method]:
    """By method, those that name none last; technical assistance, which targets nobody, left out. Two queries."""
    assists = Q(kind=InterventionKind.ASSISTANCE, targeting_method="", vulnerability_definition="")
    sheets = list(rows.exclude(assists).order_by("title", "pk")[:MOST])
    leads = leads_of(sheets)
    groups: dict[str, Method] = {}
    order = {method.value: place for place, method in enumerate(TargetingMethod)}
    for sheet in sorted(sheets, key=lambda one: order.get(one.targeting_method, len(order))):
        label = str(TargetingMethod(sheet.targeting_method).label) if sheet.targeting_method else ""
        groups.setdefault(label, Method(label)).rows.append((sheet, leads.get(sheet.pk, "")))
    return list(groups.values())


def transfer_values(rows: QuerySet[Intervention], instrument_id: int | None = None) -> list[Comparison]:
    """By instrument, each value of each intervention with the number of its places. Two queries."""
    lines = CoverageLine.objects.filter(intervention__in=rows.values("pk"), transfer_value__isnull=False)
    if instrument_id is not None:
        lines = lines.filter(instrument=instrument_id)
    paid: list[dict[str, Any]] = list(
        lines.order_by("instrument__position", "instrument__name_fr", "transfer_value")
        .values(
            "instrument",
            "instrument__name_fr",
            "instrument__name_en",
            "intervention",
            "transfer_value",
            "frequency",
            "modality",
        )
        .annotate(places=Count("unit", distinct=True))[:MOST]  # type: ignore[arg-type]
    )
    sheets = Intervention.objects.in_bulk({row["intervention"] for row in paid})
    leads = leads_of(sheets.values())
    name = "instrument__name_en" if (get_language() or "fr").startswith("en") else "instrument__name_fr"
    found: dict[int, Comparison] = {}
    for row in paid:
        sheet = sheets[row["intervention"]]
        found.setdefault(row["instrument"], Comparison(row[name])).rows.append(
            Transfer(
                sheet, leads.get(sheet.pk, ""), row["transfer_value"], row["frequency"], row["modality"], row["places"]
            )
        )
    return list(found.values())


def leads_of(sheets: Iterable[Intervention]) -> dict[int, str]:
    """The acronym of the accountable agency, by sheet: one query."""
    rows = InterventionRole.objects.filter(intervention__in=[one.pk for one in sheets], kind=RoleKind.ACCOUNTABLE)
    return dict(rows.order_by().values_list("intervention", "agency__acronym"))
