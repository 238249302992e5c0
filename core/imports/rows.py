"""What tables are made of, whatever wrote them: rows of cells, limits, what stands in the place of what cannot be read."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import WINDOWS_EPOCH

MOST_ROWS = 100_000
MOST_COLUMNS = 300
CELL_LENGTH = 4_000
# What spreadsheets take as the start of a formula (core.exports.formats).
_COMPUTED = tuple("=+-@＝＋－＠")

# What damaged archives and XML make their readers raise.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, SyntaxError, OSError, EOFError, ValueError, LookupError, TypeError,
    AttributeError, NotImplementedError, RuntimeError, ArithmeticError,
)  # fmt: skip

_FRIENDLY = re.compile(r'^=\s*HYPERLINK\s*\(.*[,;]\s*"((?:[^"]|"")*)"\s*\)\s*$', re.IGNORECASE | re.DOTALL)


class UnreadableTableError(ValueError):
    """The file is no table that can be read; the message, in French, says how to mend it."""


class Formula(str):
    """A formula whose value the file does not hold."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, from the first column on.

    `shared`: columns merged with those of other rows. `spread`: columns that hold what stands to their left, merged.
    """

    number: int
    cells: list[Any]
    shared: frozenset[int] = frozenset()
    spread: frozenset[int] = frozenset()
    # Columns of a table made from another: where each stands in the file.
    moved: Mapping[int, int] | None = None

    def __getitem__(self, column: int) -> Any:
        return self.cells[column] if column < len(self.cells) else None


@dataclass
class Table:
    """One sheet. `rows` is read once."""

    title: str
    rows: Iterator[TableRow]
    is_hidden: bool = False
    epoch: datetime = field(default=WINDOWS_EPOCH)


def clean_text(value: str) -> Any:
    value = value.strip("\x00 \t\r\n\u00a0\ufeff")
    if not value:
        return None
    return formula_or_words(value) if value.startswith("=") else without_apostrophe(value)[:CELL_LENGTH]


def without_apostrophe(text: str) -> str:
    """Without the apostrophe that says « this is text » before what a program would compute."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" \u00a0")[:1] in _COMPUTED else text


def formula_or_words(text: str) -> str | None:
    """The words that a link shows; any other formula stays one."""
    friendly = _FRIENDLY.match(text)
    if friendly:
        return friendly.group(1).replace('""', '"').strip() or None
    return Formula(text[:CELL_LENGTH])


def check_height(number: int) -> None:
    if number > MOST_ROWS:
        raise UnreadableTableError(
            _("Ce fichier dépasse %(limit)d lignes. Importez-le en plusieurs fois.") % {"limit": MOST_ROWS}
        )


def damaged() -> UnreadableTableError:
    return UnreadableTableError(
        _("Ce classeur est abîmé. Ouvrez-le dans Excel ou LibreOffice, enregistrez-le de nouveau, puis importez-le.")
    )


def guarded(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """Rows are read long after their workbook was opened: what is damaged in them is told in the same way."""
    try:
        yield from rows
    except UnreadableTableError:
        raise
    except DAMAGES as error:
        raise damaged() from error


def refuse_entities(package: zipfile.ZipFile) -> None:
    """No part of a workbook declares a document type; those that do unfold."""
    for part in package.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(2048).replace(b"\x00", b"").upper():
                    raise UnreadableTableError(_("Ce classeur contient des déclarations interdites : il n’est pas lu."))


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    """A cell as the sheet shows it, on one line."""
    if isinstance(value, str):
        return " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split())
