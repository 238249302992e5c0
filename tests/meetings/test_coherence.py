"""Dates that cannot both be true are flagged, never corrected."""

from datetime import date

import pytest

from meetings.coherence import date_flags, next_meeting_flags

DAY = date(2016, 2, 11)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        (
            "Réunion du 11 février 2015.",
            "Le texte cite « 11 février 2015 » ; la réunion est datée du 11\xa0février\xa02016.",
        ),
        (
            "Le mardi 11 février 2016",
            "Le texte cite « mardi 11 février 2016 » ; le 11\xa0février\xa02016 est un jeudi.",
        ),
        ("le 31 février 2016", "Le texte cite « 31 février 2016 », qui n’existe pas."),
        ("LUNDI 8 MARS 2016", "Le texte cite « LUNDI 8 MARS 2016 » ; le 8\xa0mars\xa02016 est un mardi."),
        ("11 fevrier 2017", "Le texte cite « 11 fevrier 2017 » ; la réunion est datée du 11\xa0février\xa02016."),
    ],
)
def test_flags(text, flag):
    assert date_flags(text, DAY) == [flag]


@pytest.mark.parametrize(
    "text",
    ["jeudi 11 février 2016", "le 1er février 2016", "le 11 février 1998", "8 et 9 février", "mardi 8 mars 2016", ""],
)
def test_what_agrees_is_not_flagged(text):
    assert date_flags(text, DAY) == []


def test_a_date_written_twice_is_flagged_once():
    assert len(date_flags("11 février 2015, puis 11 février 2015", DAY)) == 1


def test_the_next_meeting_comes_after():
    assert next_meeting_flags("Mardi 8 mars 2016", DAY) == []
    assert "9 février 2016" in next_meeting_flags("le 9 février 2016", DAY)[0]
    assert next_meeting_flags("le 31 février 2016", DAY) == []
