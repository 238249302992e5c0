"""What every message about minutes that are shared, answered or adopted knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.notifications.base import Message
from core.typography import date_long
from meetings.models import Minutes
from taskforce.models import Person
from taskforce.notifications.wording import reply_address, salutation


class MinutesMessage(Message):
    """To somebody of the body: `MinutesAdopted(person, minutes=minutes)`.

    For a mailing, give all the same `minutes` object: Reply-To is then read once.
    """

    category = gettext_lazy("Comptes rendus")

    def __init__(self, person: Person, *, minutes: Minutes, **context: Any) -> None:
        self.minutes = minutes
        self.meeting = minutes.meeting
        # The personal link by which the minutes are observed (services.observation_links); empty: the mail has none.
        self.link = ""
        super().__init__(person, minutes=minutes, meeting=self.meeting, body=self.meeting.task_force, **context)

    def unique_key(self) -> str:
        return f"{self.slug}:{self.minutes.pk}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def scope(self):
        return self.meeting.task_force

    def about(self):
        return self.minutes

    def rendering_key(self):
        person: Person = self.recipient  # type: ignore[assignment]
        return (self.slug, self.minutes.pk, person.language, person.civility, bool(self.link))

    def secrets(self) -> dict[str, str]:
        return {"link": self.link} if self.link else {}

    def headers(self) -> dict[str, str]:
        address = reply_address(self.meeting.task_force)
        return {"Reply-To": address} if address else {}

    def facts(self) -> dict[str, Any]:
        """For the subject."""
        return {"day": date_long(self.meeting.date), "body": self.meeting.task_force}

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "url": f"{settings.SITE_URL}{reverse('meetings:minutes_detail', args=[self.meeting.pk])}",
        }
