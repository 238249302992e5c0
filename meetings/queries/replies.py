"""Answers that arrived by mail, for the secretariat."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from meetings.enums import ReplyOutcome
from meetings.models import ReceivedReply
from taskforce.models import TaskForce
from taskforce.queries import grants_of


def replies_visible_to(user: Any) -> QuerySet[ReceivedReply]:
    """Replies to the meetings of the bodies that the user belongs to; who may open them is `meetings.view_replies`."""
    rows = ReceivedReply.objects.filter(task_force__in=grants_of(user).body_ids())
    return rows.select_related("task_force__country", "meeting", "invitation__person")


def replies_of(body: TaskForce) -> QuerySet[ReceivedReply]:
    """The body's, the latest first."""
    rows = ReceivedReply.objects.filter(task_force=body)
    return rows.select_related("meeting", "invitation__person", "settled_by")


def replies_to_settle(body: TaskForce) -> QuerySet[ReceivedReply]:
    """Those that wait for somebody of the secretariat."""
    return replies_of(body).filter(outcome=ReplyOutcome.TO_SETTLE, settled_at=None)
