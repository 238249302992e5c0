"""Bounds on the HTML that becomes a PDF. Rich text was cleaned when saved; here it is held once more.

A row may have been written by SQL or by an older version, and a layout engine is far more sensitive
than a browser: `<td colspan=100000>` alone takes minutes and gigabytes.
"""

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.documents.base import DocumentRefused
from core.richtext import MAX_BYTES, safe_html
from core.typography import INLINE_TAGS, VERBATIM_TAGS, VOID_TAGS, Typographer

# Bytes of UTF-8 of a whole document: some 1,500 pages of text.
MAX_DOCUMENT_BYTES = 3_000_000
# Elements around a text, within one rich text.
MAX_DEPTH = 12
# Columns or rows that one cell may span.
MAX_SPAN = 20
# Tables with more columns are set in small type, with columns of one width.
WIDE_TABLE_COLUMNS = 6
# A row of more characters may be parted by the end of a page; shorter ones are kept whole.
LONG_ROW = 1500
# A longer word within a table may be broken anywhere: it would widen its column past the page.
_LONG_WORD = re.compile(r"\S{30}(?=\S)")
ZERO_WIDTH_SPACE = "\u200b"


class DocumentTooLarge(DocumentRefused):
    """More HTML than a document may hold."""


def check_size(html: str) -> str:
    """`html`, unless the document is larger than MAX_DOCUMENT_BYTES: then DocumentTooLarge."""
    size = len(html.encode(errors="replace"))
    if size > MAX_DOCUMENT_BYTES:
        raise DocumentTooLarge(
            _(
                "Ce document est trop long : %(size)s Mo de texte, pour %(limit)s Mo au plus. "
                "Raccourcissez les sections les plus longues, puis demandez-le de nouveau."
            )
            % {"size": _megabytes(size), "limit": _megabytes(MAX_DOCUMENT_BYTES)}
        )
    return html


def _megabytes(size: int) -> str:
    return f"{-(-size // 100_000) / 10:g}".replace(".", ",")


def document_html(stored: str, *, french: bool = True) -> SafeString:
    """A stored rich text as it enters a document: safe, bounded, and with French no-break spaces.

    Raises DocumentTooLarge for more than a rich text may hold.
    """
    if len(stored) > MAX_BYTES:
        check_size(stored)
        raise DocumentTooLarge(
            _("Une section est trop longue pour être mise en page. Répartissez son texte sur plusieurs sections.")
        )
    return mark_safe(clamp(safe_html(stored), french=french))


def clamp(html: str, *, french: bool = False) -> str:
    """`html` with balanced tags, at most MAX_DEPTH deep, spans of at most MAX_SPAN; the words all stay."""
    writer = _Writer(french=french)
    writer.feed(html)
    writer.close()
    return writer.result()


@dataclass(slots=True)
class _Table:
    """An open table: where its tag and that of its current row stand in the output, and their sizes."""

    start: int
    columns: int = 0
    row_start: int = 0
    row_columns: int = 0
    row_length: int = 0

    def begin_row(self, start: int) -> None:
        self.row_start, self.row_columns, self.row_length = start, 0, 0

    def add_cell(self, span: int) -> None:
        self.row_columns += span
        self.columns = max(self.columns, self.row_columns)


class _Writer(HTMLParser):
    def __init__(self, *, french: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        # Open elements; False where the tag was left out because it stood too deep.
        self.open: list[tuple[str, bool]] = []
        self.depth = 0
        self.typographer = Typographer() if french else None
        self.tables: list[_Table] = []

    def handle_starttag(self, tag, attrs):
        if self.typographer and tag not in INLINE_TAGS:
            self.typographer.block()
        if tag in VOID_TAGS:
            self.out.append(f"<{tag}{self._attributes(attrs)}>")
            return
        if tag == "table":
            self.tables.append(_Table(start=len(self.out)))
        elif self.tables and tag == "tr":
            self.tables[-1].begin_row(len(self.out))
        elif self.tables and tag in {"td", "th"}:
            self.tables[-1].add_cell(_span(dict(attrs).get("colspan")))
        written = self.depth < MAX_DEPTH
        self.open.append((tag, written))
        if written:
            self.depth += 1
            self.out.append(f"<{tag}{self._attributes(attrs)}>")

    def handle_endtag(self, tag):
        if self.typographer and tag not in INLINE_TAGS:
            self.typographer.block()
        # An end tag that closes nothing near is dropped: looking further would take quadratic time.
        near = [name for name, _written in self.open[-4 * MAX_DEPTH :]]
        if tag in near:
            while self._close() != tag:
                pass

    def handle_data(self, data):
        verbatim = any(name in VERBATIM_TAGS for name, _written in self.open[-MAX_DEPTH:])
        if self.typographer and not verbatim:
            data = self.typographer.text(data)
        elif self.typographer:
            self.typographer.verbatim(data)
        for table in self.tables:
            table.row_length += len(data)
        if self.tables:
            data = _LONG_WORD.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", data)
        self.out.append(escape(data, quote=False))

    def _close(self) -> str:
        tag, written = self.open.pop()
        if written and self.tables and tag == "tr" and self.tables[-1].row_length > LONG_ROW:
            self.out[self.tables[-1].row_start] = '<tr class="long">'
        if tag == "table" and self.tables:
            table = self.tables.pop()
            if written and table.columns > WIDE_TABLE_COLUMNS:
                self.out[table.start] = '<table class="wide">'
        if written:
            self.depth -= 1
            self.out.append(f"</{tag}>")
        return tag

    def _attributes(self, attrs) -> str:
        parts = []
        for name, value in attrs:
            if name in {"colspan", "rowspan"}:
                value = str(_span(value))
            elif name == "start":
                # WeasyPrint leaves the attribute aside.
                first = value if (value or "").isascii() and (value or "").isdigit() else "1"
                name, value = "style", f"counter-reset: list-item {int((first or '1')[:6]) - 1}"
            parts.append(f' {name}="{escape(value or "")}"')
        return "".join(parts)

    def result(self) -> str:
        while self.open:
            self._close()
        return "".join(self.out)


def _span(value: str | None) -> int:
    digits = (value or "").strip()
    if not digits.isascii() or not digits.isdigit():
        return 1
    return MAX_SPAN if len(digits) > 2 else max(1, min(MAX_SPAN, int(digits)))
