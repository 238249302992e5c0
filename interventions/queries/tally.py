"""Counting coverage lines by two headings at once, with the totals of each: one statement over one reading of the lines.

Beneficiaries of several lines may be the same people. What is known is an interval: the largest line at least, their sum
at most. People of two places are two people, so that the lower bounds of places add up. Households and people are
counted apart, and never added. Whoever may not read figures below five gets intervals that give none of them back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from interventions.enums import Counted, Halt, InterventionState, Measure, RoleKind
from interventions.figures import SMALL
from interventions.models import CoverageLine
from interventions.periods import Period
from interventions.queries.visibility import lines_visible_to
from taskforce.models import Country

Key = Hashable
# Whoever answers for an intervention or carries it out is there; a funder and a ministry need not be.
PRESENT = (RoleKind.ACCOUNTABLE, RoleKind.IMPLEMENTER)


@dataclass(frozen=True)
class Value:
    """A count, or at least `low` and at most `high` people."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Axis:
    """One heading: how its key is read from a line, and whether a line may stand under several keys."""

    key: str
    join: str = ""


REGION = Axis("line.region_id")
DEPARTMENT = Axis("line.department_id")
# A department; of what is known of its region alone, the region's key below zero; 0 of what has no place.
PLACE = Axis("line.place_id")
INSTRUMENT = Axis("line.instrument_id")
_PRESENT = "LEFT JOIN present {0} ON {0}.intervention_id = line.intervention_id"
AGENCY = Axis("coalesce(role.agency_id, 0)", _PRESENT.format("role"))
POLICY_AXIS = Axis(
    "coalesce(axis.policyaxis_id, 0)",
    "LEFT JOIN interventions_intervention_policy_axes axis ON axis.intervention_id = line.intervention_id",
)
LIFE_STAGE = Axis(
    "coalesce(grp.life_stage, '')", "LEFT JOIN interventions_targetgroup grp ON grp.id = line.target_group_id"
)
GUARANTEE = Axis(
    "coalesce(floor.spfguarantee_id, 0)",
    "LEFT JOIN interventions_spfguarantee_instruments floor ON floor.instrument_id = line.instrument_id",
)


@dataclass
class Tally:
    """Values by the keys asked for; what has no line has no value."""

    found: dict[tuple[Key, ...], Value] = field(default_factory=dict)

    def get(self, *keys: Key) -> Value | None:
        return self.found.get(keys)


def lines_of(user: Any, country: Country, period: Period) -> QuerySet[CoverageLine]:
    """The lines that views count: published, not cancelled, in the country, active in the period, visible to `user`."""
    return (
        lines_visible_to(user)
        .filter(
            period.lines(),
            intervention__country=country,
            intervention__state=InterventionState.PUBLISHED,
        )
        .exclude(intervention__halt=Halt.CANCELLED)
    )


def tallies(
    lines: QuerySet[CoverageLine], measure: Measure, headings: Iterable[tuple[Axis, ...]], *, small: bool = True
) -> list[Tally]:
    """One tally for each tuple of axes (the empty tuple: everything), from one reading of `lines`.

    Without `small`, each figure from 1 to 4 counts as « between 1 and 4 ».
    """
    return counted(lines, [(measure, axes) for axes in headings], small=small)


def counted(
    lines: QuerySet[CoverageLine], wanted: Sequence[tuple[Measure, tuple[Axis, ...]]], *, small: bool = True
) -> list[Tally]:
    """The same where each tally has its own measure."""
    read = lines.order_by().values_list("pk", "unit_id", "intervention_id", "instrument_id", "target_group_id")
    try:
        sql, arguments = read.query.sql_with_params()
    except EmptyResultSet:
        return [Tally() for _ in wanted]
    parts = " UNION ALL ".join(_part(number, axes, measure) for number, (measure, axes) in enumerate(wanted))
    figures = [
        _figures(measure, small) for measure in dict.fromkeys(measure for measure, _ in wanted) if measure in _COUNTED
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_LINES % {'inner': sql}}{''.join(figures)} {parts}", arguments)
        rows = cursor.fetchall()
    return [_tally(rows, number, len(axes), measure) for number, (measure, axes) in enumerate(wanted)]


_COUNTED = {Measure.PEOPLE: Counted.PERSON.value, Measure.HOUSEHOLDS: Counted.HOUSEHOLD.value}
_LINES = """raw (id, unit_id, intervention_id, instrument_id, target_group_id) AS MATERIALIZED (%(inner)s),
line AS MATERIALIZED (
    SELECT raw.id, raw.intervention_id, raw.instrument_id, raw.target_group_id, region_id, department_id,
        CASE WHEN department_id = 0 THEN -region_id ELSE department_id END AS place_id
    FROM raw
    LEFT JOIN (
        SELECT unit.id,
            CASE unit.level WHEN 1 THEN unit.id WHEN 2 THEN unit.parent_id ELSE above.parent_id END AS region,
            CASE unit.level WHEN 1 THEN 0 WHEN 2 THEN unit.id ELSE unit.parent_id END AS department
        FROM interventions_adminunit unit LEFT JOIN interventions_adminunit above ON above.id = unit.parent_id
    ) place ON place.id = raw.unit_id
    CROSS JOIN LATERAL (SELECT coalesce(region, 0) AS region_id, coalesce(department, 0) AS department_id) found
), present AS (
    SELECT DISTINCT intervention_id, agency_id FROM interventions_interventionrole
    WHERE kind IN ('accountable', 'implementer') AND intervention_id IN (SELECT intervention_id FROM raw)
)"""
# Read once however many tallies ask. A line's total; where only women and men were counted, their sum.
_FIGURES = """, {name} AS MATERIALIZED (
    SELECT * FROM (
        SELECT line_id,
            coalesce(max({least}) FILTER (WHERE sex = ''), {sum}({least}) FILTER (WHERE sex <> '')::bigint END) AS least,
            coalesce(max({most}) FILTER (WHERE sex = ''), {sum}({most}) FILTER (WHERE sex <> '')::bigint END) AS most
        FROM interventions_coveragefigure
        WHERE kind = 'reached' AND counted = '{name}' AND age_band = '' AND NOT with_disability
            AND line_id IN (SELECT id FROM raw)
        GROUP BY line_id
    ) known WHERE least IS NOT NULL
)"""
_BOTH_SEXES = "CASE WHEN count(*) FILTER (WHERE sex <> '') = 2 THEN sum"
# Who may not read that it is 3 reads that it is between 1 and 4: then no subtraction tells more.
_SMALL = f"CASE WHEN value BETWEEN 1 AND {SMALL - 1} THEN {{}} ELSE value END"


def _figures(measure: Measure, small: bool) -> str:
    least, most = ("value", "value") if small else (_SMALL.format(1), _SMALL.format(SMALL - 1))
    return _FIGURES.format(name=_COUNTED[measure], least=least, most=most, sum=_BOTH_SEXES)


def _part(number: int, axes: tuple[Axis, ...], measure: Measure) -> str:
    """(number, key, key, region, department, least, most); the places are told apart for beneficiaries alone.

    Everything put into the text is a constant of this file; what people typed goes in as arguments.
    """
    keys = [axis.key for axis in axes]
    joins = [axis.join for axis in dict.fromkeys(axes) if axis.join]
    # Grouped as numbers, told as text.
    columns = [*(f"({key})::text" for key in keys), *["NULL"] * (2 - len(keys))]
    if measure.counts_beneficiaries:
        by = ", ".join([*keys, "line.region_id", "line.department_id"])
        figures = f"JOIN {_COUNTED[measure]} figure ON figure.line_id = line.id"
        return (
            f"SELECT {number}, {', '.join(columns)}, line.region_id, line.department_id, max(figure.least),"  # noqa: S608
            f" sum(figure.most)::bigint FROM line {figures} {' '.join(joins)} GROUP BY {by}"
        )
    if measure == Measure.AGENCIES:
        # Those of the cell's interventions, also where the heading is one of them.
        counted = "actor.agency_id"
        joins.append(_PRESENT.format("actor"))
    else:
        counted = "line.id" if measure == Measure.LINES else "line.intervention_id"
    names = [f"k{index}" for index in range(len(keys))]
    named = [f"{key} AS {name}" for key, name in zip(keys, names, strict=True)]
    inner = f"SELECT DISTINCT {', '.join([*named, f'{counted} AS counted'])} FROM line {' '.join(joins)}"  # noqa: S608
    grouped = f" GROUP BY {', '.join(names)}" if names else ""
    columns = [*(f"{name}::text" for name in names), *["NULL"] * (2 - len(names))]
    head = f"SELECT {number}, {', '.join(columns)}, 0, 0, count(counted), count(counted)"
    return f"{head} FROM ({inner}) one{grouped}"


def _tally(rows: list[tuple[Any, ...]], number: int, depth: int, measure: Measure) -> Tally:
    parts: dict[tuple[Key, ...], dict[tuple[int, int], Value]] = {}
    for which, first, second, region, department, least, most in rows:
        if which == number and most is not None and (most or measure.counts_beneficiaries):
            keys = (first, second)[:depth]
            parts.setdefault(keys, {})[region, department] = Value(least, most)
    return Tally({keys: over_places(values) for keys, values in parts.items()})


def over_places(values: Mapping[tuple[int, int], Value]) -> Value:
    """The value of several places, (region, department) → value; 0 stands for « the whole region » and « national ».

    Those of a region as a whole may be those of its departments: the larger of the two at least.
    """
    regions: dict[int, tuple[int, int]] = {}
    for (region, department), value in values.items():
        whole, inside = regions.get(region, (0, 0))
        regions[region] = (whole, inside + value.low) if department else (max(whole, value.low), inside)
    national = max(regions.pop(0, (0, 0)))
    local = sum(max(whole, inside) for whole, inside in regions.values())
    return Value(max(national, local), sum(value.high for value in values.values()))
