"""To the director: the designation is accepted, or the refusal to sit is noted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from core.solicitations.base import SolicitationMessage
from core.typography import date_fr
from taskforce.models import DesignationRequest, Mandate
from taskforce.notifications.wording import reply_address, salutation


def mandate_lines(mandates: Sequence[Mandate]) -> list[tuple[str, str, str]]:
    """(rank, name, days) of each mandate, in order."""
    lines = []
    for mandate in mandates:
        days = {"first": date_fr(mandate.starts_on), "last": date_fr(mandate.ends_on) if mandate.ends_on else ""}
        text = _("du %(first)s au %(last)s") % days if mandate.ends_on else _("à partir du %(first)s") % days
        lines.append((mandate.rank_label, mandate.person.full_name, text))
    return lines


@messages_board.register
class DesignationAccepted(SolicitationMessage):
    """Who sits from when on."""

    slug = "designation-accepted"
    label = gettext_lazy("Désignation acceptée (à la direction)")
    category = gettext_lazy("Désignations")

    def __init__(self, request: DesignationRequest, *, mandates: Sequence[Mandate]) -> None:
        self.request = request
        self.mandates = list(mandates)
        assert request.solicitation is not None
        super().__init__(request.solicitation)

    def subject(self) -> str:
        names = {"agency": self.request.seat.agency, "body": self.request.task_force}
        if self.request.declined:
            return _("%(agency)s ne siège pas à « %(body)s » : réponse notée") % names
        return _("Désignation acceptée : %(agency)s, « %(body)s »") % names

    def unique_key(self) -> str:
        return f"{self.slug}:{self.request.solicitation_id}"

    def headers(self) -> dict[str, str]:
        address = reply_address(self.request.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.request.director),
            "agency": self.request.seat.agency,
            "reference": self.request.reference,
            "declined": self.request.declined,
            "lines": mandate_lines(self.mandates),
        }
