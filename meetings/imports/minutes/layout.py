"""What other programs leave in a text that is pasted, put back as lines and rows: one small rule a shape."""

from __future__ import annotations

import re
from itertools import pairwise

from core.text import normalise

# Markdown ---------------------------------------------------------------------------------------

_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ENTITIES = {"&#x20;": " ", "&nbsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">"}
_MARKUP = re.compile(r"(?i)<br\s*/?>|&#x20;|&nbsp;|&amp;|&lt;|&gt;")
_TITLE = re.compile(r"^#{1,6}\s+(?=\S)")


def is_marked_title(line: str) -> bool:
    """« ## Attendees »."""
    return bool(_TITLE.match(line))


def without_markup(line: str) -> str:
    """« ## **Agenda**<br> » → « Agenda »; a link keeps its words."""
    if not re.search(r"[#*_\]&<]", line):
        return line
    line = _MARKUP.sub(lambda found: _ENTITIES.get(found[0].lower(), " "), line)
    return _STRONG.sub(r"\2", _LINK.sub(r"\1", _TITLE.sub("", line)))


# Bullets on a line of their own -----------------------------------------------------------------

_LONE = re.compile(r"^\s*[•·▪◦●■➢➤✓\uf0b7\uf0a7\uf0d8]\s*$")


def with_bullets(lines: list[str]) -> list[str]:
    """A bullet alone on its line goes before the words below it."""
    joined: list[str] = []
    waiting = ""
    for line in lines:
        if _LONE.match(line):
            waiting = "• "
            continue
        if waiting and not line.strip():
            continue
        joined.append(waiting + line.strip() if waiting else line)
        waiting = ""
    return joined


# « Date : … Lieu : … Participants : … » on one line ---------------------------------------------

_HEAD_LABELS = (
    r"Date|Time|Venue|Location|Place|Duration|Chair(?:ed by|person)?|Participants?|Attendees|Minutes(?: taken by)?|Agenda"
    r"|Lieu|Heure|Durée|Présidence|Président|Rapporteur|Ordre du jour|Nombre de participants|No\. of participants|Number of [Aa]gencies"
)
_LABELLED = re.compile(rf"(?<=[\s,;])(?=(?:{_HEAD_LABELS})\s?:(?:\s|$))")
_FIRST_LABEL = re.compile(rf"^\s*(?:{_HEAD_LABELS}|Lieu et date|Date et lieu)\s?:\s")
_ATTENDANCE_LABEL = re.compile(r"^(?:Participants?|Attendees)\s?:")


def by_label(line: str) -> list[str]:
    """The parts of a line that holds several labels of a head; the line itself where it holds one."""
    if len(line) > 1_500 or ":" not in line:
        return [line]
    cuts = [match.start() for match in _LABELLED.finditer(line)]
    opens = bool(_FIRST_LABEL.match(line))
    enough = len(cuts) > 1 or (cuts and opens) or (len(cuts) == 1 and _ATTENDANCE_LABEL.match(line[cuts[0] :]))
    if not enough:
        return [line]
    places = [0, *cuts, len(line)]
    return [part for start, end in pairwise(places) if (part := line[start:end].strip(" ,;\t|"))]


# Rows whose cells are parted by « / » or by spaces -----------------------------------------------

_HEADER_CELL = re.compile(
    r"(?:no|n|nr|sr|s/?n|#|n°)\.?|(?:full )?names?(?: of .{0,20})?|noms?(?: et prenoms?)?|prenoms?|designation|position(?: ?/ ?organi[sz]ation)?|title|fonctions?"
    r"|organi[sz]ations?|structures?|agenc(?:y|ies)|institutions?|e-?mails?|courriels?|phones?|mobile|contacts?|telephones?|tel|signature"
    r"|(?:agenda )?items?|topics?|points?|time|durees?|who|qui|presenters?|(?:agreed )?action points?(?: .{0,30})?|actions?(?: .{0,30})?|status|etat|deadlines?|echeances?|timeline"
    r"|responsables?|responsible(?: .{0,20})?|agency ?/ ?person responsible|person responsible|discussions?"
)
_SLASH = re.compile(r"\s+/(?=\s|$)|(?:^)/\s+")
# « Phone1 / Jean X … »: the first row stands at the end of the header.
_GLUED = re.compile(r"(?P<label>[A-Za-z]{3,})(?P<number>1)\.?$")


def _slashed(line: str) -> list[str]:
    return [cell.strip() for cell in _SLASH.split(line)]


def _header_of(line: str) -> tuple[list[str], list[str]] | None:
    """The cells of a header parted by « / », and those of a first row that follows it at once."""
    cells = _slashed(line)
    if len(cells) < 2 or len(line) > 600:
        return None
    for at, cell in enumerate(cells):
        if (match := _GLUED.fullmatch(cell)) and _is_header_cell(match["label"]) and at:
            return [*cells[:at], match["label"]], [match["number"], *cells[at + 1 :]]
    known = [_is_header_cell(cell) for cell in cells]
    return (cells, []) if all(known) else None


def _is_header_cell(cell: str) -> bool:
    return bool(_HEADER_CELL.fullmatch(normalise(cell).strip(" .:*")))


def with_slashed_rows(lines: list[str]) -> list[str]:
    """« No / Name / Organisation » and the rows below it, with tabs between their cells."""
    rows: list[str] = []
    width = 0
    for line in lines:
        if found := _header_of(line) if " /" in line else None:
            header, first = found
            width = len(header)
            rows.append("\t".join(header))
            if first:
                rows.append("\t".join(first))
            continue
        if width and (not line.strip() or len(_slashed(line)) < max(2, min(width - 1, 3))):
            # A blank line between two rows is none of the table's ends: other words are.
            width = width if not line.strip() else 0
        rows.append("\t".join(_slashed(line)) if width and line.strip() else line)
    return rows


_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
# Two rows beside each other are a table, one is a line with a gap.
FEWEST_ROWS = 3


def with_spaced_rows(lines: list[str]) -> list[str]:
    """Names in columns that spaces keep apart: three such lines at least, with tabs instead."""
    spaced = [at for at, line in enumerate(lines) if _is_spaced(line)]
    rows = list(lines)
    group: list[int] = []
    for at in [*spaced, None]:
        if at is not None and (not group or not any(lines[between].strip() for between in range(group[-1] + 1, at))):
            group.append(at)
            continue
        if len(group) >= FEWEST_ROWS:
            for one in group:
                rows[one] = _GAP.sub("\t", lines[one].strip())
        group = [] if at is None else [at]
    return rows


def _is_spaced(line: str) -> bool:
    if "\t" in line or len(line) > 400:
        return False
    first = _GAP.split(line.strip(), maxsplit=1)
    return len(first) > 1 and not first[0].rstrip().endswith(":") and bool(re.search(r"[^\W\d_]{2}", first[0]))


def laid_out(lines: list[str]) -> list[str]:
    """All the rules above in turn, for text that is pasted or read from a .txt file."""
    parts = [part for line in with_bullets(lines) for part in by_label(line)]
    return with_spaced_rows(with_slashed_rows(parts))
