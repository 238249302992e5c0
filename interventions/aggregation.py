"""Putting the values of an indicator together, as the indicator itself says. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from interventions.enums import Aggregation


@dataclass(frozen=True)
class Value:
    """A value of a unit (None: the whole intervention) over a period."""

    unit_id: int | None
    starts_on: date
    ends_on: date
    value: Decimal
    weight: Decimal | None = None


@dataclass(frozen=True)
class Overall:
    """One number for many, and the days it speaks of."""

    value: Decimal
    starts_on: date
    ends_on: date


def overall(values: Iterable[Value], *, over_areas: str, over_periods: str) -> Overall | None:
    """The value of all areas and periods; None when a rule says that values do not add up, or none is known.

    A value of the whole intervention stands for its period in place of those of the areas.
    """
    by_period: dict[tuple[date, date], list[Value]] = {}
    for one in values:
        by_period.setdefault((one.ends_on, one.starts_on), []).append(one)
    totals = []
    for (ends, starts), found in sorted(by_period.items()):
        whole = [one for one in found if one.unit_id is None]
        total = _together(whole or found, over_areas)
        if total is None:
            return None
        weights = [one.weight for one in whole or found if one.weight is not None]
        totals.append(Value(None, starts, ends, total, sum(weights, Decimal(0)) or None))
    total = _together(totals, over_periods)
    if total is None:
        return None
    shown = totals[-1:] if over_periods == Aggregation.LATEST else totals
    return Overall(total, min(one.starts_on for one in shown), max(one.ends_on for one in shown))


def _together(values: list[Value], rule: str) -> Decimal | None:
    if not values:
        return None
    if len(values) == 1:
        return values[0].value
    if rule == Aggregation.SUM:
        return sum((one.value for one in values), Decimal(0))
    if rule == Aggregation.MAXIMUM:
        return max(one.value for one in values)
    if rule == Aggregation.LATEST:
        return max(values, key=lambda one: (one.ends_on, one.starts_on)).value
    if rule == Aggregation.MEAN:
        weights = [one.weight for one in values]
        if any(not weight for weight in weights):
            return None
        return sum((one.value * (one.weight or 0) for one in values), Decimal(0)) / sum(
            w or Decimal(0) for w in weights
        )
    return None
