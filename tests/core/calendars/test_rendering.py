"""iCalendar text: read back by two independent parsers, whatever was typed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject

from core.calendars import Attendee, CalendarEntry, CalendarRule, render_calendar, render_invitation

DAKAR, NIAMEY, PARIS = ZoneInfo("Africa/Dakar"), ZoneInfo("Africa/Niamey"), ZoneInfo("Europe/Paris")
CHANGED = datetime(2026, 1, 5, 8, tzinfo=UTC)


def entry(zone=NIAMEY, **values):
    starts_at = values.pop("starts_at", datetime(2026, 3, 10, 10, 30, tzinfo=zone))
    facts = {
        "uid": "a@x",
        "sequence": 3,
        "summary": "Protection sociale",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "changed_at": CHANGED,
    }
    return CalendarEntry(**facts | values)


def both(content):
    """The same file by icalendar and by vobject."""
    return icalendar.Calendar.from_ical(content), vobject.readOne(content.decode())


def test_dakar_keeps_its_own_name():
    content = render_calendar([entry(DAKAR)], name="X")
    assert b"DTSTART;TZID=Africa/Dakar:20260310T103000\r\n" in content
    assert b"\r\nTZID:Africa/Dakar\r\n" in content
    calendar, other = both(content)
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 3, 10, 10, 30, tzinfo=UTC)
    assert other.vevent.dtstart.value.astimezone(UTC) == datetime(2026, 3, 10, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "Ciblage, registre ; suivi",
        "Un antislash \\n et \\, ne sont pas des signes",
        "Début\r\nATTENDEE:mailto:pirate@example.org\r\nfin",
        "Nul \x00 et cloche \x07",
        "Retour\rseul et \u2028 séparateur",
        "é" * 300,
        "ƙ ƴ — 😀" * 20,
        "END:VEVENT",
        '"guillemets" : et ; virgule,',
    ],
)
def test_whatever_is_typed(typed):
    content = render_calendar([entry(summary=typed, location=typed)], name=typed)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    for line in content.split(b"\r\n"):
        line.decode()
    assert b"\x00" not in content
    calendar, other = both(content)
    (event,) = calendar.walk("VEVENT")
    assert "ATTENDEE" not in event
    # Folding, escaping and control characters left aside, what was typed is what is read.
    assert str(event["SUMMARY"]) == other.vevent.summary.value == other.vevent.location.value
    if typed.isprintable() and len(typed) <= 500:
        assert str(event["SUMMARY"]) == typed


def test_lines_fold_between_letters():
    """RFC 5545 §3.1: 75 octets; a letter of two is not cut."""
    content = render_calendar([entry(summary="é" * 190)], name="X")
    assert str(icalendar.Calendar.from_ical(content).walk("VEVENT")[0]["SUMMARY"]) == "é" * 190
    assert [line for line in content.split(b"\r\n") if len(line) > 75] == []


def rule(**values):
    facts = {
        "uid": "serie@x",
        "sequence": 0,
        "rrule": "FREQ=MONTHLY;BYDAY=2TU",
        "anchor": datetime(2026, 1, 13, 10, 30, tzinfo=NIAMEY),
        "duration": timedelta(hours=2),
        "summary": "Protection sociale",
    }
    return CalendarRule(**facts | values)


def occurrence(of, slot, **values):
    return entry(uid=of.uid, rule=of, recurrence_id=slot, **{"starts_at": slot} | values)


def starts(content, first=datetime(2025, 1, 1, tzinfo=UTC), last=datetime(2030, 1, 1, tzinfo=UTC)):
    """By an independent expansion: the starts of what is not cancelled."""
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(first, last)
    return sorted(event["DTSTART"].dt.astimezone(UTC) for event in events if event["STATUS"] != "CANCELLED")


def slots_of(of, count):
    return of.moments(of.anchor, of.anchor + timedelta(days=800))[:count]


def test_a_rule_gives_its_entries_and_no_other():
    every = rule()
    slots = slots_of(every, 8)
    entries = [occurrence(every, slot) for slot in slots if slot.month != 4]
    content = render_calendar(entries, name="X")
    calendar, other = both(content)
    master = next(event for event in calendar.walk("VEVENT") if "RRULE" in event)
    assert master["RRULE"]["UNTIL"] == [slots[-1].astimezone(UTC)]
    assert b"EXDATE;TZID=Africa/Niamey:20260414T103000" in content
    assert len(other.vevent_list) == 8
    assert starts(content) == [one.starts_at.astimezone(UTC) for one in entries]


def test_moved_and_cancelled_occurrences():
    every = rule()
    slots = slots_of(every, 4)
    moved = slots[1] + timedelta(days=2, hours=1)
    entries = [
        occurrence(every, slots[0]),
        occurrence(every, slots[1], starts_at=moved),
        occurrence(every, slots[2], is_cancelled=True),
        occurrence(every, slots[3]),
    ]
    content = render_calendar(entries, name="X")
    assert b"RECURRENCE-ID;TZID=Africa/Niamey:20260210T103000" in content
    assert starts(content) == [one.astimezone(UTC) for one in (slots[0], moved, slots[3])]


def test_an_occurrence_that_the_rule_no_longer_gives():
    every = rule(until=datetime(2026, 2, 28).date())
    late = datetime(2026, 3, 10, 10, 30, tzinfo=NIAMEY)
    entries = [occurrence(every, slot) for slot in (*slots_of(every, 2), late)]
    content = render_calendar(entries, name="X")
    assert b"RDATE;TZID=Africa/Niamey:20260310T103000" in content
    assert starts(content) == [one.starts_at.astimezone(UTC) for one in entries]


def test_only_occurrences_off_the_rule():
    every = rule(until=datetime(2026, 1, 31).date())
    days = [datetime(2026, month, 9, 9, tzinfo=NIAMEY) for month in (5, 6)]
    content = render_calendar([occurrence(every, day) for day in days], name="X")
    assert b"RRULE" not in content
    assert starts(content) == [day.astimezone(UTC) for day in days]


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2",
        "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO",
    ],
)
@pytest.mark.parametrize("zone", [NIAMEY, DAKAR, PARIS], ids=str)
def test_a_window_that_begins_in_the_middle(rrule, zone):
    """Intervals are counted from the first occurrence of the window, and give the same dates."""
    every = rule(rrule=rrule, anchor=datetime(2026, 1, 1, 2, 30, tzinfo=zone))
    slots = slots_of(every, 30)[3:]
    assert len(slots) >= 2
    content = render_calendar([occurrence(every, slot) for slot in slots], name="X")
    assert starts(content) == sorted(slot.astimezone(UTC) for slot in slots)


def test_a_feed_is_the_same_bytes_again():
    entries = [entry(), entry(DAKAR, uid="b@x")]
    feed = render_calendar(entries, name="X", is_feed=True)
    assert feed == render_calendar(entries, name="X", is_feed=True)
    assert b"METHOD" not in feed
    assert b"DTSTAMP:20260105T080000Z" in feed
    assert b"LAST-MODIFIED:20260105T080000Z" in feed
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in feed


def invitation(method="REQUEST", attendee=None, **values):
    text = render_invitation(
        entry(**values), attendee or Attendee("membre@example.org", "Mme Aïssa Abdou"), method=method, organizer="Corps"
    )
    calendar, other = both(text.encode())
    assert calendar["METHOD"] == method == other.method.value
    return calendar, calendar.walk("VEVENT")[0], text


def test_a_request(settings):
    settings.SOCLE_CALENDAR_ADDRESS = "Réponses <reponses@example.org>"
    calendar, event, _text = invitation()
    assert event["ORGANIZER"] == "mailto:reponses@example.org"
    assert event["ORGANIZER"].params["CN"] == "Corps"
    attendee = event["ATTENDEE"]
    assert attendee == "mailto:membre@example.org"
    assert dict(attendee.params) == {
        "CN": "Mme Aïssa Abdou",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert (event["UID"], event["SEQUENCE"], event["STATUS"], event["TRANSP"]) == ("a@x", 3, "CONFIRMED", "OPAQUE")
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"] == "BUSY"
    assert "DESCRIPTION" not in event
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Africa/Niamey"]


def test_a_cancellation():
    _calendar, event, _text = invitation("CANCEL")
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CANCELLED", 3, "TRANSPARENT")
    assert "RSVP" not in event["ATTENDEE"].params


def test_one_occurrence():
    every = rule()
    slot = slots_of(every, 2)[1]
    _calendar, event, text = invitation(uid=every.uid, rule=every, recurrence_id=slot)
    assert event["UID"] == "serie@x"
    assert "RECURRENCE-ID;TZID=Africa/Niamey:20260210T103000" in text
    assert "RRULE" not in event


def test_a_name_adds_no_line():
    attendee = Attendee("a@example.org", 'Nom" ;X=1\r\nATTENDEE:mailto:b@example.org')
    _calendar, event, text = invitation(attendee=attendee)
    assert event["ATTENDEE"] == "mailto:a@example.org"
    assert "\r\nATTENDEE:mailto:b@" not in text
