"""Files of the shapes that partners send: what each comes to was written before it was read."""

from datetime import date

import pytest

from core.imports.tables import UnreadableTableError
from interventions.enums import RoleKind
from interventions.figures import Cell
from tests.interventions.imports.conftest import codes, summary
from tests.interventions.imports.files import INSTRUCTION, edited, text_file, workbook

PEOPLE = Cell("reached", "person")


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
