"""Our VTIMEZONE against the tz database, for the zones of the seeds and one that moves its clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from core.calendars.zones import vtimezone, zone_name


def offsets_by_the_file(component):
    """The component's own words, read by hand: [(onset in local time, offset before, offset after)], by onset."""
    parts = [part for part in component.subcomponents if part.name in {"STANDARD", "DAYLIGHT"}]
    return sorted((part["DTSTART"].dt, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td) for part in parts)


def offset_at(observances, moment):
    """RFC 5545 §3.6.5: the observance with the latest onset not after the moment."""
    found = None
    for onset, before, after in observances:
        if onset - before <= moment.replace(tzinfo=None):
            found = after
    return found


@pytest.mark.parametrize("name", ["Africa/Niamey", "Africa/Dakar", "Europe/Paris", "Africa/Casablanca"])
def test_offsets_of_eighty_years(name):
    observances = offsets_by_the_file(Calendar.from_ical(vtimezone(name, 1960, 2040).to_ical()))
    zone, moment = ZoneInfo(name), datetime(1960, 1, 1, tzinfo=UTC)
    while moment.year <= 2040:
        assert offset_at(observances, moment) == moment.astimezone(zone).utcoffset(), moment
        moment += timedelta(hours=61)


@pytest.mark.parametrize(("name", "hours"), [("Africa/Niamey", 1), ("Africa/Dakar", 0)])
def test_the_zones_of_the_seeds_have_one_clock(name, hours):
    component = vtimezone(name, 2015, 2017)
    assert component["TZID"] == name
    (standard,) = component.subcomponents
    assert standard["TZOFFSETTO"].td == timedelta(hours=hours)
    # Read by the library alone, without the tz database.
    assert component.to_tz(lookup_tzid=False).utcoffset(datetime(2016, 3, 8, 10, 30)) == timedelta(hours=hours)


def test_the_onset_is_written_in_the_time_that_stood_until_then():
    """Paris, 27 March 2016: at 02:00 of winter time the clocks say 03:00."""
    observances = offsets_by_the_file(vtimezone("Europe/Paris", 2016, 2016))
    assert (datetime(2016, 3, 27, 2), timedelta(hours=1), timedelta(hours=2)) in observances
    assert (datetime(2016, 10, 30, 3), timedelta(hours=2), timedelta(hours=1)) in observances


def test_names():
    assert zone_name(ZoneInfo("Africa/Dakar")) == "Africa/Dakar"
    assert zone_name(UTC) == "UTC"
