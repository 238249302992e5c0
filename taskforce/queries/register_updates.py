"""What was told of actions, who was reminded, and the whole story of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from taskforce.enums import ActionState
from taskforce.models import ActionItem, ActionOwner, ActionReminder, ActionUpdate, Person, TaskForce
from taskforce.queries.digests import owners_of, spokespeople
from taskforce.queries.register import OPEN_STATES, actions_visible_to, by_urgency, progress_of


def owner_words(action: ActionItem) -> str:
    """« BIT, PAM, Coordination », of the prefetched owners; empty without any."""
    names = [_("Toutes les agences")] if action.owner_all else []
    names += [str(owner.agency) for owner in action.owners.all()]
    names += [str(one) for one in (action.owner_function, action.owner_person) if one]
    return ", ".join(names)


def latest_updates(actions: Iterable[ActionItem]) -> dict[int, ActionUpdate]:
    """The last news of each action, by its key: one query."""
    rows = (
        ActionUpdate.objects.filter(action__in=[action.pk for action in actions])
        .order_by("action_id", "-at", "-pk")
        .distinct("action_id")
    )
    return {row.action_id: row for row in rows}


@dataclass(frozen=True)
class Event:
    """One line of an action's story."""

    text: str
    at: datetime
    actor: str
    comment: str = ""


def story_of(action: ActionItem) -> list[Event]:
    """Changes of state, news without one, and reminders, the latest first: three queries."""
    tz = action.task_force.tz
    events = [
        Event(_change(owner, record.before, record.after), record.at, record.actor_label, record.comment)
        for owner, record in progress_of(action)
    ]
    for update in action.updates.filter(is_change=False).select_related("agency"):
        who = f"{update.agency} · " if update.agency else ""
        text = who + _("nouvelles (%(state)s)") % {"state": update.get_state_display().lower()}
        events.append(Event(text, update.at, update.author_label, update.note))
    for reminder in action.reminders.all():
        text = ngettext(
            "Relance envoyée à %(count)d personne", "Relance envoyée à %(count)d personnes", reminder.people
        ) % {"count": reminder.people}
        events.append(Event(text, reminder.at, reminder.sent_by_label))
    events.sort(key=lambda event: event.at, reverse=True)
    return [Event(one.text, one.at.astimezone(tz), one.actor, one.comment) for one in events]


def _change(owner: ActionOwner | None, before: str, after: str) -> str:
    change = f"{ActionState(before).label} → {ActionState(after).label}"
    return f"{owner.agency} · {change}" if owner else change


def remindable(user: Any, body: TaskForce) -> QuerySet[ActionItem]:
    """The open actions of the body that `user` sees, the most overdue first, with `reminded_at`."""
    return by_urgency(
        actions_visible_to(user)
        .filter(task_force=body, state__in=OPEN_STATES)
        .annotate(reminded_at=Max("reminders__at"))
    )


@dataclass(frozen=True)
class Reminded:
    """A person and the actions that the mail recalls."""

    person: Person
    actions: list[ActionItem]


def who_is_reminded(actions: Iterable[ActionItem], body: TaskForce) -> tuple[list[Reminded], list[ActionItem]]:
    """One mail a person: who answers for the unfinished parts of `actions`; and the actions that nobody answers for.

    A restricted action is recalled to those who own it and to nobody else. One query.
    """
    spoken = spokespeople({body.pk}, timezone.now()).get(body.pk, {})
    people: dict[int, Reminded] = {}
    nobody = []
    for action in actions:
        owners = owners_of(action, spoken)
        if not owners:
            nobody.append(action)
        for person in owners:
            people.setdefault(person.pk, Reminded(person, [])).actions.append(action)
    return sorted(people.values(), key=lambda one: (one.person.family_name, one.person.pk)), nobody


def already_sent(batch: Any) -> bool:
    """Whether the reminders of this choice have left."""
    return ActionReminder.objects.filter(batch=batch).exists()
