"""« Votre point est à l'ordre du jour », or is not kept, and why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import Message, messages_board
from core.typography import date_long
from meetings.enums import ProposalState
from meetings.models import AgendaProposal
from taskforce.notifications.wording import reply_address, salutation


@messages_board.register
class ProposalAnswered(Message):
    """To who proposed a point for an agenda: it is on it, or it is not kept and why. Once an answer."""

    slug = "agenda-proposal-answered"
    label = gettext_lazy("Réponse à un point proposé")
    category = gettext_lazy("Réunions")

    def __init__(self, proposal: AgendaProposal, **context: Any) -> None:
        self.proposal = proposal
        self.meeting = proposal.meeting
        super().__init__(
            proposal.proposed_by, proposal=proposal, meeting=self.meeting, body=self.meeting.task_force, **context
        )

    @property
    def is_accepted(self) -> bool:
        return self.proposal.state == ProposalState.ACCEPTED

    def subject(self) -> str:
        if self.is_accepted:
            text = _("Votre point est à l’ordre du jour du %(day)s, %(body)s")
        else:
            text = _("Le point que vous proposiez n’est pas retenu, %(body)s")
        return text % {"day": date_long(self.meeting.date), "body": self.meeting.task_force}

    def unique_key(self) -> str:
        return f"{self.slug}:{self.proposal.pk}:{self.proposal.state}:{self.meeting.pk}"

    def scope(self):
        return self.meeting.task_force

    def about(self):
        return self.proposal

    def headers(self) -> dict[str, str]:
        address = reply_address(self.meeting.task_force)
        return {"Reply-To": address} if address else {}

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """The secretariat changed its mind while the mail waited."""
        proposal = AgendaProposal.objects.filter(pk=email.about_id).first()
        if proposal is None or proposal.state != email.unique_key.split(":")[2]:
            return _("Ce point a reçu une autre réponse depuis.")
        return ""

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.proposal.proposed_by),
            "is_accepted": self.is_accepted,
            "url": f"{settings.SITE_URL}{self.meeting.get_absolute_url()}",
        }
