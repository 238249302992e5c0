"""Bounds on the HTML that becomes a PDF. Rich text was cleaned when saved; here it is held once more.

A row may have been written by SQL or by an older version, and a layout engine is far more sensitive
than a browser: `<td colspan=100000>` alone takes minutes and gigabytes.
"""

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


class _Writer(HTMLParser):
    def __init__(self, *, french: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        # Open elements; False where the tag was left out because it stood too deep.
        self.open: list[tuple[str, bool]] = []
        self.depth = 0
        self.typographer = Typographer() if french else None

    def handle_starttag(self, tag, attrs):
        if self.typographer and tag not in INLINE_TAGS:
            self.typographer.block()
        if tag in VOID_TAGS:
            self.out.append(f"<{tag}{self._attributes(attrs)}>")
            return
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
        self.out.append(escape(data, quote=False))

    def _close(self) -> str:
        tag, written = self.open.pop()
        if written:
            self.depth -= 1
            self.out.append(f"</{tag}>")
        return tag

    def _attributes(self, attrs) -> str:
        parts = []
        for name, value in attrs:
            if name in {"colspan", "rowspan"}:
                value = str(_span(value))
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
