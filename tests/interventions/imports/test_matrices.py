"""Presence matrices: each marked cell is a line at the place of its column; nothing is made of what is only a number."""

from datetime import date

import pytest

from interventions.figures import Cell
from interventions.imports.outcome import findings_of, peek, rows_of
from interventions.models import ImportBatch
from tests.interventions.imports.conftest import codes
from tests.interventions.imports.files import text_file, workbook

HEAD = ["Organisation", "Activité", "Gouré", "Tanout", "Tchin-Taba", "Dakoro", "Tahoua", "Total"]
ROWS = [
    ["Présence des acteurs en 2024"],
    HEAD,
    ["PAM", "Cantines scolaires", "x", "", "x", "", "X", 3],
    ["UNICEF", "Kits scolaires", 1, "-", "", "oui", 0, 2],
    ["Oxfam", "Forages", "", "", "", "", "", 0],
    ["TOTAL", "", 2, 0, 1, 1, 1, ""],
]


def test_marks_become_lines(tmp_path, counts):
    found, sheet = counts(workbook(tmp_path / "m.xlsx", {"Matrice": ROWS}), "NER", default_year=2024)
    assert [found[part] for part in ("rows", "resolved", "new", "refused")] == [5, 4, 4, 1]
    # « Tahoua » among departments is the department.
    assert [line.unit.pcode for line in sheet.lines] == ["NE007004", "NE005009", "NE007004", "NE004003"]
    assert all(line.figures == {} and line.starts_on == date(2024, 1, 1) for line in sheet.lines)
    assert codes(found) == [(2, "matrix_read"), (3, "place_unknown"), (5, "row_ignored"), (6, "total_ignored")]
    told = next(one for one in found["issues"] if one["code"] == "place_unknown")
    assert (told["column"], "Tchin-Taba" in told["message"]) == ("E", True)


def test_what_somebody_says_of_a_column_counts(tmp_path, counts):
    mapping = {"columns": {"Tahoua": "ignored"}, "values": {"place": {"Tchin-Taba": "NE005011"}}}
    path = workbook(tmp_path / "m.xlsx", {"Matrice": ROWS})
    found, sheet = counts(path, "NER", default_year=2024, mapping=mapping)
    assert [found[part] for part in ("rows", "new", "refused")] == [4, 4, 0]
    assert [line.unit.pcode for line in sheet.lines] == ["NE007004", "NE005011", "NE007004", "NE004003"]
    shown = findings_of(sheet, peek(path, sheet.country))["sheets"][0]
    assert {one["heading"]: one["field"] for one in shown["columns"]} == {
        "Organisation": "lead", "Activité": "activity", "Gouré": "matrix_place", "Tanout": "matrix_place",
        "Tchin-Taba": "matrix_place", "Dakoro": "matrix_place", "Tahoua": "ignored", "Total": "ignored",
    }  # fmt: skip
    # Cells that stand in no column of the file are not mended by letter.
    assert shown["letters"] == {"lead": "A", "activity": "B"}


def test_regions_and_a_sheet_that_names_the_activity(tmp_path, counts):
    rows = [
        ["Structure", "Dakar", "Matam", "Kolda", "Louga"],
        ["PAM", "x", "", "x", ""],
        ["UNICEF", "x", "oui", "non", "✓"],
    ]
    found, sheet = counts(workbook(tmp_path / "m.xlsx", {"Cantines scolaires": rows}), "SEN", default_year=2024)
    assert (found["new"], found["refused"]) == (5, 0)
    assert [line.unit.pcode for line in sheet.lines] == ["SN01", "SN07", "SN01", "SN09", "SN08"]


def test_numbers_are_figures_where_something_says_of_what(tmp_path, counts):
    over = {"merge": (1, 3), "value": "Nombre de ménages ciblés"}
    rows = [["Organisation", "Activité", over], ["", "", "Gouré", "Tanout", "Dakoro"], ["PAM", "Cash", 1200, "", 300], ["FAO", "Semences", "1 250", "12 tonnes", "x"]]  # fmt: skip
    found, sheet = counts(workbook(tmp_path / "m.xlsx", {"M": rows}), "NER", default_year=2024)
    households = [line.figures.get(Cell("targeted", "household"), (None,))[0] for line in sheet.lines]
    assert households == [1200, 300, 1250, None]
    told = next(one for one in found["issues"] if one["code"] == "not_people")
    assert (told["row"], told["column"]) == (4, "D")


def test_regions_stand_over_their_departments_and_bare_numbers_are_told(tmp_path, counts):
    zinder, maradi = {"merge": (1, 2), "value": "Zinder"}, {"merge": (1, 2), "value": "Maradi"}
    rows = [["Organisation", "Activité", zinder, None, maradi, None], ["", "", "Gouré", "Tanout", "Dakoro", "Mayahi"], ["PAM", "Cash", 1200, "", 1, "-"]]  # fmt: skip
    found, sheet = counts(workbook(tmp_path / "m.xlsx", {"M": rows}), "NER", default_year=2024)
    assert [(line.unit.pcode, line.figures) for line in sheet.lines] == [("NE007004", {}), ("NE004003", {})]
    assert [(one["row"], one["column"]) for one in found["issues"] if one["code"] == "unit_unknown"] == [(3, "C")]


@pytest.mark.parametrize("heading", ["Département", "Zone"])
def test_a_table_that_says_where_is_no_matrix(tmp_path, counts, heading):
    rows = [
        ["Structure", "Activité", heading, "Début"],
        ["PAM", "Matam", "Kanel", "2016"],
        ["PAM", "Vivres", "Kolda", "2016"],
    ]
    found, _sheet = counts(text_file(tmp_path / "t.csv", rows), "SEN")
    assert found["rows"] == 2
    assert "matrix_read" not in {one["code"] for one in found["issues"]}


def test_each_cell_is_told_of_its_own_column(tmp_path, counts):
    path = workbook(tmp_path / "m.xlsx", {"Matrice": ROWS})
    _found, sheet = counts(path, "NER", default_year=2024)
    kept = [(row.number, row.outcome["column"], row.severity) for row in rows_of(ImportBatch(), sheet)]
    assert kept == [(3, "C", ""), (3, "E", "error"), (3, "G", ""), (4, "C", ""), (4, "F", "")]
