"""Calendar addresses: which one a token is, what it shows now, and to whom."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from core.sealing import UnreadableError, unseal
from taskforce.models import CalendarFeed, TaskForce
from taskforce.queries.bodies import bodies_visible_to
from taskforce.queries.grants import grants_of

PURPOSE = "calendar-feed"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def live_feed(token: str) -> CalendarFeed | None:
    """The address that this token is, unless revoked."""
    feeds = CalendarFeed.objects.filter(token_hash=hash_of(token), revoked_at=None)
    return feeds.select_related("owner", "task_force__country").first()


def bodies_of_feed(feed: CalendarFeed) -> list[TaskForce]:
    """The bodies whose meetings the address shows now; none: it is dead.

    A person's: those where a mandate or function is in force at this moment, in each body's own day.
    """
    if feed.owner is None:
        return [feed.task_force] if feed.task_force is not None else []
    grants = grants_of(feed.owner)
    if feed.task_force is not None:
        return [feed.task_force] if grants.is_reader(feed.task_force.pk) else []
    return list(TaskForce.objects.filter(pk__in=grants.body_ids()).select_related("country").order_by("name", "pk"))


def feeds_of(user: Any) -> QuerySet[CalendarFeed]:
    """The live addresses of somebody's own."""
    return CalendarFeed.objects.filter(owner=user, revoked_at=None).select_related("task_force")


def body_feed(body: TaskForce) -> CalendarFeed | None:
    """The body's own live link."""
    return (
        CalendarFeed.objects.filter(owner=None, task_force=body, revoked_at=None).select_related("created_by").first()
    )


def bodies_to_follow(user: Any) -> list[TaskForce]:
    """The bodies where the user holds something now."""
    return list(bodies_visible_to(user).filter(pk__in=grants_of(user).body_ids()))


def url_of(feed: CalendarFeed) -> str:
    """The secret address; empty when the portal's key was changed since and it cannot be shown any more."""
    try:
        token = unseal(bytes(feed.token_sealed), purpose=PURPOSE)
    except UnreadableError:
        return ""
    return f"{settings.SITE_URL}{reverse('taskforce:calendar_feed', args=[token])}"
