"""The mail that carries a code."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import LinkCode, OutgoingEmail, Solicitation
from core.notifications.base import messages_board
from core.solicitations.base import SolicitationMessage
from core.solicitations.codes import VALID_FOR


@messages_board.register
class LinkCodeMessage(SolicitationMessage):
    """« Votre code : … », to the address of record, for who waits in front of the page."""

    slug = "link-code"
    label = gettext_lazy("Code de confirmation d’une réponse")
    category = gettext_lazy("Demandes")
    immediate = True
    despite_bounces = True

    def __init__(self, solicitation: Solicitation, *, code: LinkCode, digits: str) -> None:
        self.code = code
        self.digits = digits
        super().__init__(solicitation)

    def subject(self) -> str:
        return _("Votre code pour envoyer votre réponse")

    def unique_key(self) -> str:
        return f"{self.slug}:{self.code.pk}"

    def secrets(self) -> dict[str, str]:
        return {"code": self.digits}

    def useful_until(self):
        return self.code.expires_at

    def extra_context(self) -> dict[str, Any]:
        return {"minutes": int(VALID_FOR.total_seconds()) // 60}

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        code = LinkCode.objects.filter(pk=int(email.unique_key.rpartition(":")[2])).first()
        if code is None or code.used_at is not None or code.expires_at <= timezone.now():
            return _("Un code plus récent a remplacé celui-ci, ou il a expiré.")
        return ""
