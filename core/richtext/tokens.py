"""HTML cut into tags and texts, in bounded time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

# C0 and C1 controls without meaning in a text (XML, hence Word and PDF, refuses most of them), the byte
# order mark and the zero-width space that editors leave behind. Nothing that anybody can see.
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u200b\ufffe\uffff\ud800-\udfff]")
# Also what Word writes for a line break within a paragraph (vertical tab), to which they all are turned.
LINE_SEPARATOR = re.compile("[\x0b\x85\u2028\u2029]")
SOFT_BREAK = "\x0b"
# Their content is no text.
DROPPED = frozenset(
    "script style head title xml svg math object iframe noscript template applet frameset audio video canvas".split()
)
LONG_REFERENCE = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{8,});?")
TAG_NAME = re.compile(r"</?([a-zA-Z][^\s/>]{0,40})")
ATTRIBUTE = re.compile(r"""(?<![\w:-])([a-zA-Z-]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++)""")
QUOTE_SEARCH = 4096
ATTRIBUTES_LENGTH = 32768


@dataclass(slots=True)
class Token:
    """`kind`: text, open or close; `value`: the text, or the element's name in lower case."""

    kind: str
    value: str
    source: str = ""

    def attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in ATTRIBUTE.findall(self.source[:ATTRIBUTES_LENGTH]):
            if value[0] in "\"'":
                value = value[1:-1]
            found.setdefault(name.lower(), unescape(value))
        return found


def unescape(text: str) -> str:
    """Character references resolved; absurdly long ones become U+FFFD (Python refuses to read them)."""
    return html.unescape(LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def tokens(source: str) -> Iterator[Token]:
    """Text and tags, without comments, declarations and the content of `DROPPED` elements.

    What is no complete tag is text: nothing that was typed disappears.
    """
    position, length = 0, len(source)
    # Searches that found nothing once find nothing later: this keeps the reading linear.
    last_end = source.rfind(">")
    last_comment_end = source.rfind("-->")
    never_closed: set[str] = set()
    while position < length:
        start = source.find("<", position)
        if start < 0:
            yield Token("text", source[position:])
            return
        if start > position:
            yield Token("text", source[position:start])
        if source.startswith("<!--", start) and last_comment_end >= start + 2:
            position = source.index("-->", start + 2) + 3
            continue
        following = source[start + 1 : start + 2]
        name = TAG_NAME.match(source, start)
        if start > last_end or not (name or following in {"!", "?"}):
            yield Token("text", "<")
            position = start + 1
            continue
        if name is None:
            position = source.index(">", start) + 1
            continue
        end = _tag_end(source, start)
        tag = name[1].lower()
        closing = following == "/"
        position = end + 1
        if tag in DROPPED and not closing and tag not in never_closed and source[end - 1] != "/":
            closer = re.compile(f"</{tag}", re.IGNORECASE).search(source, position)
            closer_end = source.find(">", closer.end()) if closer else -1
            if closer_end >= 0:
                position = closer_end + 1
                continue
            never_closed.add(tag)
        yield Token("close" if closing else "open", tag, source[name.end() : end])


def _tag_end(source: str, start: int) -> int:
    """Where the tag that begins at `start` ends; a `>` within double quotes does not end it."""
    first = end = source.index(">", start)
    for _attempt in range(8):
        if source.count('"', start, end) % 2 == 0:
            return end
        quote = source.find('"', end, end + QUOTE_SEARCH)
        end = source.find(">", quote, quote + QUOTE_SEARCH) if quote >= 0 else -1
        if end < 0:
            break
    return first
