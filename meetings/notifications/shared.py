"""« Le compte rendu est partagé pour observations. »"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import Message, messages_board
from core.typography import date_long
from meetings.enums import MinutesState
from meetings.models import Minutes, MinutesVersion
from meetings.queries.circulation import last_number
from taskforce.models import Person
from taskforce.notifications.wording import reply_address, salutation


@messages_board.register
class MinutesShared(Message):
    """The minutes of a meeting are open to the members' observations. Once per version that is shared.

    `link` is the personal link by which who sits for a member observes them (services.observation_links).
    """

    slug = "minutes-shared"
    label = gettext_lazy("Compte rendu partagé")
    category = gettext_lazy("Comptes rendus")
    # Its link is personal, and a delay runs.
    digestible = False

    def __init__(
        self, person: Person, *, minutes: Minutes, until: date | None = None, number: int = 0, **context: Any
    ) -> None:
        self.minutes = minutes
        self.number = number
        self.link = ""
        self.meeting = minutes.meeting
        context["until"] = until or minutes.observations_until
        super().__init__(person, minutes=minutes, meeting=self.meeting, body=self.meeting.task_force, **context)

    def subject(self) -> str:
        return _("Compte rendu partagé : réunion du %(day)s, %(body)s") % {
            "day": date_long(self.meeting.date),
            "body": self.meeting.task_force,
        }

    def unique_key(self) -> str:
        # Shared, taken back and shared again: another version, another mail.
        number = self.number or last_number(self.minutes)
        return f"{self.slug}:{self.minutes.pk}:{number}:{self.recipient.pk}"  # type: ignore[attr-defined]

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

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """The text was taken back or adopted, or shared anew, while the mail waited."""
        return not_observed(email.about_id, number=int(email.unique_key.split(":")[2]))

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "url": f"{settings.SITE_URL}{self.meeting.get_absolute_url()}",
        }


def not_observed(minutes_id: int | None, *, number: int = 0) -> str:
    """Why a mail that asks for observations must not leave any more; `number` is the version it speaks of."""
    minutes = Minutes.objects.filter(pk=minutes_id).first()
    if minutes is None or minutes.state != MinutesState.CIRCULATED:
        return _("Ce compte rendu n’attend plus d’observations.")
    told = MinutesVersion.objects.filter(minutes=minutes, number=number).first()
    if told is not None and minutes.circulated_at is not None and told.created_at < minutes.circulated_at:
        return _("Le compte rendu a été repris et partagé de nouveau depuis.")
    return ""
