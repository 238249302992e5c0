"""The plug board of search: each app says what of it can be found, and who may find it.

A kind of thing is a class in the app's room `search`, with the triggers of `core.search.triggers` on its tables.
A new source on tables that already have rows needs `manage.py reindex_search` once. `findable` runs in a worker, row
by row: what has to be read from a file first (slow, hostile) is stored as text by a confined job before
(`core.documents.sandbox`), and read here from its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet

from core.registry import Registry

if TYPE_CHECKING:
    from core.search.models import SearchEntry


@dataclass(frozen=True)
class Findable:
    """The words of one thing, as plain text: `title` weighs most, then `facts`, then `text`.

    `language` is that of the words; `scope_id` the body it belongs to; `url_name` with `url_arg` (and a query or an
    anchor in `url_suffix`) is the page where it is read. Addresses and telephone numbers do not belong here: not
    everybody who finds a person may read them.
    """

    title: str
    url_name: str
    url_arg: Any
    url_suffix: str = ""
    facts: str = ""
    text: str = ""
    date: date | None = None
    language: str = "fr"
    scope_id: int | None = None


class SearchSource:
    """One kind of things that can be found. Register with `@search_sources.register`.

    `watches`: for each other table whose rows stand in the words, the lookup that leads to it from `model`. A change
    there indexes again what depends on it; those tables carry `marks_search` too.
    """

    slug: ClassVar[str]
    label: ClassVar[Any]
    # Many of them, for the filter.
    plural: ClassVar[Any]
    icon: ClassVar[str]
    order: ClassVar[int] = 50
    # Its title is a name: one that is spelt nearly so is offered when nothing is found.
    is_name: ClassVar[bool] = False
    model: ClassVar[Any]
    watches: ClassVar[dict[str, str]] = {}

    def visible_to(self, user: Any) -> QuerySet[Any]:
        """The rows whose words `user` may read on their page, now. Asked at each search."""
        raise NotImplementedError

    def rows(self) -> QuerySet[Any]:
        """All that may be indexed, with whatever `findable` reads."""
        return self.model.objects.all()

    def findable(self, row: Any) -> Findable | None:
        """The words of a row; None when there is nothing to find."""
        raise NotImplementedError

    def links(self, entry: SearchEntry) -> list[tuple[Any, str]]:
        """(label, address) of other pages that a result leads to; without a query."""
        return []


search_sources: Registry[SearchSource] = Registry("search")


def sources() -> list[SearchSource]:
    """Every source, in the order in which they are shown."""
    return sorted((cls() for cls in search_sources), key=lambda source: (source.order, source.slug))
