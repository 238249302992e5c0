"""What is being typed is kept every few seconds; a save that would overwrite somebody's text is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class DraftsSeen:
    """What stands aside of the saved texts.

    `own`: the draft of the reader, when it says something else than the stored text. `writing`: the
    accounts of others whose draft moved within the last minutes, by (model, id) of the object.
    """

    own: Draft | None
    writing: dict[tuple[str, int], list[Any]]

    def writers(self, obj: models.Model) -> list[Any]:
        return self.writing.get((obj._meta.model_name or "", obj.pk), [])


def drafts_seen(
    objects: Iterable[models.Model],
    *,
    reader: Any,
    about: models.Model | None = None,
    stored: str = "",
    key: str = "body",
) -> DraftsSeen:
    """Drafts of `objects`, and the reader's own of `about`, whose saved text is `stored`. One query."""
    wanted: dict[int, set[int]] = {}
    for obj in [*objects, *([about] if about is not None else [])]:
        wanted.setdefault(ContentType.objects.get_for_model(obj).pk, set()).add(obj.pk)
    if not wanted:
        return DraftsSeen(None, {})
    condition = models.Q()
    for content_type, ids in wanted.items():
        condition |= models.Q(content_type_id=content_type, object_id__in=ids)
    recently = models.Q(updated_at__gte=timezone.now() - WRITING)
    drafts = (
        Draft.objects.filter(condition, recently | models.Q(author=reader), key=key)
        .select_related("author__person", "content_type")
        .order_by("updated_at")
    )
    own = None
    writing: dict[tuple[str, int], list[Any]] = {}
    for draft in drafts:
        place = (draft.content_type.model, draft.object_id)
        if draft.author_id != reader.pk:
            writing.setdefault(place, []).append(draft.author)
        elif about is not None and place == (about._meta.model_name, about.pk) and draft.text != stored:
            own = draft
    return DraftsSeen(own, writing)


def _drafts(obj: models.Model, key: str) -> models.QuerySet[Draft]:
    return Draft.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk, key=key)
