"""Workbooks (.xlsx) as rows of cells, read in one pass with openpyxl's parts."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from core.imports.rows import (
    CELL_LENGTH,
    DAMAGES,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    TableRow,
    UnreadableTableError,
    check_height,
    damaged,
    formula_or_words,
    guarded,
    refuse_entities,
    without_apostrophe,
)

MOST_MERGES = 20_000
CHUNK = 1 << 20
TAIL = 400
# Line ends as workbooks escape them.
_ESCAPED = re.compile(r"_x000[9ADad]_")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


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


def workbook_tables(path: Path) -> Iterator[Table]:
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            # openpyxl warns of what it leaves out.
            warnings.simplefilter("ignore")
            with zipfile.ZipFile(stream) as package:
                refuse_entities(package)
            stream.seek(0)
            reader = _Reader(stream)
            reader.read()
            with reader.archive:
                for title, part, is_hidden in reader.sheets:
                    yield Table(title, guarded(_sheet_rows(reader, part)), is_hidden, reader.wb.epoch)
    except UnreadableTableError:
        raise
    except DAMAGES as error:
        raise damaged() from error


def _sheet_rows(reader: _Reader, part: str) -> Iterator[TableRow]:
    with reader.archive.open(part) as stream:
        merges = _merges(stream)
    carried = Carried(merges)
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
            check_height(number if number <= MOST_ROWS or cells else 0)
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
                cell["value"] = formula_or_words(f"={formula.text or ''}")
        elif isinstance(value, str):
            value = _ESCAPED.sub("\n", value).strip("\x00 \t\r\n\u00a0\ufeff")
            cell["value"] = (
                (formula_or_words(value) if value.startswith("=") else without_apostrophe(value)[:CELL_LENGTH])
                if value
                else None
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


class Carried:
    """Gives each cell of a merged block the value that stands at its corner."""

    def __init__(self, merges: list[tuple[int, int, int, int]]) -> None:
        self.waiting = merges[::-1]
        self.active: list[tuple[int, int, int, int, Any]] = []

    def add(self, merges: list[tuple[int, int, int, int]]) -> None:
        """Blocks that begin at the next row, where a file tells them row by row."""
        self.waiting.extend(reversed(merges))

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
