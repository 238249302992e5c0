"""To the director: the answer lacks something; here is why, and a new link."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Solicitation
from core.notifications.base import messages_board
from core.solicitations.base import SolicitationMessage
from core.typography import date_fr
from taskforce.models import DesignationRequest
from taskforce.notifications.wording import reply_address, salutation


@messages_board.register
class DesignationReturned(SolicitationMessage):
    """The reason in the secretariat's words, and the link to answer again."""

    slug = "designation-returned"
    label = gettext_lazy("Désignation renvoyée pour complément (à la direction)")
    category = gettext_lazy("Désignations")

    def __init__(self, solicitation: Solicitation, url: str, *, request: DesignationRequest, reason: str) -> None:
        self.request = request
        self.reason = reason
        super().__init__(solicitation, url)

    def subject(self) -> str:
        return _("Votre désignation est à compléter : %(agency)s, « %(body)s »") % {
            "agency": self.request.seat.agency,
            "body": self.request.task_force,
        }

    def headers(self) -> dict[str, str]:
        address = reply_address(self.request.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.request.director),
            "agency": self.request.seat.agency,
            "reference": self.request.reference,
            "reason": self.reason,
            "answer_by": date_fr(self.request.deadline_day) if self.request.deadline_day else "",
        }
