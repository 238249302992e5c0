"""Spreadsheets and CSV files as rows of cells, whatever wrote them.

A workbook is read in one pass, row by row. Nothing is believed that a program wrote about its own file: the size of
a sheet is what its rows show, a style that cannot be read makes no date, a formula without a value is no value.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from core.imports.open_documents import open_document_tables
from core.imports.rows import (
    MOST_COLUMNS,
    MOST_ROWS,
    Formula,
    Table,
    TableRow,
    UnreadableTableError,
    as_text,
    is_blank,
)
from core.imports.texts import text_rows
from core.imports.workbooks import workbook_tables
from core.uploads import UPLOAD_LIMIT, check_upload

__all__ = [
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Formula",
    "Table",
    "TableRow",
    "UnreadableTableError",
    "as_text",
    "is_blank",
    "open_tables",
]

# ZIP archives, old Office files, PDF, pictures.
_BINARIES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")
# What some systems call .xls.
_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml")


def open_tables(path: Path | str) -> Iterator[Table]:
    """The sheets of a .xlsx, .ods, .csv or .txt file, each to be read before the next.

    Raises UnreadableTableError for what is no such file, bombs and damaged ones included; its message is in French.
    """
    path = Path(path)
    kind = _kind(path)
    if kind == "xlsx":
        yield from workbook_tables(path)
    elif kind == "ods":
        yield from open_document_tables(path)
    else:
        yield Table(title="", rows=text_rows(path))


def _kind(path: Path) -> str:
    """« xlsx », « ods » or « csv » by what the file holds; its name may say otherwise."""
    no_table = _("Ce fichier n’est pas un tableau. Enregistrez-le au format .xlsx, .ods ou .csv, puis importez-le.")
    with path.open("rb") as stream:
        start = stream.read(512)
        is_text = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not start.startswith(_BINARIES)
        if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
            raise UnreadableTableError(no_table)
        # UTF-16 is text in which every other byte is zero.
        size = path.stat().st_size
        if is_text and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and size <= UPLOAD_LIMIT:
            return "csv"
        name = path.stem
        if is_text:
            name += ".csv"
        elif start.startswith(b"PK"):
            name += ".ods" if _says_open_document(start) else ".xlsx"
        else:
            name += path.suffix
        try:
            kind = check_upload(File(stream, name=name), also=("ods",)).extension
        except ValidationError as error:
            raise UnreadableTableError(
                no_table if error.code in {"not-accepted", "wrong-extension"} else " ".join(error.messages)
            ) from error
    if kind not in {"xlsx", "ods", "csv"}:
        raise UnreadableTableError(no_table)
    return kind


def _says_open_document(start: bytes) -> bool:
    """Such a package begins with its type, uncompressed."""
    return b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in start
