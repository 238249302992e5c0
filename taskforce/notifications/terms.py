"""What every message about terms of reference knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from core.notifications.base import Message
from taskforce.models import Person, TermsOfReference
from taskforce.notifications.wording import reply_address, salutation


class TermsMessage(Message):
    """To somebody of the body: `TermsShared(person, terms=terms)`.

    For a mailing, give all the same `terms` object: Reply-To is then read once.
    """

    category = gettext_lazy("Termes de référence")

    def __init__(self, person: Person, *, terms: TermsOfReference, **context: Any) -> None:
        self.terms = terms
        super().__init__(person, terms=terms, body=terms.task_force, **context)

    def unique_key(self) -> str:
        # Shared, taken back and shared again: another round, another mail.
        return f"{self.slug}:{self.terms.pk}:{self.terms.round}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def scope(self):
        return self.terms.task_force

    def about(self):
        return self.terms

    def rendering_key(self):
        person: Person = self.recipient  # type: ignore[assignment]
        return (self.slug, self.terms.pk, person.language, person.civility)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.terms.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "url": f"{settings.SITE_URL}{self.terms.get_absolute_url()}",
        }
