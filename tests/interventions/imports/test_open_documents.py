"""OpenDocument spreadsheets: the same cells as a workbook has, and the same refusals."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.imports.tables import Formula, UnreadableTableError, open_tables
from core.uploads import check_upload
from interventions.services.imports import check_table
from tests.interventions.imports.files import open_document

HEAD = ["Structure", "Activité", "Région", "Département", "Début", "Ménages ciblés"]
TWO_ROWS = {
    "attributes": 'office:value-type="string" table:number-rows-spanned="2"',
    "text": "<text:p>PAM</text:p>",
}
COVERED = {"attributes": "", "text": ""}


def cells_of(path):
    return {table.title: [(row.number, row.cells) for row in table.rows] for table in open_tables(path)}


def test_values_of_every_kind(tmp_path):
    spaced = {
        "attributes": 'office:value-type="string"',
        "text": "<text:p>deux<text:s text:c='2'/>mots</text:p><text:p>et une ligne</text:p>",
    }
    linked = {"attributes": 'office:value-type="string"', "text": "<text:p><text:a>Louga</text:a></text:p>"}
    formula = {
        "attributes": 'table:formula="of:=SUM([.A1])" office:value-type="float" office:value="3"',
        "text": "<text:p>3</text:p>",
    }
    unknown = {"attributes": 'table:formula="of:=SUM([.A1])"'}
    broken = {"attributes": 'table:formula="of:=[.Z1]" office:value-type="string"', "text": "<text:p>#REF!</text:p>"}
    twice = {"attributes": 'office:value-type="float" office:value="7" table:number-columns-repeated="2"'}
    day = date(2016, 10, 1)
    rows = [[1200, 2.5, day, None, "texte"], [datetime(2016, 10, 1, 8, 30), spaced, linked], [], [formula, unknown, broken, twice]]  # fmt: skip
    found = cells_of(open_document(tmp_path / "a.ods", {"Feuille": rows}))["Feuille"]
    assert found[0] == (1, [1200, 2.5, day, None, "texte"])
    assert found[1] == (2, [datetime(2016, 10, 1, 8, 30), "deux  mots\net une ligne", "Louga"])
    assert found[2] == (4, [3, "=SUM([.A1])", "#REF!", 7, 7])
    assert isinstance(found[2][1][1], Formula)
    assert len(found) == 3


def test_a_coverage_file_with_merges_and_a_hidden_sheet(tmp_path, counts):
    rows = [
        ["Situation au 31 décembre"],
        [],
        HEAD,
        [TWO_ROWS, "Cantines scolaires", "Matam", "Kanel", date(2016, 10, 1), 1200],
        [COVERED, "Cantines scolaires", "Matam", "Ranérou", "octobre 2016", "300"],
        ["FAO", "Semences", "Kolda", "Vélingara", 2016, {"attributes": 'table:formula="of:=SUM([.F1])"'}],
    ]
    path = open_document(tmp_path / "a.ods", {"Ancien": rows, "3W": rows}, hidden=["Ancien"])
    found, sheet = counts(path, "SEN")
    assert [found[part] for part in ("rows", "resolved", "new", "refused")] == [3, 3, 2, 1]
    assert [line.unit.pcode for line in sheet.lines] == ["SN0901", "SN0903"]
    assert {(one["sheet"], one["code"]) for one in found["issues"]} >= {("Ancien", "sheet_ignored"), ("3W", "formula")}
    again, _sheet = counts(path.rename(tmp_path / "autre nom.xlsx"), "SEN")
    assert again == found


@pytest.mark.parametrize("head", ['<!DOCTYPE a [<!ENTITY b "c">]>'])
def test_declarations_are_refused(tmp_path, head):
    path = open_document(tmp_path / "a.ods", {"A": [HEAD]}, head=head)
    with pytest.raises(UnreadableTableError, match="déclarations interdites"):
        cells_of(path)


def test_a_cut_file_is_told_as_damaged(tmp_path):
    path = open_document(tmp_path / "a.ods", {"A": [HEAD] * 50})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableTableError, match="abîmé"):
        cells_of(path)


def test_only_imports_take_them(tmp_path):
    content = open_document(tmp_path / "a.ods", {"A": [HEAD]}).read_bytes()
    assert check_table(SimpleUploadedFile("a.ods", content)).extension == "ods"
    with pytest.raises(Exception, match="pas accepté"):
        check_upload(SimpleUploadedFile("a.ods", content))
    with pytest.raises(Exception, match="bonne extension"):
        check_table(SimpleUploadedFile("a.xlsx", content))
