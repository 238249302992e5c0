"""Meetings as iCalendar files: parsed back by another library, never telling what is restricted."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from django.utils import timezone

from core.actors import SYSTEM
from core.calendars import CalendarEntry, calendars, entries_for, render_calendar
from meetings.calendars import meeting_entry
from meetings.enums import MeetingState
from meetings.services.meetings import cancel_meeting, move_meeting
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


def parse(content):
    return icalendar.Calendar.from_ical(content)


def event_of(meeting):
    calendar = parse(render_calendar([meeting_entry(meeting)], name="X"))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_one_meeting(body):
    meeting = MeetingFactory(task_force=body, theme="Ciblage, registre ; suivi", state=MeetingState.CONVENED)
    AgendaItemFactory(meeting=meeting, title="Un point que nul ne doit lire dans un agenda")
    calendar, event = event_of(meeting)
    assert event["UID"] == meeting.uid
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt == datetime(2016, 3, 8, 10, 30, tzinfo=ZoneInfo("Africa/Niamey"))
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2)
    assert str(event["SUMMARY"]) == "Protection sociale\N{NO-BREAK SPACE}: Ciblage, registre ; suivi"
    assert str(event["URL"]).endswith(f"/reunions/{meeting.pk}/")
    assert "DESCRIPTION" not in event
    assert "nul ne doit lire" not in calendar.to_ical().decode()


def test_the_time_zone_is_written_in_full(body):
    """Invariant 7: a client that knows no « Africa/Niamey » still shows 10 h 30."""
    calendar, event = event_of(MeetingFactory(task_force=body))
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Africa/Niamey" == event["DTSTART"].params["TZID"]
    assert zone.walk("STANDARD")[0]["TZOFFSETTO"].td == timedelta(hours=1)
    # With the file's own definition alone.
    assert zone.to_tz().utcoffset(datetime(2016, 3, 8, 10, 30)) == timedelta(hours=1)


def test_lines_are_folded_and_end_as_the_norm_says(body):
    content = render_calendar([meeting_entry(MeetingFactory(task_force=body, theme="é" * 190))], name="X")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_uid_stays_and_sequence_rises(body):
    meeting = MeetingFactory(task_force=body)
    uid = meeting.uid
    move_meeting(
        meeting,
        starts_at=meeting.starts_at + timedelta(days=1),
        ends_at=meeting.ends_at + timedelta(days=1),
        actor=SYSTEM,
    )
    cancel_meeting(meeting, actor=SYSTEM)
    _calendar, event = event_of(meeting)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (uid, 2, "CANCELLED")


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", "TENTATIVE"), ("postponed", "CANCELLED"), ("convened", "CONFIRMED"), ("held", "CONFIRMED")],
)
def test_status(body, state, status):
    assert event_of(MeetingFactory(task_force=body, state=state))[1]["STATUS"] == status


def test_the_bodys_coming_meetings(body):
    now = timezone.now()
    coming = MeetingFactory(task_force=body, starts_at=now + timedelta(days=3))
    MeetingFactory(task_force=body)
    MeetingFactory(task_force=TaskForceFactory(), starts_at=now + timedelta(days=3))
    user = member(body).user
    entries = entries_for(user, [body], since=now)
    assert [entry.uid for entry in entries] == [coming.uid]
    assert entries_for(user, [body], since=now, until=now + timedelta(days=2)) == []
    content = render_calendar(entries, name=str(body))
    events = recurring_ical_events.of(parse(content)).between(now, now + timedelta(days=10))
    assert [str(event["UID"]) for event in events] == [coming.uid]


def test_nothing_of_bodies_one_does_not_see(body):
    stranger = member(TaskForceFactory()).user
    MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=3))
    assert entries_for(stranger, [body], since=timezone.now()) == []


def test_an_empty_calendar_is_a_calendar():
    assert parse(render_calendar([], name="Rien"))["X-WR-CALNAME"] == "Rien"


def test_summer_time_is_written_both_ways():
    """Bodies of countries that change their clocks: the hour is the one on the wall."""
    paris = ZoneInfo("Europe/Paris")
    entries = [
        CalendarEntry(
            f"{month}@x",
            0,
            "X",
            datetime(2026, month, 10, 10, tzinfo=paris),
            datetime(2026, month, 10, 12, tzinfo=paris),
        )
        for month in (1, 7)
    ]
    events = parse(render_calendar(entries, name="X")).walk("VEVENT")
    assert [event["DTSTART"].dt.astimezone(UTC).hour for event in events] == [9, 8]


def test_every_source_has_a_label():
    assert [source.slug for source in calendars] == ["meetings"]
    assert all(str(source.label) for source in calendars)
