"""A made-up country full of lines, drawn at random, and what they add up to, counted one by one in Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from interventions.enums import Counted, FigureKind, LifeStage, Measure, RoleKind, Side, Visibility
from interventions.models import CoverageFigure, CoverageLine, InterventionRole, SpfGuarantee
from interventions.periods import Period
from interventions.queries.tally import PRESENT, Value
from tests.interventions.factories import AxisFactory, GroupFactory, InstrumentFactory, InterventionFactory, UnitFactory
from tests.taskforce.factories import AgencyFactory, CountryFactory

PERIOD = Period.year(2026)


@dataclass
class Drawn:
    country: Any
    regions: list[Any]
    departments: list[Any]
    communes: list[Any]
    instruments: list[Any]
    agencies: list[Any]
    axes: list[Any]
    guarantees: list[Any]
    lines: list[CoverageLine] = field(default_factory=list)


def drawn(seed: int, *, interventions: int = 14, lines: int = 60) -> Drawn:
    """Interventions of every state and halt, lines at every level and none, figures of every kind."""
    chance = random.Random(seed)
    country = CountryFactory()
    regions = [UnitFactory(country=country) for _ in range(3)]
    departments = [UnitFactory(country=country, parent=chance.choice(regions)) for _ in range(7)]
    communes = [UnitFactory(country=country, parent=chance.choice(departments), level=3) for _ in range(3)]
    world = Drawn(
        country,
        regions,
        departments,
        communes,
        [InstrumentFactory(side=chance.choice(list(Side))) for _ in range(4)],
        [AgencyFactory() for _ in range(4)],
        [AxisFactory(country=country) for _ in range(3)],
        [_guarantee(number) for number in range(3)],
    )
    for guarantee in world.guarantees:
        guarantee.instruments.set(chance.sample(world.instruments, chance.randint(0, 2)))
    groups = [GroupFactory(life_stage=stage) for stage in LifeStage] + [None]
    sheets = [_sheet(world, chance, number) for number in range(interventions)]
    places = [*regions, *departments, *communes, None]
    taken = set()
    for _ in range(lines):
        key = (chance.choice(sheets), chance.choice(places), chance.choice(world.instruments), chance.choice(groups))
        if key in taken:
            continue
        taken.add(key)
        sheet, unit, instrument, group = key
        start, end = chance.choice(DATES)
        world.lines.append(
            CoverageLine(
                intervention=sheet, unit=unit, instrument=instrument, target_group=group, starts_on=start, ends_on=end
            )
        )
    CoverageLine.objects.bulk_create(world.lines)
    CoverageFigure.objects.bulk_create(figure for line in world.lines for figure in _figures(line, chance))
    return world


# Before, into, within, around, after the year; without an end.
DATES = [
    (date(2025, 1, 1), date(2025, 12, 31)),
    (date(2025, 3, 1), date(2026, 1, 1)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2024, 1, 1), date(2028, 12, 31)),
    (date(2026, 12, 31), None),
    (date(2025, 6, 1), None),
    (date(2027, 1, 1), None),
]


def _guarantee(number: int) -> SpfGuarantee:
    return SpfGuarantee.objects.create(
        code=f"garantie-{number}",
        name_fr=f"Garantie {number}",
        name_en=f"Guarantee {number}",
        life_stages=["childhood"],
    )


def _sheet(world: Drawn, chance: random.Random, number: int) -> Any:
    sheet = InterventionFactory(
        country=world.country,
        state="published" if number % 5 else "draft",
        visibility=chance.choice(list(Visibility)),
        halt="cancelled" if number % 7 == 3 else "suspended" if number % 7 == 4 else "",
    )
    sheet.policy_axes.set(chance.sample(world.axes, chance.randint(0, 2)))
    parts = {(chance.choice(world.agencies), chance.choice(list(RoleKind))) for _ in range(chance.randint(0, 4))}
    leads = [part for part in parts if part[1] == RoleKind.ACCOUNTABLE]
    InterventionRole.objects.bulk_create(
        InterventionRole(intervention=sheet, agency=agency, kind=kind) for agency, kind in parts - set(leads[1:])
    )
    return sheet


def _figures(line: CoverageLine, chance: random.Random) -> Iterable[CoverageFigure]:
    for counted in (Counted.PERSON, Counted.HOUSEHOLD):
        way = chance.choice(["none", "total", "total", "parts", "women", "both"])
        if counted == Counted.HOUSEHOLD and way in ("parts", "women", "both"):
            way = "total"
        sexes = {"none": [], "total": [""], "parts": ["f", "m"], "women": ["f"], "both": ["", "f"]}[way]
        for sex in sexes:
            value = chance.choice([0, 1, 3, 4, 5, 12, chance.randint(20, 5000)])
            yield CoverageFigure(line=line, kind=FigureKind.REACHED, counted=counted, sex=sex, value=value)
        if chance.random() < 0.5:
            # Never counted: the targeted, a band of ages, people with disabilities.
            yield CoverageFigure(line=line, kind=FigureKind.TARGETED, counted=counted, value=99_000)
            if counted == Counted.PERSON:
                yield CoverageFigure(line=line, kind=FigureKind.REACHED, counted=counted, age_band="children", value=77)


# Counted one by one -----------------------------------------------------------------------------


def shown_lines(world: Drawn, period: Period = PERIOD) -> list[CoverageLine]:
    """What the data manager of the country finds in the views: each rule said again, without the database."""
    return [
        line
        for line in world.lines
        if line.intervention.state == "published"
        and line.intervention.halt != "cancelled"
        and line.starts_on <= period.end
        and (line.ends_on is None or line.ends_on >= period.start)
    ]


def place_of(line: CoverageLine) -> tuple[int, int]:
    """(region, department); 0 where none is known."""
    unit = line.unit
    if unit is None:
        return 0, 0
    if unit.level == 1:
        return unit.pk, 0
    if unit.level == 2:
        return unit.parent_id, unit.pk
    return unit.parent.parent_id, unit.parent_id


def agencies_of(line: CoverageLine) -> set[int]:
    return {role.agency_id for role in line.intervention.roles.all() if role.kind in PRESENT}


def reached(line: CoverageLine, counted: str) -> int | None:
    figures = [
        one
        for one in line.figures.all()
        if one.kind == "reached" and one.counted == counted and not one.age_band and not one.with_disability
    ]
    by_sex = {one.sex: one.value for one in figures}
    if "" in by_sex:
        return by_sex[""]
    return by_sex["f"] + by_sex["m"] if {"f", "m"} <= set(by_sex) else None


def value_of(lines: list[CoverageLine], measure: Measure) -> Value | None:
    """What `lines` count together."""
    if not lines:
        return None
    if measure == Measure.INTERVENTIONS:
        return _exact(len({line.intervention_id for line in lines}))
    if measure == Measure.LINES:
        return _exact(len(lines))
    if measure == Measure.AGENCIES:
        found = set().union(*(agencies_of(line) for line in lines))
        return _exact(len(found)) if found else None
    counted = "person" if measure == Measure.PEOPLE else "household"
    known = [(place_of(line), value) for line in lines if (value := reached(line, counted)) is not None]
    if not known:
        return None
    largest: dict[tuple[int, int], int] = {}
    for place, value in known:
        largest[place] = max(largest.get(place, 0), value)
    local = 0
    for region in {region for region, _ in largest} - {0}:
        inside = sum(value for (r, d), value in largest.items() if r == region and d)
        local += max(inside, largest.get((region, 0), 0))
    return Value(max(local, largest.get((0, 0), 0)), sum(value for _, value in known))


def _exact(number: int) -> Value:
    return Value(number, number)


def table(
    lines: list[CoverageLine],
    measure: Measure,
    down: Callable[[CoverageLine], Iterable[Hashable]],
    across: Callable[[CoverageLine], Iterable[Hashable]],
) -> dict[tuple[Hashable, Hashable], Value | None]:
    """{(row, column): value}; None stands for « all of them »."""
    cells: dict[tuple[Hashable, Hashable], list[CoverageLine]] = {}
    for line in lines:
        for row in (*down(line), None):
            for column in (*across(line), None):
                cells.setdefault((row, column), []).append(line)
    values = {key: value_of(found, measure) for key, found in cells.items()}
    return {key: value for key, value in values.items() if value is not None}
