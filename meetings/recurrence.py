"""Recurrence rules: from a choice in French to an RRULE, to its dates, and back to words.

A rule is an RFC 5545 §3.3.10 RRULE without `DTSTART`, `COUNT` or `UNTIL`: the series holds its first
and last day. Only what a series of meetings needs is accepted, so that every rule can be said in words
and none takes long to expand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from meetings.models import MeetingSeries

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# The order in which a rule is written back: two ways of typing it are one rule.
PARTS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
MAX_INTERVAL = {"WEEKLY": 52, "MONTHLY": 24, "YEARLY": 10}
# Dates outside are slips of the hand, and time zones are unreliable there.
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2100, 12, 31)

_BYDAY = re.compile(r"^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$")


@dataclass(frozen=True)
class RuleChoice:
    """A rule as the form shows it; `mode` "custom" keeps `text`."""

    mode: Literal["monthly_weekday", "monthly_day", "weekly", "custom"]
    nth: int = 1
    weekday: int = 0
    day: int = 1
    every: int = 1
    text: str = ""

    def rrule(self) -> str:
        """The RRULE of the choice. Raises ValidationError (French) for a custom text that is not one."""
        every = f";INTERVAL={self.every}" if self.every != 1 else ""
        if self.mode == "monthly_weekday":
            return clean_rrule(f"FREQ=MONTHLY{every};BYDAY={self.nth}{WEEKDAY_CODES[self.weekday]}")
        if self.mode == "monthly_day":
            return clean_rrule(f"FREQ=MONTHLY{every};BYMONTHDAY={self.day}")
        if self.mode == "weekly":
            return clean_rrule(f"FREQ=WEEKLY{every};BYDAY={WEEKDAY_CODES[self.weekday]}")
        return clean_rrule(self.text)

    @classmethod
    def of(cls, rrule: str) -> RuleChoice:
        """The choice that gives `rrule`; "custom" when none of the simple ones does."""
        parts = _split(rrule)
        every = int(parts.get("INTERVAL", 1))
        keys = set(parts) - {"INTERVAL", "WKST"}
        days = [_BYDAY.match(value) for value in parts.get("BYDAY", "").split(",") if value]
        single = days[0] if len(days) == 1 else None
        if parts["FREQ"] == "MONTHLY" and keys == {"FREQ", "BYDAY"} and single and single[1] and int(single[1]) in NTHS:
            return cls("monthly_weekday", nth=int(single[1]), weekday=WEEKDAY_CODES.index(single[2]), every=every)
        if parts["FREQ"] == "MONTHLY" and keys == {"FREQ", "BYMONTHDAY"} and parts["BYMONTHDAY"] in MONTH_DAYS:
            return cls("monthly_day", day=int(parts["BYMONTHDAY"]), every=every)
        if parts["FREQ"] == "WEEKLY" and keys == {"FREQ", "BYDAY"} and single:
            return cls("weekly", weekday=WEEKDAY_CODES.index(single[2]), every=every)
        return cls("custom", text=rrule)


NTHS = (1, 2, 3, 4, 5, -1)
MONTH_DAYS = frozenset({*(str(day) for day in range(1, 32)), "-1"})


def clean_rrule(text: str) -> str:
    """The rule in its one canonical spelling. Raises ValidationError with what to correct."""
    parts = _split(text)
    freq = parts.get("FREQ")
    if freq is None:
        raise ValidationError(_("La règle doit dire la fréquence, par exemple « FREQ=MONTHLY »."))
    if freq not in MAX_INTERVAL:
        raise ValidationError(
            _("Fréquence « %(freq)s » non prise en charge : choisissez WEEKLY, MONTHLY ou YEARLY.") % {"freq": freq}
        )
    interval = _numbers(parts, "INTERVAL", 1, MAX_INTERVAL[freq])
    if len(interval) > 1:
        raise ValidationError(_("INTERVAL n’accepte qu’un nombre."))
    _numbers(parts, "BYMONTH", 1, 12)
    _numbers(parts, "BYMONTHDAY", -31, 31)
    _numbers(parts, "BYSETPOS", -31, 31)
    _check_days(parts, freq)
    if parts.get("WKST", "MO") not in WEEKDAY_CODES:
        raise ValidationError(_("WKST attend un jour parmi MO, TU, WE, TH, FR, SA, SU."))
    if freq == "WEEKLY" and ("BYMONTHDAY" in parts or "BYSETPOS" in parts):
        # RFC 5545 §3.3.10: BYMONTHDAY MUST NOT be used with WEEKLY.
        raise ValidationError(_("Une règle hebdomadaire n’accepte ni BYMONTHDAY ni BYSETPOS."))
    if freq == "YEARLY" and "BYMONTH" not in parts:
        raise ValidationError(_("Une règle annuelle doit dire le mois, par exemple « BYMONTH=3 »."))
    if "BYDAY" not in parts and "BYMONTHDAY" not in parts:
        raise ValidationError(
            _("La règle doit dire le jour, par exemple « BYDAY=2TU » (2e mardi) ou « BYMONTHDAY=15 ».")
        )
    if interval == [1]:
        del parts["INTERVAL"]
    rule = ";".join(f"{name}={parts[name]}" for name in PARTS if name in parts)
    if len(rule) > 200:
        raise ValidationError(
            _("Cette règle est trop longue (%(count)d caractères ; 200 au plus).") % {"count": len(rule)}
        )
    # Only these can contradict themselves (30 February, a first Monday on the 20th).
    if freq != "WEEKLY" and len({"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"} & set(parts)) > 1:
        without_interval = ";".join(part for part in rule.split(";") if not part.startswith("INTERVAL="))
        if next(iter(rrulestr(without_interval, dtstart=datetime.combine(date(2000, 1, 1), time()))), None) is None:
            raise ValidationError(_("Cette règle ne donne aucune date."))
    return rule


def _split(text: str) -> dict[str, str]:
    rule = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    if not rule:
        raise ValidationError(_("Écrivez une règle, par exemple « FREQ=MONTHLY;BYDAY=2TU » (tous les 2es mardis)."))
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals or not value:
            raise ValidationError(
                _("« %(part)s » ne se lit pas : chaque partie s’écrit NOM=VALEUR, séparée par « ; ».")
                % {"part": part[:40]}
            )
        if name in {"DTSTART", "UNTIL", "COUNT"}:
            raise ValidationError(
                _("« %(name)s » ne s’écrit pas dans la règle : utilisez « À partir du » et « Jusqu’au ».")
                % {"name": name}
            )
        if name in {"BYHOUR", "BYMINUTE", "BYSECOND"}:
            raise ValidationError(
                _("« %(name)s » ne s’écrit pas dans la règle : utilisez « Heure de début ».") % {"name": name}
            )
        if name not in PARTS:
            raise ValidationError(
                _("Partie inconnue : « %(name)s ». Sont comprises : %(known)s.")
                % {"name": name[:40], "known": ", ".join(PARTS)}
            )
        if name in parts:
            raise ValidationError(_("« %(name)s » figure deux fois.") % {"name": name})
        parts[name] = value.replace(" ", "")
    return parts


def _numbers(parts: dict[str, str], name: str, least: int, most: int) -> list[int]:
    """The numbers of a part, rewritten without signs or zeros too many."""
    if name not in parts:
        return []
    numbers = []
    for value in parts[name].split(","):
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", value) or not least <= int(value) <= most or int(value) == 0:
            raise ValidationError(
                _("%(name)s attend des nombres de %(least)d à %(most)d, 0 exclu : « %(value)s » ne convient pas.")
                % {"name": name, "least": least, "most": most, "value": value[:20]}
            )
        numbers.append(int(value))
    parts[name] = ",".join(str(number) for number in numbers)
    return numbers


def _check_days(parts: dict[str, str], freq: str) -> None:
    values = []
    for value in parts["BYDAY"].split(",") if "BYDAY" in parts else []:
        match = _BYDAY.match(value)
        if match is None:
            raise ValidationError(
                _(
                    "BYDAY attend des jours comme TU (mardi), 2TU (2e mardi) ou -1FR (dernier vendredi) : « %(value)s » ne convient pas."
                )
                % {"value": value[:20]}
            )
        nth = int(match[1]) if match[1] else None
        if nth is not None and freq == "WEEKLY":
            raise ValidationError(
                _("Une règle hebdomadaire n’accepte que le nom des jours (« TU ») : « %(value)s » ne convient pas.")
                % {"value": value}
            )
        if nth is not None and not 1 <= abs(nth) <= 5:
            raise ValidationError(
                _("Un mois compte cinq fois le même jour au plus : « %(value)s » ne convient pas.") % {"value": value}
            )
        values.append(f"{'' if nth is None else nth}{match[2]}")
    if values:
        parts["BYDAY"] = ",".join(values)


def expand(
    rrule: str, starts_on: date, *, last: date | None = None, after: date | None = None, count: int | None = None
) -> list[date]:
    """The dates of `rrule` from `starts_on` (included when the rule gives it) to `last` (included).

    With `after`, only those strictly later; with `count`, so many at most. One of `last` and `count` bounds
    the list; nothing goes past the year 2100. Intervals are counted from `starts_on`.
    """
    end = min(last or LAST_DAY, LAST_DAY)
    first = max(starts_on, after + timedelta(days=1)) if after else starts_on
    dates: list[date] = []
    if first > end:
        return dates
    for moment in rrulestr(rrule, dtstart=datetime.combine(starts_on, time())):
        day = moment.date()
        if day > end or (count is not None and len(dates) >= count):
            break
        if day >= first:
            dates.append(day)
    return dates


def occurrences(
    series: MeetingSeries, *, after: date | None = None, last: date | None = None, count: int | None = None
) -> list[date]:
    """The dates that the series' rule gives, within its own first and last day; see `expand`."""
    bounds = [day for day in (series.until, last) if day is not None]
    return expand(series.rrule, series.starts_on, last=min(bounds, default=None), after=after, count=count)


def dates_of_year(series: MeetingSeries, year: int) -> list[date]:
    """The dates of the series in `year`: « 2e mardi » from March 2016 gives ten."""
    return occurrences(series, after=date(year - 1, 12, 31), last=date(year, 12, 31))


def occurrence_times(series: MeetingSeries, day: date) -> tuple[datetime, datetime]:
    """When the meeting of that date begins and ends."""
    starts_at = datetime.combine(day, series.start_time, tzinfo=series.task_force.tz)
    return starts_at, starts_at + timedelta(minutes=series.duration_minutes)


# In words ---------------------------------------------------------------------------------------


def weekday_names() -> list[str]:
    """Monday first, in the language of the moment."""
    return [_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche")]


def ordinals() -> dict[int, str]:
    """« 2e » for 2, « dernier » for -1."""
    return {1: _("1er"), 2: _("2e"), 3: _("3e"), 4: _("4e"), 5: _("5e"), -1: _("dernier")}


def _plural_weekdays() -> list[str]:
    return [_("lundis"), _("mardis"), _("mercredis"), _("jeudis"), _("vendredis"), _("samedis"), _("dimanches")]


def _plural_ordinals() -> dict[int, str]:
    return {1: _("1ers"), 2: _("2es"), 3: _("3es"), 4: _("4es"), 5: _("5es"), -1: _("derniers")}


def _months() -> list[str]:
    return [
        _("janvier"), _("février"), _("mars"), _("avril"), _("mai"), _("juin"),
        _("juillet"), _("août"), _("septembre"), _("octobre"), _("novembre"), _("décembre"),
    ]  # fmt: skip


def join_words(words: list[str]) -> str:
    """« mars, juin et septembre »."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s et %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def describe_rule(rrule: str) -> str:
    """The rule in words: « tous les 2es mardis du mois », « un jeudi sur deux », « le 15 de chaque mois ».

    A rule that no sentence here says is quoted as it is.
    """
    parts = _split(rrule)
    every = int(parts.get("INTERVAL", 1))
    days = [match for value in parts.get("BYDAY", "").split(",") if (match := _BYDAY.match(value))]
    months = [_months()[int(number) - 1] for number in parts.get("BYMONTH", "").split(",") if number]
    if parts["FREQ"] == "WEEKLY" and not months:
        return _describe_weekly([WEEKDAY_CODES.index(match[2]) for match in days], every)
    sentence = ""
    keys = set(parts) - {"FREQ", "INTERVAL", "BYMONTH", "WKST"}
    if parts["FREQ"] != "WEEKLY" and keys == {"BYDAY"}:
        sentence = _describe_nth(days, every, bool(months))
    elif parts["FREQ"] != "WEEKLY" and keys == {"BYMONTHDAY"}:
        sentence = _describe_month_days(parts["BYMONTHDAY"].split(","), every, bool(months))
    if not sentence or (months and every > 1):
        return _("selon la règle %(rule)s") % {"rule": rrule}
    if months:
        return _("%(days)s en %(months)s") % {"days": sentence, "months": join_words(months)}
    return sentence


def _describe_weekly(weekdays: list[int], every: int) -> str:
    if every == 1:
        return _("tous les %(days)s") % {"days": join_words([_plural_weekdays()[day] for day in weekdays])}
    names = [weekday_names()[day] for day in weekdays]
    if len(names) == 1 and every == 2:
        return _("un %(day)s sur deux") % {"day": names[0]}
    return _("le %(days)s, toutes les %(every)d semaines") % {"days": join_words(names), "every": every}


def _describe_nth(days: list[re.Match[str]], every: int, in_months: bool) -> str:
    weekdays = {match[2] for match in days}
    nths = [int(match[1]) if match[1] else 0 for match in days]
    if len(weekdays) != 1 or not set(nths) <= set(NTHS):
        return ""
    weekday = WEEKDAY_CODES.index(weekdays.pop())
    if every == 1 and not in_months:
        return _("tous les %(nth)s %(days)s du mois") % {
            "nth": join_words([_plural_ordinals()[nth] for nth in nths]),
            "days": _plural_weekdays()[weekday],
        }
    sentence = _("le %(nth)s %(day)s") % {
        "nth": join_words([ordinals()[nth] for nth in nths]),
        "day": weekday_names()[weekday],
    }
    return sentence if in_months else _("%(day)s, tous les %(every)d mois") % {"day": sentence, "every": every}


def _describe_month_days(numbers: list[str], every: int, in_months: bool) -> str:
    if not set(numbers) <= MONTH_DAYS:
        return ""
    names = [_("dernier jour") if number == "-1" else _("1er") if number == "1" else number for number in numbers]
    if every == 1 and not in_months:
        return _("le %(days)s de chaque mois") % {"days": join_words(names)}
    sentence = _("le %(days)s") % {"days": join_words(names)}
    return sentence if in_months else _("%(day)s, tous les %(every)d mois") % {"day": sentence, "every": every}
