"""Files that are broken, cut, disguised or absurd: read, or refused in words; never another error."""

import random
from datetime import date

import pytest

from core.imports.tables import UnreadableTableError
from interventions.imports.outcome import peek
from tests.interventions.imports.files import edited, open_document, text_file, workbook
from tests.interventions.imports.test_iati_activities import ROLES, activity, iati, place

HEAD = ["Structure", "Activité", "Région", "Département", "Début", "Ménages ciblés"]
ROW = ["PAM", "Cantines scolaires", "Matam", "Kanel", date(2016, 1, 1), 100]
TEXT = "Structure;Activité;Région;Début\nPAM;Épargne et crédit;Kédougou;2016\n"
PARTS = ("rows", "resolved", "new", "refused")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "mac_roman", "cp850", "latin-1"])
def test_encodings(tmp_path, counts, encoding):
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    found, _sheet = counts(tmp_path / "a.csv", "SEN")
    assert [found[part] for part in PARTS] == [1, 1, 1, 0]


def test_what_a_file_is_called_does_not_matter(tmp_path, counts):
    book = workbook(tmp_path / "a.xlsx", {"A": [HEAD, ROW]}).rename(tmp_path / "a.csv")
    (tmp_path / "b.xlsx").write_bytes(TEXT.encode())
    assert counts(book, "SEN")[0]["new"] == 1
    assert counts(tmp_path / "b.xlsx", "SEN")[0]["new"] == 1


def test_sheets_of_odd_names_protected_and_with_a_wrong_size(tmp_path, counts):
    path = workbook(
        tmp_path / "a.xlsx",
        {"A'B & <C> é «1»": [HEAD, ROW], "  deux  ": [HEAD, ["FAO", *ROW[1:]]], "=cmd": [HEAD, ["UNICEF", *ROW[1:]]]},
    )
    locked = '</sheetData><sheetProtection sheet="1" password="CC1A"/>'
    edited(
        path, r"xl/worksheets/.*", lambda xml: xml.replace("</sheetData>", locked).replace('ref="A1:F2"', 'ref="A1"')
    )
    found, _sheet = counts(path, "SEN")
    assert [found[part] for part in PARTS] == [3, 3, 3, 0]


def test_everything_merged_and_headings_alone_are_told(tmp_path, counts):
    merged = [HEAD, [{"merge": (40, 6), "value": "PAM"}]]
    for name, rows in (("m.xlsx", merged), ("h.xlsx", [HEAD])):
        found, _sheet = counts(workbook(tmp_path / name, {"A": rows}), "SEN")
        assert found["rows"] == 0
        assert [one["code"] for one in found["issues"]] == ["no_rows"]


def test_a_table_on_a_hidden_sheet_is_named(tmp_path, counts):
    path = workbook(tmp_path / "a.xlsx", {"Vide": [["rien"]], "Données": [HEAD, ROW]}, hidden=["Données"])
    with pytest.raises(UnreadableTableError, match="Données"):
        counts(path, "SEN")


def test_errors_of_formulas_in_every_cell(tmp_path, counts):
    errors = [{"formula": "=X!A1", "value": one} for one in ("#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#REF!", "#NUM!")]
    found, _sheet = counts(workbook(tmp_path / "a.xlsx", {"A": [HEAD, errors, ROW]}), "SEN")
    assert [found[part] for part in PARTS] == [2, 1, 1, 1]


def test_hundreds_of_columns_and_a_hundred_thousand_blank_rows(tmp_path, counts):
    wide = [HEAD + [f"Colonne {n}" for n in range(400)], ROW + list(range(400))]
    assert counts(workbook(tmp_path / "w.xlsx", {"A": wide}), "SEN")[0]["new"] == 1
    long = [HEAD, ROW, *[[]] * 99_000, ["FAO", *ROW[1:]]]
    assert counts(workbook(tmp_path / "l.xlsx", {"A": long}), "SEN")[0]["new"] == 2


def test_bytes_lost_added_and_changed(tmp_path, counts, reference):
    """250 files damaged at random, the same each time."""
    files = [
        workbook(tmp_path / "a.xlsx", {"A": [HEAD, ROW, ROW]}),
        text_file(tmp_path / "a.csv", [HEAD, ["PAM", "Vivres", "Matam", "Kanel", "2016", "5"]], delimiter=";"),
        open_document(tmp_path / "a.ods", {"A": [HEAD, ROW]}),
        iati(tmp_path / "a.xml", activity(ROLES, place("SN0901", "Kanel"), country="SN")),
    ]
    chance = random.Random(20)
    read_at_all = 0
    for number in range(250):
        content = bytearray(files[number % len(files)].read_bytes())
        for _time in range(chance.choice((1, 3, 20))):
            at = chance.randrange(len(content))
            act = chance.randrange(3)
            if act == 0:
                content[at] = chance.randrange(256)
            elif act == 1:
                del content[at : at + chance.randrange(1, 30)]
            else:
                content[at:at] = chance.randbytes(chance.randrange(1, 20))
        path = tmp_path / "damaged"
        path.write_bytes(content)
        try:
            found, _sheet = counts(path, "SEN")
            peek(path, reference["SEN"])
        except UnreadableTableError as error:
            assert str(error)  # noqa: PT017
        else:
            read_at_all += 1
            assert all(issue["message"] for issue in found["issues"])
    assert 0 < read_at_all < 250
