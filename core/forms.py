"""Fields and form parts shared by the apps."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import normalise
from core.typography import (
    ENGLISH_MONTHS,
    ENGLISH_WEEKDAYS,
    MONTHS,
    WEEKDAYS,
    clock_fr,
    month_name,
    weekday_name,
)
from core.validators import validate_characters


class CharactersMixin:
    """Every text of the form is checked for characters that PostgreSQL cannot hold (NUL, lone surrogates)."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        # Before a model form compares with the database: the query itself could not be sent.
        for name, value in list(self.cleaned_data.items()):  # type: ignore[attr-defined]
            if isinstance(value, str):
                try:
                    validate_characters(value)
                except ValidationError as error:
                    self.add_error(name, error)  # type: ignore[attr-defined]
        return cleaned


# Dates and times as people type them ---------------------------------------------------------

# In both languages of the portal, whichever the page speaks: their words differ, no date means two days.
_MONTHS_BY_KEY = {
    normalise(name): number for names in (MONTHS, ENGLISH_MONTHS) for number, name in enumerate(names, start=1)
}
_MONTHS_BY_KEY |= {name[:3].lower(): number for number, name in enumerate(ENGLISH_MONTHS, start=1)}
_MONTHS_BY_KEY |= {
    key: number
    for number, keys in enumerate(
        ("janv", "fevr fev", "", "avr", "", "", "juil", "", "sept", "oct", "nov", "dec"), start=1
    )
    for key in keys.split()
}
_WEEKDAYS_BY_KEY = {
    normalise(name): number for names in (WEEKDAYS, ENGLISH_WEEKDAYS) for number, name in enumerate(names)
}
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})")
_WEEKDAY = r"(?:(?P<weekday>[a-z]+di|dimanche|[a-z]+day),?\s+)?"
_WORDED_DATE = re.compile(_WEEKDAY + r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<month>[a-z]+)\.?,?\s+(?P<year>\d{4})")
_MONTH_FIRST = re.compile(_WEEKDAY + r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_TIME = re.compile(r"(\d{1,2})\s*(?:h|:|\.)?\s*(?:(?<=[h:. ])(\d{2}))?\s*(?:min|mn|')?(?:\s*(am|pm|a\.m\.|p\.m\.))?")
_COMPACT_TIME = re.compile(r"(\d{1,2})(\d{2})")
# A year in two digits belongs to the years around today: minutes of 1998 exist, meetings of 2097 do not.
_CENTURY_TURN = 70


class FrenchDateInput(forms.DateInput):
    """A text box: the browser's own picker follows the browser's language and takes no « 8/3/2016 »."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "text", "autocomplete": "off", "data-width": "date", "maxlength": 40}
        super().__init__(attrs=usual | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return f"{value.day}/{value.month}/{value.year}" if isinstance(value, date) else value


class FrenchTimeInput(forms.TimeInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "text", "autocomplete": "off", "data-width": "time", "maxlength": 12}
        super().__init__(attrs=usual | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return clock_fr(value) if isinstance(value, time) else value


class FrenchDateField(forms.DateField):
    """Takes « 8/3/2016 », « 08.03.16 », « mardi 8 mars 2016 », "8 March 2016", « 2016-03-08 »; in digits, day before month, always."""

    widget = FrenchDateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Par exemple 8/3/2016 ou 8 mars 2016."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        return parse_date(str(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class FrenchTimeField(forms.TimeField):
    """Takes « 10h30 », « 10 h 30 », « 10:30 », « 10h », « 1030 », "10.30 am"."""

    widget = FrenchTimeInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Par exemple 10 h 30."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        return parse_time(str(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def parse_date(text: str) -> date:
    """The date that a person typed. Raises ValidationError in words that say what to type instead."""
    key = normalise(text)
    weekday = None
    if match := _ISO_DATE.fullmatch(key):
        year, month, day = (int(part) for part in match.groups())
    elif match := _NUMERIC_DATE.fullmatch(key):
        day, month = int(match[1]), int(match[2])
        year = int(match[3])
        if len(match[3]) == 2:
            year += 1900 if year >= _CENTURY_TURN else 2000
    elif (match := _WORDED_DATE.fullmatch(key) or _MONTH_FIRST.fullmatch(key)) and match["month"] in _MONTHS_BY_KEY:
        weekday = match["weekday"]
        day, month, year = int(match["day"]), _MONTHS_BY_KEY[match["month"]], int(match["year"])
    else:
        raise ValidationError(
            _("« %(typed)s » n’est pas une date. Écrivez-la comme 8/3/2016 ou 8 mars 2016."),
            code="invalid",
            params={"typed": _shorten(text)},
        )
    if not 1900 <= year <= 2199:
        raise ValidationError(
            _("L’année %(year)d n’est pas possible ici. Écrivez une année entre 1900 et 2199."),
            code="year",
            params={"year": year},
        )
    if not 1 <= month <= 12:
        raise ValidationError(
            _("Le mois %(month)d n’existe pas. Écrivez d’abord le jour, puis le mois : 8/3/2016 pour le 8 mars 2016."),
            code="month",
            params={"month": month},
        )
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise ValidationError(
            _("Le %(day)d %(month)s %(year)d n’existe pas. Vérifiez le jour."),
            code="day",
            params={"day": day, "month": month_name(month), "year": year},
        ) from error
    if weekday and _WEEKDAYS_BY_KEY.get(weekday) != found.weekday():
        raise ValidationError(
            _("Le %(day)d %(month)s %(year)d est un %(real)s, pas un %(typed)s. Vérifiez la date."),
            code="weekday",
            params={
                "day": day,
                "month": month_name(month),
                "year": year,
                "real": weekday_name(found.weekday()),
                "typed": weekday_name(_WEEKDAYS_BY_KEY[weekday]) if weekday in _WEEKDAYS_BY_KEY else weekday,
            },
        )
    return found


def parse_time(text: str) -> time:
    """The time of day that a person typed. Raises ValidationError in words that say what to type instead."""
    key = normalise(text)
    match = _TIME.fullmatch(key) or _COMPACT_TIME.fullmatch(key)
    if match is None:
        raise ValidationError(
            _("« %(typed)s » n’est pas une heure. Écrivez-la comme 10 h 30."),
            code="invalid",
            params={"typed": _shorten(text)},
        )
    hour, minute = int(match[1]), int(match[2] or 0)
    half = match[3] if match.re is _TIME else None
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise ValidationError(
            _("%(hour)d h %(minute)02d n’existe pas. Les heures vont de 0 h 00 à 23 h 59."),
            code="range",
            params={"hour": hour, "minute": minute},
        ) from error


def _shorten(text: str) -> str:
    shown = "".join(char for char in text if char.isprintable())
    return shown if len(shown) <= 40 else f"{shown[:40]}…"


class PeoplePicker(forms.Select):
    """A list of people or agencies; a script adds a box that filters it, and it works without."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-picker": True} | (attrs or {}), choices)


class PeopleMultiplePicker(forms.SelectMultiple):
    """The same for several at once."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-picker": True, "size": 8} | (attrs or {}), choices)
