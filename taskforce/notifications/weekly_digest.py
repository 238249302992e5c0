"""« Votre semaine »: what waits for somebody, in one mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.digests import DigestLine
from core.notifications.base import Message, messages_board
from core.notifications.delivery import DIGEST_SLUG
from core.typography import date_fr
from taskforce.notifications.actions import end_of_useful_week
from taskforce.notifications.wording import reply_address, salutation
from taskforce.queries.digests import DigestReader


@messages_board.register
class WeeklyDigest(Message):
    """One per person and ISO week; `sections` are (heading, lines) in the person's language."""

    slug = DIGEST_SLUG
    label = gettext_lazy("Courriel de la semaine")
    category = gettext_lazy("Courriel de la semaine")
    digestible = False

    def __init__(
        self, reader: DigestReader, *, week: str, sections: Sequence[tuple[str, Sequence[DigestLine]]], **context: Any
    ) -> None:
        self.reader, self.week = reader, week
        super().__init__(reader.person, sections=sections, body=self.scope(), **context)

    def subject(self) -> str:
        year, _sep, number = self.week.partition("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
        return _("Votre semaine du %(day)s") % {"day": date_fr(monday)}

    def unique_key(self) -> str:
        return digest_key(self.week, self.reader.person.pk)

    def scope(self):
        """Of its secretariat, for who sits in one body; in several, no secretariat reads what another one says."""
        return self.reader.home if len(self.reader.bodies) == 1 else None

    def useful_until(self) -> datetime:
        return end_of_useful_week(self.week, self.reader.home)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.reader.home) if self.scope() else ""
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        return {"salutation": salutation(self.reader.person), "url": f"{settings.SITE_URL}{reverse('home')}"}


def digest_key(week: str, person_id: int) -> str:
    return f"{WeeklyDigest.slug}:{week}:{person_id}"
