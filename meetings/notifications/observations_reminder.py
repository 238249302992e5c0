"""« Vos observations sont attendues jusqu’au… »"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import messages_board
from meetings.notifications.minutes_messages import MinutesMessage
from meetings.notifications.shared import not_observed


@messages_board.register
class ObservationsReminder(MinutesMessage):
    """Before the deadline, to who sits for an agency that has said nothing. Once for a deadline."""

    slug = "minutes-reminder"
    label = gettext_lazy("Rappel avant la fin des observations")
    # Its link is personal, and two days are left.
    digestible = False

    def subject(self) -> str:
        return _("Rappel : vos observations sur le compte rendu du %(day)s, %(body)s") % self.facts()

    def unique_key(self) -> str:
        return reminder_key(self.minutes, self.recipient.pk)  # type: ignore[attr-defined]

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        return not_observed(email.about_id)


def reminder_key(minutes, person_id: int) -> str:
    return f"{ObservationsReminder.slug}:{minutes.pk}:{minutes.observations_until}:{person_id}"
