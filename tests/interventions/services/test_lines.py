"""Coverage lines, their figures, and indicators."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from interventions.aggregation import Value, overall
from interventions.enums import Precision
from interventions.figures import Cell, shown
from interventions.services.figures import Fact, ToConfirm, set_figures
from interventions.services.indicators import add_indicator, add_value, remove_indicator, remove_value
from interventions.services.lines import add_line, duplicate_line, edit_line, end_line, outside_period, remove_line
from interventions.services.stale import Stale
from tests.interventions.factories import (
    FigureFactory,
    GroupFactory,
    IndicatorFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    UnitFactory,
    ValueFactory,
)
from tests.interventions.people import agency_of
from tests.taskforce.factories import CountryFactory, member

pytestmark = pytest.mark.django_db

HOUSEHOLDS, PEOPLE = Cell("reached", "household"), Cell("reached", "person")
WOMEN, MEN = PEOPLE._replace(sex="f"), PEOPLE._replace(sex="m")
CHILDREN = PEOPLE._replace(age_band="children")


@pytest.fixture
def focal_point(body):
    return member(body)


@pytest.fixture
def user(focal_point):
    return focal_point.user


@pytest.fixture
def sheet(body, focal_point):
    return InterventionFactory(country=body.country, lead=agency_of(focal_point))


@pytest.fixture
def line(sheet):
    return LineFactory(intervention=sheet)


def fields(**more):
    return {
        "unit": UnitFactory(),
        "instrument": InstrumentFactory(),
        "target_group": GroupFactory(),
        "starts_on": date(2026, 1, 1),
        **more,
    }


# Lines


def test_a_line_of_its_agency_holds_today(sheet, user):
    line = add_line(sheet, actor=user, **fields(note="  Par   vagues "))

    assert (line.note, line.verified_by) == ("Par vagues", user)


def test_the_same_line_stands_once(sheet, user):
    facts = fields(unit=None, target_group=None)
    add_line(sheet, actor=user, **facts)

    with pytest.raises(ValidationError, match="a déjà une ligne"):
        add_line(sheet, actor=user, **facts)


def test_a_unit_of_another_country_is_no_place(sheet, user):
    abroad = UnitFactory(country=CountryFactory(senegal=True))

    with pytest.raises(ValidationError, match="Choisissez un lieu de ce pays"):
        add_line(sheet, actor=user, **fields(unit=abroad))


@pytest.mark.parametrize(
    ("validity", "message"),
    [
        ({"valid_from": date(2026, 1, 2)}, "n’existe que depuis le 2.*janvier.*2026"),
        ({"valid_until": date(2025, 12, 31)}, "a cessé d’exister le 31.*décembre.*2025"),
    ],
)
def test_a_unit_is_one_on_the_first_day_of_the_line(validity, message, sheet, user):
    """Keur Massar in 2016."""
    with pytest.raises(ValidationError, match=message):
        add_line(sheet, actor=user, **fields(unit=UnitFactory(**validity)))


def test_two_people_on_one_line_are_told(line, user):
    edit_line(line, actor=user, version=0, note="Première")

    with pytest.raises(Stale):
        edit_line(line, actor=user, version=0, note="Seconde")


def test_a_line_ends_and_not_before_it_began(line, user):
    with pytest.raises(ValidationError, match="La fin précède le début"):
        end_line(line, date(2025, 12, 31), actor=user)

    end_line(line, date(2026, 6, 30), actor=user)

    line.refresh_from_db()
    assert line.ends_on == date(2026, 6, 30)


def test_a_copy_goes_to_other_departments_without_figures_or_budget(sheet, line, user):
    FigureFactory(line=line)
    line.budget, line.transfer_value, line.frequency = Decimal(5000), Decimal(100), "month"
    line.save()
    there, taken = UnitFactory(), UnitFactory()
    LineFactory(
        intervention=sheet,
        unit=taken,
        instrument=line.instrument,
        target_group=line.target_group,
        starts_on=line.starts_on,
    )

    made, skipped = duplicate_line(line, [there, taken, there], actor=user)

    assert ([one.unit for one in made], skipped) == ([there], [taken, there])
    copy = made[0]
    assert (copy.transfer_value, copy.frequency, copy.ends_on) == (Decimal(100), "month", line.ends_on)
    assert (copy.budget, copy.figures.count()) == (None, 0)


def test_a_copy_to_a_unit_that_did_not_exist_adds_nothing(sheet, line, user):
    with pytest.raises(ValidationError, match="n’existe que depuis"):
        duplicate_line(line, [UnitFactory(), UnitFactory(valid_from=date(2026, 5, 1))], actor=user)

    assert sheet.lines.count() == 1


def test_a_line_that_somebody_removed_is_told_as_such(line, user):
    remove_line(line, actor=user)

    with pytest.raises(ValidationError, match="vient d’être retirée"):
        edit_line(line, actor=user, note="Trop tard")


@pytest.mark.parametrize(
    ("start", "end", "outside"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2025, 12, 31), date(2026, 12, 31), True),
        (date(2026, 1, 1), date(2027, 1, 1), True),
        (date(2027, 1, 1), None, True),
        (date(2026, 1, 1), None, False),
    ],
)
def test_a_line_outside_its_intervention_is_noticed(start, end, outside, sheet):
    assert outside_period(LineFactory(intervention=sheet, starts_on=start, ends_on=end)) is outside


# Figures


def test_figures_are_written_one_by_one_and_a_cell_taken_away(line, user):
    set_figures(line, {HOUSEHOLDS: Fact(1200), PEOPLE: Fact(8000, Precision.ESTIMATED)}, actor=user)
    set_figures(line, {PEOPLE: None, WOMEN: Fact(0)}, actor=user)

    kept = {(one.counted, one.sex, one.value) for one in line.figures.all()}
    assert kept == {("household", "", 1200), ("person", "f", 0)}
    line.refresh_from_db()
    assert line.version == 2


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({PEOPLE: 100, WOMEN: 101}, "plus que"),
        ({PEOPLE: 100, WOMEN: 60, MEN: 41}, "femmes et hommes font 101"),
        ({PEOPLE: 100, CHILDREN: 60, PEOPLE._replace(age_band="adults"): 41}, "tranches d’âge font 101"),
        ({WOMEN: 10, WOMEN._replace(age_band="children"): 11}, "plus que"),
        ({HOUSEHOLDS._replace(sex="f"): 3}, "Seules les personnes"),
        ({PEOPLE: -1}, "pas possible"),
        ({PEOPLE: 3_000_000_000}, "pas possible"),
    ],
)
def test_figures_that_cannot_be(facts, message, line, user):
    with pytest.raises(ValidationError, match=message):
        set_figures(line, {cell: Fact(value) for cell, value in facts.items()}, actor=user)

    assert not line.figures.exists()


def test_a_part_is_compared_with_what_is_there_already(line, user):
    set_figures(line, {PEOPLE: Fact(100)}, actor=user)

    with pytest.raises(ValidationError, match="plus que"):
        set_figures(line, {WOMEN: Fact(101)}, actor=user)


@pytest.mark.parametrize(("reached", "asks"), [(120, False), (121, True)])
def test_many_more_reached_than_targeted_is_confirmed_first(reached, asks, line, user):
    facts = {PEOPLE: Fact(reached), PEOPLE._replace(kind="targeted"): Fact(100)}
    if asks:
        with pytest.raises(ToConfirm, match="121 atteints pour 100 ciblés"):
            set_figures(line, facts, actor=user)

    set_figures(line, facts, actor=user, confirmed=asks)

    assert line.figures.count() == 2


def test_figures_of_a_technical_assistance_are_refused(line, user):
    line.intervention.kind = "assistance"
    line.intervention.save()

    with pytest.raises(ValidationError, match="n’a pas de bénéficiaires"):
        set_figures(line, {PEOPLE: Fact(1)}, actor=user)


@pytest.mark.parametrize(
    ("value", "small", "text"), [(None, False, None), (0, False, 0), (1, False, "< 5"), (4, True, 4), (5, False, 5)]
)
def test_figures_below_five_are_masked(value, small, text):
    assert shown(value, small=small) == text


# Indicators


def test_an_indicator_with_values_is_not_taken_away(sheet, user):
    indicator = add_indicator(sheet, actor=user, name="Repas", kind="output", measure="repas")
    value = add_value(
        indicator, actor=user, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31), value=Decimal("12.5")
    )
    with pytest.raises(ValidationError, match="a des valeurs"):
        remove_indicator(indicator, actor=user)

    remove_value(value, actor=user)
    remove_indicator(indicator, actor=user)

    assert not sheet.indicators.exists()


def test_a_weighted_mean_asks_for_weights(sheet, user):
    indicator = IndicatorFactory(intervention=sheet, over_areas="mean")
    period = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}

    with pytest.raises(ValidationError, match="donnez le poids"):
        add_value(indicator, actor=user, value=Decimal(5), **period)
    with pytest.raises(ValidationError, match="Choisissez un lieu de ce pays"):
        add_value(
            indicator, actor=user, value=Decimal(5), unit=UnitFactory(country=CountryFactory(senegal=True)), **period
        )


def of(unit, quarter, value, weight=None):
    start = date(2026, 3 * quarter - 2, 1)
    return Value(unit, start, date(2026, 3 * quarter, 28), Decimal(value), Decimal(weight) if weight else None)


@pytest.mark.parametrize(
    ("areas", "periods", "values", "result"),
    [
        ("sum", "latest", [of(1, 1, 10), of(2, 1, 20), of(1, 2, 15), of(2, 2, 5)], 20),
        ("sum", "sum", [of(1, 1, 10), of(2, 1, 20), of(1, 2, 15)], 45),
        ("maximum", "sum", [of(1, 1, 10), of(2, 1, 20), of(1, 2, 15)], 35),
        ("mean", "latest", [of(1, 1, 10, 1), of(2, 1, 20, 3)], Decimal("17.5")),
        # A value of the whole stands in place of those of the areas.
        ("sum", "latest", [of(None, 1, 12), of(1, 1, 10), of(2, 1, 20)], 12),
        # Without a weight, nothing can be said.
        ("mean", "latest", [of(1, 1, 10, 1), of(2, 1, 20)], None),
        ("none", "latest", [of(1, 1, 10), of(2, 1, 20)], None),
        ("none", "latest", [of(1, 1, 10), of(1, 2, 20)], 20),
        ("sum", "sum", [], None),
    ],
)
def test_values_are_put_together_as_the_indicator_says(areas, periods, values, result):
    total = overall(values, over_areas=areas, over_periods=periods)

    assert (total.value if total else None) == result


def test_one_value_stands_once_for_a_place_and_a_period(user, sheet):
    value = ValueFactory(indicator=IndicatorFactory(intervention=sheet))

    with pytest.raises(ValidationError, match="existe déjà"):
        add_value(value.indicator, actor=user, starts_on=value.starts_on, ends_on=value.ends_on, value=Decimal(1))
