"""Files of the shapes that partners send: what each comes to was written before it was read."""

from datetime import date

import pytest

from core.imports.tables import UnreadableTableError
from interventions.enums import RoleKind
from interventions.figures import Cell
from tests.interventions.imports.conftest import codes
from tests.interventions.imports.files import INSTRUCTION, edited, text_file, without_values, workbook

PEOPLE = Cell("reached", "person")


def summary(found):
    return tuple(found[part] for part in ("rows", "resolved", "out_of_scope", "new", "refused"))


def test_template_of_niger_with_instructions_and_half_a_row_of_tags(tmp_path, counts):
    """As OCHA Niger publishes it: instructions in the headings, tags over some columns, no dates, a sheet of lists."""
    rows = [
        ["ACCRONYME" + INSTRUCTION, "NOM ORGANISATION\n(cette colonne est renseignée automatiquement)", "TYPE ORGANISATION",
         "CLUSTER" + INSTRUCTION + "\nPour les projets humanitaires uniquement", "ACTIVITE", "REGION" + INSTRUCTION, "DEPARTEMENT" + INSTRUCTION,
         "COMMUNE", "Bailleur"],
        ["#org+acronym", "#org+name", "", "#sector", "", "#adm1+name", "#adm2+name", "#adm3+name", "#org+funder"],
        ["UNICEF", "Fonds des Nations Unies pour l'enfance", "UN", "EHA", "Réhabilitation de points d'eau", "Maradi", "Mayahi", "Kanan Bakaché", "ECHO"],
        ["PAM", "Programme Alimentaire Mondial", "UN", "Sécurité Alimentaire", "Distribution de vivres", "Tahoua", "Bouza", "", "USAID"],
        ["PAM", "Programme Alimentaire Mondial", "UN", "Sécurité Alimentaire", "Cash for Work", "Zinder", "Kantche", "", ""],
        ["ONG XYZ", "ONG inventée", "ONG", "Protection", "Appui aux comités", "Diffa", "N'Guigmi", "", ""],
        ["UNICEF", "", "UN", "Nutrition", "Prise en charge de la malnutrition", "Dosso", "Doutchi", "", ""],
        ["UNICEF", "", "UN", "EHA", "", "Agadez", "In-Gall", "", ""],
    ]  # fmt: skip
    path = workbook(
        tmp_path / "NER_Jun_2024.xlsx",
        {
            "Listes": [["Région", "Organisation", "Cluster"], ["Maradi", "PAM", "EHA"]],
            "3w_OP_Nationale_compilation": rows,
        },
    )
    found, _sheet = counts(path, "NER")
    assert summary(found) == (6, 6, 0, 0, 6)
    assert [code for _row, code in codes(found)].count("date_missing") == 6
    found, sheet = counts(path, "NER", default_year=2024)
    assert summary(found) == (6, 6, 0, 5, 1)
    assert (6, "instrument_unknown") in codes(found)
    assert (3, "commune_kept_above") in codes(found)
    assert [line.unit.pcode for line in sheet.lines] == ["NE004008", "NE005004", "NE007005", "NE003003", "NE001005"]
    assert sheet.lines[2].instrument.code == "public-works"
    assert {line.starts_on for line in sheet.lines} == {date(2024, 1, 1)}


def test_french_workbook_below_titles_with_merged_organisations(tmp_path, counts):
    rows = [
        [{"merge": (1, 8), "value": "Cartographie des interventions de protection sociale"}],
        ["Situation au 31 décembre 2016"],
        [],
        ["Structure", "Programme", "Type d’activité", "Région", "Département", "Groupe cible", "Date de début", "Nombre de ménages bénéficiaires"],
        [{"merge": (3, 1), "value": "DGPSN"}, {"merge": (3, 1), "value": "Bourses de sécurité familiale"}, "Bourse de sécurité familiale",
         {"merge": (2, 1), "value": "Matam"}, "Kanel", "Ménages pauvres", "01/09/2013", 1500],
        [None, None, "Bourse de sécurité familiale", None, "Ranérou", "Ménages pauvres", "1er septembre 2013", "1 250"],
        [None, None, "Bourse de sécurité familiale", "Kolda", "Vélingara", "Ménages pauvres", "sept. 2013", "2.300"],
        [],
        ["PAM", "Cantines scolaires", "Cantines scolaires", "Tambacounda", "Bakel", "Élèves", date(2015, 10, 1), ""],
        ["TOTAL", "", "", "", "", "", "", 5050],
        ["Source : enquête auprès des acteurs"],
    ]  # fmt: skip
    path = workbook(tmp_path / "cartographie.xlsx", {"Cartographie": rows})
    found, sheet = counts(path, "SEN")
    assert summary(found) == (4, 4, 0, 4, 0)
    assert (10, "total_ignored") in codes(found)
    assert (11, "row_ignored") in codes(found)
    assert [row.figures for row in sheet.rows] == [{Cell("reached", "household"): n} for n in (1500, 1250, 2300)] + [{}]
    assert sheet.lines[0].intervention == sheet.lines[2].intervention
    assert {line.starts_on for line in sheet.lines} == {date(2013, 9, 1), date(2015, 10, 1)}


def test_english_file_with_american_dates(tmp_path, counts):
    rows = [
        ["Organization", "Implementing Partner", "Donor", "Activity", "Admin1", "Admin2", "Admin2 Pcode", "Start Date", "End Date", "Individuals Targeted", "Individuals Reached", "Status"],
        ["WFP", "CARE", "USAID", "School meals", "Saint-Louis", "Podor", "SN1002", "01/10/2016", "12/31/2017", "1,200", "1,100", "Completed"],
        ["FAO", "", "", "Seed distribution", "Louga", "Linguère", "SN0802", "04/25/2016", "", "", "350", "Ongoing"],
        ["UNICEF", "", "", "Child grant", "Kolda", "Kolda", "SN0701", "13/25/2016", "", "", "", ""],
    ]  # fmt: skip
    found, sheet = counts(text_file(tmp_path / "3w.csv", rows), "SEN")
    assert summary(found) == (3, 3, 0, 2, 1)
    assert (4, "date_impossible") in codes(found)
    first = sheet.lines[0]
    assert (first.starts_on, first.fields["ends_on"]) == (date(2016, 1, 10), date(2017, 12, 31))
    assert first.figures[Cell("targeted", "person")][0] == 1200
    assert first.rows[0].roles[RoleKind.ACCOUNTABLE][0].agency.acronym == "PAM"


@pytest.mark.parametrize(
    ("encoding", "delimiter", "before"),
    [
        ("cp1252", ";", ""),
        ("utf-8-sig", ";", ""),
        ("utf-8", "\t", ""),
        ("cp1252", ";", "sep=;\n"),
        ("utf-16", "\t", ""),
    ],
)
def test_texts_of_all_writings(tmp_path, counts, encoding, delimiter, before):
    rows = [
        ["Agence", "Activité", "Région", "Département", "Début", "Bénéficiaires atteints"],
        ["PAM", "Transferts monétaires", "Thiès", "Mbour", "15/03/2016", "1 200"],
        ["UNICEF", "Éducation inclusive", "Kédougou", "Salémata", "2016", "40"],
        ["FAO", "Épargne", "Sédhiou", "Goudomp\n(zone nord)", "03/2016", ""],
    ]
    found, _sheet = counts(
        text_file(tmp_path / "mali.csv", rows, delimiter=delimiter, encoding=encoding, before=before), "SEN"
    )
    assert summary(found) == (3, 2, 0, 2, 1)
    assert [code for _row, code in codes(found)] == ["place_unknown"]


def test_headings_of_two_rows(tmp_path, counts):
    rows = [
        ["Organisation", "Activité", {"merge": (1, 2), "value": "Localisation"}, None, "Date de début", {"merge": (1, 3), "value": "Bénéficiaires ciblés"}, None, None, {"merge": (1, 3), "value": "Bénéficiaires atteints"}],
        ["", "", "Région", "Département", "", "Total", "Hommes", "Femmes", "Total", "Hommes", "Femmes"],
        ["PAM", "Cantines scolaires", "Tillabéri", "Téra", 2018, 300, 140, 160, 200, 90, 110],
        ["PAM", "Cantines scolaires", "Tillabéri", "Gothèye", 2018, 300, 140, 170, 200, 90, 110],
    ]  # fmt: skip
    found, sheet = counts(workbook(tmp_path / "4w.xlsx", {"Feuil1": rows}), "NER")
    assert summary(found) == (2, 2, 0, 1, 1)
    assert codes(found) == [(4, "part_above_total")]
    assert sheet.lines[0].figures[Cell("targeted", "person", "f")][0] == 160
    assert sheet.lines[0].figures[Cell("reached", "person", "m")][0] == 90


def test_dates_of_a_1904_workbook(tmp_path, counts):
    rows = [
        ["Organisation", "Instrument", "Région", "Début", "Fin"],
        ["PAM", "Cantine scolaire", "Louga", date(2016, 10, 1), 42004],
        ["PAM", "Cantine scolaire", "Matam", "1er octobre 2016", "30/06/2017"],
    ]
    found, sheet = counts(workbook(tmp_path / "mac.xlsx", {"Data": rows}, date_1904=True), "SEN")
    assert summary(found) == (2, 2, 0, 2, 0)
    assert [line.starts_on for line in sheet.lines] == [date(2016, 10, 1)] * 2
    # 42004 days after 1 January 1904.
    assert sheet.lines[0].fields["ends_on"] == date(2019, 1, 1)


def test_organisations_in_one_cell(tmp_path, counts):
    rows = [
        ["Structure", "Bailleurs", "Instrument", "Région", "Début"],
        ["PAM/UNICEF", "Banque mondiale, USAID", "Cantine scolaire", "Louga", "2016"],
        ["ONU/DAES", "", "Appui aux politiques", "Dakar", "2016"],
        ["UNICEF Sénégal", "BM", "Petite enfance", "Kolda", "2016"],
        ["FAO & FIDA", "", "Assurance indicielle", "Kaolack", "2016"],
        ["Les Amis de la Forêt et du Fleuve", "", "Épargne et crédit", "Matam", "2016"],
        ["", "", "Cantine scolaire", "Fatick", "2016"],
    ]
    found, sheet = counts(workbook(tmp_path / "a.xlsx", {"A": rows}), "SEN")
    assert summary(found) == (6, 6, 0, 5, 1)
    assert (7, "organisation_missing") in codes(found)
    leads = [
        [one.agency.acronym if one.agency else one.label for one in row.roles.get(RoleKind.ACCOUNTABLE, [])]
        for row in sheet.rows
    ]
    assert leads == [["PAM"], ["DAES"], ["UNICEF"], ["FAO"], ["Les Amis de la Forêt et du Fleuve"], []]
    assert [one.agency.acronym for one in sheet.rows[0].roles[RoleKind.IMPLEMENTER]] == ["UNICEF"]
    assert sheet.unknown_values("organisation") == {
        "Les Amis de la Forêt et du Fleuve": 1,
        "USAID": 1,
    } or "USAID" not in sheet.unknown_values("organisation")
    assert [code for _row, code in codes(found)].count("several_organisations") == 2


def test_sheets_of_notes_lists_and_two_of_data(tmp_path, counts):
    head = ["Organisation", "Activité", "Région", "Département", "Année", "Bénéficiaires atteints"]
    sheets = {
        "Lisez-moi": [
            ["Ce fichier recense les activités."],
            ["Organisation, activité, région : voir l’onglet suivant."],
        ],
        "Listes": [head, ["PAM", "Cantines", "Dakar", "Pikine", 2016, 10]],
        "2016": [
            head,
            ["PAM", "Cantines scolaires", "Dakar", "Pikine", 2016, 10],
            ["PAM", "Cantines scolaires", "Dakar", "Rufisque", 2016, 20],
        ],
        "2017": [["Mise à jour"], [], head, ["PAM", "Cantines scolaires", "Dakar", "Pikine", 2017, 15]],
        "Caché": [head, ["PAM", "Cantines scolaires", "Dakar", "Pikine", 2015, 99]],
        "TCD": [["Étiquettes", "Somme"], ["Dakar", 45]],
    }
    found, sheet = counts(workbook(tmp_path / "a.xlsx", sheets, hidden=["Caché"]), "SEN")
    assert summary(found) == (3, 3, 0, 3, 0)
    assert [one.title for one in sheet.sheets] == ["2016", "2017"]
    assert sorted(one["sheet"] for one in found["issues"] if one["code"] == "sheet_ignored") == [
        "Caché",
        "Lisez-moi",
        "Listes",
        "TCD",
    ]
    assert sorted((line.starts_on.year, line.figures[PEOPLE][0]) for line in sheet.lines) == [
        (2016, 10),
        (2016, 20),
        (2017, 15),
    ]


def test_formulas(tmp_path, counts):
    rows = [
        ["Organisation", "Activité", "Région", "Début", "Bénéficiaires atteints", "Commentaires"],
        ["PAM", "Cantines scolaires", {"formula": '=HYPERLINK("https://example.org","Louga")', "value": "Louga"}, "2016", {"formula": "=40+2", "value": 42}, "ok"],
        ["PAM", "Cantines scolaires", "Matam", "2016", {"formula": "=VLOOKUP(A1,B:C,2,0)", "value": "#N/A"}, '=cmd|"/c calc"!A1'],
        ["PAM", "Cantines scolaires", {"formula": "=VLOOKUP(A1,B:C,2,0)", "value": "#N/A"}, "2016", 5, ""],
    ]  # fmt: skip
    path = workbook(tmp_path / "f.xlsx", {"A": rows})
    found, sheet = counts(path, "SEN")
    assert summary(found) == (3, 2, 0, 1, 2)
    assert sheet.lines[0].figures[PEOPLE][0] == 42
    assert {(3, "figure_error"), (4, "place_missing")} <= set(codes(found))
    found, _sheet = counts(without_values(path), "SEN")
    # The link still shows its words; what nobody computed is no value.
    assert summary(found) == (3, 2, 0, 0, 3)
    assert {(2, "formula"), (3, "formula"), (4, "formula")} <= set(codes(found))


def test_figures_that_are_none(tmp_path, counts):
    told = {
        "-12": "negative", "45 %": "percentage", "environ 200": "", "beaucoup": "figure_text", "900000000": "huge", "12 tonnes": "not_people",
        "24,06": "not_whole", "0": "", "-": "", "N/A": "", "1 200": "", "150 ménages": "households_and_people", "3.500": "", "12 MT": "not_people",
    }  # fmt: skip
    head = ["Organisation", "Activité", "Région", "Département", "Début", "Personnes atteintes"]
    departments = [
        "Kanel",
        "Matam",
        "Ranérou",
        "Dagana",
        "Podor",
        "Bakel",
        "Goudiry",
        "Koumpentoum",
        "Mbour",
        "Thiès",
        "Tivaouane",
        "Bignona",
        "Oussouye",
        "Kolda",
    ]
    rows = [head] + [
        ["PAM", "Transfert monétaire", "", name, "2016", text] for name, text in zip(departments, told, strict=True)
    ]
    found, sheet = counts(text_file(tmp_path / "c.csv", rows, delimiter=";"), "SEN")
    expected = [(number, code) for number, code in enumerate(told.values(), start=2) if code]
    assert codes(found) == expected
    assert summary(found) == (14, 14, 0, 14 - len(expected), len(expected))
    values = [line.figures.get(PEOPLE, (None,))[0] for line in sheet.lines]
    assert values == [200, 0, None, None, 1200, 3500]
    assert sheet.lines[0].figures[PEOPLE][2]


def test_codes_that_changed_their_meaning(tmp_path, counts):
    rows = [
        ["Organisation", "Activité", "Admin2Pcode", "Département", "Début"],
        ["PAM", "Cantines scolaires", "NE007001", "Damagaram Takaya", "2016"],
        ["PAM", "Cantines scolaires", "NE006007", "Kollo", "2016"],
        ["PAM", "Cantines scolaires", "NE004008", "Mayahi", "2016"],
        ["PAM", "Cantines scolaires", "NER004009", "Tessaoua", "2016"],
        ["PAM", "Cantines scolaires", "NE005004", "Téra", "2016"],
        ["PAM", "Cantines scolaires", "NE001003", "", "2016"],
        ["PAM", "Cantines scolaires", "ML0203", "", "2016"],
    ]
    path = text_file(tmp_path / "c.csv", rows)
    found, _sheet = counts(path, "NER")
    assert summary(found) == (7, 2, 1, 2, 4)
    assert codes(found) == [(2, "former_code"), (3, "former_code"), (6, "code_name_disagree"), (7, "code_needs_name")]
    found, sheet = counts(path, "NER", vintage="2015")
    assert [row.unit and row.unit.name for row in sheet.rows[:3]] == ["Damagaram Takaya", "Kollo", "Mayahi"]


def test_places_that_stay_what_they_are(tmp_path, counts):
    rows = [
        ["Organisation", "Activité", "Région", "Département", "Début"],
        ["PAM", "Cantines scolaires", "Dakar", "Keur Massar", "01/2016"],
        ["PAM", "Cantines scolaires", "Dakar", "Keur Massar", "01/2022"],
        ["PAM", "Cantines scolaires", "", "Région de Matam", "2016"],
        ["PAM", "Cantines scolaires", "Dakar", "Dakar", "2016"],
        ["PAM", "Cantines scolaires", "Dakar", "", "2016"],
        ["PAM", "Cantines scolaires", "Kolda", "Podor", "2016"],
        ["PAM", "Cantines scolaires", "Thiès", "Mbour, Tivaouane", "2016"],
        ["PAM", "Cantines scolaires", "National", "", "2016"],
        ["PAM", "Cantines scolaires", "", "", "2016"],
        ["PAM", "Cantines scolaires", "Tamba", "Nioro", "2016"],
        ["PAM", "Cantines scolaires", "Kaolack", "Nioro", "2016"],
    ]
    found, sheet = counts(text_file(tmp_path / "c.csv", rows), "SEN")
    assert summary(found) == (11, 6, 0, 6, 5)
    assert codes(found) == [
        (2, "not_yet"), (4, "region_only"), (7, "wrong_region"), (8, "several_places"), (10, "place_missing"), (11, "wrong_region"),
    ]  # fmt: skip
    assert [row.unit.pcode if row.unit else "" for row in sheet.rows if not row.is_refused] == [
        "SN0105",
        "SN09",
        "SN0101",
        "SN01",
        "",
        "SN0503",
    ]


def test_a_hundred_columns(tmp_path, counts):
    head = [
        "Organisation",
        "Activité",
        "Région",
        "Début",
        *(f"Question {n}" for n in range(95)),
        "Bénéficiaires atteints",
    ]
    rows = [head, ["PAM", "Cantines scolaires", "Louga", "2016", *("oui" for _ in range(95)), 12]]
    found, _sheet = counts(workbook(tmp_path / "w.xlsx", {"A": rows}), "SEN")
    assert summary(found) == (1, 1, 0, 1, 0)
    assert found["issues"][-1]["column"] == "CU"


def test_tags_in_any_order_and_case(tmp_path, counts):
    rows = [
        ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
        ["#ORG +Name+PROG", "#org +impl", "#SubSector +name", "#adm2+CODE", "#Adm2 + name", "#date +start", "#reached+f+CHILDREN", "#reached +ind", "#reached+hh"],
        ["PAM", "CARE", "Cantine scolaire", "SN0802", "Linguère", "2016-03-01", 20, 50, 9],
    ]  # fmt: skip
    found, sheet = counts(text_file(tmp_path / "h.csv", rows), "SEN")
    assert summary(found) == (1, 1, 0, 1, 0)
    assert {cell: one[0] for cell, one in sheet.lines[0].figures.items()} == {
        Cell("reached", "person", "f", "children"): 20, PEOPLE: 50, Cell("reached", "household"): 9,
    }  # fmt: skip


def test_periods_as_people_write_them(tmp_path, counts):
    told = {
        "T1 2016": (date(2016, 1, 1), None), "janv-16": (date(2016, 1, 1), None), "Janvier – Juin 2016": (date(2016, 1, 1), date(2016, 6, 30)),
        "2016-2018": (date(2016, 1, 1), date(2018, 12, 31)), "du 01/02/2016 au 31/01/2017": (date(2016, 2, 1), date(2017, 1, 31)),
        "2017": (date(2017, 1, 1), date(2017, 12, 31)), "mars": None, "bientôt": None, "31/02/2016": None,
    }  # fmt: skip
    departments = ["Kanel", "Matam", "Ranérou", "Dagana", "Podor", "Bakel", "Goudiry", "Mbour", "Thiès"]
    rows = [["Organisation", "Activité", "Département", "Période"]]
    rows += [["PAM", "Cantines scolaires", name, text] for name, text in zip(departments, told, strict=True)]
    found, sheet = counts(text_file(tmp_path / "p.csv", rows), "SEN")
    assert summary(found) == (9, 9, 0, 6, 3)
    assert codes(found) == [(8, "year_missing"), (9, "date_unread"), (10, "date_impossible")]
    assert {(line.starts_on, line.fields.get("ends_on")) for line in sheet.lines} == {
        one for one in told.values() if one
    }


def test_groups_named_once(tmp_path, counts):
    """A file whose cells were merged and then saved as CSV."""
    rows = [
        ["Organisation", "Région", "Département", "Activité", "Année"],
        ["PAM", "Matam", "Kanel", "Cantines scolaires", "2016"],
        ["", "", "Ranérou", "Cantines scolaires", "2016"],
        ["", "Kolda", "Vélingara", "Cantines scolaires", "2016"],
        ["", "", "Kolda", "Cantines scolaires", "2016"],
        ["UNICEF", "Thiès", "Mbour", "Petite enfance", "2016"],
    ]
    found, sheet = counts(text_file(tmp_path / "g.csv", rows, delimiter=";"), "SEN")
    assert summary(found) == (5, 5, 0, 5, 0)
    assert [code for _row, code in codes(found)] == ["filled_down"] * 3
    assert [row.roles[RoleKind.ACCOUNTABLE][0].agency.acronym for row in sheet.rows] == ["PAM"] * 4 + ["UNICEF"]


def test_a_line_said_twice(tmp_path, counts):
    rows = [
        ["Organisation", "Activité", "Département", "Début", "Personnes atteintes", "Ménages atteints"],
        ["PAM", "Cantines scolaires", "Kanel", "2016", 100, ""],
        ["PAM", "Cantines scolaires", "Kanel", "2016", 100, ""],
        ["PAM", "Cantines scolaires", "Kanel", "2016", "", 30],
        ["PAM", "Cantines scolaires", "Kanel", "2016", 250, ""],
    ]
    found, sheet = counts(text_file(tmp_path / "d.csv", rows), "SEN")
    assert summary(found) == (4, 4, 0, 3, 1)
    assert codes(found) == [(5, "same_line_twice")]
    assert [one[0] for one in sheet.lines[0].figures.values()] == [100, 30]


def test_a_figure_over_several_rows(tmp_path, counts):
    rows = [
        ["Organisation", "Activité", "Département", "Début", "Personnes atteintes"],
        ["PAM", "Cantines scolaires", "Kanel", 2016, {"merge": (2, 1), "value": 900}],
        ["PAM", "Cantines scolaires", "Matam", 2016],
        ["PAM", "Cantines scolaires", "Ranérou", 2016, 40],
    ]
    found, _sheet = counts(workbook(tmp_path / "m.xlsx", {"A": rows}), "SEN")
    assert summary(found) == (3, 3, 0, 1, 2)
    assert codes(found) == [(2, "merged_figure"), (3, "merged_figure")]


def test_monthly_reports_are_one_line(tmp_path, counts):
    rows = [["Organisation", "Activité", "Département", "Mois de rapportage", "Personnes atteintes"]]
    rows += [["PAM", "Cantines scolaires", "Kanel", f"{month:02d}/2016", month * 10] for month in (3, 1, 2)]
    found, sheet = counts(text_file(tmp_path / "r.csv", rows), "SEN")
    assert summary(found) == (3, 3, 0, 3, 0)
    [line] = sheet.lines
    assert (line.starts_on, line.figures[PEOPLE][:2]) == (date(2016, 1, 1), (30, date(2016, 3, 31)))


def test_a_broken_workbook_of_six_thousand_rows(tmp_path, counts):
    """Wrong dimension, styles that cannot be read, validations without sense, blank and repeated rows."""
    head = ["Organisation", "Activité", "Région", "Département", "Date de début", "Ménages atteints"]
    departments = ["Kanel", "Matam", "Ranérou", "Dagana", "Podor", "Nulle part"]
    rows = [["4W"], head]
    for n in range(5998):
        kind = n % 10
        if kind == 7:
            rows.append([])
        elif kind == 8:
            rows.append(head)
        elif kind == 9:
            rows.append(["#REF!", None, None, "Kanel", "???", "abc"])
        else:
            rows.append([f"ONG {n}", "Cash for work", None, departments[n % 6], date(2016, 1 + n % 12, 1), n])
    path = workbook(tmp_path / "b.xlsx", {"Données": rows})
    edited(
        path, r"xl/styles\.xml", lambda xml: xml.replace("<fonts", "<fonts><font><sz val='gros'/></font></fonts><fonts")
    )
    edited(
        path,
        r"xl/worksheets/sheet1\.xml",
        lambda xml: xml.replace(
            "</sheetData>",
            "</sheetData><dataValidations count='1'><dataValidation type='nonsense' operator='?' sqref='A1'/></dataValidations>",
        ),
    )
    edited(
        path,
        r"xl/worksheets/sheet1\.xml",
        lambda xml: xml.replace('<dimension ref="A1:F6000"/>', '<dimension ref="A1"/>'),
    )
    found, _sheet = counts(path, "SEN")
    good = [n for n in range(5998) if n % 10 < 7]
    lost = [n for n in good if n % 6 == 5]
    broken = [n for n in range(5998) if n % 10 == 9]
    assert found["rows"] == len(good) + len(broken)
    assert found["resolved"] == len(good) - len(lost) + len(broken)
    assert found["new"] == len(good) - len(lost)
    assert found["refused"] == len(lost) + len(broken)


@pytest.mark.parametrize(
    "name", ["bomb.xlsx", "old.xls", "page.xlsx", "empty.csv", "letter.csv", "entities.xlsx", "cut.xlsx", "zeros.csv"]
)
def test_files_that_are_no_table(tmp_path, counts, name):
    import zipfile

    path = tmp_path / name
    if name == "bomb.xlsx":
        workbook(path, {"A": [["Organisation"]]})
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/worksheets/sheet9.xml", b"0" * 60_000_000)
    elif name == "entities.xlsx":
        workbook(path, {"A": [["Organisation"]]})
        edited(path, r"xl/worksheets/sheet1\.xml", lambda xml: xml.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1))
    elif name == "cut.xlsx":
        workbook(path, {"A": [["Organisation", "Région"]] * 50})
        path.write_bytes(path.read_bytes()[:-900])
    else:
        path.write_bytes(
            {
                "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
                "page.xlsx": b"<html>",
                "empty.csv": b"",
                "letter.csv": "Bonjour,\nvoici nos activités.".encode(),
                "zeros.csv": b"\0" * 400,
            }[name]
        )
    with pytest.raises(UnreadableTableError) as caught:
        counts(path, "SEN")
    assert str(caught.value).endswith(".")
