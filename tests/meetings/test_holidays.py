"""Public holidays: named in French, lunar ones estimated, none for a country that is not known."""

from datetime import date

import pytest
from django.utils import translation

from meetings.holidays import Day, Holiday, holiday_on, with_holidays


@pytest.mark.parametrize(
    ("country", "day", "holiday"),
    [
        # The second Tuesday of September 2016: Eid al-Adha in Niger, by the moon.
        ("NE", date(2016, 9, 13), Holiday("Tabaski", is_estimated=True)),
        ("NE", date(2016, 12, 18), Holiday("Fête nationale")),
        # 18 December 2016 is a Sunday: the next day is off too, under the same name.
        ("NE", date(2016, 12, 19), Holiday("Fête nationale")),
        ("NE", date(2016, 8, 3), Holiday("Anniversaire de la proclamation de l’indépendance")),
        ("SN", date(2026, 4, 4), Holiday("Fête de l’Indépendance")),
        ("SN", date(2016, 9, 12), Holiday("Journée de la Tabaski", is_estimated=True)),
        ("NE", date(2016, 3, 8), None),
        ("ZZ", date(2016, 1, 1), None),
    ],
)
def test_holiday_on(country, day, holiday):
    assert holiday_on(country, day) == holiday


def test_in_english_too():
    with translation.override("en"):
        assert holiday_on("NE", date(2016, 9, 13)) == Holiday("Eid al-Adha", is_estimated=True)


def test_with_holidays_keeps_the_order():
    days = [date(2016, 9, 13), date(2016, 10, 11)]
    assert with_holidays("NE", days) == [Day(days[0], Holiday("Tabaski", is_estimated=True)), Day(days[1])]
