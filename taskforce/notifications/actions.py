"""« Une action arrive à échéance » and « Actions en retard »."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import OutgoingEmail
from core.notifications.base import Message, messages_board
from core.typography import date_fr, date_long
from taskforce.models import ActionItem, Agency, Person, TaskForce
from taskforce.notifications.wording import reply_address, salutation

# The day before the due date on which its owners are told.
DAYS_BEFORE = 7
ACTIONS = gettext_lazy("Actions à mener")


def absolute(name: str, *args: Any) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


@messages_board.register
class ActionDue(Message):
    """To who answers for the owners, seven days before the due date. A new date has a mail of its own."""

    slug = "action-due"
    label = gettext_lazy("Action à échéance dans sept jours")
    category = ACTIONS

    def __init__(self, person: Person, *, action: ActionItem, **context: Any) -> None:
        self.action = action
        super().__init__(person, action=action, body=action.task_force, **context)

    def subject(self) -> str:
        return _("Action %(number)s à mener pour le %(day)s, %(body)s") % {
            "number": self.action.reference,
            "day": date_fr(self.action.due_on),
            "body": self.action.task_force,
        }

    def unique_key(self) -> str:
        return action_due_key(self.action, self.recipient.pk)  # type: ignore[attr-defined]

    def scope(self):
        return self.action.task_force

    def about(self):
        return self.action

    def useful_until(self) -> datetime:
        """The end of the due day in the body's time zone."""
        return day_begins(self.action.due_on + timedelta(days=1), self.action.task_force)

    def rendering_key(self):
        person: Person = self.recipient  # type: ignore[assignment]
        return (self.slug, self.action.pk, person.language, person.civility)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.action.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        agencies = ", ".join(owner.agency.acronym for owner in self.action.owners.all())
        facts = [
            (_("Action"), self.action.reference, ""),
            (_("Échéance"), date_long(self.action.due_on), ""),
            (_("État"), self.action.get_state_display(), ""),
        ]
        if agencies:
            facts.insert(1, (_("Responsables"), agencies, ""))
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "facts": facts,
            "url": absolute("taskforce:action_detail", self.action.pk),
        }

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        action = ActionItem.objects.filter(pk=email.about_id).first()
        if action is None:
            return _("L’action n’existe plus.")
        if not action.is_open:
            return _("L’action est close : elle est « %(state)s ».") % {"state": action.get_state_display().lower()}
        _slug, _pk, day, _person = email.unique_key.split(":")
        if action.due_on is None or action.due_on.isoformat() != day:
            return _("L’échéance de l’action a changé depuis.")
        return ""


def action_due_key(action: ActionItem, person_id: int) -> str:
    """One mail per action, due date and person."""
    return f"{ActionDue.slug}:{action.pk}:{action.due_on.isoformat()}:{person_id}"


def action_due_at(action: ActionItem) -> datetime:
    """When it leaves: seven days before the due date, at the hour of reminders in the body's time zone."""
    return day_begins(action.due_on - timedelta(days=DAYS_BEFORE), action.task_force, settings.SOCLE_REMINDER_HOUR)


def day_begins(day: date, body: TaskForce, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=body.tz)


@messages_board.register
class OverdueActions(Message):
    """The overdue actions of one agency in one body, once a week, to who answers for it."""

    slug = "overdue-actions"
    label = gettext_lazy("Actions de mon agence en retard (chaque semaine)")
    category = ACTIONS

    def __init__(
        self,
        person: Person,
        *,
        body: TaskForce,
        agency: Agency,
        actions: Sequence[ActionItem],
        week: str,
        **context: Any,
    ) -> None:
        self.body, self.agency, self.actions, self.week = body, agency, actions, week
        super().__init__(person, body=body, agency=agency, **context)

    def subject(self) -> str:
        return ngettext(
            "%(count)d action de %(agency)s en retard, %(body)s",
            "%(count)d actions de %(agency)s en retard, %(body)s",
            len(self.actions),
        ) % {"count": len(self.actions), "agency": self.agency.acronym, "body": self.body}

    def unique_key(self) -> str:
        return f"{self.slug}:{self.week}:{self.body.pk}:{self.agency.pk}:{self.recipient.pk}"  # type: ignore[attr-defined]

    def scope(self):
        return self.body

    def about(self):
        return self.agency

    def useful_until(self) -> datetime:
        return end_of_useful_week(self.week, self.body)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.body)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.recipient),  # type: ignore[arg-type]
            "lines": [
                (
                    action.reference,
                    action.text,
                    date_fr(action.due_on),
                    absolute("taskforce:action_detail", action.pk),
                )
                for action in self.actions
            ],
            "url": absolute("taskforce:register", self.body.slug),
        }


def end_of_useful_week(week: str, body: TaskForce) -> datetime:
    """Thursday at midnight of an ISO week (« 2026-W48 ») in the body's time zone: a digest after it tells old news."""
    year, _sep, number = week.partition("-W")
    return day_begins(date.fromisocalendar(int(year), int(number), 4), body)


def today_of(body: TaskForce, now: datetime) -> date:
    return timezone.localdate(now, body.tz)
