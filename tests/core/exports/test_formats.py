"""What is written is what was there: text as text, never a formula; dates and numbers as what they are."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from core.exports.base import Column, Export
from core.exports.formats import CELL_LIMIT, csv_lines, safe_text, xlsx_file

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")",
    "=cmd|' /C calc'!A0", "http://example.org", "'=1", "12", "3/4", "{=1}", "\x0b", "a;b\"c\nd", "Ünï 😀",
]  # fmt: skip


class TableExport(Export):
    slug = "table"
    title = "Une [table] : d'essai / bien trop longue pour un onglet"
    permission = "none"
    columns = (
        Column("Texte", "text", lambda row: row[0]),
        Column("=Entier", "integer", lambda row: row[1]),
        Column("Décimal", "decimal", lambda row: row[2]),
        Column("Date", "date", lambda row: row[3]),
        Column("Moment", "datetime", lambda row: row[4]),
        Column("Vrai", "boolean", lambda row: row[5]),
    )

    def rows(self):
        return self.obj

    def filename(self):
        return "table"


def row(text):
    return (text, -3, Decimal("-1.50"), date(2016, 2, 11), datetime(2016, 2, 11, 10, 30, tzinfo=UTC), True)


def sheet(rows):
    return openpyxl.load_workbook(xlsx_file(TableExport(rows, {}, None))).active


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_in_a_workbook(text):
    cell = sheet([row(text)])["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    # Control characters are written as Office writes them (ECMA-376, ST_Xstring).
    assert cell.value.replace("_x000B_", "\x0b").replace("_x000D_", "\r") == text


def test_numbers_and_dates_stay_numbers_and_dates():
    cells = [cell.value for cell in sheet([row("x")])[2]]
    assert cells == ["x", -3, -1.5, datetime(2016, 2, 11), datetime(2016, 2, 11, 10, 30), "oui"]
    assert [cell.value for cell in sheet([(None,) * 5 + (False,)])[2]] == [None] * 5 + ["non"]


def test_headings_are_text_too_and_the_sheet_has_a_name_that_excel_takes():
    first = sheet([])
    assert [cell.data_type for cell in first[1]] == ["s"] * 6
    assert len(first.title) <= 31 and not set("[]:*?/\\") & set(first.title)


def test_a_text_too_long_for_a_cell_is_cut_and_shows_it():
    value = sheet([row("é😀" * CELL_LIMIT)])["A2"].value
    assert value.endswith("…") and len(value.encode("utf-16-le")) // 2 <= CELL_LIMIT


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_in_a_csv(text):
    lines = "".join(csv_lines(TableExport([row(text)], {}, None)))
    assert lines.startswith("\ufeff")
    cells = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert cells[0][1] == "'=Entier"
    written = cells[1][0]
    assert written.removeprefix("'") == text.removeprefix("'")
    assert written[:1] not in set("=+-@\t\r\n＝") and written.strip()[:1] not in set("=+-@")
    assert cells[1][1:] == ["-3", "-1,50", "2016-02-11", "2016-02-11 10:30", "oui"]


def test_safe_text_leaves_the_rest_alone():
    assert [safe_text(text) for text in ("", "BIT", "Mme Aïssa", "12")] == ["", "BIT", "Mme Aïssa", "12"]


def test_a_row_is_as_high_as_its_longest_text():
    heights = sheet([row("mot " * 30), row("un\ndeux\ntrois"), row("court"), row("x" * 30_000)]).row_dimensions
    assert heights[2].height > 60 and heights[3].height == 45
    assert heights[4].height is None and 408 < heights[5].height <= 409
