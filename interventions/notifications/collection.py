"""To structures, with or without an account: which interventions do you carry out? By a personal link."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Solicitation
from core.notifications.base import messages_board
from core.solicitations.base import SolicitationMessage
from interventions.models import CampaignRequest
from interventions.periods import Period
from taskforce.notifications.wording import reply_address, salutation


class _Collection(SolicitationMessage):
    category = gettext_lazy("Collecte d’informations")

    def __init__(self, solicitation: Solicitation, url: str = "", *, asked: CampaignRequest) -> None:
        self.asked = asked
        campaign = asked.campaign
        super().__init__(
            solicitation,
            url,
            campaign=campaign,
            agency=asked.agency,
            country=campaign.country,
            period=Period(campaign.starts_on, campaign.ends_on).label,
            until=campaign.answer_by,
        )

    def headers(self) -> dict[str, str]:
        address = reply_address(self.asked.campaign.task_force)
        return {"Reply-To": address} if address else {}

    def useful_until(self):
        return self.solicitation.deadline

    def extra_context(self) -> dict[str, Any]:
        return {"salutation": salutation(self.solicitation.addressee)}


@messages_board.register
class CollectionRequest(_Collection):
    """The request itself."""

    slug = "collection-request"
    label = gettext_lazy("Collecte : demande à une structure")

    def subject(self) -> str:
        return _("Vos interventions de protection sociale, %(country)s : %(campaign)s") % {
            "country": self.asked.campaign.country,
            "campaign": self.asked.campaign,
        }


@messages_board.register
class CollectionReminder(_Collection):
    """The reminder, with a link of its own."""

    slug = "collection-reminder"
    label = gettext_lazy("Collecte : rappel à une structure")

    def subject(self) -> str:
        return _("Rappel : vos interventions de protection sociale, %(country)s") % {
            "country": self.asked.campaign.country
        }
