"""Spreadsheets and CSV files as rows of cells, whatever wrote them.

A workbook is read in one pass, row by row. Nothing is believed that a program wrote about its own file: the size of
a sheet is what its rows show, a style that cannot be read makes no date, a formula without a value is no value.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from core.uploads import UPLOAD_LIMIT, check_upload

MOST_ROWS = 100_000
MOST_COLUMNS = 300
MOST_MERGES = 20_000
CELL_LENGTH = 4_000
CHUNK = 1 << 20
TAIL = 400
DELIMITERS = ";,\t|"
SNIFFED_LINES = 40
# What spreadsheets take as the start of a formula (core.exports.formats).
_COMPUTED = tuple("=+-@＝＋－＠")

# Excel on Windows, on older Macs, and DOS.
OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
DECODED_SAMPLE = 200_000
_FRENCH = frozenset("éèêëàâçôöîïûùüœÉÈÊÀÇÔÎ’«»°")
_TWICE = ("Ã©", "Ã¨", "Ãª", "Ã´", "Ã§", "Ã®")
FEWEST_TWICE = 2

# What damaged archives and XML make their readers raise.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, SyntaxError, OSError, EOFError, ValueError, LookupError, TypeError,
    AttributeError, NotImplementedError, RuntimeError, ArithmeticError,
)  # fmt: skip

_OPEN_DOCUMENT_SHEET = b"application/vnd.oasis.opendocument.spreadsheet"
# ZIP archives, old Office files, PDF, pictures.
_BINARIES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")
# What some systems call .xls.
_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml")

# Line ends as workbooks escape them.
_ESCAPED = re.compile(r"_x000[9ADad]_")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_FRIENDLY = re.compile(r'^=\s*HYPERLINK\s*\(.*[,;]\s*"((?:[^"]|"")*)"\s*\)\s*$', re.IGNORECASE | re.DOTALL)


class UnreadableTableError(ValueError):
    """The file is no table that can be read; the message, in French, says how to mend it."""


class Formula(str):
    """A formula whose value the file does not hold."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, from the first column on.

    `shared`: columns merged with those of other rows. `spread`: columns that hold what stands to their left, merged.
    """

    number: int
    cells: list[Any]
    shared: frozenset[int] = frozenset()
    spread: frozenset[int] = frozenset()

    def __getitem__(self, column: int) -> Any:
        return self.cells[column] if column < len(self.cells) else None


@dataclass
class Table:
    """One sheet. `rows` is read once."""

    title: str
    rows: Iterator[TableRow]
    is_hidden: bool = False
    epoch: datetime = field(default=WINDOWS_EPOCH)


def open_tables(path: Path | str) -> Iterator[Table]:
    """The sheets of a .xlsx, .csv or .txt file, each to be read before the next.

    Raises UnreadableTableError for what is no such file, bombs and damaged ones included; its message is in French.
    """
    path = Path(path)
    if _is_workbook(path):
        yield from _workbook(path)
    else:
        yield Table(title="", rows=_text_rows(path))


def _is_workbook(path: Path) -> bool:
    """True for a workbook, False for a text, by what the file holds; its name may say otherwise."""
    no_table = _("Ce fichier n’est pas un tableau. Enregistrez-le au format .xlsx ou .csv, puis importez-le.")
    with path.open("rb") as stream:
        start = stream.read(len(_OPEN_DOCUMENT_SHEET) + 64)
        if start.startswith(b"PK") and _OPEN_DOCUMENT_SHEET in start:
            raise UnreadableTableError(
                _(
                    "Ce classeur est au format OpenDocument (.ods). Enregistrez-le au format .xlsx ou .csv, puis "
                    "importez-le."
                )
            )
        is_text = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not start.startswith(_BINARIES)
        if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
            raise UnreadableTableError(no_table)
        # UTF-16 is text in which every other byte is zero.
        size = path.stat().st_size
        if is_text and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and size <= UPLOAD_LIMIT:
            return False
        name = path.stem + (".csv" if is_text else ".xlsx" if start.startswith(b"PK") else path.suffix)
        try:
            kind = check_upload(File(stream, name=name)).extension
        except ValidationError as error:
            raise UnreadableTableError(
                no_table if error.code in {"not-accepted", "wrong-extension"} else " ".join(error.messages)
            ) from error
    if kind not in {"xlsx", "csv"}:
        raise UnreadableTableError(no_table)
    return kind == "xlsx"


# Text -----------------------------------------------------------------------------------------------


def _text_rows(path: Path) -> Iterator[TableRow]:
    text = decode(path.read_bytes())
    first, _newline, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=(.)\s*", first.strip())
    if declared:
        text = rest
    delimiter = declared.group(1) if declared else delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1 if declared else 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableTableError(
                _("La ligne %(number)d ne se lit pas : un guillemet ouvert n’est pas refermé.") % {"number": number}
            ) from error
        _check_height(number)
        yield TableRow(number, [_text(cell) for cell in cells[:MOST_COLUMNS]])


def decode(content: bytes) -> str:
    """UTF-8 or UTF-16 as marked, UTF-8 where it is valid, otherwise what older programs write French in."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return _mended(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        sample = content[:DECODED_SAMPLE]
        # Windows first: of two that read as many French letters, the first is taken.
        best = max(OLD_ENCODINGS, key=lambda one: sum(sign in _FRENCH for sign in sample.decode(one, "replace")))
        return content.decode(best, "replace")


def _mended(text: str) -> str:
    """« RÃ©gion » is « Région » that was read as Latin-1 and written again as UTF-8."""
    if sum(text.count(sign) for sign in _TWICE) < FEWEST_TWICE:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def delimiter_of(text: str) -> str:
    """What separates the columns: the sign that cuts most of the first lines into the same number of cells."""
    sample = "".join(text.splitlines(keepends=True)[:SNIFFED_LINES])
    best, best_score = ",", 0
    for sign in DELIMITERS:
        try:
            widths = Counter(len(cells) for cells in csv.reader(io.StringIO(sample), delimiter=sign) if any(cells))
        except csv.Error:
            continue
        score = max((count * width for width, count in widths.items() if width > 1), default=0)
        if score > best_score:
            best, best_score = sign, score
    return best


def _text(value: str) -> Any:
    value = value.strip("\x00 \t\r\n\u00a0\ufeff")
    if not value:
        return None
    return _formula(value) if value.startswith("=") else _bare(value)[:CELL_LENGTH]


def _bare(text: str) -> str:
    """Without the apostrophe that says « this is text » before what a program would compute."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" \u00a0")[:1] in _COMPUTED else text


def _formula(text: str) -> str | None:
    """The words that a link shows; any other formula stays one."""
    friendly = _FRIENDLY.match(text)
    if friendly:
        return friendly.group(1).replace('""', '"').strip() or None
    return Formula(text[:CELL_LENGTH])


def _check_height(number: int) -> None:
    if number > MOST_ROWS:
        raise UnreadableTableError(
            _("Ce fichier dépasse %(limit)d lignes. Importez-le en plusieurs fois.") % {"limit": MOST_ROWS}
        )


# Workbooks ------------------------------------------------------------------------------------------


class _Reader(ExcelReader):
    """openpyxl's reader, without what is not needed: a broken style or property stops nobody."""

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        try:
            apply_stylesheet(self.archive, self.wb)
        except Exception:  # noqa: BLE001
            # Whatever a program wrote wrong there. Dates then arrive as serial numbers and are read as such.
            self.wb._date_formats = set()
            self.wb._timedelta_formats = set()
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                self.sheets.append((sheet.name, relation.target, sheet.state != "visible"))

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream, read_only=True, data_only=True, keep_links=False)
        self.sheets: list[tuple[str, str, bool]] = []


def _workbook(path: Path) -> Iterator[Table]:
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            # openpyxl warns of what it leaves out.
            warnings.simplefilter("ignore")
            with zipfile.ZipFile(stream) as package:
                _refuse_entities(package)
            stream.seek(0)
            reader = _Reader(stream)
            reader.read()
            with reader.archive:
                for title, part, is_hidden in reader.sheets:
                    yield Table(title, _guarded(_sheet_rows(reader, part)), is_hidden, reader.wb.epoch)
    except UnreadableTableError:
        raise
    except DAMAGES as error:
        raise _damaged() from error


def _damaged() -> UnreadableTableError:
    return UnreadableTableError(
        _("Ce classeur est abîmé. Ouvrez-le dans Excel ou LibreOffice, enregistrez-le de nouveau, puis importez-le.")
    )


def _guarded(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """Rows are read long after their workbook was opened: what is damaged in them is told in the same way."""
    try:
        yield from rows
    except UnreadableTableError:
        raise
    except DAMAGES as error:
        raise _damaged() from error


def _refuse_entities(package: zipfile.ZipFile) -> None:
    """No part of a workbook declares a document type; those that do unfold."""
    for part in package.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(2048).replace(b"\x00", b"").upper():
                    raise UnreadableTableError(_("Ce classeur contient des déclarations interdites : il n’est pas lu."))


def _sheet_rows(reader: _Reader, part: str) -> Iterator[TableRow]:
    with reader.archive.open(part) as stream:
        merges = _merges(stream)
    carried = _Carried(merges)
    with reader.archive.open(part) as stream:
        parser = _SheetParser(
            stream,
            reader.shared_strings,
            data_only=True,
            epoch=reader.wb.epoch,
            date_formats=reader.wb._date_formats,
            timedelta_formats=reader.wb._timedelta_formats,
        )
        for _event, element in iterparse(stream):
            if element.tag != ROW_TAG:
                continue
            number, found = parser.parse_row(element)
            element.clear()
            cells: list[Any] = []
            for cell in found:
                column = cell["column"] - 1
                if cell["value"] is None or column >= MOST_COLUMNS:
                    continue
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = cell["value"]
            if not cells and not carried.reaches(number):
                continue
            _check_height(number if number <= MOST_ROWS or cells else 0)
            yield carried.row(number, cells)


class _SheetParser(WorkSheetParser):
    """A cell that cannot be read is an error of that cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        try:
            cell = super().parse_cell(element)
        except (ValueError, IndexError, TypeError, OverflowError):
            self.col_counter += 0
            return {"row": self.row_counter, "column": max(self.col_counter, 1), "value": "#VALUE!"}
        value = cell["value"]
        if value is None:
            formula = element.find(FORMULA_TAG)
            if formula is not None:
                cell["value"] = _formula(f"={formula.text or ''}")
        elif isinstance(value, str):
            value = _ESCAPED.sub("\n", value).strip("\x00 \t\r\n\u00a0\ufeff")
            cell["value"] = (
                (_formula(value) if value.startswith("=") else _bare(value)[:CELL_LENGTH]) if value else None
            )
        return cell


def _merges(stream: Any) -> list[tuple[int, int, int, int]]:
    """(first row, first column, last row, last column), columns from 0; they stand after the rows."""
    found: dict[bytes, None] = {}
    tail = b""
    while chunk := stream.read(CHUNK):
        chunk = tail + chunk
        if b"mergeCell" in chunk:
            found.update(dict.fromkeys(_MERGE.findall(chunk)))
        tail = chunk[-TAIL:]
        if len(found) > MOST_MERGES:
            break
    merges = []
    for reference in list(found)[:MOST_MERGES]:
        left, top, right, bottom = range_boundaries(reference.decode())
        merges.append((top, left - 1, bottom, min(right, MOST_COLUMNS) - 1))
    return sorted(merges)


class _Carried:
    """Gives each cell of a merged block the value that stands at its corner."""

    def __init__(self, merges: list[tuple[int, int, int, int]]) -> None:
        self.waiting = merges[::-1]
        self.active: list[tuple[int, int, int, int, Any]] = []

    def reaches(self, number: int) -> bool:
        return any(bottom >= number for _top, _left, bottom, _right, _value in self.active)

    def row(self, number: int, cells: list[Any]) -> TableRow:
        while self.waiting and self.waiting[-1][0] <= number:
            top, left, bottom, right = self.waiting.pop()
            value = cells[left] if top == number and left < len(cells) else None
            if value is not None:
                self.active.append((top, left, bottom, right, value))
        if not self.active:
            return TableRow(number, cells)
        self.active = [one for one in self.active if one[2] >= number]
        shared: set[int] = set()
        spread: set[int] = set()
        for top, left, bottom, right, value in self.active:
            cells.extend([None] * (right + 1 - len(cells)))
            for column in range(left, right + 1):
                cells[column] = value
                if top != bottom:
                    shared.add(column)
            spread.update(range(left + 1, right + 1))
        return TableRow(number, cells, frozenset(shared), frozenset(spread))


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    """A cell as the sheet shows it, on one line."""
    if isinstance(value, str):
        return " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split())
