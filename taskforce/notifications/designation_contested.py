"""To the secretariat: somebody says « ce n’était pas moi »."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message, messages_board
from taskforce.models import DesignationRequest, Person
from taskforce.notifications.wording import salutation


@messages_board.register
class DesignationContested(Message):
    """Who objects, at which address, in which words."""

    slug = "designation-contested"
    label = gettext_lazy("Désignation contestée (au secrétariat)")
    category = gettext_lazy("Désignations")
    mutable = False

    def __init__(self, person: Person, *, request: DesignationRequest, who: str, email: str, note: str) -> None:
        self.request = request
        self.who, self.email, self.note = who, email, note
        super().__init__(person, body=request.task_force)

    def subject(self) -> str:
        return _("Désignation contestée : %(agency)s (%(reference)s)") % {
            "agency": self.request.seat.agency,
            "reference": self.request.reference,
        }

    def scope(self):
        return self.request.task_force

    def about(self):
        return self.request.solicitation

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "agency": self.request.seat.agency,
            "who": self.who,
            "email": self.email,
            "note": self.note,
            "url": f"{settings.SITE_URL}{reverse('taskforce:designation_detail', args=[self.request.pk])}",
        }
