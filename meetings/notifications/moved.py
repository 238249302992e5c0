"""« La réunion du… est déplacée. »"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from core.typography import date_long, time_fr
from meetings.models import Invitation
from meetings.notifications.base import MeetingMessage, when


@messages_board.register
class MeetingMoved(MeetingMessage):
    """Date, time, place or link of a convened meeting changed. `before`: its start until now, in the body's time zone."""

    slug = "meeting-moved"
    label = gettext_lazy("Réunion déplacée")
    mutable = False
    calendar_method = "REQUEST"

    def __init__(self, invitation: Invitation, *, before: datetime, **context: Any) -> None:
        self.before = before
        super().__init__(invitation, before=before, **context)

    @property
    def keeps_its_time(self) -> bool:
        return self.before == self.meeting.starts_at

    def subject(self) -> str:
        if self.keeps_its_time:
            return _("Changement pour la réunion du %(when)s, %(body)s") % {
                "when": when(self.meeting),
                "body": self.meeting.task_force,
            }
        return _("Réunion déplacée au %(when)s, %(body)s") % {
            "when": when(self.meeting),
            "body": self.meeting.task_force,
        }

    def unique_key(self) -> str:
        # SEQUENCE rises at every such change (RFC 5545 §3.8.7.4).
        return f"{self.slug}:{self.meeting.pk}:{self.meeting.sequence}:{self.invitation.person_id}"

    def extra_context(self):
        was = _("%(day)s à %(time)s") % {"day": date_long(self.before), "time": time_fr(self.before)}
        return {**super().extra_context(), "was": was, "keeps_its_time": self.keeps_its_time}
