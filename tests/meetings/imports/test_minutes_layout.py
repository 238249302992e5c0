"""Texts as other programs leave them: Markdown, rows parted by strokes or spaces, heads on one line, dates in words."""

from datetime import date, time

import pytest

from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.layout import by_label, laid_out, without_markup
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.source import read_bytes, read_text
from meetings.imports.minutes.spelled import (
    find_compact_date,
    find_military_range,
    find_short_year,
    find_spelled_date,
)

DIRECTORY = Directory({"UNICEF": "UNICEF", "FAO": "FAO", "PAM": "PAM", "OIM": "OIM"})


def read(text):
    return read_minutes(read_text(text), DIRECTORY)


def people(proposal):
    return [(entry.label, one.name) for entry in proposal.agencies for one in entry.people]


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("## **Agenda**<br>", "Agenda "),
        ("Notes : [la page](https://example.org/a)", "Notes : la page"),
        ("Awa&nbsp;Sample", "Awa Sample"),
        ("Le point #3 reste ouvert", "Le point #3 reste ouvert"),
    ],
)
def test_marks_of_markdown_leave_the_words(line, plain):
    assert without_markup(line) == plain


def test_minutes_in_markdown_are_cut_at_their_titles():
    proposal = read(
        "# (09/20/2024) Council minutes\n\n## Attendees\n\n* Awa Sample\n* Paul Example <paul@example.org>\n\n"
        "## Intros\n\nAwa: Head of office\n\n## Agenda\n\n* **Budget**\n* Elections\n"
    )
    assert (proposal.title, proposal.date) == ("Council minutes", date(2024, 9, 20))
    assert people(proposal) == [(None, "Awa Sample"), (None, "Paul Example")]
    assert [item.title for item in proposal.agenda] == ["Budget", "Elections"]


def test_a_bullet_alone_on_its_line_belongs_to_the_words_below():
    assert laid_out(["•", "Structure", "•", "", "Divers"]) == ["• Structure", "• Divers"]


def test_a_head_written_on_one_line_is_read_label_by_label():
    proposal = read(
        "Coordination meeting Date: Wednesday 25 May 2016 Time: 14:15 – 15:30 Venue: FAO office, Gao "
        "Chair: Mr John Sample Participants: FAO, PAM, OIM\n\nAgenda\n1. AOB"
    )
    assert (proposal.date, proposal.start, proposal.end) == (date(2016, 5, 25), time(14, 15), time(15, 30))
    assert proposal.place == "FAO office, Gao"
    assert proposal.chair["name"].endswith("John Sample")
    assert [entry.agency for entry in proposal.agencies] == ["FAO", "PAM", "OIM"]


def test_one_label_alone_cuts_nothing():
    line = "Le point sur la date : elle sera fixée par le cluster."
    assert by_label(line) == [line]


@pytest.mark.parametrize("glued", ["Phone\n1 / Awa Sample", "Phone1 / Awa Sample"])
def test_rows_parted_by_strokes_are_a_table(glued):
    proposal = read(
        f"Minutes\nAttendees:\nNo / Name / Organization / Email / {glued} / UNICEF / a@example.org / 09 442780026\n"
        "2 / Paul Example / FAO / / 09 454292220\nAgenda:\n1. AOB"
    )
    assert people(proposal) == [("UNICEF", "Awa Sample"), ("FAO", "Paul Example")]
    assert [item.title for item in proposal.agenda] == ["AOB"]


def test_a_column_of_functions_and_organisations_gives_the_organisation():
    proposal = read(
        "Minutes\nParticipants;\nNo / Name / Position/Organization / Phone\n"
        "1 / Awa Sample / WASH Officer/UNICEF / 09 1\n2 / Paul Example / Engineer/FAO / 09 2\nAgenda\n1. AOB"
    )
    assert people(proposal) == [("UNICEF", "Awa Sample"), ("FAO", "Paul Example")]


def test_names_in_columns_kept_apart_by_spaces():
    proposal = read(
        "Cluster meeting\nParticipants:\n\nAwa Sample (chair)      UNICEF           awa@example.org\n"
        "Paul Example            FAO              paul@example.org\nZoé Modèle              PAM   zoe@example.org\n\n"
        "1. Adoption of the agenda – adopted as it stands\n\nThe notes of the donor round were circulated.\n"
    )
    assert people(proposal) == [("UNICEF", "Awa Sample"), ("FAO", "Paul Example"), ("PAM", "Zoé Modèle")]
    assert proposal.chair == {"name": "Awa Sample", "agency": "UNICEF"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("L’an deux mille dix-huit et le 8 avril à 9 heures, le conseil s’est réuni", date(2018, 4, 8)),
        ("L’ an deux mil huit et le samedi 5 juillet s’est tenu", date(2008, 7, 5)),
        ("L’an deux mille vingt et un, le vendredi vingt-six mars à 19 h 30", date(2021, 3, 26)),
        ("L’an deux mille seize et le onze du mois de février", date(2016, 2, 11)),
        ("L’an deux mille seize et le trente et un du mois de février", None),
        ("Deux mille personnes ont été inscrites le 8 avril", None),
    ],
)
def test_a_year_written_in_words(text, day):
    found = find_spelled_date(text)
    assert (found.date if found else None) == day


def test_the_day_written_in_words_is_that_of_the_meeting():
    proposal = read(
        "Procès-verbal\nL’an deux mil huit et le samedi 5 juillet s’est tenue dans les locaux de la FAO la troisième "
        "réunion du conseil sous la présidence de Mme AWA SAMPLE président du conseil.\n"
    )
    assert proposal.date == date(2008, 7, 5)
    assert proposal.place == "locaux de la FAO"
    assert proposal.chair == {"name": "Mme AWA SAMPLE", "agency": None}


def test_rarer_dates_and_hours():
    assert find_short_year("17 November 16 (Thursday)").date == date(2016, 11, 17)
    assert find_short_year("17 novembre à 16 h") is None
    assert find_compact_date("20190530 – Notes").date == date(2019, 5, 30)
    assert find_compact_date("20193530") is None
    assert find_military_range("0900-1100") == (time(9), time(11))


def test_the_day_on_which_the_minutes_were_adopted_is_not_that_of_the_meeting():
    proposal = read(
        "Validé en séance du 15 septembre 2008\nCOMPTE RENDU DE LA COMMISSION SOCIALE\nÉtaient présents :\n"
        "Réunion du 28 novembre 2007\n- Awa Sample, FAO\nOrdre du jour\n1. Divers"
    )
    assert (proposal.title, proposal.date) == ("COMPTE RENDU DE LA COMMISSION SOCIALE", date(2007, 11, 28))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_utf_16_with_or_without_its_mark(encoding):
    text = "Comité de l’eau – compte rendu du 14 juin 2018\nPrésents : M. Jean Exemple (FAO), Mme Zoé Essai (PAM)"
    assert read_bytes(text.encode(encoding), name="pv.txt").text == text
