"""« Le compte rendu est partagé pour observations. »"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message, messages_board
from core.typography import date_long
from meetings.models import Minutes
from taskforce.models import Person
from taskforce.notifications.wording import reply_address, salutation


@messages_board.register
class MinutesShared(Message):
    """The minutes of a meeting are open to the members' observations. Once per text that is shared."""

    slug = "minutes-shared"
    label = gettext_lazy("Compte rendu partagé")
    category = gettext_lazy("Comptes rendus")

    def __init__(self, person: Person, *, minutes: Minutes, until: date | None = None, **context: Any) -> None:
        self.minutes = minutes
        self.meeting = minutes.meeting
        context["until"] = until or minutes.observations_until
        super().__init__(person, minutes=minutes, meeting=self.meeting, body=self.meeting.task_force, **context)

    def subject(self) -> str:
        return _("Compte rendu partagé : réunion du %(day)s, %(body)s") % {
            "day": date_long(self.meeting.date),
            "body": self.meeting.task_force,
        }

    def unique_key(self) -> str:
        # Shared, taken back and shared again with another text: another mail.
        kept = getattr(self.minutes, "_mail_version", None)
        if kept is None:
            kept = self.minutes.sections.aggregate(sum=Sum("version"))["sum"] or 0
            self.minutes._mail_version = kept  # type: ignore[attr-defined]
        return f"{self.slug}:{self.minutes.pk}:{kept}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def scope(self):
        return self.meeting.task_force

    def about(self):
        return self.minutes

    def rendering_key(self):
        person: Person = self.recipient  # type: ignore[assignment]
        return (self.slug, self.minutes.pk, person.language, person.civility)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.meeting.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "url": f"{settings.SITE_URL}{self.meeting.get_absolute_url()}",
        }
