"""Entries as iCalendar text (RFC 5545): files, feeds, and the invitations of mails (RFC 5546, RFC 6047).

UID and RECURRENCE-ID never change; SEQUENCE rises when date, time, place, attendees or status change (§3.8.7.4).
Nothing personal and nothing restricted stands in an entry: calendars are copied to places nobody controls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vRecur, vText, vUri

from core.calendars.base import Attendee, CalendarEntry, CalendarRule
from core.calendars.zones import vtimezone, zone_name
from core.notifications.rendering import one_line

PRODUCT = "-//Socle//Socle//FR"
# How often a program should ask for a feed again (RFC 7986 §5.7, and the older name that Outlook reads).
REFRESH = "PT6H"

Method = Literal["REQUEST", "CANCEL"]


def render_calendar(entries: Iterable[CalendarEntry], *, name: str, is_feed: bool = False) -> bytes:
    """The entries as a file to add to one's own calendar (METHOD:PUBLISH, RFC 5546 §3.2.1), or as a feed.

    Entries of one rule are written as that rule, cut to the entries that exist (RRULE … UNTIL, EXDATE, RDATE),
    and one VEVENT with RECURRENCE-ID each: whoever expands the file finds exactly the entries. A feed holds no
    moment of its own making, so that the same entries are the same bytes.
    """
    entries = list(entries)
    calendar = _calendar()
    if not is_feed:
        calendar.add("method", "PUBLISH")
    else:
        calendar.add("refresh-interval", vText(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", REFRESH)
    calendar.add("x-wr-calname", clean(name))
    _add_zones(calendar, entries)
    by_rule: dict[str, list[CalendarEntry]] = {}
    for entry in entries:
        if entry.rule is not None:
            by_rule.setdefault(entry.rule.uid, []).append(entry)
    for of_rule in by_rule.values():
        rule = of_rule[0].rule
        if rule is not None and len(of_rule) > 1:
            calendar.add_component(_master(rule, of_rule, is_feed=is_feed))
    for entry in entries:
        calendar.add_component(_event(entry, stamp=_stamp(entry.changed_at, is_feed=is_feed)))
    return calendar.to_ical()


def render_invitation(
    entry: CalendarEntry, attendee: Attendee, *, method: Method, organizer: str, now: datetime | None = None
) -> str:
    """The calendar part of a mail to `attendee` (RFC 5546 §3.2.2, §3.2.5); `organizer` is the body's name.

    Only the addressee stands as ATTENDEE: nobody's address is told to others. Answers go to ORGANIZER, the
    mailbox that `manage.py read_replies` reads.
    """
    calendar = _calendar()
    calendar.add("method", method)
    _add_zones(calendar, [entry])
    event = _event(entry, stamp=now or timezone.now())
    if method == "CANCEL":
        event["status"] = vText("CANCELLED")
    event.add("organizer", _address(calendar_address(), organizer))
    guest = _address(attendee.email, attendee.name or attendee.email)
    guest.params["CUTYPE"] = "INDIVIDUAL"
    guest.params["ROLE"] = "REQ-PARTICIPANT"
    guest.params["PARTSTAT"] = attendee.partstat
    if method == "REQUEST":
        guest.params["RSVP"] = "TRUE"
    event.add("attendee", guest, encode=False)
    is_busy = method == "REQUEST" and not entry.is_cancelled
    event.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    # Outlook's own: the same, before and after an answer.
    event.add("x-microsoft-cdo-busystatus", "BUSY" if is_busy else "FREE")
    event.add("x-microsoft-cdo-intendedstatus", "BUSY" if is_busy else "FREE")
    calendar.add_component(event)
    return calendar.to_ical().decode()


def calendar_address() -> str:
    """Where answers from calendars go: SOCLE_CALENDAR_ADDRESS, by default the portal's sender."""
    return parseaddr(settings.SOCLE_CALENDAR_ADDRESS)[1] or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def clean(text: str) -> str:
    """One line without control characters: nothing typed can add a line to the file."""
    return one_line(text, 500)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _add_zones(calendar: Calendar, entries: Sequence[CalendarEntry]) -> None:
    years: dict[str, set[int]] = {}
    for entry in entries:
        moments = [entry.starts_at, entry.ends_at, *([entry.recurrence_id] if entry.recurrence_id else [])]
        for moment in moments:
            years.setdefault(zone_name(moment.tzinfo), set()).add(moment.year)
    for name, found in sorted(years.items()):
        if name != "UTC":
            calendar.add_component(vtimezone(name, min(found) - 1, max(found) + 1))


def _stamp(changed_at: datetime | None, *, is_feed: bool) -> datetime:
    """DTSTAMP (§3.8.7.2): with a METHOD, the moment the file was made; without, that of the last change."""
    if is_feed and changed_at is not None:
        return changed_at
    return timezone.now()


def _master(rule: CalendarRule, entries: Sequence[CalendarEntry], *, is_feed: bool) -> Event:
    slots = sorted({entry.recurrence_id for entry in entries if entry.recurrence_id is not None})
    given = rule.moments(slots[0], slots[-1])
    on_rule = [slot for slot in slots if slot in set(given)]
    first = on_rule[0] if on_rule else slots[0]
    event = Event()
    event.add("uid", rule.uid)
    event.add("sequence", rule.sequence)
    stamps = [entry.changed_at for entry in entries if entry.changed_at is not None]
    _add_stamps(event, _stamp(max(stamps, default=None), is_feed=is_feed), rule.changed_at)
    _add_moment(event, "dtstart", first)
    _add_moment(event, "dtend", (first.replace(tzinfo=None) + rule.duration).replace(tzinfo=first.tzinfo))
    if on_rule:
        recur = vRecur.from_ical(rule.rrule)
        # §3.3.10: in UTC, since DTSTART has a time zone.
        recur["UNTIL"] = [on_rule[-1].astimezone(UTC)]
        event.add("rrule", recur)
        wanted = set(on_rule)
        for moment in given:
            if first <= moment <= on_rule[-1] and moment not in wanted:
                _add_moment(event, "exdate", moment)
    for slot in slots:
        if slot not in on_rule and slot != first:
            _add_moment(event, "rdate", slot)
    event.add("summary", clean(rule.summary))
    if rule.location:
        event.add("location", clean(rule.location))
    if rule.url:
        event.add("url", vUri(rule.url))
    event.add("status", "CONFIRMED")
    return event


def _event(entry: CalendarEntry, *, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    if entry.recurrence_id is not None:
        _add_moment(event, "recurrence-id", entry.recurrence_id)
    event.add("sequence", entry.sequence)
    _add_stamps(event, stamp, entry.changed_at)
    _add_moment(event, "dtstart", entry.starts_at)
    _add_moment(event, "dtend", entry.ends_at)
    event.add("summary", clean(entry.summary))
    if entry.location:
        event.add("location", clean(entry.location))
    if entry.url:
        event.add("url", vUri(entry.url))
    event.add("status", "CANCELLED" if entry.is_cancelled else "TENTATIVE" if entry.is_tentative else "CONFIRMED")
    return event


def _add_stamps(event: Event, stamp: datetime, changed_at: datetime | None) -> None:
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    if changed_at is not None:
        event.add("last-modified", changed_at.astimezone(UTC).replace(microsecond=0))


def _add_moment(event: Event, name: str, moment: datetime) -> None:
    """Local time and the zone's name. The library would write Dakar, which keeps UTC's clock, as UTC."""
    zone = zone_name(moment.tzinfo)
    if zone == "UTC":
        event.add(name, moment.astimezone(UTC))
    else:
        event.add(name, moment.replace(tzinfo=None), parameters={"TZID": zone})


def _address(address: str, name: str) -> vCalAddress:
    value = vCalAddress(f"mailto:{clean(address).replace(' ', '')}")
    # RFC 5545 §3.2: a parameter's value holds no double quote.
    value.params["CN"] = clean(name).replace('"', "’")
    return value


__all__ = ["calendar_address", "render_calendar", "render_invitation"]
