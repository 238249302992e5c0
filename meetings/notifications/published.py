"""« Compte rendu diffusé », with the PDF."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import Mailbox, Message, messages_board
from core.typography import date_long
from meetings.enums import MinutesState
from meetings.models import DistributionEntry, Minutes
from taskforce.models import Person
from taskforce.notifications.wording import reply_address, salutation


@messages_board.register
class MinutesPublished(Message):
    """The published minutes of a meeting, to the distribution list. Once per address and version.

    Not mutable: most of its readers have no account. Whoever wants it no more answers the mail.
    """

    slug = "minutes-published"
    label = gettext_lazy("Compte rendu diffusé")
    category = gettext_lazy("Comptes rendus")
    mutable = False

    def __init__(self, entry: DistributionEntry, *, minutes: Minutes, version: int, **context: Any) -> None:
        self.entry = entry
        self.minutes = minutes
        self.meeting = minutes.meeting
        self.version = version
        person: Person | None = entry.person
        recipient = Mailbox(entry.address, str(entry), entry.language)
        super().__init__(
            recipient, meeting=self.meeting, body=self.meeting.task_force, person=person, version=version, **context
        )

    def subject(self) -> str:
        return _("Compte rendu de la réunion du %(day)s, %(body)s") % {
            "day": date_long(self.meeting.date),
            "body": self.meeting.task_force,
        }

    def unique_key(self) -> str:
        address = hashlib.sha256(self.recipient.email.lower().encode()).hexdigest()[:32]
        return f"{self.slug}:{self.minutes.pk}:{self.version}:{address}"

    def scope(self):
        return self.meeting.task_force

    def about(self):
        return self.minutes

    def rendering_key(self):
        person = self.entry.person
        return (self.slug, self.minutes.pk, self.version, self.entry.language, person.civility if person else "")

    def headers(self) -> dict[str, str]:
        address = reply_address(self.meeting.task_force)
        return {"Reply-To": address} if address else {}

    def attachments(self) -> list[dict[str, Any]]:
        return [{"document": "minutes", "object": self.minutes.pk, "format": "pdf"}]

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """The minutes were taken back, or the address was taken off the list while the mail waited."""
        minutes = Minutes.objects.select_related("meeting__task_force").filter(pk=email.about_id).first()
        if minutes is None or minutes.state != MinutesState.PUBLISHED:
            return _("Ce compte rendu n’est pas diffusé.")
        body = minutes.meeting.task_force
        lines = DistributionEntry.objects.filter(task_force=body).select_related("person")
        day = body.today()
        if not any(line.is_active(day) and line.address.lower() == email.recipient.lower() for line in lines):
            return _("Cette adresse n’est plus sur la liste de diffusion.")
        return ""

    def extra_context(self) -> dict[str, Any]:
        person = self.entry.person
        return {"salutation": salutation(person) if person is not None else _("Madame, Monsieur,")}
