"""HTML of a document to a Word file with real styles, so that people go on writing in it.

The same HTML feeds the PDF: nothing can be in one file and not in the other. Headings, lists and tables become
Word's own (its navigation, its numbering, its repeated heading rows), in styles that Word shows under its own
French names. The same input gives the same bytes: no date, no name of a machine.

Importing this module loads python-docx: workers and the shell do, web processes never.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import html as lxml_html

from core.documents.docx_styles import prepare
from core.documents.docx_text import plain, text_element
from core.documents.docx_writer import Writer
from core.documents.html_limits import check_size
from core.documents.sandbox import Confined, Limits

# Word files of 40 pages take some 2 s; beyond this the document is refused in French.
DOCX_LIMITS = Limits(wall_seconds=60, cpu_seconds=50, memory_bytes=700_000_000)
# The oldest moment that a ZIP file can tell.
NO_DATE = (1980, 1, 1, 0, 0, 0)


def write_docx(html: str, *, language: str) -> bytes:
    """The Word file of a document's HTML, in this process and without limits: see `render_docx`."""
    root = lxml_html.document_fromstring(check_size(html))
    document = docx.Document()
    prepare(document, language=language)
    writer = Writer(document)
    writer.write(root)
    _running(document, writer.running)
    title = plain(root.findtext(".//title") or "")
    author = next((meta.get("content", "") for meta in root.iter("meta") if meta.get("name") == "author"), "")
    _properties(document, title=title, author=plain(author), language=language)
    raw = io.BytesIO()
    document.save(raw)
    return _undated(raw.getvalue())


def _running(document: Any, texts: dict[str, str]) -> None:
    """Header (body, date) and footer (version, page x / y), each with a tab stop at the right margin."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = f"{texts.get('running-body', '')}\t{texts.get('running-date', '')}"
    footer = section.footer.paragraphs[0]
    footer.text = f"{texts.get('running-version', '')}\t"
    for code, after in (("PAGE", " / "), ("NUMPAGES", "")):
        simple = OxmlElement("w:fldSimple")
        simple.set(qn("w:instr"), code)
        run = OxmlElement("w:r")
        run.append(text_element("1"))
        simple.append(run)
        footer._p.append(simple)
        if after:
            footer.add_run(after)


def _properties(document: Any, *, title: str, author: str, language: str) -> None:
    properties = document.core_properties
    properties.title = title[:255]
    properties.author = author[:255]
    properties.language = language
    properties.comments = ""
    properties.keywords = ""
    element = properties._element
    for name in ("dcterms:created", "dcterms:modified", "cp:lastModifiedBy", "cp:revision", "cp:lastPrinted"):
        for found in element.findall(qn(name)):
            element.remove(found)


def _undated(data: bytes) -> bytes:
    """The same package without dates, and with the parts in one order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(name))
    return packed.getvalue()


@dataclass(frozen=True)
class Order:
    """What the child is sent."""

    html: str
    language: str


def _fill(order: Order) -> bytes:
    return write_docx(order.html, language=order.language)


def render_docx(
    html: str, *, language: str, limits: Limits = DOCX_LIMITS, while_waiting: Callable[[], None] | None = None
) -> bytes:
    """Like `write_docx`, in a child process under `limits`. Raises DocumentRefused, or RenderingFailed."""
    return RENDERER.call(Order(check_size(html), language), limits, while_waiting=while_waiting)


# The child of this process; forked when it is first needed.
RENDERER = Confined(_fill)
