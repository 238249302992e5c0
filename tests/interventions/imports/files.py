"""Coverage files as partners send them, made for the tests; every name and figure is invented."""

import csv
import io
import re
import zipfile
from pathlib import Path

import xlsxwriter

INSTRUCTION = "\n(Choisir dans la liste déroulante)"


def workbook(path: Path, sheets, *, date_1904=False, hidden=()):
    """`sheets`: {title: rows}; a cell that is a dict is {"merge": (rows, columns), "value": …} or {"formula", "value"}."""
    book = xlsxwriter.Workbook(
        str(path), {"date_1904": date_1904, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        if title in hidden:
            sheet.hide()
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, dict) and "merge" in cell:
                    height, width = cell["merge"]
                    sheet.merge_range(y, x, y + height - 1, x + width - 1, cell["value"])
                elif isinstance(cell, dict):
                    sheet.write_formula(y, x, cell["formula"], None, cell.get("value", ""))
                elif hasattr(cell, "year"):
                    sheet.write_datetime(y, x, cell, day)
                elif cell is not None and cell != "":
                    sheet.write(y, x, cell)
    book.close()
    return path


def text_file(path: Path, rows, *, delimiter=",", encoding="utf-8", before=""):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    path.write_bytes((before + stream.getvalue()).encode(encoding))
    return path


def without_values(path: Path):
    """The same workbook as a program writes it that computes nothing: formulas lose their stored values."""
    return edited(path, r"xl/worksheets/.*", lambda xml: re.sub(r"(</f>)<v>[^<]*</v>", r"\1", xml))


def edited(path: Path, name: str, change):
    """`path` with the parts that match `name` changed, as broken programs write them."""
    parts = {}
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            content = package.read(part)
            parts[part] = change(content.decode()).encode() if re.fullmatch(name, part) else content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return path
