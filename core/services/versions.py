"""A text with versions: saving one names the version it started from, and an older one is refused."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from core.actors import Actor
from core.services.drafts import StaleVersion, discard_draft


def save_version(row: Any, *, body: str, base_version: int, who: Actor, **facts: Any) -> bool:
    """Make `body` (clean already) the next version of `row`; whether there is a new one.

    `row` is locked by the caller and has `body`, `version`, `updated_at`, `updated_by` and `versions`, whose
    model has `number`, `body`, `author`, `created_at`. `facts` are fields that row and version share: a change
    of one is a version too. The same text as the stored one makes no version, whatever `base_version` (a
    button pressed twice). Raises StaleVersion when somebody saved another text since. The author's draft goes.
    """
    is_new = body != row.body or any(getattr(row, name) != value for name, value in facts.items())
    if is_new:
        if base_version != row.version:
            base = row.versions.filter(number=base_version).values_list("body", flat=True).first()
            raise StaleVersion(
                mine=body,
                theirs=row.body,
                base="" if base_version == 0 else base,
                version=row.version,
                author=row.updated_by,
                at=row.updated_at,
            )
        for name, value in {**facts, "body": body}.items():
            setattr(row, name, value)
        row.version += 1
        row.updated_at = timezone.now()
        row.updated_by = who.user
        row.save(update_fields=["body", "version", "updated_at", "updated_by", *facts])
        row.versions.create(number=row.version, body=body, author=who.user, created_at=row.updated_at, **facts)
    if who.user is not None:
        discard_draft(row, author=who.user)
    return is_new


def next_position(rows: models.QuerySet) -> int:
    """The `position` after the last of `rows`."""
    return (rows.aggregate(last=models.Max("position"))["last"] or 0) + 1
