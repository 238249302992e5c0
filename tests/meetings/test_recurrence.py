"""Rules in French, as RRULE and as dates."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import MeetingSeries
from meetings.recurrence import RuleChoice, clean_rrule, dates_of_year, describe_rule, expand, occurrences

SECOND_TUESDAYS_OF_2016 = [
    date(2016, month, day)
    for day, month in [(8, 3), (12, 4), (10, 5), (14, 6), (12, 7), (9, 8), (13, 9), (11, 10), (8, 11), (13, 12)]
]


def series(rrule="FREQ=MONTHLY;BYDAY=2TU", starts_on=date(2016, 3, 1), until=None):
    return MeetingSeries(rrule=rrule, starts_on=starts_on, until=until)


def test_second_tuesdays_from_march_2016():
    """The dates that the founding minutes of 11 February 2016 imply; 13 September is not moved."""
    assert dates_of_year(series(), 2016) == SECOND_TUESDAYS_OF_2016


def test_a_series_ends_on_its_last_day_included():
    assert occurrences(series(until=date(2016, 5, 10)), count=99) == SECOND_TUESDAYS_OF_2016[:3]
    assert occurrences(series(until=date(2016, 5, 9)), count=99) == SECOND_TUESDAYS_OF_2016[:2]


def test_after_is_strict_and_count_bounds():
    assert occurrences(series(), after=date(2016, 3, 8), count=2) == [date(2016, 4, 12), date(2016, 5, 10)]
    assert occurrences(series(), after=date(2016, 3, 7), count=1) == [date(2016, 3, 8)]
    assert occurrences(series(), after=date(2100, 12, 31), count=3) == []


@pytest.mark.parametrize(
    ("rrule", "dates"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", [date(2016, 1, 31), date(2016, 3, 31), date(2016, 5, 31)]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", [date(2016, 1, 31), date(2016, 2, 29), date(2016, 3, 31)]),
        ("FREQ=MONTHLY;BYDAY=5TU", [date(2016, 3, 29), date(2016, 5, 31), date(2016, 8, 30)]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", [date(2016, 1, 14), date(2016, 1, 28), date(2016, 2, 11)]),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", [date(2016, 1, 29), date(2016, 4, 29), date(2016, 7, 29)]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", [date(2016, 2, 29), date(2020, 2, 29), date(2024, 2, 29)]),
    ],
)
def test_expand(rrule, dates):
    # 1 January 2016 is a Friday: the fortnight counts from that week.
    starts_on = date(2016, 1, 11) if "WEEKLY" in rrule else date(2016, 1, 1)
    assert expand(rrule, starts_on, count=3) == dates


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=MONTHLY;BYDAY=2TU", "tous les 2es mardis du mois"),
        ("FREQ=MONTHLY;BYDAY=1MO", "tous les 1ers lundis du mois"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "tous les derniers vendredis du mois"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "tous les 1ers et 3es mardis du mois"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", "le 2e mardi, tous les 2 mois"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "le 15 de chaque mois"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "le 1er de chaque mois"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "le dernier jour de chaque mois"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "le 1er, tous les 3 mois"),
        ("FREQ=WEEKLY;BYDAY=TU", "tous les mardis"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "tous les lundis et jeudis"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "un jeudi sur deux"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TH", "le jeudi, toutes les 3 semaines"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU", "le 2e mardi en mars et septembre"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "selon la règle FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"),
        ("FREQ=MONTHLY;BYDAY=2TU,3WE", "selon la règle FREQ=MONTHLY;BYDAY=2TU,3WE"),
    ],
)
def test_every_rule_is_said_in_words(rrule, words):
    assert describe_rule(rrule) == words


@pytest.mark.parametrize(
    "choice",
    [
        RuleChoice("monthly_weekday", nth=2, weekday=1),
        RuleChoice("monthly_weekday", nth=-1, weekday=4, every=3),
        RuleChoice("monthly_day", day=31),
        RuleChoice("monthly_day", day=-1, every=2),
        RuleChoice("weekly", weekday=3, every=2),
        RuleChoice("custom", text="FREQ=MONTHLY;BYDAY=1TU,3TU"),
    ],
)
def test_a_choice_and_its_rule_are_one(choice):
    assert RuleChoice.of(choice.rrule()) == choice


def test_two_spellings_are_one_rule():
    assert clean_rrule(" rrule:byday=+2tu ; freq=monthly;interval=01; ") == "FREQ=MONTHLY;BYDAY=2TU"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Écrivez une règle"),
        ("tous les mardis", "ne se lit pas"),
        ("BYDAY=2TU", "fréquence"),
        ("FREQ=DAILY", "« DAILY » non prise en charge"),
        ("FREQ=SECONDLY;BYDAY=TU", "non prise en charge"),
        ("FREQ=MONTHLY", "doit dire le jour"),
        ("FREQ=WEEKLY", "doit dire le jour"),
        ("FREQ=YEARLY;BYDAY=2TU", "doit dire le mois"),
        ("FREQ=MONTHLY;BYDAY=9TU", "cinq fois"),
        ("FREQ=MONTHLY;BYDAY=0TU", "cinq fois"),
        ("FREQ=MONTHLY;BYDAY=mardi", "« MARDI » ne convient pas"),
        ("FREQ=WEEKLY;BYDAY=2TU", "« 2TU » ne convient pas"),
        ("FREQ=WEEKLY;BYMONTHDAY=3;BYDAY=TU", "ni BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "de -31 à 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "0 exclu"),
        ("FREQ=MONTHLY;INTERVAL=0;BYDAY=2TU", "de 1 à 24"),
        ("FREQ=MONTHLY;INTERVAL=-1;BYDAY=2TU", "de 1 à 24"),
        ("FREQ=MONTHLY;INTERVAL=1,2;BYDAY=2TU", "qu’un nombre"),
        ("FREQ=MONTHLY;BYMONTH=13;BYDAY=2TU", "de 1 à 12"),
        ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "« COUNT »"),
        ("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20160101", "« UNTIL »"),
        ("FREQ=MONTHLY;BYDAY=2TU;BYHOUR=3", "« BYHOUR »"),
        ("FREQ=MONTHLY;BYDAY=2TU;X-ODD=1", "Partie inconnue"),
        ("FREQ=MONTHLY;BYDAY=2TU;BYDAY=3TU", "deux fois"),
        ("FREQ=MONTHLY;BYDAY=2TU\nDTSTART:20160101", "ne convient pas"),
        ("FREQ=MONTHLY;BYDAY=2TU;WKST=XX", "WKST"),
        ("FREQ=MONTHLY;BYDAY=" + ",".join(["2TU"] * 60), "trop longue"),
        # Contradictions: they would be searched for until the year 9999 at every page.
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "aucune date"),
        ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20", "aucune date"),
        ("FREQ=MONTHLY;BYDAY=2TU\x00", "ne convient pas"),
    ],
)
def test_a_wrong_rule_says_what_to_correct(text, said):
    with pytest.raises(ValidationError) as refusal:
        clean_rrule(text)
    assert said in refusal.value.messages[0].replace("\N{NO-BREAK SPACE}", " ")
