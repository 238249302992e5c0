"""Cells as partners write them: figures, dates, places, organisations, formulas."""

from datetime import date

from interventions.enums import RoleKind
from interventions.figures import Cell
from tests.interventions.imports.conftest import codes, summary
from tests.interventions.imports.files import text_file, without_values, workbook

PEOPLE = Cell("reached", "person")


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
