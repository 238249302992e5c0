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


_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)


def open_document(path: Path, sheets, *, hidden=(), head=""):
    """An .ods file. `sheets`: {title: rows}; a cell is a text, a number, a date, None, or {"attributes", "text"}."""
    parts = [
        '<style:style style:name="caché" style:family="table"><style:table-properties table:display="false"/></style:style>'
    ]
    body = []
    for title, rows in sheets.items():
        style = ' table:style-name="caché"' if title in hidden else ""
        body.append(f'<table:table table:name="{title}"{style}>')
        body += [f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in rows]
        # What programs write below a table: the rest of the sheet, blank.
        blank = '<table:table-cell table:number-columns-repeated="1024"/>'
        body.append(f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row></table:table>')
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {_NAMES}>'
        f"<office:automatic-styles>{''.join(parts)}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(body)}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return path


def _open_cell(cell):
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, dict):
        return f"<table:table-cell {cell['attributes']}>{cell.get('text', '')}</table:table-cell>"
    if isinstance(cell, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    if hasattr(cell, "year"):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"><text:p>?</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
