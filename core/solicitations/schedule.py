"""What the clock will send for a scope's open solicitations, for the outbox page."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Solicitation
from core.notifications.base import Schedule, Upcoming, schedules_board
from core.solicitations.base import solicitations
from core.solicitations.models import OPEN_STATES
from core.solicitations.queries import reminder_due_at


@schedules_board.register
class ComingSolicitationReminders(Schedule):
    """Reminders before and after deadlines, counted by moment and kind. Three queries."""

    slug = "solicitation-reminders"

    def upcoming(self) -> list[Upcoming]:
        asked = Solicitation.objects.filter(
            scope_type=ContentType.objects.get_for_model(self.scope),
            scope_id=self.scope.pk,
            state__in=OPEN_STATES,
            deadline__isnull=False,
        ).exclude(email="")
        counts: Counter[tuple[datetime, str, int]] = Counter()
        for solicitation in asked:
            solicitation.scope = self.scope
            if solicitation.kind not in solicitations or solicitation.sent_at is None:
                continue
            for days in solicitations.get(solicitation.kind).reminder_days:
                at = reminder_due_at(solicitation, days)
                if at > self.now:
                    counts[at, solicitation.kind, days] += 1
        return [
            Upcoming(at=at, label=_label(days), count=count, about=str(solicitations.get(kind).label))
            for (at, kind, days), count in sorted(counts.items())
        ]


def _label(days: int) -> str:
    if days > 0:
        return ngettext("Rappel %(days)d jour avant l’échéance", "Rappel %(days)d jours avant l’échéance", days) % {
            "days": days
        }
    if days == 0:
        return _("Rappel le jour de l’échéance")
    return ngettext("Rappel %(days)d jour après l’échéance", "Rappel %(days)d jours après l’échéance", -days) % {
        "days": -days
    }
