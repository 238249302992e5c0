"""Where a row of a register comes from: the upper app that holds the link tells the page that lists the rows.

A register knows its rows and nothing above it. An app that ties rows to something of its own (a meeting, a workshop)
registers an `OriginSource` in its `origins.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from core.registry import Registry


@dataclass(frozen=True)
class Origin:
    """`label`: where it comes from, in words; `url`: its page; `theme`: what it was about, if known."""

    label: str
    url: str
    theme: str = ""


class OriginSource:
    """What one app knows about the origin of rows of a lower app."""

    slug: ClassVar[str]

    def origins(self, user: Any, model: type[Any], pks: Collection[int]) -> Mapping[int, Origin]:
        """The origins that `user` may open, by the key of the row: one query at most for all of them."""
        raise NotImplementedError

    def about(self, model: type[Any], words: str) -> QuerySet[Any]:
        """Keys of the rows of `model` whose origin's theme has these words."""
        raise NotImplementedError


origin_sources: Registry[OriginSource] = Registry("origins")


def origins_of(user: Any, rows: Iterable[Any]) -> dict[int, Origin]:
    """The origins of rows of one model, by their keys; a row may lack. One query a source."""
    rows = list(rows)
    if not rows:
        return {}
    found: dict[int, Origin] = {}
    for cls in origin_sources:
        found.update(cls().origins(user, type(rows[0]), [row.pk for row in rows]))
    return found


def about(model: type[Any], words: str) -> Q:
    """The rows of `model` whose origin's theme has these words, as a condition."""
    wanted = Q(pk__in=[])
    for cls in origin_sources:
        wanted |= Q(pk__in=cls().about(model, words))
    return wanted
