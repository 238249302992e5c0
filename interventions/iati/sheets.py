"""Sheets with all that an activity says of them, read in as many queries whatever their number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from interventions.enums import InterventionKind, RoleKind, UnitLevel
from interventions.models import CoverageLine, IndicatorValue, Intervention, InterventionRole
from taskforce.models import Agency

# What an identifier may not hold (IATI, « Organisation identifiers »), and blanks.
_FORBIDDEN = re.compile(r"[\s/&|?]+")
HUNDRED = Decimal(100)
CENT = Decimal("0.01")


def loaded(sheets: QuerySet[Intervention]) -> QuerySet[Intervention]:
    """`sheets` with what `write_activities` reads: no query a sheet."""
    return checkable(sheets).prefetch_related(
        "policy_axes", "sdg_targets", Prefetch("indicators__values", IndicatorValue.objects.select_related("unit"))
    )


def checkable(sheets: QuerySet[Intervention]) -> QuerySet[Intervention]:
    """`sheets` with what `report_on` reads."""
    return sheets.select_related("country").prefetch_related(
        Prefetch("roles", InterventionRole.objects.select_related("agency").order_by("kind", "agency__acronym")),
        Prefetch(
            "lines",
            CoverageLine.objects.select_related("unit__parent", "instrument", "target_group")
            .prefetch_related("figures")
            .order_by("unit__pcode", "instrument__position", "starts_on", "pk"),
        ),
        "indicators",
    )


@dataclass(frozen=True)
class Budget:
    """The budgets of lines that lie within one calendar year, together."""

    start: date
    end: date
    value: Decimal


def lead_of(sheet: Intervention) -> Agency | None:
    return next((role.agency for role in sheet.roles.all() if role.kind == RoleKind.ACCOUNTABLE), None)


def identifier_of(sheet: Intervention, lead: Agency) -> str:
    """The reference of the reporting organisation, then our code: « XM-DAC-41122-NE-SP-001 »."""
    code = _FORBIDDEN.sub("-", sheet.code.strip())
    if code.startswith(f"{lead.iati_ref}-"):
        return code
    iso2 = sheet.country.iso2
    return f"{lead.iati_ref}-{code}" if code.upper().startswith(f"{iso2}-") else f"{lead.iati_ref}-{iso2}-{code}"


def sectors_of(sheet: Intervention) -> dict[str, Decimal]:
    """DAC purpose codes with the per cent of each, 100 together: by budget where every line has one, by lines otherwise."""
    lines = [line for line in sheet.lines.all() if line.instrument.dac_code]
    by_budget = bool(lines) and all(line.budget for line in lines)
    weights: dict[str, Decimal] = {}
    for line in lines:
        weight = line.budget if by_budget and line.budget is not None else Decimal(1)
        weights[line.instrument.dac_code] = weights.get(line.instrument.dac_code, Decimal(0)) + weight
    total = sum(weights.values(), Decimal(0))
    ordered = sorted(weights.items(), key=lambda one: -one[1])
    shares = {code: (HUNDRED * weight / total).quantize(CENT) for code, weight in ordered}
    if shares:
        # What rounding left over goes to the largest.
        largest = next(iter(shares))
        shares[largest] += HUNDRED - sum(shares.values())
    return dict(sorted(shares.items()))


def budgets_of(sheet: Intervention) -> tuple[list[Budget], int]:
    """(budgets, lines whose budget is left out): the standard wants periods of a year at most, and nothing is spread."""
    years: dict[int, list[CoverageLine]] = {}
    left_out = 0
    for line in sheet.lines.all():
        if line.budget is None:
            continue
        end = line.ends_on
        if end is None or end.year != line.starts_on.year:
            left_out += 1
        else:
            years.setdefault(end.year, []).append(line)
    found = [
        Budget(
            min(line.starts_on for line in lines),
            max(line.ends_on for line in lines if line.ends_on),
            sum((line.budget for line in lines if line.budget is not None), Decimal(0)),
        )
        for _year, lines in sorted(years.items())
    ]
    return found, left_out


def has_figures(sheet: Intervention) -> bool:
    return sheet.kind != InterventionKind.ASSISTANCE


def regions_of(lines: Any) -> set[int]:
    return {
        line.unit.pk if line.unit.level == UnitLevel.REGION else line.unit.parent_id
        for line in lines
        if line.unit is not None
    }
