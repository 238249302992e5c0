"""Lists that no heading closes: what follows them is nobody, nothing to do, and no date of the next meeting."""

from datetime import date

import pytest

from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.endings import closes_people, is_sentence
from meetings.imports.minutes.headings import kind_of
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.sections import split_sections
from meetings.imports.minutes.source import read_text
from meetings.imports.minutes.texts import read_texts
from meetings.imports.sheet import make_sheet

DIRECTORY = Directory({"UNICEF": "UNICEF", "FAO": "FAO", "PAM": "PAM", "OIM": "OIM", "OMS": "OMS"})


def read(text):
    return read_minutes(read_text(text), DIRECTORY)


def people(proposal):
    return [(entry.label, one.civility, one.name, one.status) for entry in proposal.agencies for one in entry.people]


def names(proposal):
    return [name for _label, _civility, name, _status in people(proposal)]


@pytest.mark.parametrize(
    "sentence",
    [
        "La réunion a débuté par la présentation des participants et du bureau de séance.",
        "The chair welcomed the participants and noted that the minutes of the last meeting were adopted.",
    ],
)
def test_a_sentence_ends_the_list_of_those_present(sentence):
    source = read_text(f"Réunion\nÉtaient présents à cette réunion :\nMme Awa Modèle\nM. Paul Exemple\n{sentence}")
    sections = split_sections(source.lines)
    proposal = read_minutes(source, DIRECTORY, sections=sections)
    assert names(proposal) == ["Awa Modèle", "Paul Exemple"]
    assert sentence in read_texts(sections, proposal.agenda).discussion


@pytest.mark.parametrize(
    "line",
    [
        "Muriel Modèle, adjointe à la directrice des ressources humaines",
        "M. Paul Exemple est le représentant de la FAO et il est venu de Gao pour la réunion",
        "FAO : Mme Awa Modèle, M. Paul Exemple, Mme Zoé Essai et M. Jean Sample de la direction",
    ],
)
def test_a_line_of_people_is_no_sentence(line):
    assert not is_sentence(line)


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        ("1. Adoption of the agenda – adopted as it stands", True),
        ("I - ADMINISTRATION GÉNÉRALE", True),
        ("1. Awa Sample, FAO", False),
        ("1. Mme Awa Modèle", False),
        ("1. Chef de service DGAS", False),
        ("2. World Vision", False),
    ],
)
def test_a_numbered_title_closes_a_list_of_people(line, closes):
    assert closes_people(line) is closes


def test_the_next_part_of_the_text_ends_the_action_points_of_the_last():
    proposal = read(
        "Cluster minutes\n5 May 2016\n1. Overview\n· The plan was discussed.\n2. Updates\n· The FAO told of its survey.\n"
        "Action points\n· FAO to share the manual by 28 May\n3. Regional groups\n· Nothing was told of the camps.\n"
    )
    assert [(action.text, action.owner, action.due) for action in proposal.actions] == [
        ("FAO to share the manual by 28 May", "FAO", date(2016, 5, 28))
    ]


def test_an_action_point_within_a_discussion_is_one_line():
    proposal = read(
        "Minutes\n9 April 2014\nAgenda\n1. Updates\n2. AOB\n1. Updates\n1.1. Field updates\nMany incidents.\n"
        "Action point: FAO to circulate the sheets.\n1.2. Other sectors\no Detailed update circulated.\n2. AOB\nNone."
    )
    assert [(action.text, action.owner) for action in proposal.actions] == [("FAO to circulate the sheets.", "FAO")]


def test_the_lines_of_an_entry_cut_by_the_page_are_one_action():
    proposal = read(
        "Compte rendu\n7 octobre 2014\nRecommandations\n1. Remplissage de la matrice afin d’identifier les\n"
        "manques et de dresser la carte de l’assistance\n(coordination)\n2. Échanges entre les agences sur les enquêtes à\n"
        "Birambo\n3. Partage des termes de référence (membres volontaires)\n"
    )
    assert [(action.text, action.owner) for action in proposal.actions] == [
        (
            "Remplissage de la matrice afin d’identifier les manques et de dresser la carte de l’assistance",
            "coordination",
        ),
        ("Échanges entre les agences sur les enquêtes à Birambo", None),
        ("Partage des termes de référence", "membres volontaires"),
    ]


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        ("Issue\tAction point\tFocal point/agency/lead person\tTimeline", "PSS\tReview the norms\tFAO, PAM\t26 January 2015", ("Review the norms", "FAO, PAM", date(2015, 1, 26), None)),
        ("Mesure\tPoint focal/agence\tCalendrier\tStatut", "Partager l’outil\tFAO\t5 mars 2015\tcomplété", ("Partager l’outil", "FAO", date(2015, 3, 5), "done")),
        ("#\tUpdate\tAction\tResponsible Person/Agency\tStatus", "1\tHealth\t- Follow up the survey\tAwa / OMS\tongoing", ("Follow up the survey", "Awa / OMS", None, "in_progress")),
        ("Points à l’ordre du jour\tActions à prendre\tResponsables de mise en œuvre et/ou de suivi\tDélai de mise en œuvre", "I. Situation\tPartager la note\tPAM\t15 mars 2015", ("Partager la note", "PAM", date(2015, 3, 15), None)),
        ("No\tDescription\tAction\tStatus", "2\tThe plan was shown.\tFinalise the plan by 27 January\tdone", ("Finalise the plan by 27 January", None, None, "done")),
    ],
)  # fmt: skip
def test_tables_of_actions_are_read_by_their_columns(header, row, told):
    [action] = read(f"Minutes\n5 January 2015\nActions\n{header}\n{row}").actions
    assert (action.text, action.owner, action.due, action.state) == told


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("FAO to share the map", "FAO"),
        ("Partners need to register their projects", "Partners"),
        ("MEB Task team to collect the prices", "MEB Task team"),
        ("The cluster work plan to be submitted to OCHA", None),
        ("Mission report to be shared", None),
        ("AI-2: Awa Sample: first draft of the rules", "Awa Sample"),
    ],
)
def test_who_answers_for_an_action(line, owner):
    [action] = read(f"Minutes\n5 January 2015\nAction points\n- {line}").actions
    assert action.owner == owner


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "Attendees: Awa Sample & Paul Example (FAO), Zoé Essai (PAM – Chair and minutes)",
            [("FAO", "Awa Sample"), ("FAO", "Paul Example"), ("PAM", "Zoé Essai")],
        ),
        (
            "Participants : AVH : Awa Modèle ; Paul Exemple ; Voir Ensemble : Zoé Essai",
            [("AVH", "Awa Modèle"), ("AVH", "Paul Exemple"), ("Voir Ensemble", "Zoé Essai")],
        ),
        ("Present: Yacht Service - Awa Sample, Paul Example", [("Yacht Service", "Awa Sample"), ("Yacht Service", "Paul Example")]),
        ("Présents : Mme AWA MODÈLE représentante ONG LETTRES", [("ONG LETTRES", "AWA MODÈLE")]),
        ("Present: 1. Awa Sample Philippines Red Cross", [("Philippines Red Cross", "Awa Sample")]),
        ("Présents : François MODÈLE, Yanne EXEMPLE", [(None, "François MODÈLE"), (None, "Yanne EXEMPLE")]),
        ("Present: Cllr Mr A H Sample (Chair)", [(None, "A H Sample")]),
        ("In attendance: Mr W Example Clerk and Executive Officer to the Council", [(None, "W Example")]),
    ],
)  # fmt: skip
def test_lists_of_people_by_organisation(line, told):
    proposal = read(f"Minutes\n{line}\nAgenda\n1. AOB")
    assert [(label, name) for label, _civility, name, _status in people(proposal)] == told


def test_nobody_gets_a_civility_that_the_text_does_not_give():
    proposal = read(
        "Conseil\nPrésents : M. Jean MODÈLE, Maire, Mmes et MM. Claire EXEMPLE, Paul ESSAI.\nOrdre du jour\n1. Divers"
    )
    assert [(civility, name) for _label, civility, name, _status in people(proposal)] == [
        ("M.", "Jean MODÈLE"),
        ("", "Claire EXEMPLE"),
        ("", "Paul ESSAI"),
    ]


def test_proxies_are_away_and_counts_are_no_organisations():
    proposal = read(
        "Conseil\nPrésents : Claire EXEMPLE, Paul ESSAI, Jean MODÈLE.\nPouvoirs : Mme Awa SAMPLE donne pouvoir à M. Jean MODÈLE\n"
        "Secrétaire de séance : Claire EXEMPLE\nConseillers en exercice : 33\nI - ADMINISTRATION GÉNÉRALE\nLe conseil délibère."
    )
    assert [entry.label for entry in proposal.agencies] == [None]
    assert [(name, status) for _label, _civility, name, status in people(proposal)][-1] == ("Awa SAMPLE", "excused")
    assert "Claire EXEMPLE" in names(proposal) and len(names(proposal)) == 4


@pytest.mark.parametrize(
    "heading",
    [
        "Étaient présent·e·s :",
        "Présent(e)s",
        "Meeting Attended by",
        "Participated Organizations:",
        "Inter-cluster participants",
    ],
)
def test_more_headings_of_presence(heading):
    assert kind_of(heading) == "present"


def test_a_table_of_points_below_the_list_holds_nobody():
    proposal = read(
        "Meeting\nDate:\t16 November 2016\nParticipants:\tFAO (4), PAM (2)\nAgenda item\tDiscussion\tAction point\tDue date\n"
        "Cluster engagement\tThe coordinator reported.\tFAO to meet the secretary\t18/11/2016\n"
    )
    assert [entry.label for entry in proposal.agencies] == ["FAO", "PAM"]
    assert [action.due for action in proposal.actions] == [date(2016, 11, 18)]


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("As the minutes of 12 January are not ready, they will be reviewed at the next meeting.", None),
        ("The next meeting will be held on 9 February 2006.", date(2006, 2, 9)),
        ("Le compte rendu du 12 janvier sera adopté à la prochaine réunion.", None),
        ("Rendez-vous le 9 février 2006 pour la prochaine réunion.", date(2006, 2, 9)),
    ],
)
def test_a_date_told_of_the_last_meeting_is_not_that_of_the_next(sentence, day):
    proposal = read(f"Minutes of the group\nDate: 5 January 2006\nDiscussion\n{sentence}")
    assert (proposal.next_meeting or {}).get("date") == day


def test_the_last_meeting_is_no_event_elsewhere():
    proposal = read(
        "Minutes of the council\nDate: 18 April 2024\nDiscussion\nThe minutes of the previous meeting held on March 15, 2024 were reviewed."
    )
    assert proposal.external_events == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("• Introduction, Kalil (5 min)", ("Introduction", 5, "Kalil")),
        ("• Update on the floods (Swalim – 20 Min)", ("Update on the floods", 20, "Swalim")),
        ("• Start by introduction of all participants", ("Start by introduction of all participants", None, None)),
        ("I. Presentation: the portal", ("Presentation: the portal", None, None)),
    ],
)
def test_points_with_a_single_name_or_none(line, told):
    item = read(f"Minutes\nAgenda\n{line}\n• AOB").agenda[0]
    assert (item.title, item.minutes, item.presenter) == told


def test_a_numbered_list_that_ends_its_lines_with_acronyms():
    proposal = read(
        "Minutes\nMembers present\n1. Awa Sample UNICEF\n2. Paul Example CeRID\n3. Zoé Essai WFP - Gao\n4. Jean Modèle FAO\n"
        "5. Noor Exemple Safety Foundation\n6. Dr. Ali Modèle\nAgenda\n1. AOB"
    )
    told = [(label, name) for label, _civility, name, _status in people(proposal)]
    assert told[:4] == [
        ("UNICEF", "Awa Sample"),
        ("CeRID", "Paul Example"),
        ("WFP", "Zoé Essai"),
        ("FAO", "Jean Modèle"),
    ]
    assert ("Noor Exemple Safety Foundation", "Ali Modèle") not in told


def test_surnames_in_capitals_are_no_organisations():
    proposal = read("Conseil\nPrésents\n1. Awa MODÈLE\n2. Jean EXEMPLE\n3. Luc Marie ESSAI\nOrdre du jour\n1. Divers")
    assert [(label, name) for label, _civility, name, _status in people(proposal)] == [
        (None, "Awa MODÈLE"),
        (None, "Jean EXEMPLE"),
        (None, "Luc Marie ESSAI"),
    ]


def test_the_chair_in_a_long_list_of_names():
    proposal = read(
        "Steering group\nPresent: Awa Sample (Chair), Paul Example, Zoé Essai, Jean Modèle, Luc Autre, Fati Encore, Issa Dernier.\n"
        "Apologies: Moussa Ailleurs\nAgenda\n1. AOB"
    )
    assert proposal.chair == {"name": "Awa Sample", "agency": None}
    assert len(names(proposal)) == 8


def test_a_long_list_of_organisations_of_which_some_are_unknown():
    listed = "Al-Exemple, AVSI, Barzani Foundation, Jord, Mercy Corps, Norwegian Refugee Council,Peace Winds Japan, REACH, Save the Children, Exemplia, Modelia, UNICEF, FAO, ZOA"
    proposal = read(f"Cluster minutes\nAttendance: {listed}\nApologies: MoE KRI\nAgenda\n1. AOB")
    assert [entry.label for entry in proposal.agencies] == [one.strip() for one in listed.split(",")]
    assert names(proposal) == []


def test_action_points_numbered_below_a_part_end_with_the_next_part():
    proposal = read(
        "Steering group\n12 March 2008\n1. Welcome\nNB welcomed the members.\n2. Matters arising\nAction points:\n"
        "2.2.1 Action: FAO to follow up the guidance.\n2.2.2 The gardens had been approached.\n3. Membership\nNone had been reported\n"
    )
    assert [action.text for action in proposal.actions] == [
        "FAO to follow up the guidance.",
        "The gardens had been approached.",
    ]


def test_organisations_without_anybody_are_flagged_and_kept_in_the_text():
    source = read_text(
        "Réunion\nParticipants : FAO, PAM, OIM\nContexte\nLa campagne commence.\nOrdre du jour\n1. Divers"
    )
    sections = split_sections(source.lines)
    proposal = read_minutes(source, DIRECTORY, sections=sections)
    assert [flag.code for flag in proposal.flags if "FAO, PAM, OIM" in flag.message] == ["agency-without-people"]
    sheet = make_sheet(proposal, read_texts(sections, proposal.agenda), DIRECTORY)
    first, second = sheet["head"]["context"].split("\n")
    assert (first.endswith("FAO, PAM, OIM."), second) == (True, "La campagne commence.")
    assert sheet["people"] == []


def test_a_second_line_that_repeats_the_first_is_the_title():
    proposal = read(
        "Sous-cluster Protection\nSous-cluster Protection – compte rendu\nDate : 19 janvier 2015\nOrdre du jour\n1. Divers"
    )
    assert proposal.title == "Sous-cluster Protection – compte rendu"


def test_a_sentence_that_closes_with_etaient_presents_opens_the_list():
    proposal = read(
        "Procès-verbal\nLe secrétariat de séance était assuré par M. PAUL EXEMPLE, premier rapporteur du dit conseil, étaient présents :\n"
        "Mme AWA MODÈLE ONG EXEMPLA\nZOÉ ESSAI ONG MODELA\nÉtait absent\nM. LUC AUTRE\nOrdre du jour\n1. Divers"
    )
    told = [(label, name, status) for label, _civility, name, status in people(proposal)]
    assert told == [
        ("ONG EXEMPLA", "AWA MODÈLE", "present"),
        ("ONG MODELA", "ZOÉ ESSAI", "present"),
        (None, "LUC AUTRE", "absent"),
    ]
