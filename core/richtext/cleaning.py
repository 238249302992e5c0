"""What may be stored as rich text, and what is done to the rest."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.richtext.nodes import BREAK, MAX_DEPTH, MAX_SPAN, Block, Cell, List, Paragraph, Run, Table
from core.richtext.tree import read
from core.typography import typo_html
from core.validators import validate_characters

T = TypeVar("T")

# Bytes of UTF-8, before and after cleaning. Three times the longest minutes we know of (300 kB).
MAX_BYTES = 1_000_000
# Texts up to this length are kept as shown: the usual section, 256 of them at most.
SHORT = 20_000

TAGS = frozenset("p br strong em a ul ol li table thead tbody tr th td".split())
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto"}
_gate = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
    strip_comments=True,
)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_SPAN = re.compile(r"(?:col|row)span\s*=\s*[\"']?\s*(\d+)", re.IGNORECASE)


class RichTextRefused(ValidationError):
    """A text that cannot be stored; the message is for the person who typed it."""


def check_text(text: str) -> None:
    """Raise RichTextRefused when `text` holds what PostgreSQL cannot store, or is too long."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        size = 0
    if not size or "\x00" in text:
        try:
            validate_characters(text)
        except ValidationError as error:
            raise RichTextRefused(error.message, code=error.code, params=error.params) from error
    if size > MAX_BYTES:
        raise RichTextRefused(
            _(
                "Ce texte est trop long : %(size)s ko, pour %(limit)s ko au plus. "
                "Répartissez-le sur plusieurs sections ou joignez un document."
            )
            % {"size": -(-size // 1000), "limit": MAX_BYTES // 1000},
            code="too-long",
        )


def clean_html(text: str) -> str:
    """`text` as it may be stored and shown: the allowed elements only, tidy, in one canonical writing.

    Idempotent, and deterministic. Word's and browsers' ornaments go, the words stay; headings become
    bold paragraphs; spans are at most MAX_SPAN, nesting at most MAX_DEPTH. Raises RichTextRefused
    (a ValidationError) for NUL, lone surrogates and more than MAX_BYTES.
    """
    check_text(text)
    if not text.strip():
        return ""
    cleaned = _gate.clean(serialise(read(text)))
    check_text(cleaned)
    return cleaned


def safe_html(stored: str) -> str:
    """`stored` (from the database) made safe once more, for showing it.

    A row may have been written without `clean_html` (SQL, an old version): what is not as it should
    be takes the long way. Some ten microseconds per kB.
    """
    if not _is_shallow(stored):
        stored = serialise(read(stored))
    return _gate.clean(stored)


def show_html(stored: str) -> str:
    """`safe_html` with the spaces and apostrophes of the page's language; kept for short texts."""
    language = get_language() or ""
    return _show_short(stored, language) if len(stored) <= SHORT else _show(stored, language)


def _show(stored: str, _language: str) -> str:
    return typo_html(safe_html(stored))


_show_short = lru_cache(maxsize=256)(_show)


def _is_shallow(text: str) -> bool:
    depth = 0
    for closing, name in _ANY_TAG.findall(text):
        if name == "br":
            continue
        depth += -1 if closing else 1
        if depth > MAX_DEPTH:
            return False
    return all(len(span) < 3 and int(span) <= MAX_SPAN for span in _ANY_SPAN.findall(text))


# Writing ----------------------------------------------------------------------------------------


def serialise(blocks: list[Block]) -> str:
    """The canonical HTML of `blocks`, the same as what nh3 writes. Not yet through the gate."""
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_runs(block.runs)}</p>"
    if isinstance(block, List):
        items = "".join(f"<li>{_content(item)}</li>" for item in block.items)
        if not block.ordered:
            return f"<ul>{items}</ul>"
        start = f' start="{block.start}"' if block.start != 1 else ""
        return f"<ol{start}>{items}</ol>"
    return _table(block)


def _content(blocks: list[Block]) -> str:
    """The inside of an item or a cell: a single paragraph, first, stands without its `<p>`."""
    paragraphs = sum(isinstance(block, Paragraph) for block in blocks)
    if paragraphs == 1 and isinstance(blocks[0], Paragraph):
        return _runs(blocks[0].runs) + serialise(blocks[1:])
    return serialise(blocks)


def _table(table: Table) -> str:
    heads = 0
    while heads < len(table.rows) - 1 and all(cell.header for cell in table.rows[heads]):
        heads += 1
    rows = [
        "<tr>" + "".join(_cell(cell, rows_left=len(table.rows) - index) for cell in row) + "</tr>"
        for index, row in enumerate(table.rows)
    ]
    head = f"<thead>{''.join(rows[:heads])}</thead>" if heads else ""
    return f"<table>{head}<tbody>{''.join(rows[heads:])}</tbody></table>"


def _cell(cell: Cell, *, rows_left: int) -> str:
    name = "th" if cell.header else "td"
    colspan = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    rowspan = min(cell.rowspan, rows_left)
    rowspan_attribute = f' rowspan="{rowspan}"' if rowspan > 1 else ""
    return f"<{name}{colspan}{rowspan_attribute}>{_content(cell.blocks)}</{name}>"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def _runs(runs: list[Run]) -> str:
    """Inline HTML; links outermost, then strong, then em, each opened once over its neighbours."""
    written: list[str] = []
    for href, linked in _spans(runs, lambda run: run.href):
        inside: list[str] = []
        for strong, weighted in _spans(linked, lambda run: run.strong):
            slanted = "".join(
                f"<em>{_plain(group)}</em>" if em else _plain(group)
                for em, group in _spans(weighted, lambda run: run.em)
            )
            inside.append(f"<strong>{slanted}</strong>" if strong else slanted)
        content = "".join(inside)
        written.append(f'<a href="{escape(str(href))}">{content}</a>' if href else content)
    return "".join(written)


def _spans(runs: list[Run], key: Callable[[Run], T]) -> list[tuple[T, list[Run]]]:
    """`runs` in groups of equal `key`; a line break belongs to its neighbours' group when both agree."""
    groups: list[tuple[T, list[Run]]] = []
    for index, run in enumerate(runs):
        value = key(run)
        if run.text == BREAK and groups:
            # Breaks stand between texts, one at a time (tree._split).
            before, after = groups[-1][0], key(runs[index + 1]) if index + 1 < len(runs) else value
            value = before if before == after else value
        if groups and groups[-1][0] == value:
            groups[-1][1].append(run)
        else:
            groups.append((value, [run]))
    return groups


def _plain(runs: list[Run]) -> str:
    return "".join("<br>" if run.text == BREAK else escape(run.text) for run in runs)
