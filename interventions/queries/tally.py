"""Counting coverage lines by two headings at once, with the totals of each: one statement over one reading of the lines.

The database gathers lines by place and heading; what is added up over places and headings is added up here, from a few
thousand rows.

Beneficiaries of several lines may be the same people. What is known is an interval: the largest line at least, their sum
at most. People of two places are two people, so that the lower bounds of places add up. Households and people are
counted apart, and never added. Whoever may not read figures below five gets intervals that give none of them back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from interventions.enums import Counted, Halt, InterventionState, Measure, RoleKind, Sex
from interventions.figures import SMALL
from interventions.models import CoverageLine
from interventions.periods import Period
from interventions.queries.visibility import interventions_visible_to
from taskforce.models import Country
from taskforce.queries import has_any_grant

Key = Hashable
# Whoever answers for an intervention or carries it out is there; a funder and a ministry need not be.
PRESENT = (RoleKind.ACCOUNTABLE, RoleKind.IMPLEMENTER)


class Value(NamedTuple):
    """A count, or at least `low` and at most `high` people."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Axis:
    """One heading: how its key is read from a line and what is joined to it."""

    key: str
    join: str = ""
    # A line may stand under several of its keys.
    is_many: bool = False


# Places are told apart in what the database gives back: see `_Reading`.
REGION = Axis("region")
DEPARTMENT = Axis("department")
# A department; of what is known of its region alone, the region's key below zero; 0 of what has no place.
PLACE = Axis("place")
PLACES = (REGION, DEPARTMENT, PLACE)
INSTRUMENT = Axis("line.instrument_id")
_PRESENT = """LEFT JOIN (
    SELECT DISTINCT intervention_id, agency_id FROM interventions_interventionrole
    WHERE kind IN ('accountable', 'implementer')
) {0} ON {0}.intervention_id = line.intervention_id"""
AGENCY = Axis("coalesce(role.agency_id, 0)", _PRESENT.format("role"), is_many=True)
POLICY_AXIS = Axis(
    "coalesce(axis.policyaxis_id, 0)",
    "LEFT JOIN interventions_intervention_policy_axes axis ON axis.intervention_id = line.intervention_id",
    is_many=True,
)
LIFE_STAGE = Axis(
    "coalesce(grp.life_stage, '')", "LEFT JOIN interventions_targetgroup grp ON grp.id = line.target_group_id"
)
GUARANTEE = Axis(
    "coalesce(floor.spfguarantee_id, 0)",
    "LEFT JOIN interventions_spfguarantee_instruments floor ON floor.instrument_id = line.instrument_id",
    is_many=True,
)


@dataclass
class Tally:
    """Values by the keys asked for; what has no line has no value."""

    found: dict[tuple[Key, ...], Value] = field(default_factory=dict)

    def get(self, *keys: Key) -> Value | None:
        return self.found.get(keys)


def lines_of(user: Any, country: Country, period: Period) -> QuerySet[CoverageLine]:
    """The lines that views count: published, not cancelled, in the country, active in the period, visible to `user`."""
    if not has_any_grant(user):
        return CoverageLine.objects.none()
    shown = interventions_visible_to(user, country).filter(state=InterventionState.PUBLISHED)
    return CoverageLine.objects.filter(period.lines(), intervention__in=shown.exclude(halt=Halt.CANCELLED))


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
    readings = _readings(wanted)
    parts = " UNION ALL ".join(one.sql(number, small) for number, one in enumerate(readings))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH line (id, unit_id, intervention_id, instrument_id, target_group_id) AS ({sql}) {parts}", arguments
        )
        rows: list[list[_Row]] = [[] for _ in readings]
        for number, region, department, *gathered in cursor:
            place = str(department or -region)
            rows[number].append((str(region), str(department), place, (region, department), *gathered))
    found = []
    for measure, axes in wanted:
        number = next(index for index, one in enumerate(readings) if one.serves(measure, axes))
        found.append(readings[number].tally(rows[number], axes))
    return found


_COUNTED = {Measure.PEOPLE: Counted.PERSON.value, Measure.HOUSEHOLDS: Counted.HOUSEHOLD.value}
# What is gathered by set: an intervention or an agency of several rows is one.
_BY_SET = (Measure.INTERVENTIONS, Measure.AGENCIES)
_FIGURE = """LEFT JOIN interventions_coveragefigure {0} ON {0}.line_id = line.id AND {0}.sex = '{1}' AND {0}.counted = '{2}'
    AND {0}.kind = 'reached' AND {0}.age_band = '' AND NOT {0}.with_disability"""
# Who may not read that it is 3 reads that it is between 1 and 4: then no subtraction tells more.
_SMALL = f"CASE WHEN {{0}}.value BETWEEN 1 AND {SMALL - 1} THEN {{1}} ELSE {{0}}.value END"
_PLACED = """SELECT {number}, coalesce(CASE unit.level WHEN 1 THEN unit.id WHEN 2 THEN unit.parent_id ELSE above.parent_id END, 0),
    coalesce(CASE unit.level WHEN 1 THEN 0 WHEN 2 THEN unit.id ELSE unit.parent_id END, 0), k0::text, k1::text, low, high, items
FROM ({gathered}) gathered LEFT JOIN interventions_adminunit unit ON unit.id = gathered.unit_id
LEFT JOIN interventions_adminunit above ON above.id = unit.parent_id"""
# The keys of PLACES; (region, department); key, key, least, most, items.
_Row = tuple[Any, ...]
_WHERE, _FIRST_KEY, _LOW, _HIGH, _ITEMS = 3, 4, 6, 7, 8


@dataclass(frozen=True)
class _Reading:
    """One gathering of the lines by `axes` and, where it matters, by place, from which tallies are added up."""

    measure: Measure
    axes: tuple[Axis, ...]
    by_place: bool

    def serves(self, measure: Measure, axes: tuple[Axis, ...]) -> bool:
        """Whether a tally over `axes` may be added up from it.

        A line that stands under several keys stands in several rows: their sum is not the sum of lines.
        """
        if measure != self.measure or not set(axes) <= {*self.axes, *PLACES}:
            return False
        return measure in _BY_SET or _many(axes) == _many(self.axes)

    def sql(self, number: int, small: bool) -> str:
        """(number, region, department, key, key, least, most, items); of beneficiaries, the largest line and their sum.

        Everything put into the text is a constant of this file; what people typed goes in as arguments.
        """
        joins = [axis.join for axis in self.axes if axis.join]
        where, items = "", "NULL::bigint[]"
        if self.measure.counts_beneficiaries:
            whole, women, men = "whole", "women", "men"
            names = {whole: Sex.ALL, women: Sex.FEMALE, men: Sex.MALE}
            joins += [_FIGURE.format(name, sex.value, _COUNTED[self.measure]) for name, sex in names.items()]

            def total(least: bool) -> str:
                """The line's total; where only women and men were counted, their sum."""
                bound = 1 if least else SMALL - 1
                value = {name: f"{name}.value" if small else _SMALL.format(name, bound) for name in names}
                return f"coalesce({value[whole]}, {value[women]} + {value[men]})"

            low, high = f"max({total(least=True)})", f"sum({total(least=False)})::bigint"
            where = " WHERE coalesce(whole.value, women.value + men.value) IS NOT NULL"
        elif self.measure == Measure.LINES:
            low = high = "count(*)"
        else:
            low = high = "0::bigint"
            items = "array_agg(line.intervention_id)"
            if self.measure == Measure.AGENCIES:
                # Those of the cell's interventions, also where the heading is one of them.
                joins.append(_PRESENT.format("actor"))
                where, items = " WHERE actor.agency_id IS NOT NULL", "array_agg(DISTINCT actor.agency_id)"
        keys = [*(axis.key for axis in self.axes), "NULL::text", "NULL::text"][:2]
        unit = "line.unit_id" if self.by_place else "NULL::bigint"
        columns = f"{unit} AS unit_id, {keys[0]} AS k0, {keys[1]} AS k1, {low} AS low, {high} AS high, {items} AS items"
        gathered = f"SELECT {columns} FROM line {' '.join(joins)}{where} GROUP BY 1, 2, 3"  # noqa: S608
        return _PLACED.format(number=number, gathered=gathered)

    def tally(self, rows: list[_Row], axes: tuple[Axis, ...]) -> Tally:
        columns = [PLACES.index(axis) if axis in PLACES else _FIRST_KEY + self.axes.index(axis) for axis in axes]
        one = itemgetter(*columns) if columns else lambda row: ()
        keys_of = one if len(columns) != 1 else lambda row: (one(row),)
        if self.measure.counts_beneficiaries:
            return Tally(_people(rows, keys_of))
        if self.measure in _BY_SET:
            sets: dict[tuple[Key, ...], set[int]] = {}
            for row in rows:
                sets.setdefault(keys_of(row), set()).update(row[_ITEMS])
            return Tally({keys: Value(len(items), len(items)) for keys, items in sets.items()})
        counts: dict[tuple[Key, ...], int] = {}
        for row in rows:
            keys = keys_of(row)
            counts[keys] = counts.get(keys, 0) + row[_LOW]
        return Tally({keys: Value(count, count) for keys, count in counts.items()})


def _many(axes: Iterable[Axis]) -> frozenset[Axis]:
    return frozenset(axis for axis in axes if axis.is_many)


def _readings(wanted: Sequence[tuple[Measure, tuple[Axis, ...]]]) -> list[_Reading]:
    """As few as give every tally: one a measure, or one for each set of axes under which a line stands several times."""
    groups: dict[tuple[Measure, frozenset[Axis]], dict[Axis, None]] = {}
    for measure, axes in wanted:
        group = groups.setdefault((measure, frozenset() if measure in _BY_SET else _many(axes)), {})
        group.update(dict.fromkeys(axes))
    return [
        _Reading(
            measure,
            tuple(axis for axis in axes if axis not in PLACES),
            # People of two places are two people.
            by_place=measure.counts_beneficiaries or any(axis in PLACES for axis in axes),
        )
        for (measure, _), axes in groups.items()
    ]


def _people(rows: list[_Row], keys_of: Callable[[_Row], tuple[Key, ...]]) -> dict[tuple[Key, ...], Value]:
    parts: dict[tuple[Key, ...], dict[tuple[int, int], Value]] = {}
    for row in rows:
        places = parts.setdefault(keys_of(row), {})
        place, value = row[_WHERE], Value(row[_LOW], row[_HIGH])
        if before := places.get(place):
            value = Value(max(before.low, value.low), before.high + value.high)
        places[place] = value
    return {keys: over_places(values) for keys, values in parts.items()}


def over_places(values: Mapping[tuple[int, int], Value]) -> Value:
    """The value of several places, (region, department) → value; 0 stands for « the whole region » and « national ».

    Those of a region as a whole may be those of its departments: the larger of the two at least.
    """
    if len(values) == 1:
        return next(iter(values.values()))
    regions: dict[int, tuple[int, int]] = {}
    for (region, department), value in values.items():
        whole, inside = regions.get(region, (0, 0))
        regions[region] = (whole, inside + value.low) if department else (max(whole, value.low), inside)
    national = max(regions.pop(0, (0, 0)))
    local = sum(max(whole, inside) for whole, inside in regions.values())
    return Value(max(national, local), sum(value.high for value in values.values()))
