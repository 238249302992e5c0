"""The text cut at its headings: which part speaks of what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.text import normalise
from meetings.imports.minutes.endings import closes_actions, closes_people, is_part_below, is_sentence, number_of
from meetings.imports.minutes.headings import NUMBERING, bare, is_minutes_below, kind_of
from meetings.imports.minutes.source import Line

ATTENDANCE_KINDS = ("present", "excused", "absent", "guest")
BULLET = re.compile(r"^\s*(?:[•·▪◦●■➢➤✓✔*»§\uf0b7\uf0a7\uf0d8]|[-–—](?=\s)|o(?=\s))\s*")
NUMBER = re.compile(
    r"^\s*(?:item|point|agenda item)?\s*(?:n°\s*)?(?P<number>\d{1,2})\s*(?:[.)°/:]+|[-–—](?=\s))\s*(?!\d)",
    re.IGNORECASE,
)
_MARKS = {
    "1": NUMBER,
    "I": re.compile(r"^\s*(?P<number>[IVX]{1,5})\s*[.)°/–-]+\s*(?=\w)"),
    "i": re.compile(r"^\s*\(?(?P<number>[ivx]{1,5})[.)]\s+"),
    "A": re.compile(r"^\s*(?P<number>[A-Z])\s*[.)/-]+\s*(?=\w)"),
    "a": re.compile(r"^\s*\(?(?P<number>[a-z])\)\s+"),
}
_ROMAN = {"i": 1, "v": 5, "x": 10}


@dataclass
class Section:
    """A heading and the lines below it; `kind` is "" for a heading of its own, "head" before the first."""

    kind: str
    heading: Line | None
    lines: list[Line] = field(default_factory=list)

    @property
    def title(self) -> str:
        return bare(self.heading.text) if self.heading else ""

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def unbulleted(text: str) -> str:
    """The text without its bullet or number."""
    return (
        NUMBER.sub("", BULLET.sub("", text), count=1).strip()
        if not BULLET.match(text)
        else BULLET.sub("", text).strip()
    )


_CLOSING = re.compile(
    r"(?i)(?:l['’]ordre du jour (?:[ée]tant|est) [ée]puis|(?:la )?(?:s[ée]ance|r[ée]union|rencontre) (?:a [ée]t[ée]|est|fut|s['’]est|prit|a pris) (?:lev|cl[ôo]tur|achev|termin|clos|fin)|plus rien n['’][ée]tant|"
    r"(?:the )?(?:meeting|session) (?:was )?(?:adjourned|closed|ended|concluded)|there being no (?:other|further) business|fait à .{2,40}, le \d|le (?:pr[ée]sident|rapporteur) de s[ée]ance\b|(?:fin|cl[ôo]ture|lev[ée]e) de la (?:r[ée]union|s[ée]ance|rencontre)|end of (?:the )?meeting|minutes (?:prepared|taken) by|r[ée]dig[ée] par)"
)


def mark_of(text: str) -> tuple[str, int] | None:
    """The number that a line carries and its style: « 3. » → ("1", 3), « II. » → ("I", 2), « b) » → ("a", 2)."""
    for style, shape in _MARKS.items():
        if match := shape.match(text):
            number = match["number"].lower()
            if style == "1":
                return style, int(number)
            if style in "Ii":
                values = [_ROMAN[letter] for letter in number]
                pairs = zip(values, [*values[1:], 0], strict=True)
                return style, sum(-one if one < following else one for one, following in pairs)
            return style, ord(number) - ord("a") + 1
    return None


def unmarked(text: str) -> str:
    """The text without the number that it carries, in whatever style."""
    for shape in _MARKS.values():
        if match := shape.match(text):
            return text[match.end() :].strip()
    return text


@dataclass
class _Listed:
    """The list of the agenda while it is read: the style of its numbers and the last of them."""

    style: str | None = None
    last: int = 0
    count: int = 0

    def follows(self, line: Line) -> bool:
        """The next number of the list, whatever its words."""
        mark = mark_of(line.text)
        return mark is not None and self.count > 0 and mark == (self.style, self.last + 1)

    def is_over(self, line: Line) -> bool:
        """The numbers begin again, or numbers come after bullets: the discussion starts."""
        mark = mark_of(line.text)
        if mark is None or self.count < 2 or BULLET.match(line.text):
            return False
        if self.style == "bullet":
            return mark[0] in {"1", "I"}
        return mark[0] == self.style and mark[1] == 1 and self.last > 1

    def add(self, line: Line) -> None:
        mark = mark_of(line.text)
        if self.style is None:
            self.style = mark[0] if mark else "bullet" if BULLET.match(line.text) or line.is_listed else ""
        if mark and mark[0] == self.style:
            self.last = mark[1]
        if mark is None or mark[0] == self.style:
            self.count += 1


def split_sections(lines: list[Line]) -> list[Section]:
    """The text cut at its headings. « Excusés : M. X » is a heading with its first line.

    The titles of the agenda, met again below it, head the parts of the discussion.
    """
    sections = [Section("head", None)]
    titles: list[str] = []
    listed = _Listed()
    shouting = _shouts(lines)
    told: set[int] = set()
    for line in lines:
        current = sections[-1]
        if current.kind not in _LISTS and not line.cells and (number := number_of(line.text)):
            told.add(number)
        if (
            not line.cells
            and _CLOSING.search(line.text[:200])
            and current.kind not in {"head", "context", "discussion"}
            and (current.kind != "conclusions" or current.lines)
        ):
            sections.append(Section("closing", None, [line]))
            continue
        if _ends_list(line, current, told):
            is_title = not is_sentence(line.text)
            told |= {number for number in [number_of(line.text)] if number and is_title}
            sections.append(Section("", line if is_title else None, [] if is_title else [line]))
            if is_title and (kind := kind_of(line.text)) in {"any_other", "follow_up", "updates", "next_meeting"}:
                sections[-1].kind = kind
            continue
        in_agenda = current.kind == "agenda" and not line.cells
        again = _is_title_again(line, titles, in_agenda=in_agenda)
        if again and in_agenda and listed.style == "bullet" and BULLET.match(line.text):
            # The same words twice in a list of bullets: below one point, then below another.
            again = False
        if again or (in_agenda and listed.is_over(line)):
            kind = kind_of(line.text)
            sections.append(
                Section(kind if kind in {"any_other", "follow_up", "updates", "next_meeting", "actions"} else "", line)
            )
            continue
        own = in_agenda and listed.follows(line) and not line.is_heading
        if in_agenda and _goes_on(current, line):
            sections.append(Section(kind_of(line.text), line))
            continue
        kind_found, rest = (None, None) if own else _heading(line, current, shouting=shouting)
        if kind_found is None:
            current.lines.append(line)
            if in_agenda:
                listed.add(line)
                titles += _titles_in(line.text)
            continue
        if kind_found == "guest" or (kind_found == "present" and _IN_ATTENDANCE.match(line.text)):
            # « In attendance » below « Present » names those who are no members.
            kind_found = "guest" if any(section.kind == "present" for section in sections) else kind_found
        sections.append(Section(kind_found, line))
        if rest:
            sections[-1].lines.append(rest)
            titles += _titles_in(rest.text) if kind_found == "agenda" else []
    return sections


# A list whose end must be seen.
_LISTS = frozenset({*ATTENDANCE_KINDS, "actions", "decisions", "agenda"})


def _ends_list(line: Line, current: Section, told: set[int]) -> bool:
    """A list that no heading closes: what follows is a sentence, or the next part of the text."""
    if line.cells or not current.lines:
        return False
    if current.kind in ATTENDANCE_KINDS:
        if is_sentence(line.text) and not BULLET.match(line.text):
            return True
        numbered = any(number_of(before.text) is not None for before in current.lines)
        return is_part_below(line.text) or (not numbered and closes_people(line.text))
    if current.kind in {"actions", "decisions"} and not line.is_listed:
        if current.heading and number_of(current.heading.text):
            return False
        return closes_actions(line.text, told, any(number_of(before.text) is not None for before in current.lines))
    return False


def _titles_in(text: str) -> list[str]:
    return [key for part in _ONE_LINE.split(text) if (key := agenda_key(part))]


def _goes_on(section: Section, line: Line) -> bool:
    """« 3. Discussions » below « 2. Ordre du jour »: the numbers of the parts, and not of the points."""
    before, here = mark_of(section.heading.text) if section.heading else None, mark_of(line.text)
    return bool(before and here == (before[0], before[1] + 1) and kind_of(line.text) in _PARTS)


def _shouts(lines: list[Line]) -> bool:
    """A text all in capitals: there they mark no heading."""
    letters = [char for line in lines for char in line.text if char.isalpha()]
    return sum(char.isupper() for char in letters) > 0.7 * len(letters)


def agenda_key(text: str) -> str:
    """The first words of a point, to know it again: without number, duration nor presenter."""
    plain = re.split(r"\s*[(\[]|\s[–—-]\s|:", NUMBER.sub("", BULLET.sub("", text)), maxsplit=1)[0]
    return normalise(bare(plain)).strip(" .;,")


def _is_title_again(line: Line, titles: list[str], *, in_agenda: bool) -> bool:
    if line.cells or len(line.text) > 200 or not titles:
        return False
    key = agenda_key(line.text)
    if len(key) < 3:
        return False
    if in_agenda:
        # The list itself has each point once; a second « 1. » below it opens the discussion.
        return key in titles
    short = len(line.text) < 160 and not line.text.rstrip().endswith(".")
    numbered = bool(NUMBER.match(line.text) or re.match(r"^\s*(?:[IVX]{1,5}|[A-Z])\s*[.)/-]\s", line.text))
    if key in titles:
        return short
    # Reworded a little: « 2. Situation de la soudure au Niger » for « Situation de la soudure ».
    return (
        numbered
        and short
        and any(
            len(title) > 12 and (key.startswith(title[:24]) or (title.startswith(key[:24]) and len(key) > 12))
            for title in titles
        )
    )


# What follows an agenda as a part of the text, and is seldom a point of it.
_PARTS = frozenset({"discussion", "actions", "decisions", "conclusions", *ATTENDANCE_KINDS})
# « Ordre du jour : 1. Bilan ; 2. Budget »: the points on one line.
_ONE_LINE = re.compile(r"\s*[;,]\s*(?:et\s+|and\s+)?(?=\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)]\s)")
_IN_ATTENDANCE = re.compile(r"(?i)\s*in attendance\b")
# « … s’est penchée sur les points inscrits à l’ordre du jour suivants : » closes a paragraph.
_AGENDA_FOLLOWS = re.compile(
    r"(?i)\b(?:ordre du jour|agenda|points suivants|following (?:points|items))\b[^.:]{0,60}:$"
)
# « ZOÉ ESSAI ONG MODELA »: somebody of an organisation, in capitals.
_CAPITALS_OF = re.compile(r"\s(?:ONG|NGO|MAIRIE|ASSOCIATION)\b")
# « Le secrétariat était assuré par M. X, étaient présents : » opens a list.
_PEOPLE_FOLLOW = re.compile(r"(?i)\b(?:[ée]tai(?:en)?t pr[ée]sente?s|were present)\s*:$")
# « Les structures suivantes ont participé à la réunion : … ».
_WHO = re.compile(
    r"(?i)\b(?:structures?|organi[sz]ations?|agences?|agenc(?:y|ies)|partenaires?|partners?|members?|membres?|repr[ée]sentant(?:e?s)?|participants?|institutions?)\b"
)
_WAS_THERE = re.compile(
    r"(?i)\b(?:pr[ée]sente?s|repr[ée]sent[ée]e?s|particip[ée]|pris part|attended|present|represented|participated|attendance)\b"
)


def _heading(line: Line, current: Section, *, shouting: bool) -> tuple[str | None, Line | None]:
    if line.cells:
        # « Présents | M. X, BIT » in a table of two columns.
        kind = kind_of(line.cells[0]) if len(line.cells) == 2 and line.cells[1] else ""
        if kind and kind not in {"actions", "decisions", "next_meeting"} and not kind_of(line.cells[1]):
            at = line.text.find(line.cells[1])
            return kind, Line(line.cells[1], line.start + max(at, 0), line.end)
        return None, None
    if current.kind in {"agenda", *ATTENDANCE_KINDS} and is_minutes_below(line.text):
        return "discussion", None
    if kind := kind_of(line.text):
        if _is_item_of(line, kind, current):
            return None, None
        return kind, None
    if len(line.text) > 60 and _AGENDA_FOLLOWS.search(line.text) and current.kind != "agenda":
        return "agenda", None
    if len(line.text) > 60 and _PEOPLE_FOLLOW.search(line.text):
        return "present", None
    label, colon, rest = line.text.partition(":")
    if colon and rest.strip() and len(label) <= 90 and (kind := kind_of(label)):
        if kind in {"context", "discussion", "annex", "conclusions", "updates"} or _is_item_of(line, kind, current):
            return (
                (None, None)
                if current.kind == "agenda" or kind in {"annex", "discussion", "updates"}
                else (kind, _rest(line, rest))
            )
        if (
            kind == "actions"
            and current.kind != "actions"
            and re.match(
                r"(?i)\s*(action(?: point| item)?|point d['’]\s?action|recommandation|recommendation)\s*$",
                NUMBERING.sub("", label),
            )
        ):
            # « Action : OCHA partage la liste » within a discussion.
            return None, None
        if kind == "decisions" and re.match(r"(?i)\s*d[ée]cision\s*$", NUMBERING.sub("", label)):
            return None, None
        return kind, _rest(line, rest)
    if colon and len(label) <= 140 and "." not in label and _WHO.search(label) and _WAS_THERE.search(label):
        return "present", _rest(line, rest) if rest.strip() else None
    if (line.is_heading or not shouting) and _is_own_heading(line, current):
        return "", None
    return None, None


def _rest(line: Line, rest: str) -> Line:
    text = rest.strip()
    start = line.end - len(rest.lstrip())
    return Line(text, start, line.end)


def _is_item_of(line: Line, kind: str, current: Section) -> bool:
    """A point of the agenda (« 4. Divers ») or a row of names is no heading."""
    if current.kind == "agenda":
        numbered = bool(NUMBER.match(line.text) or BULLET.match(line.text) or line.is_listed)
        loud = line.text.isupper() or line.is_heading or line.text.rstrip().endswith(":")
        if kind in {"any_other", "follow_up", "updates", "next_meeting"}:
            return not (loud and not numbered) or numbered
        return numbered and not loud
    return False


def _is_own_heading(line: Line, current: Section) -> bool:
    """A heading with words of its own: of a heading style, in capitals, or numbered and short after the agenda."""
    text = bare(line.text)
    if len(text) < 4 or len(text) > 140 or BULLET.match(line.text):
        return False
    letters = [char for char in text if char.isalpha()]
    words = text.split()
    if line.is_heading:
        # The title of the document stands before everything.
        return current.kind != "head"
    if current.kind in {"head", "agenda", *ATTENDANCE_KINDS}:
        # Acronyms and names in capitals stand there too: only a whole title counts.
        if current.kind in ATTENDANCE_KINDS and ("," in text or "(" in text or _CAPITALS_OF.search(text)):
            return False
        numbered = bool(re.match(r"^\s*(?:[IVX]{1,5}|[A-Z])\s*[.)/-]\s", line.text))
        return (
            len(words) >= 3
            and bool(letters)
            and text.isupper()
            and current.kind != "head"
            and (numbered or len(words) >= 4)
        )
    return len(words) >= 2 and bool(letters) and text.isupper()
