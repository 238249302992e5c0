"""What the home of a body says about its members and its actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dashboard import DashboardBlock, dashboard
from core.todos import most_pressing, todos_for
from taskforce.enums import SeatStatus
from taskforce.models import TaskForce
from taskforce.queries import actions_visible_to, most_urgent
from taskforce.queries.members import ending, seat_holders
from taskforce.queries.terms import versions_of
from taskforce.queries.todos import month_ahead

SHOWN = 6


@dashboard.register
class OpenActionsBlock(DashboardBlock):
    """What is still to be done, the overdue first; for the secretariat, what lacks an owner or a date."""

    slug = "open-actions"
    order = 40
    template = "taskforce/blocks/open_actions.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.view_register", scope):
            return None
        today = scope.today()
        actions, counts = most_urgent(actions_visible_to(user).filter(task_force=scope), on=today, limit=SHOWN)
        return {
            "actions": [(action, action.is_overdue(today)) for action in actions],
            "counts": counts,
            "may_complete": user.has_perm("taskforce.manage_register", scope),
        }


@dashboard.register
class TodoBlock(DashboardBlock):
    """What awaits the secretariat, the most pressing first."""

    slug = "todos"
    order = 20
    template = "taskforce/blocks/todos.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.view_todos", scope):
            return None
        today = scope.today()
        lines = most_pressing(todos_for(scope, today=today, until=month_ahead(today)))
        return {"todos": lines[:SHOWN], "more": max(len(lines) - SHOWN, 0)}


@dashboard.register
class MembersBlock(DashboardBlock):
    """How many structures sit and which have nobody; for who gives mandates, those that end soon."""

    slug = "members"
    order = 40
    template = "taskforce/blocks/members.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.view_roster", scope):
            return None
        today = scope.today()
        lines = seat_holders(scope, today)
        members = [line for line in lines if line.seat.status == SeatStatus.MEMBER]
        leaving: list[Any] = []
        if user.has_perm("taskforce.manage_mandates", scope):
            leaving = [
                (seat, holder, _days_left((holder.ends_on - today).days)) for seat, holder in ending(lines, on=today)
            ]
        return {
            "member_count": len(members),
            "observer_count": len(lines) - len(members),
            "people_count": len({holder.person_id for line in lines for holder in line.holders}),
            "vacant": [line.seat for line in members if line.is_vacant],
            "ending": leaving,
            "sees_designations": user.has_perm("taskforce.view_designations", scope),
            "may_ask": user.has_perm("taskforce.manage_designations", scope),
        }


@dashboard.register
class TermsBlock(DashboardBlock):
    """The terms of reference in force, and the version under way, as far as the reader may open them."""

    slug = "terms"
    order = 60
    template = "taskforce/blocks/terms.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        if not user.has_perm("taskforce.list_terms", scope):
            return None
        versions = list(versions_of(scope, user)[:2])
        may_manage = user.has_perm("taskforce.manage_terms", scope)
        if not versions and not may_manage:
            return None
        under_way = next((terms for terms in versions if not terms.is_adopted), None)
        return {
            "adopted": next((terms for terms in versions if terms.is_adopted), None),
            "under_way": under_way,
            "may_manage": may_manage,
            "may_comment": under_way is not None and user.has_perm("taskforce.comment_terms", under_way),
            "is_over": bool(under_way and under_way.comments_until and under_way.comments_until < scope.today()),
        }


def _days_left(count: int) -> str:
    if count == 0:
        return _("finit aujourd’hui")
    return ngettext("finit dans %(count)d jour", "finit dans %(count)d jours", count) % {"count": count}
