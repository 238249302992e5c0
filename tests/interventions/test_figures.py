"""Which figures of a line who comes from elsewhere does not get."""

import pytest

from interventions.figures import Cell, hidden, told

PEOPLE = Cell("reached", "person")
WOMEN, MEN = PEOPLE._replace(sex="f"), PEOPLE._replace(sex="m")
GIRLS, ADULT_WOMEN = WOMEN._replace(age_band="children"), WOMEN._replace(age_band="adults")
HOUSEHOLDS = Cell("reached", "household")
TARGETED_WOMEN = Cell("targeted", "person", "f")


@pytest.mark.parametrize(
    ("values", "kept_back"),
    [
        ({PEOPLE: 120, WOMEN: 70, MEN: 50}, set()),
        ({PEOPLE: 0, WOMEN: 0}, set()),
        ({PEOPLE: 3, HOUSEHOLDS: 40}, {PEOPLE}),
        # 120 - 117 would tell the three.
        ({PEOPLE: 120, WOMEN: 3, MEN: 117}, {WOMEN, MEN}),
        ({PEOPLE: 120, WOMEN: 3, MEN: 117, TARGETED_WOMEN: 60}, {WOMEN, MEN}),
        ({PEOPLE: 4, WOMEN: 4, MEN: 0}, {PEOPLE, WOMEN}),
        # Without a whole there is no difference.
        ({WOMEN: 3, MEN: 117}, {WOMEN}),
        # The total covers them all.
        ({PEOPLE: 120, WOMEN: 70, MEN: 50, GIRLS: 3, ADULT_WOMEN: 67}, {GIRLS, ADULT_WOMEN, WOMEN, MEN}),
    ],
)
def test_no_subtraction_gives_a_small_figure_back(values, kept_back):
    assert hidden(values) == kept_back


def test_what_is_shown_to_whom():
    values = {PEOPLE: 120, WOMEN: 3, MEN: 117}
    assert told(values, small=True) == values
    assert told(values, small=False) == {PEOPLE: 120, WOMEN: "< 5", MEN: "masqué"}
