"""To a person named: the director gave your name; here is what follows, and how to say that it is a mistake."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Solicitation
from core.notifications.base import Mailbox, messages_board
from core.solicitations.base import SolicitationMessage
from core.typography import date_fr
from taskforce.models import DesignatedPerson
from taskforce.notifications.wording import agreed, reply_address, salutation


@messages_board.register
class DesignationNamed(SolicitationMessage):
    """Nothing to do for who agrees: the account comes once the secretariat has accepted."""

    slug = "designation-named"
    label = gettext_lazy("Avis de désignation (à la personne désignée)")
    category = gettext_lazy("Désignations")

    def __init__(self, solicitation: Solicitation, url: str, *, designee: DesignatedPerson) -> None:
        self.designee = designee
        self.request = designee.request
        mailbox = Mailbox(designee.email, designee.full_name, designee.language)
        super().__init__(solicitation, url, recipient=mailbox)

    def subject(self) -> str:
        return _("%(agency)s vous désigne pour « %(body)s »") % {
            "agency": self.request.seat.agency,
            "body": self.request.task_force,
        }

    def headers(self) -> dict[str, str]:
        address = reply_address(self.request.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        made = self.request
        facts = [
            (_("Structure"), str(made.seat.agency), ""),
            (_("Qualité"), self.designee.rank_label, ""),
            (_("À partir du"), date_fr(made.starts_on), ""),
            (_("Désignation par"), str(made.director), ""),
        ]
        return {
            "salutation": salutation(self.designee),  # type: ignore[arg-type]
            "designated": agreed(
                self.designee,  # type: ignore[arg-type]
                feminine=_("désignée"),
                masculine=_("désigné"),
                both=_("désigné(e)"),
            ),
            "agency": made.seat.agency,
            "facts": facts,
        }
