"""The data of meetings, one noun a file."""

from meetings.models.attendance import Attendance, Invitation
from meetings.models.meetings import AgendaItem, Meeting, MeetingSeries
from meetings.models.minutes import (
    AgencyUpdate,
    MeetingAction,
    MeetingDecision,
    Minutes,
    MinutesSection,
    SectionVersion,
)

__all__ = [
    "AgencyUpdate",
    "AgendaItem",
    "Attendance",
    "Invitation",
    "Meeting",
    "MeetingAction",
    "MeetingDecision",
    "MeetingSeries",
    "Minutes",
    "MinutesSection",
    "SectionVersion",
]
