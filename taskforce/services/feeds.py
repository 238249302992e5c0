"""Calendar addresses: made, replaced, revoked."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.sealing import seal
from taskforce.models import CalendarFeed, TaskForce, User
from taskforce.queries import grants_of
from taskforce.queries.feeds import PURPOSE, hash_of


def create_feed(*, owner: User | None, body: TaskForce | None, actor: Any) -> CalendarFeed:
    """A new secret address (256 random bits); the live one of the same owner and body stands where there is one.

    Raises ValidationError for an owner who sits in no body (or not in `body`): it would show nothing.
    """
    if owner is not None:
        grants = grants_of(owner)
        if not (grants.is_reader(body.pk) if body is not None else grants.body_ids()):
            raise ValidationError(_("Vous ne siégez pas dans cette instance."), code="no-mandate")
    token = secrets.token_urlsafe(32)
    author = Actor.of(actor).user
    with recorded(actor):
        # One statement: of two presses at once, one inserts and the other finds.
        CalendarFeed.objects.bulk_create(
            [
                CalendarFeed(
                    owner=owner,
                    task_force=body,
                    token_hash=hash_of(token),
                    token_sealed=seal(token, purpose=PURPOSE),
                    created_by=author,
                )
            ],
            ignore_conflicts=True,
        )
        return CalendarFeed.objects.get(owner=owner, task_force=body, revoked_at=None)


def revoke_feed(feed: CalendarFeed, *, actor: Any) -> bool:
    """End the address at once; False when it was ended before."""
    with recorded(actor):
        live = CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None)
        return bool(live.update(revoked_at=timezone.now()))
