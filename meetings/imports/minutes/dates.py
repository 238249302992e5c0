"""Dates, times and rules as people write them in French and English minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from core.text import normalise

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday mon",
            "mardi tuesday tue tues",
            "mercredi wednesday wed",
            "jeudi thursday thu thurs",
            "vendredi friday fri",
            "samedi saturday sat",
            "dimanche sunday sun",
        )
    )
    for name in names.split()
}

_MONTH = (
    r"(?P<month>janv(?:ier|\.)?|f[ée]v(?:rier|r\.?|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|ao[uû]t|sept(?:embre|\.)?"
    r"|oct(?:obre|\.)?|nov(?:embre|\.)?|d[ée]c(?:embre|\.)?|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|jan\.?|feb\.?|mar\.?|apr\.?|jun\.?|jul\.?|aug\.?|sep\.?|dec\.?)"
)
_WEEKDAY = (
    r"(?:(?P<weekday>lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|mon|tues?|wed|thurs?|fri|sat|sun)\.?,?\s+(?:the\s+|le\s+)?)?"
)
_DAY = r"(?P<day>[0-3]?\d)\s?(?:er|ère|e|ème|st|nd|rd|th)?"
_FIRST = r"(?:(?P<first>[0-3]?\d)\s?(?:er|st|nd|rd|th)?\s*(?:-|–|—|au|et|to|and|&|/)\s*)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NUMBERS_YEAR = r"(?P<year>(?:19|20)?\d\d)"

# In order: the first that reads a stretch of text keeps it.
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<number>[01]\d)-(?P<day>[0-3]\d)\b",
        rf"\b{_WEEKDAY}{_FIRST}{_DAY}\s*(?:de\s+|of\s+|[-/. ]\s*)?{_MONTH}\b\.?,?\s*(?:de\s+|[-/]\s*)?{_YEAR}\b",
        rf"\b{_WEEKDAY}{_MONTH}\.?\s+{_FIRST}{_DAY},?\s+{_YEAR}\b",
        rf"(?<![\d/.]){_WEEKDAY}{_FIRST}{_DAY}\s?[/.]\s?(?P<number>[01]?\d)\s?[/.]\s?{_NUMBERS_YEAR}(?![\d/])",
        # « 09/20/2024 »: no month is the twentieth.
        rf"(?<![\d/.]){_WEEKDAY}(?P<number>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}(?![\d/])",
        rf"(?<![\d/.-]){_WEEKDAY}{_DAY}-(?P<number>[01]?\d)-(?P<year>(?:19|20)\d\d)(?![\d/-])",
        rf"\b{_WEEKDAY}{_FIRST}{_DAY}\s*(?:de\s+|of\s+)?{_MONTH}(?![\w’'])",
        rf"\b{_WEEKDAY}{_MONTH}\.?\s+{_FIRST}{_DAY}(?![\w:’'])",
        rf"(?<![\d/.,]){_WEEKDAY}{_FIRST}{_DAY}/(?P<number>[01]?\d)(?![\d/])",
    )
)


_HINT = re.compile(
    r"\d\s?[/.-]\s?\d|jan|f[ée]v|feb|mar|a[vp]r|ma[iy]|jui|ju[nl]|ao[uû]t|aug|sep|oct|nov|d[ée]c", re.IGNORECASE
)
# Characters that a date takes at most on either side of its month: « mercredi, le 30 septembre et 1er… ».
REACH = 80


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text; `has_year` is False where the year was not written, and `date` then lies in `assumed`."""

    date: date
    start: int
    end: int
    first: date | None = None
    has_year: bool = True
    weekday: int | None = None

    @property
    def begins(self) -> date:
        return self.first or self.date


def find_dates(text: str, *, year: int | None = None) -> list[FoundDate]:
    """The dates of `text` in order. One without a year takes `year`; it is left out where none is given."""
    found: list[FoundDate] = []
    stretches = _stretches(text)
    for shape in _SHAPES:
        for match in (match for start, end in stretches for match in shape.finditer(text, start, end)):
            if any(match.start() < known.end and known.start < match.end() for known in found):
                continue
            read = _read_date(match, year)
            if read is not None:
                found.append(read)
    return sorted(found, key=lambda item: item.start)


def _stretches(text: str) -> list[tuple[int, int]]:
    """Where a date may stand: around a month's name or two numbers with a sign between. The rest is not tried."""
    stretches: list[tuple[int, int]] = []
    for match in _HINT.finditer(text):
        start, end = max(0, match.start() - REACH), min(len(text), match.end() + REACH)
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def _read_date(match: re.Match[str], assumed: int | None) -> FoundDate | None:
    groups = match.groupdict()
    written = groups.get("year")
    chosen = int(written) if written else assumed
    if chosen is None:
        return None
    if chosen < 100:
        chosen += 2000 if chosen < 70 else 1900
    number = int(groups["number"]) if groups.get("number") else MONTHS.get(normalise(groups["month"]).strip("."))
    if number is None:
        return None
    try:
        last = date(chosen, number, int(groups["day"]))
    except ValueError:
        return None
    first = None
    if groups.get("first"):
        try:
            first = date(chosen, number, int(groups["first"]))
        except ValueError:
            first = None
        if first is not None and first >= last:
            first = None
    weekday = WEEKDAYS.get(normalise(groups.get("weekday") or "").strip("."))
    return FoundDate(last, match.start(), match.end(), first, bool(written), weekday)


# Times ------------------------------------------------------------------------------------------

_TIME = (
    r"(?P<{0}h>[01]?\d|2[0-4])(?:\s?(?:h|H|heures?|hrs?)\s?(?P<{0}m>[0-5]\d)?\s?(?:min|mn|[’'′])?|[:.](?P<{0}c>[0-5]\d)(?:\s?(?:h|hrs?)\b)?"
    r"|(?=\s?[ap]\.?m))(?:\s?(?P<{0}p>[ap])\.?m\.?)?"
)
_JOINT = (
    r"\s*(?:-|–|—|à|a|to|until|till|jusqu['’]à|and|et)\s*(?:(?:s['’]est\s+)?(?:achev[ée]+e?s?|termin[ée]+e?s?|clôtur[ée]+e?s?"
    r"|ended|closed|finished|lev[ée]+e?s?)\s*(?:à|at)?\s*)?"
)
RANGE = re.compile(rf"(?<![\d/:.]){_TIME.format('a')}{_JOINT}{_TIME.format('b')}(?![\d/])", re.IGNORECASE)
ONE_TIME = re.compile(rf"(?<![\d/:.,]){_TIME.format('a')}(?![\d/%])", re.IGNORECASE)


def _clock(match: re.Match[str], which: str, *, afternoon: str | None = None) -> time | None:
    hour = int(match.group(f"{which}h"))
    minute = int(match.group(f"{which}m") or match.group(f"{which}c") or 0)
    half = (match.group(f"{which}p") or afternoon or "").lower()
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    try:
        return time(hour % 24, minute)
    except ValueError:
        return None


def find_range(text: str) -> tuple[time, time, int, int] | None:
    """The first « de 10h30 à 12h30 » of `text`: start, end and where it stands."""
    for match in RANGE.finditer(text):
        end = _clock(match, "b")
        start = _clock(match, "a", afternoon=match.group("bp"))
        if start and end and start > end and match.group("bp") and not match.group("ap"):
            # « 10:30 – 12:30 pm »: the morning.
            start = _clock(match, "a")
        if start and end and (_is_clear(match, "a") or _is_clear(match, "b")):
            return start, end, match.start(), match.end()
    return None


def _is_clear(match: re.Match[str], which: str) -> bool:
    """« 10 » alone is no time, and « 1.2 » is a number."""
    text = match.group(0)
    return bool(re.search(r"(?i)\d\s?(?:h|:)|\d\s?[ap]\.?m", text)) or match.group(f"{which}c") is not None


def find_times(text: str) -> list[tuple[time, int, int]]:
    """The single times of `text`, with their places; « 10.30 » only with « am » or « h »."""
    found = []
    for match in ONE_TIME.finditer(text):
        shown = match.group(0)
        if not re.search(r"(?i)h|:|[ap]\.?m", shown):
            continue
        clock = _clock(match, "a")
        if clock is not None:
            found.append((clock, match.start(), match.end()))
    return found


# Rules of recurrence ----------------------------------------------------------------------------

_ORDINALS = {
    "1er": 1, "1ere": 1, "premier": 1, "premiere": 1, "first": 1, "1st": 1,
    "2e": 2, "2eme": 2, "2nd": 2, "2d": 2, "deuxieme": 2, "second": 2, "seconde": 2,
    "3e": 3, "3eme": 3, "3rd": 3, "troisieme": 3, "third": 3,
    "4e": 4, "4eme": 4, "4th": 4, "quatrieme": 4, "fourth": 4,
    "dernier": -1, "derniere": -1, "last": -1,
}  # fmt: skip
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_DAYNAME = (
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)

_MONTHLY_NTH = re.compile(
    rf"\b(?:(?:tous\s+les|chaque|le|les|every|each|on\s+the|the)\s+)?(?P<nth>{_ORDINAL})s?\s+(?P<day>{_DAYNAME})s?"
    r"\s+(?:du\s+mois|de\s+chaque\s+mois|par\s+mois|of\s+(?:the|each|every)\s+month|each\s+month|every\s+month|monthly)"
)
_EVERY_NTH = re.compile(rf"\b(?:tous\s+les|chaque)\s+(?P<nth>{_ORDINAL})s?\s+(?P<day>{_DAYNAME})s?\b")
_MONTHLY_DAY = re.compile(
    r"\ble\s+(?P<date>[0-3]?\d)\s+(?:de\s+chaque|du)\s+mois|\bon\s+the\s+(?P<en>[0-3]?\d)(?:st|nd|rd|th)\s+of\s+(?:each|every)\s+month"
)
_FORTNIGHT = re.compile(
    rf"\b(?:toutes\s+les\s+deux\s+semaines|tous\s+les\s+(?:quinze|15)\s+jours|every\s+(?:two|2|other)\s+weeks?|bi-?weekly|fortnightly"
    rf"|un\s+(?P<before>{_DAYNAME})\s+sur\s+deux|every\s+other\s+(?P<other>{_DAYNAME}))\b(?:[^.]{{0,30}}?\b(?P<day>{_DAYNAME})s?\b)?"
)
_WEEKLY = re.compile(
    rf"\b(?:tous\s+les|chaque|every|each)\s+(?P<day>{_DAYNAME})s?\b|\bweekly\b[^.]{{0,20}}\b(?P<en>{_DAYNAME})s?\b"
)


def find_rule(text: str) -> tuple[str, int, int] | None:
    """The RRULE (RFC 5545 §3.3.10) that `text` gives in words, and where it stands."""
    plain = _folded(text)
    for shape in (_MONTHLY_NTH, _EVERY_NTH):
        if match := shape.search(plain):
            nth, day = _ORDINALS[match["nth"]], _CODES[WEEKDAYS[match["day"]]]
            return f"FREQ=MONTHLY;BYDAY={nth}{day}", match.start(), match.end()
    if match := _MONTHLY_DAY.search(plain):
        number = int(match["date"] or match["en"])
        if 1 <= number <= 31:
            return f"FREQ=MONTHLY;BYMONTHDAY={number}", match.start(), match.end()
    if match := _FORTNIGHT.search(plain):
        name = match["before"] or match["other"] or match["day"]
        suffix = f";BYDAY={_CODES[WEEKDAYS[name]]}" if name else ""
        return f"FREQ=WEEKLY;INTERVAL=2{suffix}", match.start(), match.end()
    if match := _WEEKLY.search(plain):
        return f"FREQ=WEEKLY;BYDAY={_CODES[WEEKDAYS[match['day'] or match['en']]]}", match.start(), match.end()
    return None


def _folded(text: str) -> str:
    """Lower case without accents, letter for letter, so that places stay the same."""
    return "".join(map(_folded_letter, text))


@cache
def _folded_letter(char: str) -> str:
    folded = normalise(char) if not char.isspace() else " "
    return folded if len(folded) == 1 else char.lower()[:1] or " "
