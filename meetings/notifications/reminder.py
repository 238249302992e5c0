"""« Dans 7 jours » and « demain »: the reminder of a meeting."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import Schedule, Upcoming, messages_board, schedules_board
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting
from meetings.notifications.base import MeetingMessage, has_left, not_coming, when
from meetings.notifications.coming import coming_meetings
from meetings.queries import left_since_invited


@messages_board.register
class MeetingReminder(MeetingMessage):
    """`days` before the meeting. The key holds the date: a meeting moved after its reminder has a new one."""

    slug = "meeting-reminder"
    label = gettext_lazy("Rappel d’une réunion")

    def __init__(self, invitation: Invitation, *, days: int, **context: Any) -> None:
        self.days = days
        super().__init__(invitation, days=days, **context)

    def subject(self) -> str:
        facts = {"when": when(self.meeting), "body": self.meeting.task_force}
        if self.days == 1:
            return _("Demain : réunion du %(when)s, %(body)s") % facts
        return _("Rappel : réunion du %(when)s, %(body)s") % facts

    def unique_key(self) -> str:
        return reminder_key(self.meeting, self.days, self.invitation.person_id)

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """The meeting was moved or called off, or the person has left, while the mail waited."""
        meeting = Meeting.objects.select_related("task_force").filter(pk=email.about_id).first()
        if meeting is None:
            return _("La réunion n’existe plus.")
        if meeting.state != MeetingState.CONVENED:
            return not_coming(meeting)
        _slug, _meeting, day, _days, person = email.unique_key.split(":")
        if day != meeting.date.isoformat():
            return _("La réunion a changé de date depuis.")
        if left_since_invited(meeting, person_id=int(person)):
            return has_left()
        return ""


def reminder_key(meeting: Meeting, days: int, person_id: int) -> str:
    """One reminder per meeting, date, number of days and person."""
    return f"{MeetingReminder.slug}:{meeting.pk}:{meeting.date.isoformat()}:{days}:{person_id}"


def reminder_due_at(meeting: Meeting, days: int) -> datetime:
    """When the reminder leaves: `days` before the meeting's day, at the set hour in the body's time zone."""
    day = meeting.date - timedelta(days=days)
    return datetime.combine(day, time(settings.SOCLE_REMINDER_HOUR), tzinfo=meeting.task_force.tz)


@schedules_board.register
class ComingReminders(Schedule):
    """What the calendar will send for a body if nothing changes. One query."""

    slug = "meeting-reminders"

    def upcoming(self) -> list[Upcoming]:
        found = [
            Upcoming(
                at=at,
                label=_("Rappel de la veille") if days == 1 else _("Rappel à J-%(days)d") % {"days": days},
                count=meeting.to_remind,  # type: ignore[attr-defined]
                about=_("Réunion du %(when)s") % {"when": when(meeting)},
                url=meeting.get_absolute_url(),
            )
            for meeting in coming_meetings(self)
            if meeting.state == MeetingState.CONVENED
            for days in settings.SOCLE_REMINDER_DAYS
            if (at := reminder_due_at(meeting, days)) > self.now
        ]
        return sorted(found, key=lambda upcoming: upcoming.at)
