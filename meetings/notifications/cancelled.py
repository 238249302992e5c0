"""« La réunion du… est annulée. »"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from meetings.models import Invitation
from meetings.notifications.base import MeetingMessage, when


@messages_board.register
class MeetingCancelled(MeetingMessage):
    """A convened meeting is called off; `reason` is the secretariat's, as typed."""

    slug = "meeting-cancelled"
    label = gettext_lazy("Réunion annulée")
    mutable = False
    calendar_method = "CANCEL"

    def __init__(self, invitation: Invitation, *, reason: str = "", **context: Any) -> None:
        super().__init__(invitation, reason=reason, **context)

    def subject(self) -> str:
        return _("Réunion annulée : %(when)s, %(body)s") % {"when": when(self.meeting), "body": self.meeting.task_force}

    def unique_key(self) -> str:
        return f"{self.slug}:{self.meeting.pk}:{self.meeting.sequence}:{self.invitation.person_id}"
