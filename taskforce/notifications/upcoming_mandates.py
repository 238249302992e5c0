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
from taskforce.notifications.upcoming import known_mandates, known_offices
from taskforce.queries import to_renew
from taskforce.queries.roster import sitting_among

HORIZON = timedelta(days=31)


@schedules_board.register
class ComingMandateNotices(Schedule):
    """Mandates that enter the window of SOCLE_MANDATE_NOTICE_DAYS within a month: two queries."""

    slug = "mandate-notices"

    def upcoming(self) -> list[Upcoming]:
        body = self.scope
        today = timezone.localdate(self.now, body.tz)
        window = timedelta(days=settings.SOCLE_MANDATE_NOTICE_DAYS)
        known = known_mandates(self)
        ending = to_renew(sitting_among(known, today), on=today, within=window + HORIZON, known=known)
        days: Counter[date] = Counter(
            mandate.ends_on - window for mandate in ending if mandate.ends_on - window > today
        )
        if not days:
            return []
        readers = sum(office.role == OfficeRole.SECRETARIAT for office in known_offices(self))
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
