"""To a person designated: the mandate begins."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message, messages_board
from core.typography import date_fr
from taskforce.models import DesignationRequest, Mandate
from taskforce.notifications.wording import agreed, reply_address, salutation


@messages_board.register
class DesignationWelcome(Message):
    """« Vous représentez … », with the days, who designated, and whom to tell if it is a mistake."""

    slug = "designation-welcome"
    label = gettext_lazy("Début d’un mandat (à la personne désignée)")
    category = gettext_lazy("Désignations")
    mutable = False

    def __init__(self, mandate: Mandate, *, request: DesignationRequest) -> None:
        self.mandate = mandate
        self.request = request
        super().__init__(mandate.person, body=request.task_force)

    def subject(self) -> str:
        return _("Vous représentez %(agency)s au sein de « %(body)s »") % {
            "agency": self.mandate.seat.agency,
            "body": self.request.task_force,
        }

    def unique_key(self) -> str:
        return f"{self.slug}:{self.mandate.pk}"

    def scope(self):
        return self.request.task_force

    def about(self):
        return self.request.solicitation

    def headers(self) -> dict[str, str]:
        address = reply_address(self.request.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        mandate = self.mandate
        person = mandate.person
        facts = [
            (_("Structure"), str(mandate.seat.agency), ""),
            (_("Qualité"), mandate.rank_label, ""),
            (_("À partir du"), date_fr(mandate.starts_on), ""),
        ]
        if mandate.ends_on:
            facts.append((_("Jusqu’au"), date_fr(mandate.ends_on), ""))
        facts.append((_("Désignation par"), str(self.request.director), ""))
        return {
            "salutation": salutation(person),
            "designated": agreed(person, feminine=_("désignée"), masculine=_("désigné"), both=_("désigné(e)")),
            "facts": facts,
            "has_account": person.user_id is not None,
            "url": f"{settings.SITE_URL}{reverse('taskforce:body_home', args=[self.request.task_force.slug])}",
        }
