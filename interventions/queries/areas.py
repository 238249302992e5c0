"""Values by place, for maps and for the sheet of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from interventions.enums import Measure, UnitLevel
from interventions.models import AdminUnit, AreaProfile, CoverageLine
from interventions.queries import tally
from interventions.queries.tally import Value, counted, tallies


@dataclass(frozen=True)
class AreaValues:
    """By unit's key. `apart`: lines that no unit of the level shows (known to their region alone, national)."""

    values: dict[int, Value]
    apart: Value | None


def area_values(lines: QuerySet[CoverageLine], level: int, measure: Measure, *, small: bool = True) -> AreaValues:
    """What each unit of a level holds, itself and what lies in it. A line of a region classifies no department.

    Without `small`, figures below five are kept: see `tally.tallies`.
    """
    axis = tally.REGION if level == UnitLevel.REGION else tally.DEPARTMENT
    (found,) = tallies(lines, measure, [(axis,)], small=small)
    values = {int(str(keys[0])): value for keys, value in found.found.items()}
    apart = values.pop(0, None)
    return AreaValues(values, apart)


@dataclass(frozen=True)
class AreaFigures:
    """The numbers at the head of a sheet, each with its measure."""

    measure: Measure
    value: Value | None


def figures_of(
    lines: QuerySet[CoverageLine], measures: Sequence[Measure] = tuple(Measure), *, small: bool = True
) -> list[AreaFigures]:
    """Each measure over all of `lines`, in one query. Without `small`, figures below five are kept: see `tally.tallies`."""
    found = counted(lines, [(measure, ()) for measure in measures], small=small)
    return [AreaFigures(measure, one.get()) for measure, one in zip(measures, found, strict=True)]


def profiles_of(unit: AdminUnit) -> list[AreaProfile]:
    """The latest figure of each measure, with its source and date."""
    latest: dict[str, AreaProfile] = {}
    for profile in unit.profiles.order_by("measure", "-as_of"):
        latest.setdefault(profile.measure, profile)
    return list(latest.values())
