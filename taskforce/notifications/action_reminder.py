"""« Le secrétariat vous rappelle » : open actions that the secretariat chose to recall to their owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import OutgoingEmail
from core.notifications.base import Message, messages_board
from core.typography import date_fr
from taskforce.models import ActionItem, Person, TaskForce
from taskforce.notifications.actions import ACTIONS, absolute
from taskforce.notifications.wording import reply_address, salutation
from taskforce.queries.register import OPEN_STATES


@messages_board.register
class ActionReminded(Message):
    """To who answers for them; one mail for all the actions chosen together."""

    slug = "action-reminder"
    label = gettext_lazy("Relance du secrétariat sur mes actions")
    category = ACTIONS
    # Somebody has just asked for it: it does not wait for the week's mail.
    digestible = False

    def __init__(
        self,
        person: Person,
        *,
        body: TaskForce,
        actions: Sequence[ActionItem],
        batch: str,
        sender: str,
        **context: Any,
    ) -> None:
        self.body, self.actions, self.batch = body, actions, batch
        super().__init__(person, body=body, sender=sender, **context)

    def subject(self) -> str:
        return ngettext(
            "Rappel : %(count)d action à mener, %(body)s",
            "Rappel : %(count)d actions à mener, %(body)s",
            len(self.actions),
        ) % {"count": len(self.actions), "body": self.body}

    def unique_key(self) -> str:
        return f"{self.slug}:{self.batch}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def scope(self):
        return self.body

    def about(self):
        # One action alone can be looked at again just before the mail leaves.
        return self.actions[0] if len(self.actions) == 1 else self.body

    def headers(self) -> dict[str, str]:
        address = reply_address(self.body)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        today = self.body.today()
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "lines": [
                {
                    "reference": action.reference,
                    "text": action.text,
                    "due": date_fr(action.due_on) if action.due_on else _("sans échéance"),
                    "is_overdue": action.is_overdue(today),
                    "url": absolute("taskforce:action_detail", action.pk),
                }
                for action in self.actions
            ],
            "url": absolute("taskforce:register", self.body.slug),
        }

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        about = email.about_type.model_class() if email.about_type_id else None
        if about is not ActionItem:
            return ""
        if not ActionItem.objects.filter(pk=email.about_id, state__in=OPEN_STATES).exists():
            return _("L’action est close depuis.")
        return ""
