"""Dates whose year, and sometimes whose day, is written in words: « L’an deux mil huit et le samedi 5 juillet »."""

from __future__ import annotations

import re
from datetime import date

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
