"""What a text says against what the meeting is: dates that cannot both be true. Flags, never corrections."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.text import normalise
from core.typography import MONTHS, WEEKDAYS, date_fr

_MONTH_NUMBERS = {normalise(name): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NAMES = "|".join([*MONTHS, "fevrier", "aout", "decembre"])
_DATE = re.compile(
    rf"(?:\b({'|'.join(WEEKDAYS)})\s+)?\b(1er|\d{{1,2}})\s+({_MONTH_NAMES})\s+(\d{{4}})\b", re.IGNORECASE
)


def date_flags(text: str, meeting_day: date) -> list[str]:
    """One sentence for each date of `text` (plain, French) that contradicts itself or the meeting's day.

    Flagged: the meeting's day and month in another year within two years (a slip of January: seed document
    of 11 February 2016, whose body says 2015), a weekday that is not that date's, a day that does not exist.
    Each written date is flagged once.
    """
    flags: dict[str, str] = {}
    for match in _DATE.finditer(text):
        written = " ".join(match[0].split())
        weekday = normalise(match[1] or "")
        day = int(match[2].lower().removesuffix("er"))
        month, year = _MONTH_NUMBERS[normalise(match[3])], int(match[4])
        try:
            cited = date(year, month, day)
        except ValueError:
            flags.setdefault(written, _("Le texte cite « %(date)s », qui n’existe pas.") % {"date": written})
            continue
        same_day = (cited.day, cited.month) == (meeting_day.day, meeting_day.month)
        if same_day and 0 < abs(cited.year - meeting_day.year) <= 2:
            facts = {"date": written, "meeting": date_fr(meeting_day)}
            text_of_flag = _("Le texte cite « %(date)s » ; la réunion est datée du %(meeting)s.") % facts
            flags.setdefault(written, text_of_flag)
        elif weekday and weekday != WEEKDAYS[cited.weekday()]:
            facts = {"date": written, "day": date_fr(cited), "weekday": WEEKDAYS[cited.weekday()]}
            text_of_flag = _("Le texte cite « %(date)s » ; le %(day)s est un %(weekday)s.") % facts
            flags.setdefault(written, text_of_flag)
    return list(flags.values())


def next_meeting_flags(text: str, meeting_day: date) -> list[str]:
    """For the section « Prochaine réunion »: full dates in it that do not come after the meeting."""
    flags = []
    for match in _DATE.finditer(text):
        try:
            cited = date(int(match[4]), _MONTH_NUMBERS[normalise(match[3])], int(match[2].lower().removesuffix("er")))
        except ValueError:
            continue
        if meeting_day - timedelta(days=3660) < cited <= meeting_day:
            written = " ".join(match[0].split())
            flags.append(
                _("La prochaine réunion est annoncée le %(date)s, qui ne vient pas après celle-ci.") % {"date": written}
            )
    return flags
