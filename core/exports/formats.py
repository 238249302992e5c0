"""How an export is written: XLSX and CSV. Data never becomes a formula."""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.exports.base import Column, Export

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A cell holds no more (Excel specifications and limits).
CELL_LIMIT = 32_767
# Points: of a line of Calibri 11, and of the highest row that Excel draws.
LINE_HEIGHT, ROW_LIMIT = 15, 409
# What spreadsheets take as the start of a formula in a text file (OWASP, CSV Injection), full-width forms included.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
CHUNK = 500


def safe_text(text: str) -> str:
    """`text` for a CSV cell: with an apostrophe before what a spreadsheet would run."""
    start = text.lstrip(" \u00a0")[:1]
    return f"'{text}" if start in FORMULA_STARTS and start else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(export: Export) -> Iterator[str]:
    """The file, a line at a time. Semicolons and a byte-order mark, as French spreadsheets expect; ISO dates."""
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield "\ufeff" + writer.writerow([safe_text(str(column.heading)) for column in export.columns])
    if tags := export.tags():
        yield writer.writerow(tags)
    for row in _rows(export):
        yield writer.writerow([_csv_cell(column, column.getter(row)) for column in export.columns])


def _csv_cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.type in {"integer", "decimal"} and isinstance(value, str):
        return safe_text(value)
    if column.type == "boolean":
        return _("oui") if value else _("non")
    if column.type == "decimal":
        return str(Decimal(value)).replace(".", ",")
    if column.type == "integer":
        return str(int(value))
    if column.type == "datetime":
        return value.strftime("%Y-%m-%d %H:%M")
    if column.type == "date":
        return value.isoformat()
    return safe_text(str(value))


def xlsx_file(export: Export) -> IO[bytes]:
    """The workbook as an open temporary file at its start; rows are written through, never held in memory."""
    # Here, not above: the web process loads it only when somebody exports.
    import xlsxwriter

    file = tempfile.TemporaryFile()
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        },
    )
    formats = {
        "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        "datetime": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
        "tag": book.add_format({"valign": "top", "font_color": "#51616b", "font_size": 9}),
    }
    heading = book.add_format({"bold": True, "valign": "top", "bottom": 1, "text_wrap": True})
    sheet = book.add_worksheet(_sheet_name(str(export.title)))
    tags = export.tags()
    first = 2 if tags else 1
    sheet.freeze_panes(first, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    most = max((math.ceil(len(str(column.heading)) * 1.1 / column.width) for column in export.columns), default=1)
    sheet.set_row(0, LINE_HEIGHT * most)
    for index, column in enumerate(export.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, str(column.heading), heading)
    for index, tag in enumerate(tags):
        sheet.write_string(1, index, tag, formats["tag"])
    for number, row in enumerate(_rows(export), start=first):
        values = [column.getter(row) for column in export.columns]
        lines = max(map(_lines, export.columns, values), default=1)
        if lines > 1:
            # LibreOffice takes the height of a line for every row that names none, and lays texts over each other.
            sheet.set_row(number, min(LINE_HEIGHT * lines, ROW_LIMIT))
        for index, (column, value) in enumerate(zip(export.columns, values, strict=True)):
            _write_cell(sheet, number, index, column, value, formats)
    book.close()
    file.seek(0)
    return file


def _lines(column: Column, value: Any) -> int:
    """How many lines a text takes in its column, words kept whole; any other value takes one."""
    if column.type != "text" or not value:
        return 1
    return sum(max(1, math.ceil(len(line) * 1.1 / column.width)) for line in str(value).splitlines()) or 1


def _write_cell(sheet: Any, row: int, index: int, column: Column, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if column.type in {"date", "datetime"} and isinstance(value, date | datetime):
        sheet.write_datetime(row, index, value, formats[column.type])
    elif column.type in {"integer", "decimal"} and not isinstance(value, str):
        sheet.write_number(row, index, value, formats["text"])
    elif column.type == "boolean":
        sheet.write_string(row, index, _("oui") if value else _("non"), formats["text"])
    else:
        text = str(value)
        if len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:
            text = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"
        sheet.write_string(row, index, text, formats["text"])


def _sheet_name(title: str) -> str:
    """At most 31 characters, none of []:*?/\\ (Excel's rule)."""
    return "".join(char for char in title if char not in "[]:*?/\\").strip("'")[:31] or "Export"


def _rows(export: Export) -> Iterable[Any]:
    rows = export.rows()
    return rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows
