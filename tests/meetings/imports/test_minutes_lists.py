"""Lists of people and organisations on one line, places, chairs and marks: each rule alone."""

import pytest

from meetings.imports.minutes.agenda import read_agenda
from meetings.imports.minutes.directory import Directory, reference_names
from meetings.imports.minutes.headings import is_mixed, kind_of
from meetings.imports.minutes.listing import name_before_organisation, organisations_of, spread_civility
from meetings.imports.minutes.marks import split_marks
from meetings.imports.minutes.organisations import is_known, known_at_end
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.sections import mark_of, split_sections, unmarked
from meetings.imports.minutes.source import read_text

DIRECTORY = Directory(reference_names())


def read(text):
    return read_minutes(read_text(text), DIRECTORY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACTED, World Vision, CARE and Interaction", ["ACTED", "World Vision", "CARE", "Interaction"]),
        ("NRC [1], CRS [2], OCHA (3)", ["NRC", "CRS", "OCHA"]),
        ("13 structures FAO; HELP; CRS", ["FAO", "HELP", "CRS"]),
        ("UNHCR, Medair, ICRC (observer)", ["UNHCR", "Medair", "ICRC"]),
        ("Luc Calque (BIT), Zoé Moule (FAO)", []),
        ("BIT (M. Paul Gabarit), PAM (Mme Awa Patron)", []),
        ("Felix Sample, World Vision", []),
        ("M. Jean Exemple, UNICEF, FAO", []),
    ],
)
def test_a_list_of_organisations_and_what_is_none(text, expected):
    assert organisations_of(text, DIRECTORY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mmes A. Une, B. Deux ; MM. C. Trois et D. Quatre", ["Mme A. Une", "Mme B. Deux", "M. C. Trois", "M. D. Quatre"]),
        ("Messieurs : Luc Exemple, UNICEF, Paul Modèle, PAM", ["M. Luc Exemple, UNICEF", "M. Paul Modèle, PAM"]),
        ("M. Luc Exemple, Mme Ana Modèle", []),
    ],
)  # fmt: skip
def test_a_civility_said_once_holds_for_all_who_follow(text, expected):
    assert spread_civility(text, DIRECTORY) == expected


def test_an_organisation_closes_a_line_without_any_sign_before_it():
    assert name_before_organisation("Felix Sample World Vision", DIRECTORY) == ("Felix Sample", "World Vision")
    assert name_before_organisation("Rowena Pattern OCHA", DIRECTORY) == ("Rowena Pattern", "OCHA")
    # A surname in capitals is no organisation.
    assert name_before_organisation("Jean Paul DUPONT", DIRECTORY) is None


def test_organisations_that_clusters_name_are_known_and_words_are_not():
    assert is_known("Islamic Relief")
    assert is_known("Plan")
    assert not is_known("plan")
    assert known_at_end("Ana Model NRC") == 10
    assert known_at_end("Ana Model") is None


def test_a_proxy_says_that_somebody_is_away():
    assert split_marks("Mme X (procuration à M. Y)") == ("Mme X", "excused", None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3. Divers", ("1", 3)), ("1°) Bilan", ("1", 1)), ("IV. DIVERS", ("I", 4)), ("ii. Suite", ("i", 2)), ("b) Suite", ("a", 2)), ("Divers", None)],
)  # fmt: skip
def test_the_number_that_a_line_carries(text, expected):
    assert mark_of(text) == expected
    assert unmarked(text) in {"Divers", "Bilan", "DIVERS", "Suite"}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Organisations membres présentes", "present"),
        ("Les organisations partenaires suivantes étaient représentées", "present"),
        ("The following were present in this 1st meeting", "present"),
        ("Members absent with apologies", "excused"),
        ("Points à l’ordre du jour", "agenda"),
        ("A. Points d’action identifiés", "actions"),
        ("Decisions and Actions", "actions"),
        ("À faire", "actions"),
        ("Business arising from the previous meeting (14 February 2017)", "follow_up"),
        ("Points clés", "discussion"),
        ("Date de la prochaine réunion", "next_meeting"),
    ],
)
def test_headings_of_clusters_and_committees(heading, kind):
    assert kind_of(heading) == kind


def test_decisions_and_actions_under_one_heading_are_told_apart():
    assert is_mixed("Decisions and Actions")
    proposal = read(
        "Minutes of 3 May 2018\nDecisions and Actions:\n- FAO will send the map by 10 May 2018.\n- It was decided that the list is closed."
    )
    assert [action.owner for action in proposal.actions] == ["FAO"]
    assert [one["text"] for one in proposal.decisions] == ["It was decided that the list is closed."]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Date et Lieu : Vendredi 27 janvier 2017 à la Maison commune", "Maison commune"),
        ("Lieu et date : Bureau du HCR, le 31 janvier 2018", "Bureau du HCR"),
        ("DATE & LOCATION: Sunday, December 9, 2012, WFP Office, Kabul", "WFP Office, Kabul"),
        ("Tuesday, 25 April 2017, 10:00 a.m., FH Offices", "FH Offices"),
        ("Réunion du 8 mars 2016, de 15h à 17h30, en visioconférence (Teams)", "visioconférence (Teams)"),
        ("Réunion du 8 mars 2016. L’atelier s’est tenu au bureau de la mairie.", None),
        ("Date and time: Tuesday, 15 September 2015. 13h00-14h00 Geneva time", None),
    ],
)
def test_the_place_of_this_meeting_and_of_no_other(line, place):
    assert read(f"Groupe de coordination\n{line}\nOrdre du jour\n1. Divers").place == place


@pytest.mark.parametrize(
    ("line", "chair"),
    [
        ("Présidence de la réunion : PAM", {"name": None, "agency": "PAM"}),
        ("The meeting was chaired by UNICEF, through Ms Ana Sample.", {"name": "Mme Ana Sample", "agency": "UNICEF"}),
        ("The meeting was called to order by Resty Cast representing the Red Cross.", {"name": "Resty Cast", "agency": "Red Cross"}),
        ("Elle a été présidée par M. Luc Exemple, Coordinateur, accompagné par Dr Ana Modèle.", {"name": "M. Luc Exemple", "agency": None}),
        ("Secrétariat : PAM", None),
    ],
)  # fmt: skip
def test_who_chaired(line, chair):
    assert read(f"Minutes of 3 May 2018\n{line}").chair == chair


def test_a_due_date_without_year_of_an_earlier_action_lies_near_the_meeting():
    proposal = read(
        "Compte rendu du 28 août 2015\nRevue des points d’action\nPoint d’action\tQui\tDeadline\tStatut\nPartager le plan\tFAO\t05/08\tFait"
    )
    assert [(str(action.due), action.state) for action in proposal.actions] == [("2015-08-05", "done")]


def test_a_table_of_points_gives_its_recommendations_as_actions():
    proposal = read(
        "Compte rendu du 3 mai 2018\nPoints\tDiscussions\tRecommandations\n1. Bilan\tLu.\tPartager la fiche (OIM)\n2. Divers\tRien.\t"
    )
    assert [(action.text, action.owner) for action in proposal.actions] == [("Partager la fiche", "OIM")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Terms of Reference (TOR)", ("Terms of Reference (TOR)", None, None)),
        ("Suivi des décisions (5mn/Awa)", ("Suivi des décisions", 5, "Awa")),
        ("Information update (Mo Pattern)", ("Information update", None, "Mo Pattern")),
    ],
)
def test_what_stands_in_the_bracket_of_a_point(line, expected):
    source = read_text(f"Agenda\n1. {line}\n2. AOB")
    item = read_agenda(split_sections(source.lines), source.text)[0]
    assert (item.title, item.minutes, item.presenter) == expected


def test_the_agenda_ends_where_its_numbers_begin_again_or_the_parts_go_on():
    text = "2. Ordre du jour\n1. Bilan\n2. Budget\n3. Discussions\nLe bilan est lu.\n"
    source = read_text(f"PV du 3 mai 2017\n{text}")
    assert [item.title for item in read_agenda(split_sections(source.lines), source.text)] == ["Bilan", "Budget"]
    again = read_text("PV du 3 mai 2017\nOrdre du jour\n1. Bilan\n2. Budget\n1. Le bilan de l’année\nLu.")
    assert [item.title for item in read_agenda(split_sections(again.lines), again.text)] == ["Bilan", "Budget"]


@pytest.mark.parametrize(
    "line", ["Presents : " * 20_000, f"Présents : {'M. Jean Exemple, UNICEF, ' * 8_000}", "odj:" * 30_000]
)
def test_a_hostile_line_ends_soon_and_invents_nobody(line):
    proposal = read(f"Compte rendu du 3 mai 2018\n{line}")
    assert proposal.agencies == []
    assert "attendance-missing" in [flag.code for flag in proposal.flags]


def test_rows_between_bars_are_a_table_and_one_line_with_bars_is_none():
    source = read_text(
        "PV\n12 mars 2018 | 9h | Salle A\n\nAction | Qui | Quand\n---|---|---\nPartager | FAO | 20/03/2018"
    )
    assert [line.cells for line in source.lines] == [
        (),
        (),
        ("Action", "Qui", "Quand"),
        ("Partager", "FAO", "20/03/2018"),
    ]


def test_an_organisation_before_a_person_with_a_civility():
    proposal = read("PV du 3 mai 2018\nParticipants :\nONG Soleil : Mme Aya Calque (en remplacement de M. Yao Moule)")
    assert [(entry.label, one.name, one.replaces) for entry in proposal.agencies for one in entry.people] == [
        ("ONG Soleil", "Aya Calque", "Yao Moule")
    ]
