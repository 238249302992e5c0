"""To the secretariat: a director has answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message, messages_board
from taskforce.models import DesignatedPerson, DesignationRequest, Person
from taskforce.notifications.designation_receipt import designee_lines
from taskforce.notifications.wording import salutation


@messages_board.register
class DesignationSubmitted(Message):
    """Who was named; the mandates begin once the secretariat accepts."""

    slug = "designation-submitted"
    label = gettext_lazy("Réponse d’une direction (au secrétariat)")
    category = gettext_lazy("Désignations")

    def __init__(
        self, person: Person, *, request: DesignationRequest, designees: list[DesignatedPerson], arrived: datetime
    ) -> None:
        self.request = request
        self.designees = designees
        self.arrived = arrived
        super().__init__(person, body=request.task_force)

    def subject(self) -> str:
        names = {"agency": self.request.seat.agency, "reference": self.request.reference}
        if self.request.declined:
            return _("%(agency)s ne souhaite pas siéger (%(reference)s) : à examiner") % names
        return _("%(agency)s a désigné ses représentants (%(reference)s) : à examiner") % names

    def unique_key(self) -> str:
        # Returned and answered again: another answer, another mail.
        moment = int(self.arrived.timestamp() * 1000)
        return f"{self.slug}:{self.request.pk}:{moment}:{getattr(self.recipient, 'pk', '')}"

    def scope(self):
        return self.request.task_force

    def about(self):
        return self.request.solicitation

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "agency": self.request.seat.agency,
            "director": self.request.director,
            "declined": self.request.declined,
            "note": self.request.note,
            "facts": designee_lines(self.designees),
            "is_incomplete": len(self.designees) == 1 and self.request.replaces is None,
            "url": f"{settings.SITE_URL}{reverse('taskforce:designation_detail', args=[self.request.pk])}",
        }
