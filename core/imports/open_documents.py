"""OpenDocument spreadsheets (.ods) as rows of cells, read in one pass."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

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
    clean_text,
    damaged,
    formula_or_words,
    guarded,
    refuse_entities,
)
from core.imports.workbooks import Carried

CONTENT = "content.xml"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NUMBERS = ("float", "percentage", "currency")


def open_document_tables(path: Path) -> Iterator[Table]:
    """The sheets of an .ods file, each to be read before the next. Raises UnreadableTableError."""
    try:
        with zipfile.ZipFile(path) as package:
            refuse_entities(package)
            with package.open(CONTENT) as stream:
                yield from _tables(iterparse(stream, events=("start", "end")))
    except UnreadableTableError:
        raise
    except DAMAGES as error:
        raise damaged() from error


def _tables(events: Iterator[tuple[str, Element]]) -> Iterator[Table]:
    hidden: set[str] = set()
    style = ""
    for event, element in events:
        if event == "start" and element.tag == f"{_STYLE}style":
            style = element.get(f"{_STYLE}name", "")
        elif element.tag == f"{_STYLE}table-properties" and element.get(f"{_TABLE}display") == "false":
            hidden.add(style)
        elif event == "start" and element.tag == f"{_TABLE}table":
            rows = guarded(_rows(events, element))
            yield Table(
                title=element.get(f"{_TABLE}name", ""),
                rows=rows,
                is_hidden=element.get(f"{_TABLE}style-name", "") in hidden,
            )
            # What nobody asked for stands before the next sheet.
            for _row in rows:
                pass
            element.clear()


def _rows(events: Iterator[tuple[str, Element]], sheet: Element) -> Iterator[TableRow]:
    carried = Carried([])
    number = 1
    for event, element in events:
        if event == "end" and element is sheet:
            return
        if event == "start" or element.tag != f"{_TABLE}table-row":
            continue
        cells, merges = _cells(element, number)
        times = _count(element, "number-rows-repeated")
        element.clear()
        carried.add(merges)
        is_reached = carried.reaches(number)
        if cells or is_reached:
            # Blank rows to the end of a sheet are one row that is repeated a million times.
            for again in range(times):
                if not cells and not carried.reaches(number + again):
                    break
                check_height(number + again if number + again <= MOST_ROWS or cells else 0)
                yield carried.row(number + again, list(cells))
        number += times


def _cells(row: Element, number: int) -> tuple[list[Any], list[tuple[int, int, int, int]]]:
    """The values of a row; and its merges as (first row, first column, last row, last column)."""
    cells: list[Any] = []
    merges = []
    column = 0
    for element in row:
        if element.tag not in _CELLS:
            continue
        times = _count(element, "number-columns-repeated")
        value = _value(element) if element.tag == _CELLS[0] and column < MOST_COLUMNS else None
        if value is not None:
            last = min(column + times, MOST_COLUMNS)
            cells.extend([None] * (column - len(cells)))
            cells.extend([value] * (last - column))
            width, height = _count(element, "number-columns-spanned"), _count(element, "number-rows-spanned")
            if width > 1 or height > 1:
                right = min(column + width, MOST_COLUMNS) - 1
                merges.append((number, column, number + height - 1, right))
        column += times
    return cells, merges


def _count(element: Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return max(int(text), 1) if text.isdigit() else 1


def _value(element: Element) -> Any:
    kind = element.get(f"{_OFFICE}value-type", "")
    if kind in _NUMBERS:
        with suppress(ValueError):
            number = float(element.get(f"{_OFFICE}value", ""))
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if kind == "date":
        with suppress(ValueError):
            return _day(element.get(f"{_OFFICE}date-value", ""))
    if kind == "boolean":
        return element.get(f"{_OFFICE}boolean-value") == "true"
    text = "\n".join(_words(part) for part in element if part.tag == f"{_TEXT}p").strip()
    if not text:
        formula = element.get(f"{_TABLE}formula")
        return formula_or_words(f"={formula.rpartition(':=')[2]}") if formula and not kind else None
    if text.startswith(("Err:", "#")) and element.get(f"{_TABLE}formula"):
        return text if text.startswith("#") else "#VALUE!"
    return clean_text(text[:CELL_LENGTH])


def _day(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _words(element: Element) -> str:
    """The text of a paragraph; its spaces, tabs and line ends are elements."""
    parts = [element.text or ""]
    for part in element:
        if part.tag == f"{_TEXT}s":
            parts.append(" " * _spaces(part))
        elif part.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append(" " if part.tag == f"{_TEXT}tab" else "\n")
        elif part.tag != f"{_OFFICE}annotation":
            parts.append(_words(part))
        parts.append(part.tail or "")
    return "".join(parts)


def _spaces(element: Element) -> int:
    text = element.get(f"{_TEXT}c", "1")
    return min(int(text), CELL_LENGTH) if text.isdigit() else 1
