"""The plug board of what rows of a register are tied to: an upper app ties decisions and actions to things of its own.

The pages that list the rows show the ties and know nothing of the app that keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.registry import Registry


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

    def ties(self, user: Any, rows: Sequence[Any]) -> Mapping[Any, Sequence[Tie]]:
        """By row, what `user` may open of what each of `rows` is tied to; rows may be of several models. One query."""
        raise NotImplementedError

    def change_url(self, user: Any, row: Any) -> str:
        """Where `user` ties `row` to something, or unties it; empty for who may not. Without a query."""
        return ""


tie_sources: Registry[TieSource] = Registry("ties")


def ties_of(user: Any, rows: Iterable[Any]) -> dict[Any, list[TieGroup]]:
    """The ties of `rows` (which `user` may read), by row, in the order of the sources. One query a source.

    A row lacks a group when nothing is tied and the reader may tie nothing.
    """
    rows = list(rows)
    found: dict[Any, list[TieGroup]] = {row: [] for row in rows}
    if not rows:
        return found
    for source in sorted((cls() for cls in tie_sources), key=lambda source: (source.order, source.slug)):
        ties = source.ties(user, rows)
        for row in rows:
            group = TieGroup(source.label, ties.get(row, ()), source.change_url(user, row))
            if group.ties or group.change_url:
                found[row].append(group)
    return found
