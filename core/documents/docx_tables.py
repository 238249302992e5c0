"""Tables of a Word document: the grid of an HTML table, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from core.documents.docx_text import val
from core.documents.html_limits import MAX_SPAN

MOST_COLUMNS = 60


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


def table_properties() -> Any:
    properties = OxmlElement("w:tblPr")
    properties.append(val("w:tblStyle", "TableauSocle"))
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
