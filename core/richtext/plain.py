"""Rich text as plain text and back, for people without JavaScript, mails and comparisons."""

import re

from core.richtext.cleaning import clean_html, escape
from core.richtext.nodes import BREAK, Block, List, Paragraph, Table
from core.richtext.tree import read

# What opens a line of a list in a typed text. `static/js/editor.js` reads the same writing.
BULLET = re.compile(r"[-–•*]\s+(?=\S)")
NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
NOT_PLAIN = re.compile(r"<(?!/|p>|br>|ul>|ol>|li>)")
# Longer texts are not tried: the answer costs some milliseconds per 10 kB, at each showing of the editor.
PLAIN_LENGTH = 50_000
BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def richtext_to_text(html: str) -> str:
    """The words of `html`: paragraphs parted by a blank line, « - » and « 1. » before items, cells by « | »."""
    return "\n\n".join(_text_of(block) for block in read(html))


def text_to_html(text: str) -> str:
    """What somebody typed as plain text, as rich text.

    A blank line parts paragraphs; lines that all begin with « - » or « 1. », « 2. »… are a list; another
    line break stays one. Every character stands for itself. Raises RichTextRefused like `clean_html`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = (part.strip("\n") for part in BLANK_LINE.split(text))
    return clean_html("".join(_block_of(part) for part in parts if part.strip()))


def is_plain(html: str) -> bool:
    """Whether `html` can be edited as plain text without losing anything (no bold, link, table…)."""
    if len(html) > PLAIN_LENGTH or NOT_PLAIN.search(html):
        return False
    return text_to_html(richtext_to_text(html)) == html


def _block_of(part: str) -> str:
    lines = [line.strip() for line in part.split("\n")]
    if all(BULLET.match(line) for line in lines):
        items = (BULLET.sub("", line, count=1) for line in lines)
        return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
    numbers = [NUMBER.match(line) for line in lines]
    if all(number and int(number[1]) == index for index, number in enumerate(numbers, 1)):
        items = (NUMBER.sub("", line, count=1) for line in lines)
        return "<ol>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ol>"
    return "<p>" + "<br>".join(escape(line) for line in lines) + "</p>"


def _text_of(block: Block, indent: str = "") -> str:
    if isinstance(block, Paragraph):
        return f"\n{indent}".join(block.text.split(BREAK))
    if isinstance(block, List):
        lines = []
        for number, item in enumerate(block.items, block.start):
            marker = f"{number}. " if block.ordered else "- "
            inner = indent + " " * len(marker)
            content = f"\n{inner}".join(_text_of(part, inner) for part in item)
            lines.append(marker + content)
        return f"\n{indent}".join(lines)
    assert isinstance(block, Table)
    rows = (
        " | ".join(" ".join(_text_of(part) for part in cell.blocks).replace("\n", " ") for cell in row)
        for row in block.rows
    )
    return f"\n{indent}".join(rows)
