"""HTML as people paste it, read into the few shapes that minutes are made of.

The reading never builds more than `MAX_CONTAINERS` levels and looks at each character a bounded number
of times: a hostile text of 1 MB takes about a second, where an HTML parser alone takes minutes
(150 nested lists, 100,000 unclosed tags). It is not the safety gate: `cleaning.clean_html` passes the
result through nh3.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from core.richtext.nodes import BREAK, MAX_CONTAINERS, MAX_SPAN, Block, Cell, List, Paragraph, Run, Table
from core.richtext.tidying import COLLAPSE, WHITE, group_mso, split
from core.richtext.tokens import (
    ATTRIBUTES_LENGTH,
    INVISIBLE,
    LINE_SEPARATOR,
    SOFT_BREAK,
    Token,
    tokens,
    unescape,
)

MAX_HREF = 2000

# They end the paragraph and open another.
BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 section article header footer main nav aside address blockquote center pre form fieldset"
    " legend dl dt dd figure figcaption hr caption details summary body html".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt legend caption summary".split())
STRONG = frozenset({"strong", "b"})
EMPHASIS = frozenset({"em", "i", "cite", "dfn", "var"})
LISTS = frozenset({"ul", "ol", "menu", "dir"})
INLINE = STRONG | EMPHASIS | {"span", "font", "a"}
# Word's Symbol and Wingdings bullets.
SYMBOL_BULLETS = str.maketrans({"\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf0fc": "✓"})
HREF = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s@]+@)", re.IGNORECASE)
UNSAFE_IN_HREF = re.compile(r"[\x00-\x20\x7f-\xa0\"'<>`\\]")
STYLE_WEIGHT = re.compile(r"(?<![\w-])font-weight\s*:\s*(bold|bolder|normal|[1-9]00)", re.IGNORECASE)
STYLE_SLANT = re.compile(r"(?<![\w-])font-style\s*:\s*(italic|oblique|normal)", re.IGNORECASE)
MSO_LEVEL = re.compile(r"mso-list\s*:\s*[^;\"']*?level(\d{1,2})", re.IGNORECASE)
MSO_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)


@dataclass(slots=True)
class _Frame:
    """An open container: root, list, item, table, row or cell."""

    kind: str
    blocks: list[Block] = field(default_factory=list)
    items: List | None = None
    table: Table | None = None
    row: list[Cell] | None = None
    cell: Cell | None = None
    # Containers opened inside and not kept (too deep, or a table in a table); for root and cells.
    skipped_lists: int = 0
    skipped_tables: int = 0
    marks: "_Marks | None" = None


@dataclass(slots=True)
class _Marks:
    strong: int = 0
    em: int = 0
    hrefs: list[str] = field(default_factory=list)
    # What each open inline element added, by name: (strong, em, is a link, is Word's list marker).
    open: dict[str, list[tuple[int, int, bool, bool]]] = field(default_factory=lambda: defaultdict(list))
    markers: int = 0


class TreeBuilder:
    """Reads tokens into blocks. `depth` never passes MAX_CONTAINERS: deeper lists continue the last one."""

    def __init__(self) -> None:
        self.stack = [_Frame("root")]
        self.paragraph: Paragraph | None = None
        self.marks = _Marks()
        self.in_heading = 0
        self.in_pre = 0
        # A list paragraph of Word that is open but has no text yet: (level, marker).
        self.mso = (0, "")

    def read(self, source: str) -> list[Block]:
        for token in tokens(source):
            if token.kind == "text":
                self._text(token.value)
            elif token.kind == "open":
                self._open(token)
            else:
                self._close(token.value)
        while len(self.stack) > 1:
            self._pop()
        self._end_paragraph()
        return group_mso(self.stack[0].blocks)

    # Where we are --------------------------------------------------------------

    def _scope(self) -> _Frame:
        """The cell we are in, or the root."""
        return next(frame for frame in reversed(self.stack) if frame.kind in {"cell", "root"})

    def _within(self, kind: str) -> _Frame | None:
        """The nearest open frame of that kind in this cell (or in the whole text, for a table's parts)."""
        for frame in reversed(self.stack):
            if frame.kind == kind:
                return frame
            if frame.kind == "cell" and kind in {"list", "item"}:
                return None
        return None

    def _depth(self) -> int:
        return sum({"root": 0, "table": 2}.get(frame.kind, 1) for frame in self.stack)

    def _flow(self) -> _Frame:
        """The frame that takes text: in a list, its last item; between the cells of a table, its parent."""
        top = self.stack[-1]
        if top.kind == "list":
            assert top.items is not None
            item = top.items.items.pop() if top.items.items else []
            self.stack.append(_Frame("item", blocks=item))
            return self.stack[-1]
        return next(frame for frame in reversed(self.stack) if frame.kind in {"item", "cell", "root"})

    # Tokens ----------------------------------------------------------------------

    def _text(self, raw: str) -> None:
        text = unescape(raw)
        text = INVISIBLE.sub("", LINE_SEPARATOR.sub(SOFT_BREAK, text)).translate(SYMBOL_BULLETS)
        if self.in_pre:
            text = text.replace("\r\n", "\n").replace("\n", SOFT_BREAK).replace("\r", SOFT_BREAK)
        if self.marks.markers:
            level, marker = self.mso
            self.mso = (level, (marker + text.strip())[:10])
            return
        if self.paragraph is None and not text.strip(WHITE):
            return
        lines = text.split(SOFT_BREAK)
        for index, line in enumerate(lines):
            if index:
                self._append(BREAK)
            if line:
                self._append(COLLAPSE.sub(" ", line))

    def _append(self, text: str) -> None:
        if self.paragraph is None:
            flow = self._flow()
            self.paragraph = Paragraph(mso_level=self.mso[0])
            flow.blocks.append(self.paragraph)
        self.paragraph.mso_marker = self.paragraph.mso_marker or self.mso[1]
        if text == BREAK:
            self.paragraph.runs.append(Run(BREAK))
            return
        marks = self.marks
        self.paragraph.runs.append(
            Run(text, marks.strong + self.in_heading > 0, marks.em > 0, marks.hrefs[-1] if marks.hrefs else "")
        )

    def _open(self, token: Token) -> None:
        tag = token.value
        if tag == "br":
            self._append(BREAK)
        elif tag in INLINE:
            self._open_inline(tag, token.attributes())
        elif tag in LISTS:
            self._open_list(tag, token)
        elif tag == "li":
            self._open_item()
        elif tag == "table":
            self._open_table()
        elif tag == "tr":
            self._open_row()
        elif tag in {"td", "th"}:
            self._open_cell(tag, token)
        elif tag in BLOCKS or tag in {"thead", "tbody", "tfoot", "option", "textarea"}:
            self._end_paragraph()
            if tag in HEADINGS:
                self.in_heading += 1
            elif tag == "pre":
                self.in_pre += 1
            elif tag in {"p", "div"} and (level := MSO_LEVEL.search(token.source[:ATTRIBUTES_LENGTH])):
                self.mso = (max(1, int(level[1])), "")

    def _close(self, tag: str) -> None:
        if tag == "br":
            self._append(BREAK)
        elif tag in INLINE:
            self._close_inline(tag)
        elif tag in LISTS:
            scope = self._scope()
            if scope.skipped_lists:
                scope.skipped_lists -= 1
                self._end_paragraph()
            elif frame := self._within("list"):
                self._pop_through(frame)
        elif tag == "li":
            if not self._scope().skipped_lists and (frame := self._within("item")):
                self._pop_through(frame)
            self._end_paragraph()
        elif tag == "table":
            scope = self._scope()
            if scope.skipped_tables:
                scope.skipped_tables -= 1
                self._end_paragraph()
            elif frame := self._within("table"):
                self._pop_through(frame)
        elif tag in {"tr", "td", "th"}:
            frame = None if self._scope().skipped_tables else self._within("row" if tag == "tr" else "cell")
            if frame:
                self._pop_through(frame)
            self._end_paragraph()
        elif tag in BLOCKS:
            self._end_paragraph()
            if tag in HEADINGS:
                self.in_heading = max(0, self.in_heading - 1)
            elif tag == "pre":
                self.in_pre = max(0, self.in_pre - 1)

    # Inline ------------------------------------------------------------------------

    def _open_inline(self, tag: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "")
        strong = int(tag in STRONG)
        em = int(tag in EMPHASIS)
        marker = False
        if style:
            if weight := STYLE_WEIGHT.search(style):
                # Google Docs wraps everything in `<b style="font-weight:normal">`.
                strong = int(weight[1].lower() in {"bold", "bolder", "600", "700", "800", "900"})
            if slant := STYLE_SLANT.search(style):
                em = int(slant[1].lower() != "normal")
            marker = bool(MSO_MARKER.search(style))
        href = clean_href(attributes.get("href", "")) if tag == "a" else ""
        if href:
            self.marks.hrefs.append(href)
        self.marks.strong += strong
        self.marks.em += em
        self.marks.markers += marker
        self.marks.open[tag].append((strong, em, bool(href), marker))

    def _close_inline(self, tag: str) -> None:
        opened = self.marks.open[tag]
        if not opened:
            return
        strong, em, is_link, marker = opened.pop()
        self.marks.strong -= strong
        self.marks.em -= em
        self.marks.markers -= marker
        if is_link:
            self.marks.hrefs.pop()

    # Containers -----------------------------------------------------------------------

    def _open_list(self, tag: str, token: Token) -> None:
        self._end_paragraph()
        if self.stack[-1].kind == "list":
            self._flow()
        scope = self._scope()
        if self.stack[-1].kind in {"table", "row"} or scope.skipped_lists or self._depth() + 2 > MAX_CONTAINERS:
            scope.skipped_lists += 1
            return
        start = _whole(token.attributes().get("start"), 1, 9999) if tag == "ol" else 1
        self.stack.append(_Frame("list", items=List(ordered=tag == "ol", start=start)))

    def _open_item(self) -> None:
        self._end_paragraph()
        frame = self._within("list")
        if frame is None:
            return
        while self.stack[-1] is not frame:
            self._pop()
        self.stack.append(_Frame("item"))

    def _open_table(self) -> None:
        self._end_paragraph()
        scope = self._scope()
        if self.stack[-1].kind == "list":
            self._flow()
        if scope.kind == "cell" or self._within("table") or self._depth() + 4 > MAX_CONTAINERS:
            scope.skipped_tables += 1
            return
        self.stack.append(_Frame("table", table=Table()))

    def _open_row(self) -> None:
        self._end_paragraph()
        frame = self._within("table")
        if frame is None or self._scope().skipped_tables:
            return
        while self.stack[-1] is not frame:
            self._pop()
        self.stack.append(_Frame("row", row=[]))

    def _open_cell(self, tag: str, token: Token) -> None:
        self._end_paragraph()
        frame = self._within("table")
        if frame is None or self._scope().skipped_tables:
            return
        row = self._within("row")
        if row is None:
            self._open_row()
            row = self.stack[-1]
        while self.stack[-1] is not row:
            self._pop()
        attributes = token.attributes()
        cell = Cell(
            header=tag == "th",
            colspan=_whole(attributes.get("colspan"), 1, MAX_SPAN),
            rowspan=_whole(attributes.get("rowspan"), 1, MAX_SPAN),
        )
        # Marks do not cross the border of a cell.
        self.stack.append(_Frame("cell", blocks=cell.blocks, cell=cell, marks=self.marks))
        self.marks = _Marks()

    def _pop_through(self, frame: _Frame) -> None:
        while self._pop() is not frame:
            pass

    def _pop(self) -> _Frame:
        """Close the innermost frame and hand its content to the one around it; empty ones vanish."""
        self._end_paragraph()
        frame = self.stack.pop()
        parent = self.stack[-1]
        if frame.kind == "item":
            assert parent.items is not None
            blocks = group_mso(frame.blocks)
            # A list that opens an item has no text of its own above it: its items come up.
            while blocks and isinstance(blocks[0], List):
                parent.items.items.extend(blocks.pop(0).items)  # type: ignore[union-attr]
            if blocks:
                parent.items.items.append(blocks)
        elif frame.kind == "cell":
            assert parent.row is not None
            assert frame.cell is not None
            assert frame.marks is not None
            frame.cell.blocks = group_mso(frame.blocks)
            parent.row.append(frame.cell)
            self.marks = frame.marks
        elif frame.kind == "row":
            assert parent.table is not None
            assert frame.row is not None
            if frame.row:
                parent.table.rows.append(frame.row)
        elif frame.kind == "list":
            assert frame.items is not None
            if frame.items.items:
                self._flow().blocks.append(frame.items)
        else:
            assert frame.table is not None
            if any(cell.blocks for row in frame.table.rows for cell in row):
                self._flow().blocks.append(frame.table)
        return frame

    def _end_paragraph(self) -> None:
        self.mso = (0, "")
        paragraph, self.paragraph = self.paragraph, None
        if paragraph is None:
            return
        blocks = next(frame.blocks for frame in reversed(self.stack) if frame.blocks and frame.blocks[-1] is paragraph)
        blocks.pop()
        blocks.extend(split(paragraph))


def _whole(raw: str | None, low: int, high: int) -> int:
    digits = (raw or "").strip()
    if not digits.isascii() or not digits.isdigit():
        return low
    return high if len(digits) > 6 else max(low, min(high, int(digits)))


def clean_href(raw: str) -> str:
    """An address that may stand in a link (http, https, mailto), percent-encoded; empty otherwise."""
    href = re.sub(r"[\t\r\n]", "", raw).strip()
    if href.lower().startswith("www."):
        href = f"https://{href}"
    if len(href) > MAX_HREF or not HREF.match(href):
        return ""
    return UNSAFE_IN_HREF.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), href)


def read(source: str) -> list[Block]:
    """The blocks of an HTML text. Never raises; see `cleaning.clean_html` for what is refused."""
    return TreeBuilder().read(source)
