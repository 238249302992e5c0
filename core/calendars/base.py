"""What an app puts into people's calendars: entries, the rules some of them follow, and the plug board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from dateutil.rrule import rrulestr
from django.utils.functional import Promise

from core.registry import Registry


@dataclass(frozen=True)
class CalendarRule:
    """The event that a series of entries is: « every second Tuesday at 10:30 ».

    `rrule` stands without DTSTART, COUNT or UNTIL; `anchor` is the first moment from which intervals are counted,
    aware, in the time zone to show; `until` the last day, included. Entries of the rule carry its `uid` and
    the moment the rule gives them (`recurrence_id`).
    """

    uid: str
    sequence: int
    rrule: str
    anchor: datetime
    duration: timedelta
    summary: str
    until: date | None = None
    location: str = ""
    url: str = ""
    changed_at: datetime | None = None

    def moments(self, first: datetime, last: datetime) -> list[datetime]:
        """What the rule gives from `first` to `last`, both included, on the wall's clock."""
        zone = self.anchor.tzinfo
        start = self.anchor.replace(tzinfo=None)
        moments = rrulestr(self.rrule, dtstart=start).between(
            first.astimezone(zone).replace(tzinfo=None), last.astimezone(zone).replace(tzinfo=None), inc=True
        )
        return [moment.replace(tzinfo=zone) for moment in moments if self.until is None or moment.date() <= self.until]


@dataclass(frozen=True)
class CalendarEntry:
    """One event. `starts_at` and `ends_at` are aware, in the time zone to show (its full VTIMEZONE is written).

    An entry of a series has the `uid` of its `rule` and, as `recurrence_id`, the moment that the rule gave it,
    wherever it was moved since: the same pair in files, feeds and mails, so that a calendar holds it once.
    """

    uid: str
    sequence: int
    summary: str
    starts_at: datetime
    ends_at: datetime
    location: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_tentative: bool = False
    recurrence_id: datetime | None = None
    rule: CalendarRule | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Attendee:
    """The one person whom a mail asks. `partstat` in the words of RFC 5545 §3.2.12."""

    email: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"


class CalendarSource:
    """What one app has to say about scopes (bodies) between two moments; a personal feed merges all sources."""

    slug: ClassVar[str]
    label: ClassVar[str | Promise]

    def get_entries(
        self, user: Any, scopes: Sequence[Any], *, since: datetime, until: datetime | None = None
    ) -> Iterable[CalendarEntry]:
        """Entries of `scopes` that `user` may see, by start; those that end before `since` are left out.

        `user` None: whoever was given the scope's own link by its secretariat; nothing in preparation then.
        The number of queries depends neither on the scopes nor on the entries.
        """
        raise NotImplementedError


calendars: Registry[CalendarSource] = Registry("calendars")


def entries_for(
    user: Any, scopes: Sequence[Any], *, since: datetime, until: datetime | None = None
) -> list[CalendarEntry]:
    """The entries of every source, by start."""
    found = [entry for source in calendars for entry in source().get_entries(user, scopes, since=since, until=until)]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))
