"""The calendars' plug board: what an app puts into people's calendars, and how it is written (RFC 5545).

A UID never changes; SEQUENCE rises when date, time, place, attendees or status change (§3.8.7.4). Nothing
personal and nothing restricted stands in an entry: calendars are copied to places nobody controls.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import Promise
from icalendar import Calendar, Event, vUri

from core.registry import Registry


@dataclass(frozen=True)
class CalendarEntry:
    """One event. `starts_at` and `ends_at` are aware, in the time zone to show (its full VTIMEZONE is written)."""

    uid: str
    sequence: int
    summary: str
    starts_at: datetime
    ends_at: datetime
    location: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_tentative: bool = False


class CalendarSource:
    """What one app has to say about a scope (a body) between two moments; a personal feed merges all sources."""

    slug: ClassVar[str]
    label: ClassVar[str | Promise]

    def get_entries(
        self, user: Any, scope: Any, *, since: datetime, until: datetime | None = None
    ) -> Iterable[CalendarEntry]:
        """Entries that `user` may see, by start; those that end before `since` are left out."""
        raise NotImplementedError


calendars: Registry[CalendarSource] = Registry("calendars")


def entries_for(user: Any, scope: Any, *, since: datetime, until: datetime | None = None) -> list[CalendarEntry]:
    """The entries of every source, by start."""
    found = [entry for source in calendars for entry in source().get_entries(user, scope, since=since, until=until)]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def render_calendar(entries: Iterable[CalendarEntry], *, name: str) -> bytes:
    """The entries as an iCalendar file to add to one's own calendar (METHOD:PUBLISH, RFC 5546 §3.2.1)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Socle//Socle//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    entries = list(entries)
    for entry in entries:
        calendar.add_component(_event(entry))
    if entries:
        # Around the events only: centuries of transitions would make a short file long.
        calendar.add_missing_timezones(
            first_date=min(entry.starts_at for entry in entries).date() - timedelta(days=366),
            last_date=max(entry.ends_at for entry in entries).date() + timedelta(days=366),
        )
    return calendar.to_ical()


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    # With a METHOD, the moment the file was made (RFC 5545 §3.8.7.2); SEQUENCE tells what is newer.
    event.add("dtstamp", timezone.now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    if entry.location:
        event.add("location", entry.location)
    if entry.url:
        event.add("url", vUri(entry.url))
    event.add("status", "CANCELLED" if entry.is_cancelled else "TENTATIVE" if entry.is_tentative else "CONFIRMED")
    return event
