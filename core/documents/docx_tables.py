"""Tables of a Word document: the grid of an HTML table, how wide its columns are, and what stands around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from core.documents.docx_text import WHITE, plain, val
from core.documents.html_limits import MAX_SPAN

MOST_COLUMNS = 60
# In twentieths of a point: a character of « Texte de tableau » on average, and Word's margins within a cell.
CHARACTER, MARGINS = 102, 230
BREAKS = frozenset({"br", "p", "li", "ul", "ol", "div"})


@dataclass(frozen=True)
class Cell:
    node: Any
    row: Any
    rowspan: int


def grid_of(rows: list[Any]) -> list[list[Cell | None]]:
    """The cell that covers each place of each row; None where nothing does."""
    grid: list[list[Cell | None]] = [[] for _row in rows]
    for index, row in enumerate(rows):
        column = 0
        for node in row.iterchildren("td", "th"):
            while column < len(grid[index]) and grid[index][column] is not None:
                column += 1
            rowspan = min(_span(node, "rowspan"), len(rows) - index)
            cell = Cell(node, row, rowspan)
            span = min(_span(node, "colspan"), MOST_COLUMNS - column)
            for below in range(index, index + rowspan):
                line = grid[below]
                line.extend([None] * (column + span - len(line)))
                for place in range(column, column + span):
                    line[place] = line[place] or cell
            column += span
            if column >= MOST_COLUMNS:
                break
    return grid


def _span(node: Any, name: str) -> int:
    value = node.get(name, "1")
    return max(1, min(MAX_SPAN, int(value))) if value.isascii() and value.isdigit() and len(value) < 4 else 1


def column_widths(grid: Sequence[Sequence[Cell | None]], total: int) -> list[int]:
    """The width of each column, in twentieths of a point, `total` together: short ones on one line, long ones share.

    A heading that says `data-share="22"` has that many hundredths: columns to write in by hand are empty here.
    """
    columns = max(map(len, grid), default=0)
    shares: dict[int, int] = {}
    least, wanted, amount = ([CHARACTER + MARGINS] * columns for _ in range(3))
    for row in grid:
        for column, cell in enumerate(row):
            if cell is None or row.count(cell) > 1:
                continue
            share = cell.node.get("data-share", "")
            if share.isdecimal():
                shares[column] = int(share) * total // 100
            lines = _lines(cell.node)
            words = [word for line in lines for word in WHITE.split(line)]
            least[column] = max(least[column], _measure(max(map(len, words), default=0)))
            wanted[column] = max(wanted[column], _measure(max(map(len, lines), default=0)))
            amount[column] += _measure(sum(map(len, lines)))
    others = [column for column in range(columns) if column not in shares]
    room = total - sum(shares.values())
    found = shares | dict(
        zip(
            others,
            _shared([least[c] for c in others], [wanted[c] for c in others], [amount[c] for c in others], room),
            strict=True,
        )
    )
    return [found[column] for column in range(columns)]


def _shared(least: list[int], wanted: list[int], amount: list[int], room: int) -> list[int]:
    """`room` among columns: what each wants where that is less than an equal part, the rest by their text."""
    if sum(least) >= room or sum(wanted) <= room:
        # Words would not fit, or everything does: in proportion.
        base = least if sum(least) >= room else wanted
        return [room * part // max(1, sum(base)) for part in base]
    given: dict[int, int] = {}
    left = room
    while True:
        waiting = [index for index in range(len(wanted)) if index not in given]
        fitting = [index for index in waiting if wanted[index] <= left // len(waiting)]
        if not fitting:
            break
        for index in fitting:
            given[index] = wanted[index]
            left -= wanted[index]
    while waiting:
        # The square root: a text four times as long takes twice the lines in twice the width.
        weights = {index: math.sqrt(amount[index]) for index in waiting}
        parts = {index: int(left * weights[index] / sum(weights.values())) for index in waiting}
        cramped = [index for index in waiting if parts[index] < least[index]]
        if not cramped:
            given |= parts
            break
        for index in cramped:
            given[index] = least[index]
            left -= least[index]
            waiting.remove(index)
    return [given[index] for index in range(len(wanted))]


def _measure(characters: int) -> int:
    return characters * CHARACTER + MARGINS


def _lines(node: Any) -> list[str]:
    """The text of a cell, a line for each that it would have in a cell without end."""
    parts: list[str] = []
    for event, element in etree.iterwalk(node, events=("start", "end")):
        is_break = element.tag in BREAKS
        if event == "start":
            parts.append(("\n" if is_break else "") + plain(element.text or ""))
        elif element is not node:
            parts.append(("\n" if is_break else "") + plain(element.tail or ""))
    return "".join(parts).split("\n")


def table_properties(style: str) -> Any:
    properties = OxmlElement("w:tblPr")
    properties.append(val("w:tblStyle", style))
    width = OxmlElement("w:tblW")
    width.set(qn("w:w"), "5000")
    width.set(qn("w:type"), "pct")
    properties.append(width)
    look = OxmlElement("w:tblLook")
    for name, value in (("val", "0420"), ("firstRow", "1"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    properties.append(look)
    return properties


def small_gap() -> Any:
    gap = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    properties.append(val("w:pStyle", "Intervalle"))
    gap.append(properties)
    return gap
