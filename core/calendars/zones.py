"""VTIMEZONE (RFC 5545 §3.6.5) from the tz database, also for zones that never move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)


def zone_name(zone: tzinfo | None) -> str:
    """The tz database's name of a zone; « UTC » for the zones of `datetime`."""
    return getattr(zone, "key", None) or "UTC"


@lru_cache(maxsize=64)
def vtimezone(name: str, first_year: int, last_year: int) -> Timezone:
    """The zone's definition, right from the first instant of `first_year` to the last of `last_year`.

    One observance a change of the clock, and one for what stands at the beginning: Niamey and Dakar have one in all.
    Every program reads that; rules for centuries would make a short file long. The result is shared: do not change it.
    """
    zone = ZoneInfo(name)
    begins, ends = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    # A day before: the local year begins earlier than UTC's east of Greenwich.
    at = begins - _DAY
    component = Timezone()
    component.add("tzid", name)
    component.add_component(_observance(zone, at, at))
    while at < ends + _DAY:
        later = at + _DAY
        if _clock(zone, at) != _clock(zone, later):
            component.add_component(_observance(zone, *_change(zone, at, later)))
        at = later
    return component


def _clock(zone: ZoneInfo, at: datetime) -> tuple[timedelta | None, timedelta | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.dst()


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> tuple[datetime, datetime]:
    """The last second of the old clock and the first of the new."""
    old = _clock(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _clock(zone, middle) == old:
            before = middle
        else:
            after = middle
    return before, after


def _observance(zone: ZoneInfo, before: datetime, onset: datetime) -> TimezoneStandard | TimezoneDaylight:
    old, new = before.astimezone(zone), onset.astimezone(zone)
    observance = TimezoneDaylight() if new.dst() else TimezoneStandard()
    old_offset, new_offset = old.utcoffset() or timedelta(), new.utcoffset() or timedelta()
    # §3.6.5: the onset is written in the time that stood until then.
    observance.add("dtstart", (onset + old_offset).replace(tzinfo=None))
    observance.add("tzoffsetfrom", old_offset)
    observance.add("tzoffsetto", new_offset)
    observance.add("tzname", new.tzname() or zone.key)
    return observance
