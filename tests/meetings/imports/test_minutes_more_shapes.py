"""Shapes met when whole documents were entered: each rule on one line that it once read wrongly."""

import pytest

from meetings.imports.minutes.agenda import read_agenda
from meetings.imports.minutes.dates import find_dates
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.headings import kind_of
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.sections import split_sections
from meetings.imports.minutes.source import read_text
from meetings.imports.minutes.texts import read_texts
from meetings.imports.minutes.words import sentences

NAMES = {"BIT": "BIT", "OIM": "OIM", "UNICEF": "UNICEF", "MDM": "MDM", "Médecins du Monde": "MDM", "FAO": "FAO"}
DIRECTORY = Directory(NAMES)


def read(text):
    return read_minutes(read_text(text), DIRECTORY)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1. Plan de réponse (30 min, BIT)", ("Plan de réponse", 30, "BIT")),
        ("1. Plan de réponse (OIM, 20 min)", ("Plan de réponse", 20, "OIM")),
        ("1. Response plan – 15 min", ("Response plan", 15, None)),
    ],
)
def test_a_point_with_its_duration_and_presenter_in_one_bracket(line, expected):
    source = read_text(f"Ordre du jour\n{line}\n2. Divers")
    item = read_agenda(split_sections(source.lines), source.text)[0]
    assert (item.title, item.minutes, item.presenter) == expected


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Peter Third (UNICEF)", [("UNICEF", "Peter Third")]),
        ("Médecins du Monde (MDM)", []),
        ("Mary Other (OIM), John Sample (FAO)", [("OIM", "Mary Other"), ("FAO", "John Sample")]),
    ],
)
def test_a_name_before_an_acronym_is_a_person_and_a_long_name_is_not(line, people):
    proposal = read(f"Minutes\nAttendees\n{line}\n\nAgenda\n1. AOB")
    assert [(entry.agency, one.name) for entry in proposal.agencies for one in entry.people] == people


def test_apologies_of_one_person_on_one_line():
    proposal = read("Minutes\nAttendees:\n1. John Sample, FAO\nApologies: Peter Third (UNICEF)\n\nAgenda\n1. AOB")
    told = [(entry.agency, one.name, one.status) for entry in proposal.agencies for one in entry.people]
    assert told == [("FAO", "John Sample", "present"), ("UNICEF", "Peter Third", "excused")]


def test_a_sentence_about_the_agenda_is_no_heading():
    assert kind_of("L’ordre du jour est adopté sans changement.") == ""
    assert kind_of("L’ordre du jour a été amendé") == ""
    assert kind_of("L’ordre du jour était le suivant :") == "agenda"


def test_the_owner_before_the_date():
    proposal = read("PV du 3 mai 2018\nPoints d’action\n- Partager le plan (BIT), avant le 30 juin 2018")
    action = proposal.actions[0]
    assert (action.text, action.owner, action.due.isoformat()) == (
        "Partager le plan, avant le 30 juin 2018", "BIT", "2018-06-30",
    )  # fmt: skip


def test_the_text_of_each_point_stands_under_it_and_the_rest_is_kept():
    source = read_text(
        "PV du 3 mai 2018\nOrdre du jour\n1. Plan de travail\n2. Divers\nContexte\nUne phrase.\n"
        "1. Plan de travail\nLe plan est lu.\n- Il est long.\n2. Divers\nRien.\nConclusions\n- On continue."
    )
    proposal = read_minutes(source, DIRECTORY)
    texts = read_texts(split_sections(source.lines), proposal.agenda)
    assert texts.context == "Une phrase."
    assert texts.items == {1: "Le plan est lu.\n- Il est long.", 2: "Rien."}
    assert (texts.discussion, texts.follow_up) == ("", "")


def test_a_discussion_without_points_is_kept_whole_with_its_headings():
    source = read_text("PV du 3 mai 2018\nDiscussions\nOn a parlé.\nPERSPECTIVES DU SECTEUR RURAL\nOn parlera.")
    texts = read_texts(split_sections(source.lines), [])
    assert texts.discussion == "On a parlé.\nPERSPECTIVES DU SECTEUR RURAL\nOn parlera."


def test_a_title_an_initial_and_a_number_end_no_sentence():
    text = "Il est dit que M. Jean et Mme. Awa sont là. Fin de J. Dupont. La No. 3 reste."
    assert [one for one, _start, _end in sentences(text)] == [
        "Il est dit que M. Jean et Mme. Awa sont là.", "Fin de J. Dupont.", "La No. 3 reste.",
    ]  # fmt: skip


def test_dates_far_from_each_other_keep_their_places():
    text = f"Le mercredi 1er mars 2016. {'mot ' * 80}Les 08 et 09/02, puis 2016-05-03 {'x ' * 100}12.4.17"
    found = find_dates(text, year=2016)
    assert [(one.date.isoformat(), text[one.start : one.end]) for one in found] == [
        ("2016-03-01", "mercredi 1er mars 2016"),
        ("2016-02-09", "08 et 09/02"),
        ("2016-05-03", "2016-05-03"),
        ("2017-04-12", "12.4.17"),
    ]
