"""« Votre observation a été examinée. »"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from meetings.models import CorrectionRequest
from meetings.notifications.minutes_messages import MinutesMessage
from taskforce.models import Person


@messages_board.register
class ObservationAnswered(MinutesMessage):
    """To its author: accepted, or refused and why. Once an observation."""

    slug = "minutes-observation-answered"
    label = gettext_lazy("Réponse à une observation")

    def __init__(self, person: Person, *, correction: CorrectionRequest, **context: Any) -> None:
        self.correction = correction
        super().__init__(person, minutes=correction.minutes, correction=correction, **context)

    def subject(self) -> str:
        return _("Votre observation sur le compte rendu du %(day)s, %(body)s") % self.facts()

    def unique_key(self) -> str:
        return f"{self.slug}:{self.correction.pk}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def rendering_key(self):
        return None

    def extra_context(self) -> dict[str, Any]:
        address = reverse("meetings:correction_detail", args=[self.meeting.pk, self.correction.pk])
        return super().extra_context() | {"url": f"{settings.SITE_URL}{address}"}
