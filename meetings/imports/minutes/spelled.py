"""Dates and hours in rarer writing: « L’an deux mil huit et le samedi 5 juillet », « 17 November 16 », « 20190530 », « 0900-1100 »."""

from __future__ import annotations

import re
from datetime import date, time

from core.text import normalise
from meetings.imports.minutes.dates import MONTHS, FoundDate, find_dates

_UNITS = {
    name: number
    for number, name in enumerate(
        "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
    )
} | {"premier": 1, "une": 1}
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_WORD = "|".join(sorted({*_UNITS, *_TENS, "et"}, key=len, reverse=True))
_YEAR = re.compile(
    rf"l['’ ]\s?an\s+deux[ -]mill?e?s?(?P<rest>(?:[ -](?:{_WORD})(?![a-z]))*?)(?=\s*,|\s+(?:et\s+)?l[ea]\s|\s+du\s|\s*$)"
)
_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True))
_DAY = re.compile(rf"\b(?P<day>(?:{_WORD})(?:[ -](?:{_WORD}))*)\s+(?:du mois de |de |d')?(?P<month>{_MONTH})\b")
# How far behind the year the day stands.
REACH = 160


def find_spelled_date(text: str) -> FoundDate | None:
    """The date of « L’an deux mille vingt et un, le vendredi vingt-six mars », with its place in `text`."""
    plain = _folded(text)
    told = _YEAR.search(plain)
    if told is None:
        return None
    year = 2000 + _number(told["rest"])
    after = text[told.end() : told.end() + REACH]
    if found := find_dates(after, year=year):
        first = found[0]
        if not first.has_year or first.date.year == year:
            return FoundDate(first.date, told.start(), told.end() + first.end, first.first, True, first.weekday)
    if match := _DAY.search(plain, told.end(), told.end() + REACH):
        try:
            day = date(year, MONTHS[match["month"]], _number(match["day"]))
        except ValueError:
            return None
        return FoundDate(day, told.start(), match.end())
    return None


def _number(words: str) -> int:
    """« vingt et un » → 21, « dix-huit » → 18."""
    return sum(_TENS.get(word, _UNITS.get(word, 0)) for word in re.split(r"[ -]+", words.strip()) if word != "et")


def _folded(text: str) -> str:
    """Lower case without accents, letter for letter, so that places stay the same."""
    return "".join(one if len(one := normalise(char)) == 1 else " " if char.isspace() else char for char in text)


_SHORT_YEAR = re.compile(
    rf"\b(?P<day>[0-3]?\d)\s?(?:st|nd|rd|th|er)?[\s-]+(?P<month>{_MONTH})\.?[\s,-]+['’]?(?P<year>[0-3]\d)\b(?!\s?[:h])"
)
_COMPACT = re.compile(r"^\W*(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")
_MILITARY = re.compile(
    r"(?<!\d)(?P<a>[01]\d|2[0-3])(?P<b>[0-5]\d)\s*(?:hrs?|h)?\s*(?:-|–|—|=|to|à)\s*(?P<c>[01]\d|2[0-3])(?P<d>[0-5]\d)(?!\d)"
)


def find_short_year(text: str) -> FoundDate | None:
    """« 17 November 16 », the value of a label « Date »: elsewhere 16 might count something else."""
    if match := _SHORT_YEAR.search(_folded(text)):
        return _made(match, 2000 + int(match["year"]), MONTHS[match["month"]])
    return None


def find_compact_date(text: str) -> FoundDate | None:
    """« 20190530 – Meeting notes »: the name of a file as a title."""
    match = _COMPACT.match(text)
    return _made(match, int(match["year"]), int(match["month"])) if match else None


def _made(match: re.Match[str], year: int, month: int) -> FoundDate | None:
    try:
        return FoundDate(date(year, month, int(match["day"])), match.start(), match.end())
    except ValueError:
        return None


def find_military_range(text: str) -> tuple[time, time] | None:
    """« 0900-1100 », the value of a label « Time »."""
    if match := _MILITARY.search(text):
        return time(int(match["a"]), int(match["b"])), time(int(match["c"]), int(match["d"]))
    return None
