"""« La vérification des comptes rendus a trouvé une altération. »"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message, messages_board
from taskforce.models import Person, TaskForce
from taskforce.notifications.wording import salutation


@messages_board.register
class MinutesTampered(Message):
    """To the secretariat and the administrators: what the nightly check found. Once for the same findings."""

    slug = "minutes-tampered"
    label = gettext_lazy("Altération d’un compte rendu adopté")
    category = gettext_lazy("Comptes rendus")
    mutable = False

    def __init__(self, person: Person, *, body: TaskForce, problems: list[str], digest: str, **context: Any) -> None:
        self.task_force = body
        self.digest = digest
        super().__init__(person, body=body, problems=problems[:50], count=len(problems), **context)

    def subject(self) -> str:
        return _("Comptes rendus altérés : %(body)s") % {"body": self.task_force}

    def unique_key(self) -> str:
        return f"{self.slug}:{self.task_force.pk}:{self.digest}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def scope(self):
        return self.task_force

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "url": f"{settings.SITE_URL}{reverse('meetings:meeting_list', args=[self.task_force.slug])}",
        }
