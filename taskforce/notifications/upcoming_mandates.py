"""What the calendar will tell the secretariat about mandates that end, for the outbox."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.notifications.base import Schedule, Upcoming, schedules_board
from taskforce.enums import OfficeRole
from taskforce.queries import mandates_on, offices_on, to_renew

HORIZON = timedelta(days=31)


@schedules_board.register
class ComingMandateNotices(Schedule):
    """Mandates that enter the window of SOCLE_MANDATE_NOTICE_DAYS within a month: three queries."""

    slug = "mandate-notices"

    def upcoming(self) -> list[Upcoming]:
        body = self.scope
        today = timezone.localdate(self.now, body.tz)
        window = timedelta(days=settings.SOCLE_MANDATE_NOTICE_DAYS)
        ending = to_renew(mandates_on(body, today), on=today, within=window + HORIZON)
        days: Counter[date] = Counter(
            mandate.ends_on - window for mandate in ending if mandate.ends_on - window > today
        )
        if not days:
            return []
        readers = offices_on(body, today).filter(role=OfficeRole.SECRETARIAT).count()
        return [
            Upcoming(
                at=datetime.combine(day, time(), tzinfo=body.tz),
                label=_("Mandats qui s’achèvent dans %(days)d jours") % {"days": window.days},
                count=readers,
                about=ngettext("%(count)d mandat", "%(count)d mandats", count) % {"count": count},
                url=reverse("taskforce:designation_board", args=[body.slug]),
            )
            for day, count in sorted(days.items())
        ]
