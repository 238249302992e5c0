"""What the home of a body says about its members and its actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dashboard import DashboardBlock, dashboard
from taskforce.enums import SeatStatus
from taskforce.models import TaskForce
from taskforce.queries import (
    OPEN_STATES,
    action_counts,
    actions_visible_to,
    by_urgency,
    incomplete,
    mandates_ending_soon,
    missing_facts,
    roster_on,
)

SHOWN = 6


@dashboard.register
class OpenActionsBlock(DashboardBlock):
    """What is still to be done, the overdue first."""

    slug = "open-actions"
    order = 40
    template = "taskforce/blocks/open_actions.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.view_register", scope):
            return None
        today = scope.today()
        actions = actions_visible_to(user).filter(task_force=scope, state__in=OPEN_STATES)
        counts = action_counts(actions, on=today)
        shown = list(by_urgency(actions)[:SHOWN]) if counts["open"] else []
        return {"actions": [(action, action.is_overdue(today)) for action in shown], "counts": counts}


@dashboard.register
class MembersBlock(DashboardBlock):
    """How many structures sit, and which have nobody; for the secretariat, what to do about it."""

    slug = "members"
    order = 40
    template = "taskforce/blocks/members.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.view_roster", scope):
            return None
        entries = roster_on(scope, scope.today())
        members = [entry for entry in entries if entry.seat.status == SeatStatus.MEMBER]
        return {
            "member_count": len(members),
            "observer_count": len(entries) - len(members),
            "people_count": len({m.person_id for entry in entries for m in entry.mandates}),
            "vacant": [entry.seat for entry in members if entry.titular is None],
        }


@dashboard.register
class EndingMandatesBlock(DashboardBlock):
    """Mandates to renew within sixty days."""

    slug = "ending-mandates"
    order = 45
    template = "taskforce/blocks/ending_mandates.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.manage_mandates", scope):
            return None
        today = scope.today()
        mandates = list(mandates_ending_soon(scope, on=today))
        return {"mandates": [(mandate, _days_left((mandate.ends_on - today).days)) for mandate in mandates]} if mandates else None


@dashboard.register
class ToDoBlock(DashboardBlock):
    """« À faire »: what only the secretariat can put right."""

    slug = "to-do"
    order = 10
    template = "taskforce/blocks/to_do.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.manage_register", scope):
            return None
        flagged = incomplete(actions_visible_to(user).filter(task_force=scope, state__in=OPEN_STATES))
        shown = [(action, missing_facts(action)) for action in flagged.order_by("-year", "-number")[:SHOWN]]
        return {"flagged": shown} if shown else None


def _days_left(count: int) -> str:
    if count == 0:
        return _("finit aujourd’hui")
    return ngettext("finit dans %(count)d jour", "finit dans %(count)d jours", count) % {"count": count}
