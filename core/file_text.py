"""The words of files that people hand in, so that search finds them. Never what a reader sees of the file itself.

Whatever the file is, the cost is bounded: only so many pages, parts and characters are read, office files as a
stream that is left as soon as there is enough, and all of it in a process of its own.
"""

from __future__ import annotations

import logging
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from core.documents.base import DocumentRefused
from core.documents.sandbox import Confined, Limits, RenderingFailed
from core.uploads import TYPES

logger = logging.getLogger(__name__)

LIMITS = Limits(wall_seconds=60, cpu_seconds=45, memory_bytes=600_000_000)
# As many as search keeps (core.search.indexing.MOST_TEXT).
MOST_CHARACTERS = 200_000
MOST_PAGES = 300
MOST_PARTS = 400
# Of one part of an office file, unpacked: its words are a small share of it.
MOST_UNPACKED = 60_000_000
STEP = 64 * 1024
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
SPACES = re.compile(r"[^\S\n]+")


class UnreadableFileError(ValueError):
    """The file is damaged, locked, or costs too much to read."""


@dataclass(frozen=True)
class _Markup:
    """Where the words of an XML stand: in `words` (anywhere in `within` when it is empty), never in `dropped`.

    `lines` end a line, `gaps` are a space. Names without their namespaces, which programs abbreviate as they like.
    """

    words: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()


_WORD = _Markup(
    words=frozenset({"t"}),
    # Moved away, or the second writing of a text box for old programs; deletions are no « t ».
    dropped=frozenset({"moveFrom", "Fallback"}),
    lines=frozenset({"p", "br", "cr"}),
    gaps=frozenset({"tab", "tc"}),
)
_SHEET = _Markup(words=frozenset({"t"}), dropped=frozenset({"rPh"}), lines=frozenset({"si", "is"}))
_SLIDE = _Markup(words=frozenset({"t"}), lines=frozenset({"p", "br"}))
_ODT = _Markup(
    within=frozenset({"p", "h"}),
    dropped=frozenset({"tracked-changes", "annotation"}),
    lines=frozenset({"p", "h", "line-break"}),
    gaps=frozenset({"s", "tab"}),
)
# The parts that are read, in this order, and how.
_PARTS = {
    TYPES["docx"]: (
        (re.compile(r"word/document\d*\.xml"), _WORD),
        (re.compile(r"word/(?:footnotes|endnotes|header\d*|footer\d*)\.xml"), _WORD),
    ),
    TYPES["xlsx"]: (
        (re.compile(r"xl/sharedStrings\.xml"), _SHEET),
        (re.compile(r"xl/worksheets/sheet\d+\.xml"), _SHEET),
    ),
    TYPES["pptx"]: (
        (re.compile(r"ppt/slides/slide\d+\.xml"), _SLIDE),
        (re.compile(r"ppt/notesSlides/notesSlide\d+\.xml"), _SLIDE),
    ),
    TYPES["odt"]: ((re.compile(r"content\.xml"), _ODT),),
}
_PLAIN = frozenset({TYPES["txt"], TYPES["csv"]})
# The kinds of files that have words at all.
READABLE = frozenset({*_PARTS, *_PLAIN, TYPES["pdf"]})


def read_confined(path: Path, content_type: str) -> str:
    """The words of a file of that type (`core.uploads.TYPES`), in a child process; empty when it has none.

    For workers. Raises UnreadableFileError for a damaged, locked or excessive file, OSError when it is not there.
    """
    if content_type not in READABLE:
        return ""
    path.stat()
    try:
        return _reader.call((str(path), content_type), LIMITS).decode()
    except DocumentRefused as refused:
        raise UnreadableFileError(str(refused)) from None
    except RenderingFailed as failed:
        # What a hostile file made a library raise: told, because it may also be a fault of ours.
        logger.warning("the words of %s were not read: %s", path.name, failed)
        raise UnreadableFileError("failed") from failed


def read_here(content: IO[bytes], content_type: str) -> str:
    """The same in this process."""
    if content_type == TYPES["pdf"]:
        parts = _pdf(content)
    elif content_type in _PLAIN:
        parts = iter([_decoded(content.read(4 * MOST_CHARACTERS))])
    elif content_type in _PARTS:
        parts = _office(content, content_type)
    else:
        return ""
    return _tidy(_enough(parts))


def _in_child(argument: tuple[str, str]) -> bytes:
    path, content_type = argument
    try:
        with Path(path).open("rb") as file:
            return read_here(file, content_type).encode()
    except UnreadableFileError as error:
        raise DocumentRefused(str(error)) from error


_reader = Confined(_in_child)


def _enough(parts: Iterator[str]) -> str:
    kept: list[str] = []
    left = MOST_CHARACTERS
    for part in parts:
        kept.append(part[:left])
        left -= len(part)
        if left <= 0:
            break
    return "".join(kept)


def _tidy(text: str) -> str:
    text = SPACES.sub(" ", UNSTORABLE.sub(" ", text.replace("\r", "\n").replace("\u00ad", "")))
    return "\n".join(line for line in (line.strip() for line in text.split("\n")) if line)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Cut in the middle of a letter; otherwise old Windows machines' Latin-1.
        return content.decode("utf-8-sig" if error.start > len(content) - 4 else "cp1252", "replace")


# PDF --------------------------------------------------------------------------------------------


def _pdf(content: IO[bytes]) -> Iterator[str]:
    # Here and not above: it brings the fonts' library, which no web process needs in memory.
    from pypdf import PdfReader

    # One fault among its messages says as much as a thousand.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(content, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFileError("locked")
        count = len(reader.pages)
    except (UnreadableFileError, MemoryError, RecursionError):
        raise
    except Exception as error:
        # Damaged files make the reader raise whatever its code stumbles on.
        raise UnreadableFileError("damaged") from error
    for number in range(min(count, MOST_PAGES)):
        try:
            yield (reader.pages[number].extract_text() or "") + "\n"
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001 - as above; the other pages have their words
            logger.info("page %d was not read: %r", number + 1, error)


# Office files -----------------------------------------------------------------------------------


def _office(content: IO[bytes], content_type: str) -> Iterator[str]:
    try:
        with zipfile.ZipFile(content) as package:
            names = sorted(package.namelist(), key=_in_order)
            read = 0
            for pattern, markup in _PARTS[content_type]:
                for name in names:
                    if pattern.fullmatch(name) and read < MOST_PARTS:
                        read += 1
                        with package.open(name) as part:
                            yield from _Reading(markup).of(part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError) as error:
        raise UnreadableFileError("damaged") from error
    except (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError) as error:
        if isinstance(error, (UnreadableFileError, RecursionError)):
            raise
        raise UnreadableFileError("damaged") from error


def _in_order(name: str) -> tuple[int, str]:
    """« slide10.xml » after « slide2.xml »."""
    number = re.search(r"(\d+)\.xml$", name)
    return (int(number[1]) if number else 0, name)


@dataclass
class _Reading:
    """One part of an office file, read as a stream."""

    markup: _Markup
    words: list[str] = field(default_factory=list)
    within: int = 0
    dropped: int = 0

    def of(self, part: IO[bytes]) -> Iterator[str]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        # No office program writes a declaration of types or entities.
        parser.StartDoctypeDeclHandler = _no_doctype
        unpacked = 0
        while data := part.read(STEP):
            unpacked += len(data)
            if unpacked > MOST_UNPACKED:
                raise UnreadableFileError("too large")
            parser.Parse(data, False)
            yield "".join(self.words)
            self.words.clear()
        parser.Parse(b"", True)
        yield "".join(self.words) + "\n"

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        markup, name = self.markup, name.rpartition(" ")[2]
        if name in markup.dropped:
            self.dropped += 1
        if name in markup.words or name in markup.within:
            self.within += 1
        if name in markup.gaps and not self.dropped:
            self.words.append(" ")

    def _end(self, name: str) -> None:
        markup, name = self.markup, name.rpartition(" ")[2]
        if name in markup.dropped:
            self.dropped -= 1
        if name in markup.words or name in markup.within:
            self.within -= 1
        if name in markup.lines and not self.dropped:
            self.words.append("\n")

    def _said(self, text: str) -> None:
        if self.within and not self.dropped:
            self.words.append(text)


def _no_doctype(*_declaration: object) -> None:
    raise expat.ExpatError("doctype")
