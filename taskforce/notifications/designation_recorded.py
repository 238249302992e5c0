"""To the secretariat: what the acceptance of a designation changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message, messages_board
from taskforce.models import DesignationRequest, Mandate, Person
from taskforce.notifications.designation_accepted import mandate_lines
from taskforce.notifications.wording import salutation


@messages_board.register
class DesignationRecorded(Message):
    """A receipt for the file: who accepted, who sits."""

    slug = "designation-recorded"
    label = gettext_lazy("Désignation acceptée (au secrétariat)")
    category = gettext_lazy("Désignations")

    def __init__(
        self, person: Person, *, request: DesignationRequest, mandates: Sequence[Mandate], accepted_by: str
    ) -> None:
        self.request = request
        self.mandates = list(mandates)
        self.accepted_by = accepted_by
        super().__init__(person, body=request.task_force)

    def subject(self) -> str:
        names = {"agency": self.request.seat.agency, "reference": self.request.reference}
        if self.request.declined:
            return _("%(agency)s ne souhaite pas siéger (%(reference)s)") % names
        return _("Désignation de %(agency)s acceptée (%(reference)s)") % names

    def unique_key(self) -> str:
        return f"{self.slug}:{self.request.solicitation_id}:{getattr(self.recipient, 'pk', '')}"

    def scope(self):
        return self.request.task_force

    def about(self):
        return self.request.solicitation

    def extra_context(self) -> dict[str, Any]:
        person: Person = self.recipient  # type: ignore[assignment]
        return {
            "salutation": salutation(person),
            "agency": self.request.seat.agency,
            "accepted_by": self.accepted_by,
            "declined": self.request.declined,
            "lines": mandate_lines(self.mandates),
            "url": f"{settings.SITE_URL}{reverse('taskforce:designation_detail', args=[self.request.pk])}",
        }
