"""Dates, times and rules as they are written."""

from datetime import date, time

import pytest

from meetings.imports.minutes.dates import find_dates, find_range, find_rule, find_times

DAY = date(2018, 3, 8)


@pytest.mark.parametrize(
    "text",
    [
        "le 8 mars 2018",
        "Jeudi 08 Mars 2018",
        "Thursday, 8 March 2018",
        "March 8, 2018",
        "March 8th 2018",
        "8th of March 2018",
        "08/03/2018",
        "8.3.2018",
        "08-03-2018",
        "2018-03-08",
        "8/3/18",
        "8-mars-2018",
    ],
)
def test_a_date_however_it_is_written(text):
    assert [found.date for found in find_dates(text)] == [DAY]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("du 23 au 25 mai 2017", date(2017, 5, 23), date(2017, 5, 25)),
        ("les 8 et 9/02", date(2016, 2, 8), date(2016, 2, 9)),
        ("8-9 February 2016", date(2016, 2, 8), date(2016, 2, 9)),
        ("1er – 3 août 2018", date(2018, 8, 1), date(2018, 8, 3)),
    ],
)
def test_a_stretch_of_days(text, first, last):
    (found,) = find_dates(text, year=2016)
    assert (found.first, found.date) == (first, last)


def test_a_date_without_year_needs_one_to_be_assumed():
    assert find_dates("avant le 15 mars") == []
    (found,) = find_dates("avant le 15 mars", year=2016)
    assert (found.date, found.has_year) == (date(2016, 3, 15), False)


@pytest.mark.parametrize(
    "text", ["31 février 2018", "45/03/2018", "tel 96 12 34 56", "point 3.2", "2016-2020", "1/2/3/4", "PNDES 2017-2021"]
)
def test_what_is_no_date(text):
    assert find_dates(text, year=2018) == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("De 14h40’ à 16h27’", time(14, 40), time(16, 27)),
        ("entre 09h et 11h", time(9), time(11)),
        ("Rencontre débutée à 10h30 et achevée à 12h30", time(10, 30), time(12, 30)),
        ("10 h 30 – 12 h", time(10, 30), time(12)),
        ("10:00 - 11:30", time(10), time(11, 30)),
        ("from 2:00 pm to 4:15 pm", time(14), time(16, 15)),
        ("10:30 – 12:30 pm", time(10, 30), time(12, 30)),
        ("9am to 11am", time(9), time(11)),
        ("de 9 heures à 12 heures", time(9), time(12)),
    ],
)
def test_a_range_of_times(text, start, end):
    found = find_range(text)
    assert found is not None
    assert found[:2] == (start, end)


@pytest.mark.parametrize("text", ["3 à 5 participants", "les points 2 et 3", "2016-2020", "100 à 200 ménages"])
def test_what_is_no_range(text):
    assert find_range(text) is None


def test_single_times():
    assert [clock for clock, _start, _end in find_times("ouverte à 9h15, close à 11:40, page 12")] == [
        time(9, 15),
        time(11, 40),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("tous les 2ème Mardi du mois", "FREQ=MONTHLY;BYDAY=2TU"),
        ("le premier lundi de chaque mois", "FREQ=MONTHLY;BYDAY=1MO"),
        ("chaque dernier vendredi du mois", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("tous les deuxièmes mardis", "FREQ=MONTHLY;BYDAY=2TU"),
        ("every third Thursday of the month", "FREQ=MONTHLY;BYDAY=3TH"),
        ("on the last Friday of each month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("le 15 de chaque mois", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("toutes les deux semaines, le jeudi", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("every other Monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("chaque lundi à 9h", "FREQ=WEEKLY;BYDAY=MO"),
    ],
)
def test_a_rule_in_words(text, rule):
    found = find_rule(f"Les réunions se tiendront {text}.")
    assert found is not None
    assert found[0] == rule


@pytest.mark.parametrize("text", ["réunions mensuelles", "le mardi 8 mars 2016", "chaque agence", "the second meeting"])
def test_what_is_no_rule(text):
    assert find_rule(text) is None
