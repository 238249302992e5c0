"""Files and pasted text become lines with their place in one text. Hostile files end in a clear refusal."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from meetings.imports.minutes.layout import is_marked_title, laid_out, without_markup

MOST_BYTES = 30_000_000
MOST_CHARACTERS = 2_000_000
MOST_LINES = 40_000
MOST_PAGES = 400
# What a .docx may hold once unpacked: a bomb of zeros is a few kilobytes.
MOST_UNPACKED = 120_000_000
MOST_MEMBERS = 4_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# What word processors leave in a text that is copied: bookmarks, field codes.
RESIDUE = re.compile(
    r"\[(?:bookmark|signet)\s*:[^\]\n]*\]|\{\s*(?:PAGE|NUMPAGES|TOC|HYPERLINK)[^}\n]*\}", re.IGNORECASE
)
PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?\d{1,3}(?:\s*(?:/|sur|of|de)\s*\d{1,3})?\W*$", re.IGNORECASE)


class UnreadableFileError(ValueError):
    """The file cannot be read as minutes; the message, in French, says how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line or one row of a table (`cells`), with its offsets in the source's text."""

    text: str
    start: int
    end: int
    cells: tuple[str, ...] = ()
    is_heading: bool = False
    is_listed: bool = False
    table: int | None = None
    # The paragraphs of each cell, where a cell holds several.
    blocks: tuple[tuple[str, ...], ...] = ()


@dataclass
class Source:
    """The whole text and its lines; `notes` are codes of what was met while reading (`tracked-changes`…)."""

    text: str
    lines: list[Line]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    cells: tuple[str, ...] = ()
    is_heading: bool = False
    is_listed: bool = False
    table: int | None = None


def read_file(path: Path | str) -> Source:
    """The text of a .docx, .txt or .pdf file. Raises UnreadableFileError."""
    path = Path(path)
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFileError(
            _("Ce fichier dépasse %(limit)d Mo. Importez seulement le compte rendu, sans ses annexes.")
            % {"limit": MOST_BYTES // 1_000_000}
        )
    return read_bytes(path.read_bytes(), name=path.name)


def read_bytes(content: bytes, *, name: str = "") -> Source:
    """The text of a file's content, whose nature is read from the content and not from `name`."""
    suffix = Path(name).suffix.lower()
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadableFileError(_("Ce fichier est vide."))
    if content.startswith(OLE):
        raise UnreadableFileError(
            _(
                "Ce fichier est dans l’ancien format de Word (.doc) ou protégé par un mot de passe. Ouvrez-le dans "
                "Word ou LibreOffice, enregistrez-le au format .docx sans mot de passe, puis importez-le."
            )
        )
    if content.startswith(b"%PDF"):
        return _read_pdf(content)
    if content.startswith(b"PK"):
        return _read_docx(content)
    if content.startswith(b"{\\rtf") or suffix in {".rtf", ".odt", ".xlsx", ".xls", ".pptx", ".html", ".htm"}:
        raise UnreadableFileError(
            _("Ce format n’est pas lu. Enregistrez le compte rendu au format .docx, .pdf ou .txt, puis importez-le.")
        )
    return read_text(_decoded(content))


def read_text(text: str) -> Source:
    """Text that somebody pasted, or the content of a .txt file."""
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFileError(_("Ce texte est trop long pour un compte rendu. Importez-le en plusieurs fois."))
    lines = laid_out(re.split(r"\r\n|[\n\r\x0c\x85\u2028\u2029]", text))
    bars = [line.strip().strip("|").count("|") for line in lines]
    return _source(
        [
            _barred_line(line)
            if bars[at] > 1 and bars[at] in bars[max(at - 1, 0) : at] + bars[at + 1 : at + 2]
            else _text_line(line)
            for at, line in enumerate(lines)
        ]
    )


def _barred_line(line: str) -> _Raw:
    """« | Action | Qui | Quand | », one of several rows written alike; rules of dashes between them say nothing."""
    if not any(char.isalnum() for char in line):
        return _Raw("")
    cells = tuple(without_markup(cell.strip()) for cell in line.strip().strip("|").split("|"))
    return _Raw(line, cells=cells)


def _text_line(line: str) -> _Raw:
    """A row of a table copied from a word processor or a spreadsheet keeps its tabs."""
    cells = tuple(cell.strip() for cell in line.strip("\r\n").split("\t")) if "\t" in line.strip() else ()
    if len([cell for cell in cells if cell]) > 1:
        return _Raw(line, cells=cells)
    return _Raw(without_markup(line), is_heading=is_marked_title(line))


def _wide(content: bytes) -> str | None:
    """The UTF-16 of a file that does not say so: every second byte of its beginning is nothing."""
    begins = content[:4_000]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        every, others = begins[offset::2], begins[1 - offset :: 2]
        if len(begins) > 20 and every.count(0) > 0.6 * len(every) and others.count(0) < 0.1 * len(others):
            return encoding
    return None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if wide := _wide(content):
        return content.decode(wide, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Old Windows machines: Latin-1 with quotes and dashes.
        text = content.decode("cp1252", "replace")
    if sum(not char.isprintable() and char not in "\r\n\t\f" for char in text[:4000]) > 200:
        raise UnreadableFileError(
            _("Ce fichier n’est pas un texte. Importez un compte rendu au format .docx, .pdf ou .txt.")
        )
    return text


def _source(raws: list[_Raw], notes: list[str] | None = None) -> Source:
    notes = list(notes or [])
    lines: list[Line] = []
    parts: list[str] = []
    offset = 0
    for raw in raws:
        text, residue = _clean(raw.text)
        if residue and "residue" not in notes:
            notes.append("residue")
        if not text:
            continue
        if PAGE_NUMBER.match(text) and not raw.cells and not re.search(r"\d{4}", text):
            if "residue" not in notes:
                notes.append("residue")
            continue
        if len(lines) >= MOST_LINES:
            raise UnreadableFileError(_("Ce texte est trop long pour un compte rendu. Importez-le en plusieurs fois."))
        cells = tuple(_clean(cell)[0] for cell in raw.cells)
        blocks = tuple(tuple(part for part in map(_words_of, cell.split("\n")) if part) for cell in raw.cells)
        lines.append(Line(text, offset, offset + len(text), cells, raw.is_heading, raw.is_listed, raw.table, blocks))
        parts.append(text)
        offset += len(text) + 1
    if not any(any(char.isalpha() for char in line.text) for line in lines):
        raise UnreadableFileError(_("Ce fichier ne contient pas de texte."))
    return Source("\n".join(parts), lines, notes)


def _words_of(text: str) -> str:
    return _clean(text)[0]


def _clean(text: str) -> tuple[str, bool]:
    """The text on one line with plain spaces, and whether residue of a word processor was dropped."""
    found = bool(RESIDUE.search(text))
    text = RESIDUE.sub("", text)
    text = SPACES.sub(" ", CONTROLS.sub("", text))
    return re.sub(r"[ \t\n\r\x0c]+", " ", text).strip(), found


# .docx ------------------------------------------------------------------------------------------


def _read_docx(content: bytes) -> Source:
    _check_zip(content)
    try:
        document = docx.Document(io.BytesIO(content))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError) as error:
        raise UnreadableFileError(
            _("Ce fichier .docx est abîmé. Ouvrez-le dans Word ou LibreOffice, enregistrez-le à nouveau, réessayez.")
        ) from error
    notes = []
    body = document.element.body
    if next(body.iter(qn("w:ins"), qn("w:del")), None) is not None:
        notes.append("tracked-changes")
    headings = {style.style_id for style in document.styles if _is_heading_style(style.name or "")}
    raws: list[_Raw] = []
    for section in document.sections[:1]:
        raws += [_Raw(paragraph.text) for paragraph in section.header.paragraphs]
    counter = iter(range(MOST_LINES))
    for element in body:
        raws += _blocks(element, headings, counter)
        if len(raws) > MOST_LINES:
            raise UnreadableFileError(_("Ce texte est trop long pour un compte rendu. Importez-le en plusieurs fois."))
    return _source(raws, notes)


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFileError(
            _("Ce fichier est abîmé ou incomplet. Téléchargez-le ou copiez-le à nouveau.")
        ) from error
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnreadableFileError(_("Ce fichier est démesuré une fois décompressé : il n’est pas ouvert."))
    if "word/document.xml" not in names:
        raise UnreadableFileError(
            _("Ce fichier n’est pas un document Word. Importez un compte rendu au format .docx, .pdf ou .txt.")
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFileError(
            _("Ce document contient des macros (.docm) : il n’est pas ouvert. Enregistrez-le au format .docx.")
        )


def _is_heading_style(name: str) -> bool:
    return bool(re.match(r"(?i)(heading|titre|title|subtitle|sous-titre)\b", name))


def _blocks(element: Any, headings: set[str], counter: Any, depth: int = 0) -> list[_Raw]:
    """The lines of a paragraph, a table or a container of them (content controls)."""
    if depth > 8:
        return []
    if element.tag == qn("w:p"):
        return _paragraph(element, headings)
    if element.tag == qn("w:tbl"):
        number = next(counter)
        raws = []
        for row in element.iter(qn("w:tr")):
            cells = [
                "\n".join(_xml_text(paragraph) for paragraph in cell.iter(qn("w:p")))
                for cell in row.iterchildren(qn("w:tc"))
            ]
            if sum(bool(cell.strip()) for cell in cells) > 1 or len(cells) > 1:
                raws.append(_Raw("\t".join(cells), cells=tuple(cells), table=number))
            else:
                raws += [_Raw(line) for cell in cells for line in cell.split("\n")]
        return raws
    if element.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag")}:
        return [raw for child in element for raw in _blocks(child, headings, counter, depth + 1)]
    return []


def _paragraph(element: Any, headings: set[str]) -> list[_Raw]:
    properties = element.find(qn("w:pPr"))
    style, is_listed = "", False
    if properties is not None:
        named = properties.find(qn("w:pStyle"))
        style = named.get(qn("w:val")) if named is not None else ""
        is_listed = properties.find(qn("w:numPr")) is not None
    lines = _xml_text(element).split("\n")
    return [_Raw(line, is_heading=style in headings, is_listed=is_listed) for line in lines]


def _xml_text(element: Any) -> str:
    """The text of a paragraph with insertions accepted, deletions left out, breaks as line ends."""
    parts = []
    for node in element.iter():
        if node.tag == qn("w:t"):
            if not _is_dropped(node):
                parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append(" ")
        elif node.tag in {qn("w:br"), qn("w:cr")}:
            parts.append("\n")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
    return "".join(parts)


def _is_dropped(node: Any) -> bool:
    """Moved away, or the second writing of a text box for old programs."""
    dropped = {qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
    return any(parent.tag in dropped for parent in node.iterancestors())


# .pdf -------------------------------------------------------------------------------------------


def _read_pdf(content: bytes) -> Source:
    # Here and not above: it brings the fonts' library, which no web process needs in memory.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFileError(_("Ce PDF est protégé par un mot de passe. Enregistrez-le sans, puis réessayez."))
        if len(reader.pages) > MOST_PAGES:
            raise UnreadableFileError(
                _("Ce PDF compte plus de %(limit)d pages. Importez seulement le compte rendu.") % {"limit": MOST_PAGES}
            )
        pages = [page.extract_text() or "" for page in reader.pages]
    except UnreadableFileError:
        raise
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise UnreadableFileError(
            _("Ce PDF est abîmé et ne se lit pas. Enregistrez-le à nouveau, ou copiez son texte dans la page.")
        ) from error
    if not any(any(char.isalpha() for char in page) for page in pages):
        raise UnreadableFileError(
            _(
                "Ce PDF ne contient que des images (un document numérisé) : son texte ne se lit pas. Importez le "
                "fichier Word d’origine, ou passez le PDF par une reconnaissance de caractères."
            )
        )
    if sum(len(page) for page in pages) > MOST_CHARACTERS:
        raise UnreadableFileError(_("Ce texte est trop long pour un compte rendu. Importez-le en plusieurs fois."))
    lines = [page.split("\n") for page in pages]
    furniture = _furniture(lines)
    raws = [_Raw(line) for page in lines for line in page if _furniture_key(line) not in furniture]
    return _source(_unwrapped(raws))


def _furniture_key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _furniture(pages: list[list[str]]) -> set[str]:
    """Running heads and feet: among the first or last two lines of most pages."""
    if len(pages) < 3:
        return set()
    seen = Counter(key for page in pages for key in {_furniture_key(line) for line in [*page[:2], *page[-2:]]} if key)
    return {key for key, count in seen.items() if count >= max(3, 0.6 * len(pages))}


def _unwrapped(raws: list[_Raw]) -> list[_Raw]:
    """Lines that a page's width cut are put together again: the next begins in lower case or the line is full."""
    width = max((len(raw.text) for raw in raws), default=0)
    joined: list[_Raw] = []
    for raw in raws:
        text = raw.text.strip()
        if not text:
            continue
        before = joined[-1].text.rstrip() if joined else ""
        continues = (
            before
            and text[0].islower()
            and not re.match(r"^[a-z][.)]\s", text)
            and (len(before) > 0.6 * width or before.endswith((",", "-", "’", "'")))
            and not before.endswith((".", ":", ";", "!", "?"))
        )
        if continues:
            glue = "" if before.endswith(("’", "'")) else " "
            joined[-1] = _Raw(before + glue + text)
        else:
            joined.append(_Raw(text))
    return joined
