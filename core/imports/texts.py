"""Text files as rows of cells: encodings and separators told by what the file holds."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from core.imports.rows import MOST_COLUMNS, TableRow, UnreadableTableError, check_height, clean_text

DELIMITERS = ";,\t|"
SNIFFED_LINES = 40
# Excel on Windows, on older Macs, and DOS.
OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
DECODED_SAMPLE = 200_000
_FRENCH = frozenset("éèêëàâçôöîïûùüœÉÈÊÀÇÔÎ’«»°")
_TWICE = ("Ã©", "Ã¨", "Ãª", "Ã´", "Ã§", "Ã®")
FEWEST_TWICE = 2


def text_rows(path: Path) -> Iterator[TableRow]:
    text = decode(path.read_bytes())
    first, _newline, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=(.)\s*", first.strip())
    if declared:
        text = rest
    delimiter = declared.group(1) if declared else delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1 if declared else 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableTableError(
                _(
                    "La ligne %(number)d ne se lit pas : un guillemet ouvert n’est pas refermé, ou une cellule est démesurée."
                )
                % {"number": number}
            ) from error
        check_height(number)
        yield TableRow(number, [clean_text(cell) for cell in cells[:MOST_COLUMNS]])


def decode(content: bytes) -> str:
    """UTF-8 or UTF-16 as marked, UTF-8 where it is valid, otherwise what older programs write French in."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return _mended(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        sample = content[:DECODED_SAMPLE]
        # Windows first: of two that read as many French letters, the first is taken.
        best = max(OLD_ENCODINGS, key=lambda one: _looks_french(sample.decode(one, "replace")))
        return content.decode(best, "replace")


def _looks_french(text: str) -> int:
    """How French the letters are; « é » is by far the most frequent, and no capital stands inside a word."""
    return 4 * text.count("é") + sum(sign in _FRENCH for sign in text)


def _mended(text: str) -> str:
    """« RÃ©gion » is « Région » that was read as Latin-1 and written again as UTF-8."""
    if sum(text.count(sign) for sign in _TWICE) < FEWEST_TWICE:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def delimiter_of(text: str) -> str:
    """What separates the columns: the sign that cuts most of the first lines into the same number of cells."""
    sample = "".join(text.splitlines(keepends=True)[:SNIFFED_LINES])
    best, best_score = ",", 0
    for sign in DELIMITERS:
        try:
            widths = Counter(len(cells) for cells in csv.reader(io.StringIO(sample), delimiter=sign) if any(cells))
        except csv.Error:
            continue
        score = max((count * width for width, count in widths.items() if width > 1), default=0)
        if score > best_score:
            best, best_score = sign, score
    return best
