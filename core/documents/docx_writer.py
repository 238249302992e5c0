"""Walks the HTML of a document and writes the body of a Word document: see `core.documents.docx`."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from core.documents.docx_styles import BULLETS, NUMBERS
from core.documents.docx_tables import Cell, column_widths, grid_of, small_gap, table_properties
from core.documents.docx_text import Line, Look, plain, val

# A4 less its margins (docx_styles).
TEXT_WIDTH = Mm(172)
LINE_TO_SIGN = Mm(11)

COUNTER = re.compile(r"counter-reset:\s*list-item\s+(-?\d+)")
HEADINGS = {"h1": "Title", "h2": "Heading1", "h3": "Heading2", "h4": "Heading3"}
# The classes of the documents' paragraphs and the styles that stand for them (docx_styles).
CLASSES = {"label": "Mention", "facts": "Faits", "note": "Note", "axis": "Note", "fingerprint": "Empreinte"}
# Of the plain paragraphs of a section.
SECTIONS = {"end": "Note", "signed": "Signataires"}
RUNNING = ("running-body", "running-date", "running-version")


@dataclass
class Place:
    """Where blocks are put: an element, and the style of its plain paragraphs."""

    parent: Any
    style: str = ""
    before: Any = None

    def add(self, element: Any) -> None:
        if self.before is not None:
            self.before.addprevious(element)
        else:
            self.parent.append(element)


class Writer:
    """Walks the HTML once and writes the body of the Word document."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.running: dict[str, str] = {}
        self.lists = 0

    def write(self, root: Any) -> None:
        body = self.document.element.body
        place = Place(body, before=body.sectPr)
        self._blocks(root.body if root.body is not None else root, place)

    # Blocks ---------------------------------------------------------------------------------

    def _blocks(self, node: Any, place: Place) -> None:
        line: Line | None = None
        if (node.text or "").strip():
            line = self._paragraph(place, place.style)
            line.write(node.text, Look())
        for child in node:
            if not isinstance(child.tag, str):
                line = self._tail(child, line, place)
                continue
            if child.tag in BLOCKS:
                self._end(line)
                line = None
                BLOCKS[child.tag](self, child, place)
            else:
                line = line or self._paragraph(place, place.style)
                self._inline(child, line, Look())
            line = self._tail(child, line, place)
        self._end(line)

    def _tail(self, child: Any, line: Line | None, place: Place) -> Line | None:
        if (child.tail or "").strip() or (line is not None and child.tail):
            line = line or self._paragraph(place, place.style)
            line.write(child.tail, Look())
        return line

    @staticmethod
    def _end(line: Line | None) -> None:
        if line is not None:
            line.close()

    def _paragraph(self, place: Place, style: str) -> Line:
        element = OxmlElement("w:p")
        if style:
            properties = OxmlElement("w:pPr")
            properties.append(val("w:pStyle", style))
            element.append(properties)
        place.add(element)
        return Line(element, element)

    def _container(self, node: Any, place: Place) -> None:
        classes = _classes(node)
        for name in RUNNING:
            if name in classes:
                self.running[name] = plain(node.text_content()).strip()
                return
        style = next((SECTIONS[name] for name in classes if name in SECTIONS), place.style)
        self._blocks(node, replace(place, style=style))

    def _heading(self, node: Any, place: Place) -> None:
        style = HEADINGS.get(node.tag, "Heading3")
        if place.style == "Note":
            style = "TitreDeNote"
        self._text_paragraph(node, place, style)

    def _text_paragraph(self, node: Any, place: Place, style: str) -> None:
        line = self._paragraph(place, style)
        self._inside(node, line, Look())
        line.close()

    def _p(self, node: Any, place: Place) -> None:
        classes = _classes(node)
        style = next((CLASSES[name] for name in classes if name in CLASSES), place.style)
        line = self._paragraph(place, style)
        if "facts" in classes:
            # What the stylesheet puts between them.
            for index, span in enumerate(node.iterchildren("span")):
                if index:
                    line.write(" · ", Look())
                self._inside(span, line, Look())
        else:
            self._inside(node, line, Look())
        line.close()

    # Lists ----------------------------------------------------------------------------------

    def _list(self, node: Any, place: Place) -> None:
        self._items(node, place, level=0)

    def _items(self, node: Any, place: Place, *, level: int) -> None:
        is_numbered = node.tag == "ol"
        # Its numbers are written in the text (points of an agenda, some of which may lack).
        is_written = "agenda" in _classes(node)
        number = None if is_written else self._numbering(is_numbered, _start(node), level)
        for item in node.iterchildren("li"):
            self._item(item, place, number, level)

    def _numbering(self, is_numbered: bool, start: int, level: int) -> int:
        """A list of its own, which begins again at `start` (ECMA-376 §17.9.15)."""
        self.lists += 1
        numbering = self.document.part.numbering_part.element
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), str(self.lists))
        number.append(val("w:abstractNumId", NUMBERS if is_numbered else BULLETS))
        if is_numbered:
            override = OxmlElement("w:lvlOverride")
            override.set(qn("w:ilvl"), str(min(level, 8)))
            override.append(val("w:startOverride", start))
            number.append(override)
        numbering.append(number)
        return self.lists

    def _item(self, item: Any, place: Place, number: int | None, level: int) -> None:
        line: Line | None = None
        is_first = True

        def paragraph() -> Line:
            nonlocal is_first
            made = self._list_paragraph(place, number if is_first else None, level, is_point=number is None)
            is_first = False
            return made

        if (item.text or "").strip() or not len(item):
            line = paragraph()
            line.write(item.text or "", Look())
        for child in item:
            if isinstance(child.tag, str) and child.tag in {"ul", "ol"}:
                self._end(line)
                line = None
                if is_first:
                    paragraph()
                self._items(child, place, level=level + 1)
            elif isinstance(child.tag, str) and child.tag == "table":
                self._end(line)
                line = None
                if is_first:
                    paragraph()
                self._table(child, place)
            elif isinstance(child.tag, str) and child.tag in BLOCKS:
                self._end(line)
                line = paragraph()
                self._inside(child, line, Look())
                line.close()
                line = None
            elif isinstance(child.tag, str):
                line = line or paragraph()
                self._inline(child, line, Look())
            if (child.tail or "").strip() or (line is not None and child.tail):
                line = line or paragraph()
                line.write(child.tail, Look())
        self._end(line)

    def _list_paragraph(self, place: Place, number: int | None, level: int, *, is_point: bool) -> Line:
        line = self._paragraph(place, "Point" if is_point else "ListParagraph")
        properties = line.element.find(qn("w:pPr"))
        if number is not None:
            numbered = OxmlElement("w:numPr")
            numbered.append(val("w:ilvl", min(level, 8)))
            numbered.append(val("w:numId", number))
            properties.append(numbered)
        elif not is_point:
            indent = OxmlElement("w:ind")
            indent.set(qn("w:left"), str(397 * (min(level, 8) + 1)))
            properties.append(indent)
        return line

    # Tables ---------------------------------------------------------------------------------

    def _table(self, node: Any, place: Place) -> None:
        rows = [row for row in node.iter("tr") if next(row.iterancestors("table")) is node]
        grid = grid_of(rows)
        columns = max((len(line) for line in grid), default=0)
        if not columns:
            return
        table = OxmlElement("w:tbl")
        table.append(table_properties("TableauASigner" if "signin" in _classes(node) else "TableauSocle"))
        widths = column_widths(grid, TEXT_WIDTH.twips)
        columns_of = OxmlElement("w:tblGrid")
        for width in widths:
            column = OxmlElement("w:gridCol")
            column.set(qn("w:w"), str(width))
            columns_of.append(column)
        table.append(columns_of)
        for row, cells in zip(rows, grid, strict=True):
            table.append(self._row(row, cells, widths))
        place.add(table)
        # Two tables that touch are one for Word, and a cell ends with a paragraph.
        place.add(small_gap())

    def _row(self, row: Any, cells: list[Cell | None], widths: list[int]) -> Any:
        element = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        if "long" not in _classes(row):
            properties.append(OxmlElement("w:cantSplit"))
        if "tall" in _classes(row):
            # A line to write on.
            height = val("w:trHeight", LINE_TO_SIGN.twips)
            height.set(qn("w:hRule"), "atLeast")
            properties.append(height)
        if row.getparent().tag == "thead":
            properties.append(OxmlElement("w:tblHeader"))
        if len(properties):
            element.append(properties)
        place, columns = 0, len(widths)
        line = cells + [None] * (columns - len(cells))
        while place < columns:
            cell = line[place]
            span = 1
            while cell is not None and place + span < columns and line[place + span] is cell:
                span += 1
            width = sum(widths[place : place + span])
            element.append(self._cell(cell, row, span, width, is_head=row.getparent().tag == "thead"))
            place += span
        return element

    def _cell(self, cell: Cell | None, row: Any, span: int, width: int, *, is_head: bool) -> Any:
        element = OxmlElement("w:tc")
        properties = OxmlElement("w:tcPr")
        wide = OxmlElement("w:tcW")
        wide.set(qn("w:w"), str(width))
        wide.set(qn("w:type"), "dxa")
        properties.append(wide)
        if span > 1:
            properties.append(val("w:gridSpan", span))
        is_continued = cell is not None and cell.row is not row
        if cell is not None and cell.rowspan > 1:
            merge = OxmlElement("w:vMerge")
            if not is_continued:
                merge.set(qn("w:val"), "restart")
            properties.append(merge)
        element.append(properties)
        if cell is None or is_continued:
            element.append(OxmlElement("w:p"))
            return element
        is_strong = is_head or cell.node.tag == "th"
        self._blocks(cell.node, Place(element, style="TitreDeColonne" if is_strong else "TexteDeTableau"))
        if element[-1].tag != qn("w:p"):
            element.append(OxmlElement("w:p"))
        return element

    # Inline ---------------------------------------------------------------------------------

    def _inside(self, node: Any, line: Line, look: Look) -> None:
        if node.text:
            line.write(node.text, look)
        for child in node:
            if isinstance(child.tag, str):
                self._inline(child, line, look)
            if child.tail:
                line.write(child.tail, look)

    def _inline(self, node: Any, line: Line, look: Look) -> None:
        if node.tag == "br":
            line.line_break(look)
            return
        if node.tag == "img":
            self._picture(node, line, look)
            return
        if node.tag in {"strong", "b"}:
            look = replace(look, strong=True)
        elif node.tag in {"em", "i"}:
            look = replace(look, em=True)
        classes = _classes(node)
        if "aside" in classes or "unknown" in classes:
            look = replace(look, muted=True, em=look.em or "unknown" in classes)
        if node.tag == "a" and node.get("href", "").startswith(("http://", "https://", "mailto:")):
            self._link(node, line, look)
            return
        self._inside(node, line, look)
        if "number" in classes:
            run = line.run(look, "")
            run.append(OxmlElement("w:tab"))
            line.ends_white = True

    def _picture(self, node: Any, line: Line, look: Look) -> None:
        """A picture that says in `data-png` what it is for Word, and in `data-mm` how wide; others are the PDF's alone."""
        encoded = node.get("data-png", "")
        if not encoded:
            return
        inline = self.document.part.new_pic_inline(
            io.BytesIO(b64decode(encoded)), width=min(Mm(float(node.get("data-mm", "172"))), TEXT_WIDTH)
        )
        inline.docPr.set("descr", plain(node.get("alt", "")))
        drawing = OxmlElement("w:drawing")
        drawing.append(inline)
        line.run(look, "").append(drawing)
        line.has_text, line.ends_white = True, False

    def _link(self, node: Any, line: Line, look: Look) -> None:
        href = plain(node.get("href"))
        relation = self.document.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        line.target.append(link)
        outer, line.target = line.target, link
        self._inside(node, line, replace(look, href=href))
        line.target = outer


def _start(node: Any) -> int:
    found = COUNTER.search(node.get("style", ""))
    return max(0, min(32_000, int(found[1]) + 1)) if found else 1


def _classes(node: Any) -> list[str]:
    return (node.get("class") or "").split()


BLOCKS: dict[str, Callable[[Writer, Any, Place], None]] = {
    **dict.fromkeys(("div", "section", "header", "footer", "main", "article", "body"), Writer._container),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Writer._heading),
    **dict.fromkeys(("ul", "ol"), Writer._list),
    "p": Writer._p,
    "table": Writer._table,
}
