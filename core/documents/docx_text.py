"""Text of a Word paragraph: runs and their marks, white space as a browser shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

WHITE = re.compile("[ \t\r\n\f]+")
# XML 1.0 §2.2; the zero-width space is the PDF's, for long words in tables.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff\u200b]")


def plain(text: str) -> str:
    """`text` with single spaces and without what XML cannot hold."""
    return WHITE.sub(" ", NOT_XML.sub("", text))


@dataclass(frozen=True)
class Look:
    """The marks of a stretch of text."""

    strong: bool = False
    em: bool = False
    muted: bool = False
    href: str = ""


@dataclass
class Line:
    """A paragraph being written: white space is collapsed as a browser does."""

    element: Any
    # Where runs go now: the paragraph, or a link within it.
    target: Any
    has_text: bool = False
    ends_white: bool = True
    last: Any = field(default=None)

    def write(self, raw: str, look: Look) -> None:
        text = plain(raw)
        if self.ends_white:
            text = text.removeprefix(" ")
        if not text:
            return
        self.ends_white = text.endswith(" ")
        self.has_text = True
        self.run(look, text)

    def line_break(self, look: Look) -> None:
        self._trim()
        run = self.run(look, "")
        run.append(OxmlElement("w:br"))
        self.ends_white = True

    def run(self, look: Look, text: str) -> Any:
        run = OxmlElement("w:r")
        marks = _marks(look)
        if marks is not None:
            run.append(marks)
        if text:
            run.append(text_element(text))
            self.last = run[-1]
        self.target.append(run)
        return run

    def _trim(self) -> None:
        if self.last is not None and self.last.text and self.last.text.endswith(" "):
            self.last.text = self.last.text.removesuffix(" ")

    def close(self) -> None:
        self._trim()


def text_element(text: str) -> Any:
    element = OxmlElement("w:t")
    element.set(qn("xml:space"), "preserve")
    element.text = text
    return element


def _marks(look: Look) -> Any | None:
    """Run properties, in the order that the schema wants (ECMA-376 §17.3.2.28)."""
    properties = OxmlElement("w:rPr")
    if look.href or look.muted:
        properties.append(val("w:rStyle", "Hyperlink" if look.href else "Aparte"))
    if look.strong:
        properties.append(OxmlElement("w:b"))
    if look.em:
        properties.append(OxmlElement("w:i"))
    return properties if len(properties) else None


def val(tag: str, value: Any) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:val"), str(value))
    return element
