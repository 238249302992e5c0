"""The plug board of what rows of a register are tied to: an upper app ties decisions and actions to things of its own.

The pages that list the rows show the ties and know nothing of the app that keeps them. A source gives an expression, read
with the rows themselves: `with_ties` asks no query of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet

from core.registry import Registry

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Tie:
    """`label`: what the row is tied to; `url`: its page; `note`: which part of it, if not all."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class TieGroup:
    """What one source ties to a row; `change_url` is where the reader may change it, empty for who may not."""

    label: Any
    ties: Sequence[Tie]
    change_url: str = ""


class TieSource:
    """What one app ties to rows of a lower app. Register with `@tie_sources.register`."""

    slug: ClassVar[str]
    label: ClassVar[Any]
    order: ClassVar[int] = 50

    def select(self, user: Any, model: type[Any], key: str) -> QuerySet[Any] | None:
        """What `user` may open of what the row of `model` is tied to, its id being in the outer row's field `key`:
        one JSON object a tie, named `data`. None for a model that this app ties to nothing."""
        raise NotImplementedError

    def say(self, data: Mapping[str, Any]) -> Tie:
        """The tie of such an object. Without a query."""
        raise NotImplementedError

    def change_url(self, user: Any, row: Any) -> str:
        """Where `user` ties `row` to something, or unties it; empty for who may not. Without a query."""
        return ""


tie_sources: Registry[TieSource] = Registry("ties")


def with_ties(user: Any, rows: QuerySet[M], model: type[Any], key: str = "pk") -> QuerySet[M]:
    """`rows` with what each source ties to them, for `ties_on`; they are of `model`, or have its id in `key`."""
    columns = {}
    for cls in tie_sources:
        found = cls().select(user, model, key)
        if found is not None:
            columns[_column(cls)] = ArraySubquery(found.values("data"))
    return rows.annotate(**columns)


def ties_on(user: Any, row: Any, subject: Any = None) -> list[TieGroup]:
    """The ties of a row of `with_ties` (`subject`: what they are of, where it is not the row), by source in order.

    A source without a group ties nothing to the row, and the reader may tie nothing with it.
    """
    groups = []
    for cls in sorted(tie_sources, key=lambda cls: (cls.order, cls.slug)):
        source = cls()
        ties = [source.say(data) for data in getattr(row, _column(cls), ())]
        group = TieGroup(source.label, ties, source.change_url(user, row if subject is None else subject))
        if group.ties or group.change_url:
            groups.append(group)
    return groups


def _column(cls: type[TieSource]) -> str:
    return f"ties_{cls.slug}"
