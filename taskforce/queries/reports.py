"""Lists and years of a body that somebody asked for as a document."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from taskforce.models import Report, TaskForce
from taskforce.queries.grants import grants_of
from taskforce.queries.register import RESTRICTED_READERS


def rights_in(user: Any, body: TaskForce) -> str:
    """What decides which rows of the body's registers `user` reads: a list made with other rights is not theirs."""
    grants = grants_of(user)
    if grants.holds(body.pk, *RESTRICTED_READERS):
        return "all"
    agencies = ",".join(str(pk) for pk in sorted(grants.agencies.get(body.pk, frozenset())))
    return f"agencies:{agencies};person:{grants.person_id or ''}"[:200]


def reports_visible_to(user: Any, *kinds: str) -> QuerySet[Report]:
    """Reports of the user's bodies: those of everybody, and their own made with the rights of today."""
    grants = grants_of(user)
    visible = Q(reader=None, task_force__in=grants.body_ids())
    for body in grants.task_forces:
        visible |= Q(reader=user.pk, task_force=body, rights=rights_in(user, body))
    return Report.objects.filter(visible, kind__in=kinds).select_related("task_force__country", "reader")
