"""Matrices and maps against the same numbers counted one by one."""

import pytest

from interventions.enums import Measure
from interventions.models import CoverageFigure, CoverageLine
from interventions.periods import Period
from interventions.queries.areas import area_values, figures_of
from interventions.queries.line_lists import narrowed
from interventions.queries.matrix import MatrixKind, matrix
from interventions.queries.tally import Value, lines_of, over_places
from tests.interventions.queries.country import PERIOD, agencies_of, drawn, place_of, shown_lines, table, value_of
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db
SEEDS = (1, 2, 3)


def rows_by_place(line):
    region, department = place_of(line)
    if not region:
        return ["0"]
    return [str(region), str(department or -region)]


HEADINGS = {
    MatrixKind.INSTRUMENT: (rows_by_place, lambda line: [str(line.instrument_id)]),
    MatrixKind.AGENCY: (rows_by_place, lambda line: [str(pk) for pk in agencies_of(line)] or ["0"]),
    MatrixKind.AXIS: (
        lambda line: [str(axis.pk) for axis in line.intervention.policy_axes.all()] or ["0"],
        lambda line: [str(pk) for pk in agencies_of(line)] or ["0"],
    ),
    MatrixKind.GUARANTEE: (
        lambda line: [line.target_group.life_stage if line.target_group else ""],
        lambda line: [str(one.pk) for one in line.instrument.guarantees.all()] or ["0"],
    ),
}


def manager_of(country):
    """Reads every sheet of the country, drafts included."""
    return member(TaskForceFactory(country=country), role="data_manager").user


def cells_of(found):
    """{(row, column): value} of a matrix; None stands for a total."""
    cells = {(None, None): found.total}
    for heading, value in zip(found.columns, found.totals, strict=True):
        cells[None, heading.key] = value
    for row in found.rows:
        cells[row.heading.key, None] = row.total
        for heading, value in zip(found.columns, row.cells, strict=True):
            cells[row.heading.key, heading.key] = value
    return {key: value for key, value in cells.items() if value is not None}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_of_every_matrix_is_what_a_person_would_count(seed):
    world = drawn(seed)
    user = manager_of(world.country)
    lines = lines_of(user, world.country, PERIOD)
    expected_lines = shown_lines(world)
    assert {line.pk for line in lines} == {line.pk for line in expected_lines}
    for kind, (down, across) in HEADINGS.items():
        for measure in Measure:
            found = matrix(world.country, lines, kind, measure)
            assert cells_of(found) == table(expected_lines, measure, down, across), (kind, measure)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("measure", Measure)
def test_every_place_of_a_map_is_what_a_person_would_count(seed, measure):
    world = drawn(seed)
    lines = lines_of(manager_of(world.country), world.country, PERIOD)
    expected = shown_lines(world)
    for level, part in ((1, 0), (2, 1)):
        found = area_values(lines, level, measure)
        by_place: dict = {}
        for line in expected:
            by_place.setdefault(place_of(line)[part], []).append(line)
        counted = {key: value for key, of in by_place.items() if (value := value_of(of, measure)) is not None}
        assert found.apart == counted.pop(0, None)
        assert found.values == counted
    heads = {one.measure: one.value for one in figures_of(lines)}
    assert heads[measure] == value_of(expected, measure)


def test_the_list_behind_a_cell_holds_exactly_the_lines_that_the_cell_counts():
    world = drawn(4)
    lines = lines_of(manager_of(world.country), world.country, PERIOD)
    checked = 0
    for kind in MatrixKind:
        found = matrix(world.country, lines, kind, Measure.LINES)
        for row in found.rows:
            for heading, value in zip(found.columns, row.cells, strict=True):
                behind, told = narrowed(lines, world.country, {**row.heading.query, **heading.query})
                assert behind.distinct().count() == (value.low if value else 0), (kind, row.heading, heading)
                assert len(told) == 2
                checked += value is not None
            behind, _told = narrowed(lines, world.country, row.heading.query)
            assert behind.count() == (row.total.low if row.total else 0), (kind, row.heading)
    assert checked > 30


def test_another_period_counts_other_lines():
    world = drawn(5)
    user = manager_of(world.country)
    before = Period.year(2025)
    assert {line.pk for line in lines_of(user, world.country, before)} == {
        line.pk for line in shown_lines(world, before)
    }
    assert {line.pk for line in shown_lines(world, before)} != {line.pk for line in shown_lines(world)}


def test_no_line_at_all_is_an_empty_matrix_and_not_an_error():
    world = drawn(6, lines=0)
    for lines in (CoverageLine.objects.none(), lines_of(manager_of(world.country), world.country, PERIOD)):
        for kind in MatrixKind:
            assert matrix(world.country, lines, kind, Measure.PEOPLE).is_empty


def test_a_region_told_as_a_whole_is_not_added_to_its_departments():
    places = {(1, 0): Value(500, 500), (1, 11): Value(300, 400), (1, 12): Value(100, 100), (0, 0): Value(50, 50)}
    assert over_places(places) == Value(500, 1050)
    assert over_places({**places, (1, 12): Value(300, 300)}) == Value(600, 1250)
    assert over_places({(0, 0): Value(900, 900), (1, 11): Value(300, 300)}) == Value(900, 1200)


# Below five -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_may_not_read_small_figures_gets_none_of_them(seed):
    """Any other numbers from 1 to 4 in their place, and the same is told: nothing that is told depends on them."""
    world = drawn(seed)
    lines = lines_of(manager_of(world.country), world.country, PERIOD)

    def told(**asked):
        return {
            (kind, measure): cells_of(matrix(world.country, lines, kind, measure, **asked))
            for kind in MatrixKind
            for measure in Measure
        }

    truth, guarded = told(), told(small=False)
    assert guarded != truth
    assert {key: cells.keys() for key, cells in guarded.items()} == {key: cells.keys() for key, cells in truth.items()}
    for key, cells in guarded.items():
        for place, value in cells.items():
            assert value.low <= truth[key][place].low
            assert value.high >= truth[key][place].high
            if not key[1].counts_beneficiaries:
                assert value == truth[key][place]
    for number in (1, 4, 2):
        assert CoverageFigure.objects.filter(value__range=(1, 4)).update(value=number)
        assert told(small=False) == guarded
    # Zero and five are told as they are.
    CoverageFigure.objects.filter(value__range=(1, 4)).update(value=5)
    assert told(small=False) == told()
