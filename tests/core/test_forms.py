"""Dates and times as people type them."""

from datetime import date, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from core.forms import (
    FrenchDateField,
    FrenchTimeField,
    FrenchTimeInput,
    PeopleMultiplePicker,
    PeoplePicker,
    parse_date,
    parse_time,
)
from core.typography import date_long

EIGHTH_OF_MARCH = date(2016, 3, 8)


@pytest.mark.parametrize(
    "typed",
    [
        "8/3/2016",
        "08/03/2016",
        "08.03.16",
        "8-3-2016",
        "8 / 3 / 2016",
        "8 3 2016",
        "8 mars 2016",
        "8\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2016",
        "8 MARS 2016",
        "mardi 8 mars 2016",
        "Mardi, 8 mars 2016",
        "8 March 2016",
        "8th Mar. 2016",
        "Tuesday, 8 March 2016",
        "March 8, 2016",
        "  2016-03-08 ",
    ],
)
def test_one_date_typed_in_many_ways(typed):
    assert parse_date(typed) == EIGHTH_OF_MARCH


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1er mars 2016", date(2016, 3, 1)),
        ("14 févr. 2016", date(2016, 2, 14)),
        ("5 aout 2016", date(2016, 8, 5)),
        ("22nd May 2016", date(2016, 5, 22)),
        ("29/2/2016", date(2016, 2, 29)),
        ("1/2/98", date(1998, 2, 1)),
        ("1/2/69", date(2069, 2, 1)),
        ("4/3/2016", date(2016, 3, 4)),  # never the third of April
    ],
)
def test_other_dates(typed, meant):
    assert parse_date(typed) == meant


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("demain", "« demain » n’est pas une date. Écrivez-la comme 8/3/2016 ou 8 mars 2016."),
        ("8/3", "« 8/3 » n’est pas une date."),
        ("8 marche 2016", "« 8 marche 2016 » n’est pas une date."),
        ("31/2/2016", "Le 31 février 2016 n’existe pas."),
        ("0/3/2016", "Le 0 mars 2016 n’existe pas."),
        ("29 février 2015", "Le 29 février 2015 n’existe pas."),
        ("3/13/2016", "Le mois 13 n’existe pas. Écrivez d’abord le jour, puis le mois"),
        ("lundi 8 mars 2016", "Le 8 mars 2016 est un mardi, pas un lundi."),
        ("8/3/1016", "L’année 1016 n’est pas possible ici."),
        ("x\x00\ud800y" * 30, "…"),
    ],
)
def test_a_date_that_cannot_be_read_says_what_to_type(typed, message):
    with pytest.raises(ValidationError) as refused:
        parse_date(typed)
    said = refused.value.messages[0].replace("\N{NO-BREAK SPACE}", " ")
    assert message in said
    assert "\x00" not in said
    assert "\ud800" not in said


@pytest.mark.parametrize(
    "typed", ["10h30", "10 h 30", "10 H 30", "10:30", "10.30", "10 30", "1030", "10h30min", "10h30’", "10.30 a.m."]
)
def test_one_time_typed_in_many_ways(typed):
    assert parse_time(typed) == time(10, 30)


@pytest.mark.parametrize(
    ("typed", "meant"), [("10h", time(10)), ("9", time(9)), ("930", time(9, 30)), ("0h05", time(0, 5))]
)
def test_other_times(typed, meant):
    assert parse_time(typed) == meant


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("midi", "« midi » n’est pas une heure. Écrivez-la comme 10"),
        ("10h5", "« 10h5 » n’est pas une heure."),
        ("25h", "25 h 00 n’existe pas."),
        ("10h75", "10 h 75 n’existe pas."),
        ("24:00", "24 h 00 n’existe pas."),
        ("-3h", "« -3h » n’est pas une heure."),
    ],
)
def test_a_time_that_cannot_be_read_says_what_to_type(typed, message):
    with pytest.raises(ValidationError) as refused:
        parse_time(typed)
    assert message in refused.value.messages[0].replace("\N{NO-BREAK SPACE}", " ")


class MeetingForm(forms.Form):
    day = FrenchDateField(label="Date")
    start = FrenchTimeField(label="Début", required=False)


def test_values_come_back_in_french_form():
    html = MeetingForm(initial={"day": EIGHTH_OF_MARCH, "start": time(9, 5)}).as_div()
    assert 'value="8/3/2016"' in html
    assert 'value="9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"' in html


def test_what_comes_back_can_be_sent_again():
    form = MeetingForm({"day": "8/3/2016", "start": "9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"})
    assert form.is_valid()
    assert form.cleaned_data == {"day": EIGHTH_OF_MARCH, "start": time(9, 5)}


def test_what_was_typed_wrong_is_kept():
    form = MeetingForm({"day": "31/2/2016", "start": "25h"})
    assert not form.is_valid()
    html = form.as_div()
    assert 'value="31/2/2016"' in html
    assert 'value="25h"' in html


def test_an_empty_date_is_asked_for_and_an_empty_optional_time_is_none():
    form = MeetingForm({"day": "", "start": ""})
    assert set(form.errors) == {"day"}
    assert form.cleaned_data == {"start": None}


@pytest.mark.parametrize(("typed", "changed"), [("8 mars 2016", False), ("9/3/2016", True), ("demain", True)])
def test_another_way_to_write_the_same_date_is_no_change(typed, changed):
    form = MeetingForm({"day": typed}, initial={"day": EIGHTH_OF_MARCH})
    assert ("day" in form.changed_data) is changed


@pytest.mark.parametrize("picker", [PeoplePicker, PeopleMultiplePicker])
def test_pickers_are_plain_lists_with_a_hook_for_the_script(picker):
    html = picker(choices=[("1", "Mme Mariama Saley")]).render("person", None)
    assert html.startswith("<select")
    assert "data-picker" in html
    assert "Mme Mariama Saley" in html


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12 pm", time(12)), ("12am", time(0)), ("2pm", time(14)), ("2.15 pm", time(14, 15))],
)
def test_hours_of_half_a_day(typed, meant):
    assert parse_time(typed) == meant


def test_what_an_english_page_shows_can_be_typed_again():
    """What the fields show, and the mistakes they name, are in the language of the page."""
    with translation.override("en"):
        assert parse_time(FrenchTimeInput().format_value(time(9, 5))) == time(9, 5)
        assert parse_date(date_long(EIGHTH_OF_MARCH)) == EIGHTH_OF_MARCH
        for typed, words in (("31/2/2016", "February"), ("Monday 8 March 2016", "Tuesday, not a Monday")):
            with pytest.raises(ValidationError) as refused:
                parse_date(typed)
            assert words in refused.value.messages[0].replace("\N{NO-BREAK SPACE}", " ")
