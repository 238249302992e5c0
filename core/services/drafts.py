"""What is being typed is kept every few seconds; a save that would overwrite somebody's text is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from core.models import Draft
from core.richtext import clean_html

# Somebody whose draft moved within this time is said to be writing.
WRITING = timedelta(minutes=3)


class StaleVersion(Exception):
    """A save on a version that is no longer the latest. Nothing was written; it carries every text.

    `mine`: the text that was to be saved; `theirs`: the stored one, of `version`, by `author` (a user or
    None) at `at`; `base`: what `mine` started from, None when it is no longer known.
    """

    def __init__(
        self, *, mine: str, theirs: str, base: str | None, version: int, author: Any, at: datetime | None
    ) -> None:
        super().__init__(f"based on an older version than {version}")
        self.mine = mine
        self.theirs = theirs
        self.base = base
        self.version = version
        self.author = author
        self.at = at


def save_draft(
    obj: models.Model, *, author: Any, text: str, base_version: int, stored: str, key: str = "body"
) -> Draft | None:
    """Keep what `author` is typing into `obj`, in place of their last draft of it; no history.

    `stored` is the text saved in `obj`: a draft that says the same is dropped, and None returned.
    Raises RichTextRefused (a ValidationError) like `clean_html`.
    """
    cleaned = clean_html(text)
    if cleaned == stored:
        discard_draft(obj, author=author, key=key)
        return None
    draft, _created = Draft.objects.update_or_create(
        author=author,
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        key=key,
        defaults={"text": cleaned, "base_version": base_version, "updated_at": timezone.now()},
    )
    return draft


def discard_draft(obj: models.Model, *, author: Any, key: str = "body") -> bool:
    """Forget the draft of `author`; whether there was one."""
    deleted, _by_model = _drafts(obj, key).filter(author=author).delete()
    return bool(deleted)


def draft_of(obj: models.Model, author: Any, *, stored: str, key: str = "body") -> Draft | None:
    """The draft of `author`, when it says something else than the `stored` text."""
    return _drafts(obj, key).filter(author=author).exclude(text=stored).first()


def drafts_in_progress(objects: Iterable[models.Model], *, but: Any, key: str = "body") -> dict[int, list[Draft]]:
    """Drafts of others than `but` that moved within the last minutes, by the id of the object. One query.

    The objects are of one model.
    """
    by_object: dict[int, list[Draft]] = {}
    rows = list(objects)
    if rows:
        drafts = (
            Draft.objects.filter(
                content_type=ContentType.objects.get_for_model(rows[0]),
                object_id__in=[row.pk for row in rows],
                key=key,
                updated_at__gte=timezone.now() - WRITING,
            )
            .exclude(author=but)
            .select_related("author__person")
            .order_by("updated_at")
        )
        for draft in drafts:
            by_object.setdefault(draft.object_id, []).append(draft)
    return by_object


def _drafts(obj: models.Model, key: str) -> models.QuerySet[Draft]:
    return Draft.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk, key=key)
