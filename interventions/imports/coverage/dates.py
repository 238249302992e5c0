"""Days and periods as files write them: dates, serial numbers, « janv-16 », « T1 2016 », « 2016–2018 »."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core.imports.tables import Formula
from core.text import normalise
from interventions.imports.coverage.numbers import NOTHING

EARLIEST, LATEST = 1960, 2099
# Serial numbers of 1 January 1982 and 31 December 2064: outside, a number is no date.
SERIALS = range(29952, 60267)
EPOCH_1900 = date(1899, 12, 30)

_MONTHS = (
    ("jan", "janv", "janvier", "january", "ene", "enero"), ("fev", "fevr", "fevrier", "feb", "february", "febrero"),
    ("mar", "mars", "march", "marzo"), ("avr", "avril", "apr", "april", "abr", "abril"), ("mai", "may", "mayo"),
    ("juin", "jun", "june", "junio"), ("juil", "juillet", "jul", "july", "julio"), ("aou", "aout", "aug", "august", "ago", "agosto"),
    ("sep", "sept", "septembre", "september", "septiembre"), ("oct", "octobre", "october", "octubre"),
    ("nov", "novembre", "november", "noviembre"), ("dec", "decembre", "december", "dic", "diciembre"),
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SHORT_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_RANGE = re.compile(
    r"\s+(?:-|–|—|a|au|to|jusqu'?a|until|jusqu'?en)\s+|\s*[–—]\s*|(?<=\d{4})\s*[-/]\s*(?=(?:19|20)\d\d\b)|(?<=\d{4})-(?=[a-z])|(?<=[a-z])\.?-(?=[a-z])"
)


# « 2020 – en cours », « 2023 à ce jour ».
_GOING_ON = re.compile(
    r"^(?P<begun>.*\d)\s*(?:[-–—]|\ba\b|\bto\b)?\s*(?:en cours|ongoing|ce jour|date|present|aujourd'?hui|now)$"
)
_SINCE = re.compile(r"^(?:depuis|a partir d[eu']|since|from|des)\s*(?:le |l'annee |the )?")


@dataclass(frozen=True, slots=True)
class Moment:
    """From a first to a last day; without a last one it goes on. `month` alone: no year was said. `code`: why nothing was read."""

    first: date | None = None
    last: date | None = None
    month: int = 0
    last_month: int = 0
    code: str = ""

    def in_year(self, year: int) -> Moment:
        """The months of `year`; an end before its beginning lies in the next."""
        if self.first is not None or not self.month:
            return self
        end_month = self.last_month or self.month
        end_year = year + (end_month < self.month)
        return Moment(date(year, self.month, 1), _month_end(end_year, end_month))


def orders_of(columns: Mapping[str, Iterable[Any]]) -> dict[str, str]:
    """« dmy » or « mdy » for each column of texts: what most of its days above 12 show.

    A column without such days follows the others of its sheet; French order where nothing tells.
    """
    shown = {name: _days_first(values) for name, values in columns.items()}
    whole = sum(shown.values())
    return {name: "mdy" if (score or whole) < 0 else "dmy" for name, score in shown.items()}


def _days_first(values: Iterable[Any]) -> int:
    """How many texts can only begin with the day, less those that can only begin with the month."""
    score = 0
    for value in values:
        match = re.match(r"^\s*(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}\b", value) if isinstance(value, str) else None
        if match:
            first, second = int(match.group(1)), int(match.group(2))
            score += (second <= 12 < first <= 31) - (first <= 12 < second <= 31)
    return score


def read_moment(raw: Any, *, order: str = "dmy", epoch: date = EPOCH_1900) -> Moment:
    """When a cell speaks of; `epoch` is what the workbook counts its serial numbers from.

    Codes: text, formula, error, date_impossible (31 février), date_far (before 1960, after 2099).
    """
    if raw is None or isinstance(raw, bool):
        return Moment()
    if isinstance(raw, Formula):
        return Moment(code="formula")
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return _day(raw)
    if isinstance(raw, (int, float)):
        return _number(float(raw), epoch)
    if not isinstance(raw, str):
        return Moment(code="text")
    text = normalise(raw).strip(" .;,")
    if text in NOTHING:
        return Moment()
    if text.startswith("#"):
        return Moment(code="error")
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _number(float(text), epoch)
    single = _single(text, order)
    if single is not None:
        return single
    since = _SINCE.match(text)
    if since:
        begun = _single(text[since.end() :].strip(), order)
        return Moment(begun.first, None, begun.month, begun.last_month, begun.code) if begun else Moment(code="text")
    going_on = _GOING_ON.match(text)
    if going_on:
        begun = _single(going_on["begun"].strip(), order)
        return Moment(begun.first, None, begun.month, begun.last_month, begun.code) if begun else Moment(code="text")
    parts = [part for part in _RANGE.split(re.sub(r"^(?:du|de|from|d')\s*", "", text)) if part]
    if len(parts) == 2:
        return _between(parts[0].strip(), parts[1].strip(), order)
    return Moment(code="text")


def _number(value: float, epoch: date) -> Moment:
    if value.is_integer() and EARLIEST <= value <= LATEST:
        return _year(int(value))
    if value.is_integer() and 1 <= value <= 12:
        return Moment(month=int(value), last_month=int(value))
    if value.is_integer() and 190001 <= value <= 209912 and 1 <= int(value) % 100 <= 12:
        return _month(int(value) // 100, int(value) % 100)
    if int(value) in SERIALS:
        return _day(epoch + timedelta(days=int(value)))
    return Moment(code="text")


def _single(text: str, order: str) -> Moment | None:
    for pattern, read in _SHAPES:
        match = pattern.fullmatch(text)
        if match:
            return read(match, order)
    return None


def _between(first: str, last: str, order: str) -> Moment:
    end = _single(last, order)
    if end is None or end.code:
        return end or Moment(code="text")
    begin = _single(first, order)
    if begin is None and end.last is not None and re.fullmatch(r"\d{1,2}(?:er)?", first):
        # « 1 - 15 mars 2016 ».
        begin = _safe_day(end.last.year, end.last.month, int(re.sub(r"\D", "", first)))
    if begin is None and end.last is not None and (day := _DAY_OF_MONTH.fullmatch(first)):
        # « du 1er octobre au 31 décembre 2016 »: one year for both.
        month = MONTHS[day["month"]]
        begin = _safe_day(end.last.year - (end.last.month < month), month, int(day["a"]))
    if begin is None or begin.code:
        return begin or Moment(code="text")
    if begin.first is None and begin.month and end.last is not None:
        # « janvier – mars 2016 »: one year for both.
        year = end.last.year - (end.last.month < begin.month)
        begin = begin.in_year(year)
    if begin.first is None and end.first is None and begin.month:
        return Moment(month=begin.month, last_month=end.last_month or end.month)
    if begin.first is None or end.last is None:
        return Moment(code="text")
    return Moment(begin.first, end.last)


def _school_year(match: re.Match[str], order: str) -> Moment:
    """« 2016/17 »; « 2016/12 » is a month."""
    first, last = int(match["year"]), int(match["last"])
    if last != (first + 1) % 100:
        return Moment(code="date_impossible")
    return Moment(date(first, 1, 1), date(first + 1, 12, 31))


def _day(day: date) -> Moment:
    if not EARLIEST <= day.year <= LATEST:
        return Moment(code="date_far")
    return Moment(day, day)


def _safe_day(year: int, month: int, day: int) -> Moment:
    try:
        return _day(date(year, month, day))
    except ValueError:
        return Moment(code="date_impossible")


def _numeric(match: re.Match[str], order: str) -> Moment:
    first, second, year = int(match["a"]), int(match["b"]), _full_year(match["year"])
    day, month = (second, first) if order == "mdy" else (first, second)
    if month > 12 >= day:
        day, month = month, day
    return _safe_day(year, month, day)


def _iso(match: re.Match[str], order: str) -> Moment:
    return _safe_day(int(match["year"]), int(match["b"]), int(match["a"]))


def _worded(match: re.Match[str], order: str) -> Moment:
    return _safe_day(_full_year(match["year"]), MONTHS[match["month"]], int(match["a"]))


def _month_year(match: re.Match[str], order: str) -> Moment:
    month = MONTHS[match["month"]] if not match["month"].isdigit() else int(match["month"])
    if not 1 <= month <= 12:
        return Moment(code="date_impossible")
    return _month(_full_year(match["year"]), month)


def _month(year: int, month: int) -> Moment:
    if not EARLIEST <= year <= LATEST:
        return Moment(code="date_far")
    return Moment(date(year, month, 1), _month_end(year, month), month, month)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month_alone(match: re.Match[str], order: str) -> Moment:
    return Moment(month=MONTHS[match["month"]], last_month=MONTHS[match["month"]])


def _year(year: int) -> Moment:
    return Moment(date(year, 1, 1), date(year, 12, 31))


def _year_alone(match: re.Match[str], order: str) -> Moment:
    return _year(int(match["year"]))


def _part(match: re.Match[str], months: int) -> Moment:
    number = int(match["n"])
    if not 1 <= number <= 12 // months:
        return Moment(code="date_impossible")
    first, last = (number - 1) * months + 1, number * months
    year = match.groupdict().get("year")
    if not year:
        return Moment(month=first, last_month=last)
    return Moment(date(int(year), first, 1), _month_end(int(year), last))


def _full_year(text: str) -> int:
    year = int(text)
    return year if year > 99 else (2000 if year < 70 else 1900) + year


_DAY_OF_MONTH = re.compile(rf"(?P<a>\d{{1,2}})(?:er|st|nd|rd|th)?\s+{_MONTH}")
_TIME = r"(?:[t ]\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"
_NTH = r"(?:1er|er|eme|e|st|nd|rd|th)?"
_QUARTER = r"(?:t|q|trim(?:estre)?|quarter)\s*\.?\s*(?P<n>\d)"
_HALF = r"(?:s|sem(?:estre)?|half|h)\s*\.?\s*(?P<n>\d)"
_SHAPES = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_YEAR}[-/.](?P<b>\d{{1,2}})[-/.](?P<a>\d{{1,2}}){_TIME}", _iso),
        (rf"{_YEAR}(?P<b>[01]\d)(?P<a>[0-3]\d)", _iso),
        (rf"(?P<a>\d{{1,2}})\s*[-/. ]\s*(?P<b>\d{{1,2}})\s*[-/. ]\s*{_SHORT_YEAR}{_TIME}", _numeric),
        (rf"(?:[a-z]+\.?,? )?(?P<a>\d{{1,2}})\s?{_NTH}[\s-]*(?:de |of )?{_MONTH}[\s,-]*{_SHORT_YEAR}", _worded),
        (rf"{_MONTH}\s+(?P<a>\d{{1,2}}){_NTH},?\s+{_YEAR}", _worded),
        (rf"{_MONTH}[\s,/-]*{_SHORT_YEAR}", _month_year),
        (rf"{_YEAR}[\s,/-]*{_MONTH}", _month_year),
        (rf"(?P<month>\d{{1,2}})[-/.]{_YEAR}", _month_year),
        (rf"{_YEAR}[-/](?P<last>1[3-9]|[2-9]\d)", _school_year),
        (rf"{_YEAR}[-/.](?P<month>\d{{1,2}})", _month_year),
        (rf"{_MONTH}", _month_alone),
        (rf"(?:annee |year |fy ?|exercice )?{_YEAR}", _year_alone),
        (r"fy ?(?P<year>\d\d)", lambda match, order: _year(_full_year(match["year"]))),
        (rf"{_QUARTER}[\s,/-]*{_YEAR}", lambda match, order: _part(match, 3)),
        (rf"{_YEAR}[\s,/-]*{_QUARTER}", lambda match, order: _part(match, 3)),
        (
            rf"(?P<n>\d)\s?{_NTH}\s*(?:trim(?:estre)?|quarter)\s*(?:de |of )?{_YEAR}",
            lambda match, order: _part(match, 3),
        ),
        (rf"{_QUARTER}", lambda match, order: _part(match, 3)),
        (rf"{_HALF}[\s,/-]*{_YEAR}", lambda match, order: _part(match, 6)),
        (rf"{_YEAR}[\s,/-]*{_HALF}", lambda match, order: _part(match, 6)),
        (rf"(?P<n>\d)\s?{_NTH}\s*(?:sem(?:estre)?|half)\s*(?:de |of )?{_YEAR}", lambda match, order: _part(match, 6)),
    )
)
