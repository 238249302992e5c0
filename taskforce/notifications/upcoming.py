"""What the calendar will send about actions and weeks, for the outbox."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.notifications.base import Schedule, Upcoming, schedules_board
from core.typography import date_fr
from taskforce.models import Mandate, Office
from taskforce.notifications.actions import DAYS_BEFORE, absolute, action_due_at
from taskforce.queries import offices_on
from taskforce.queries.digests import open_actions_due, owners_of, spokespeople_among
from taskforce.queries.roster import mandates_from, sitting_among

HORIZON = timedelta(days=31)


def known_mandates(schedule: Schedule) -> list[Mandate]:
    """Mandates of the body, of today and to come, read once a page."""
    body: Any = schedule.scope
    return schedule.once("mandates", lambda: mandates_from(body, timezone.localdate(schedule.now, body.tz)))


def known_offices(schedule: Schedule) -> list[Office]:
    """Functions of the body today, read once a page."""
    body: Any = schedule.scope
    return schedule.once("offices", lambda: list(offices_on(body, timezone.localdate(schedule.now, body.tz))))


@schedules_board.register
class ComingActionMails(Schedule):
    """Actions that come due within a month after their mail: three queries."""

    slug = "due-actions"

    def upcoming(self) -> list[Upcoming]:
        actions = [
            action
            for action in open_actions_due(before=self.now + HORIZON, after=self.now).filter(task_force=self.scope)
            if action_due_at(action) > self.now
        ]
        if not actions:
            return []
        today = timezone.localdate(self.now, self.scope.tz)  # type: ignore[attr-defined]
        spoken = spokespeople_among(sitting_among(known_mandates(self), today))
        found = [
            Upcoming(
                at=action_due_at(action),
                label=_("Échéance à J-%(days)d") % {"days": DAYS_BEFORE},
                count=len(owners_of(action, spoken)),
                about=_("Action %(number)s, à mener pour le %(day)s")
                % {"number": action.reference, "day": date_fr(action.due_on)},
                url=absolute("taskforce:action_detail", action.pk),
            )
            for action in actions
        ]
        return sorted(found, key=lambda upcoming: upcoming.at)


@schedules_board.register
class ComingDigest(Schedule):
    """Next Monday's mails: to how many people at most, for who has nothing to read has no mail: two queries."""

    slug = "weekly-digest"

    def upcoming(self) -> list[Upcoming]:
        body = self.scope
        today = timezone.localdate(self.now, body.tz)  # type: ignore[attr-defined]
        hour = time(settings.SOCLE_DIGEST_HOUR)
        monday = today - timedelta(days=today.weekday())
        at = datetime.combine(monday, hour, tzinfo=body.tz)  # type: ignore[attr-defined]
        if at <= self.now:
            at = datetime.combine(monday + timedelta(days=7), hour, tzinfo=body.tz)  # type: ignore[attr-defined]
        holders = [*sitting_among(known_mandates(self), today), *known_offices(self)]
        count = len({held.person_id for held in holders if held.person.email})
        if not count:
            return []
        about = _("Un par personne, si quelque chose l’attend")
        return [Upcoming(at=at, label=_("Courriel de la semaine"), count=count, about=about)]
