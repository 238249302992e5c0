"""The calendars' plug board: what an app puts into people's calendars, and how it is written (RFC 5545)."""

from core.calendars.base import Attendee, CalendarEntry, CalendarRule, CalendarSource, calendars, entries_for
from core.calendars.rendering import render_calendar, render_invitation

__all__ = [
    "Attendee",
    "CalendarEntry",
    "CalendarRule",
    "CalendarSource",
    "calendars",
    "entries_for",
    "render_calendar",
    "render_invitation",
]
