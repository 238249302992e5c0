"""« Ouvrez votre compte. »"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import Message, messages_board
from core.typography import date_fr
from taskforce.models import Invite, Person, TaskForce
from taskforce.notifications.wording import agreed, reply_address, salutation


@messages_board.register
class AccountInvite(Message):
    """The personal link with which a person opens an account."""

    slug = "account-invite"
    label = gettext_lazy("Invitation à ouvrir un compte")
    category = gettext_lazy("Compte")
    mutable = False

    def __init__(self, person: Person, *, invite: Invite, link: str, body: TaskForce | None = None) -> None:
        self.invite = invite
        self.link = link
        self.body = body
        super().__init__(person, body=body)

    def subject(self) -> str:
        if self.body is not None:
            return _("Votre compte sur le portail de %(body)s") % {"body": self.body}
        return _("Votre compte sur le portail Socle")

    def unique_key(self) -> str:
        return f"{self.slug}:{self.invite.pk}"

    def scope(self):
        return self.body

    def about(self):
        return self.invite

    def useful_until(self):
        return self.invite.expires_at

    def secrets(self) -> dict[str, str]:
        return {"link": self.link}

    def headers(self) -> dict[str, str]:
        address = reply_address(self.body) if self.body is not None else ""
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        person: Person = self.recipient  # type: ignore[assignment]
        return {
            "salutation": salutation(person),
            "invited": agreed(person, feminine=_("invitée"), masculine=_("invité"), both=_("invité(e)")),
            "until": date_fr(self.invite.expires_at),
        }

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        invite = Invite.objects.filter(pk=email.about_id).first()
        if invite is None or invite.revoked_at is not None:
            return _("Une invitation plus récente a remplacé celle-ci.")
        if invite.used_at is not None:
            return _("Le compte est déjà ouvert.")
        return ""
