"""Public holidays of a country, by the `holidays` package; nothing is moved because of them, they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from django.utils.translation import get_language

# What the package appends in French and in English.
_LABEL = re.compile(r" \((?:observé|observed|estimé|estimated|, )+\)$")
_ESTIMATED = re.compile(r"\((?:[^()]*, )?(?:estimé|estimated)\)$")


@dataclass(frozen=True)
class Holiday:
    """A public holiday. `is_estimated`: its date follows the moon, and is known only days before."""

    name: str
    is_estimated: bool = False


@dataclass(frozen=True)
class Day:
    """A date of a calendar with what makes it unusual."""

    date: date
    holiday: Holiday | None = None


class _EveryLunarDateIsEstimated:
    """The package calls a past lunar date certain where a source confirmed it for one place.

    Whether a meeting could be held that day was not certain when it was planned, and local sighting of
    the moon still differs: every lunar date is called estimated (13 September 2016 in Niger).
    """

    def _add_eastern_calendar_holiday(self, name: str, dt_estimated: Any, **options: Any) -> Any:
        return super()._add_eastern_calendar_holiday(name, (dt_estimated[0], True), **options)  # type: ignore[misc]


@lru_cache(maxsize=256)
def _holidays_of(iso2: str, year: int, language: str) -> dict[date, Holiday]:
    if iso2 not in holidays.list_supported_countries():
        return {}
    country = type(holidays.country_holidays(iso2))
    lunar = type(country.__name__, (_EveryLunarDateIsEstimated, country), {})
    spoken = next((code for code in country.supported_languages if code.startswith(language)), country.default_language)
    found: dict[date, Holiday] = {}
    for day, names in lunar(years=year, language=spoken).items():
        first = names.split("; ")[0].replace("'", "’").removeprefix("L’")
        name = _LABEL.sub("", first)
        found[day] = Holiday(name[:1].upper() + name[1:], bool(_ESTIMATED.search(first)))
    return found


def holiday_on(iso2: str, day: date) -> Holiday | None:
    """The public holiday of the country (ISO 3166 alpha-2) on `day`, named in the language of the moment.

    None for an ordinary day and for a country whose holidays are not known.
    """
    return _holidays_of(iso2, day.year, (get_language() or "fr")[:2]).get(day)


def with_holidays(iso2: str, dates: Iterable[date]) -> list[Day]:
    """Each date with its holiday, in the same order."""
    return [Day(day, holiday_on(iso2, day)) for day in dates]
