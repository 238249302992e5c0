"""The stored files of one scope, for the page that lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core.documents.base import documents
from core.models import Artefact


@dataclass(frozen=True)
class Listed:
    """A stored file with what it is made from."""

    artefact: Artefact
    title: Any
    label: str
    url: str


def artefacts_of(scope: Any, user: Any) -> QuerySet[Artefact]:
    """The official files of `scope` that `user` may have now, the latest first: previews are not listed."""
    wanted = Q(pk__in=[])
    for cls in documents:
        if cls.scope_path:
            objects = cls().queryset(user).filter(**{cls.scope_path: scope})
            wanted |= Q(document=cls.slug, object_id__in=objects.order_by().values("pk"))
    return Artefact.objects.filter(wanted, is_preview=False).order_by("-created_at", "pk")


def described(artefacts: Iterable[Artefact], user: Any) -> list[Listed]:
    """Each file with its document's title, its object's label and page: one query a kind of document."""
    artefacts = list(artefacts)
    objects: dict[str, dict[int, Any]] = {}
    for slug in {artefact.document for artefact in artefacts}:
        ids = [artefact.object_id for artefact in artefacts if artefact.document == slug]
        objects[slug] = documents.get(slug)().queryset(user).in_bulk(ids)
    listed = []
    for artefact in artefacts:
        document, obj = documents.get(artefact.document)(), objects[artefact.document].get(artefact.object_id)
        # Right lost between two queries: the file is simply not there any more.
        if obj is not None:
            page = document.page_context(obj)
            listed.append(Listed(artefact, document.title, page["label"], page.get("back_url", "")))
    return listed
