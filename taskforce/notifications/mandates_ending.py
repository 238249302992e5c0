"""To the secretariat: mandates that end within sixty days, to be renewed or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from core.notifications.base import Message, messages_board
from core.typography import date_fr
from taskforce.models import Mandate, MandateNotice, Person, TaskForce
from taskforce.notifications.wording import salutation


@messages_board.register
class MandatesEnding(Message):
    """One mail for the mandates that entered the window together; each mandate is told of once."""

    slug = "mandates-ending"
    label = gettext_lazy("Mandats qui s’achèvent")
    category = gettext_lazy("Désignations")

    def __init__(
        self,
        person: Person,
        *,
        body: TaskForce,
        mandates: Sequence[Mandate],
        notices: Sequence[MandateNotice],
        on: date,
    ) -> None:
        self.task_force = body
        self.on = on
        self.mandates = list(mandates)
        self.notices = list(notices)
        super().__init__(person, body=body)

    def subject(self) -> str:
        days = max((mandate.ends_on - self.on).days for mandate in self.mandates if mandate.ends_on)
        return ngettext(
            "Un mandat s’achève d’ici à %(days)d jours : %(body)s",
            "%(count)d mandats s’achèvent d’ici à %(days)d jours : %(body)s",
            len(self.mandates),
        ) % {"count": len(self.mandates), "days": days, "body": self.task_force}

    def unique_key(self) -> str:
        return f"{self.slug}:{min(notice.pk for notice in self.notices)}:{getattr(self.recipient, 'pk', '')}"

    def scope(self):
        return self.task_force

    def about(self):
        return self.task_force

    def extra_context(self) -> dict[str, Any]:
        person: Person = self.recipient  # type: ignore[assignment]
        return {
            "salutation": salutation(person),
            "lines": [
                (str(mandate.seat.agency), mandate.person.full_name, mandate.rank_label, date_fr(mandate.ends_on))
                for mandate in self.mandates
            ],
            "url": f"{settings.SITE_URL}{reverse('taskforce:designation_renew', args=[self.task_force.slug])}",
        }
