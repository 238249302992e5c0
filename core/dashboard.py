"""The dashboard's plug boards: each app brings its blocks; apps that do not know each other meet here.

`scope` is whatever the lower app makes pages for (a body); `core` only hands it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from core.registry import Registry


class DashboardBlock:
    """One card of a scope's home page.

    The template is a whole card; it reads the page's context, and what `get_context` returns under `data`.
    Main blocks stand in the wide column, side blocks beside it, both by `order`.
    """

    slug: ClassVar[str]
    order: ClassVar[int] = 50
    template: ClassVar[str]
    column: ClassVar[Literal["main", "side"]] = "main"

    def get_context(self, user: Any, scope: Any) -> dict[str, Any] | None:
        """What the template needs; None leaves the block out. Few queries: the whole page has twelve."""
        raise NotImplementedError


class ScopeFacts:
    """One line about each of several scopes, for the page that lists them (« Prochaine réunion : … »)."""

    slug: ClassVar[str]
    order: ClassVar[int] = 50

    def get_facts(self, user: Any, scopes: Iterable[Any]) -> Mapping[int, Fact]:
        """Facts by the scope's primary key, for all of them in one query; a scope may lack."""
        raise NotImplementedError


class RelatedBlock:
    """One card on the page of an object of a lower app: what an upper app ties to it.

    The template is a whole card; it reads what `get_context` returns under `data`.
    """

    slug: ClassVar[str]
    order: ClassVar[int] = 50
    model: ClassVar[type[Any]]
    template: ClassVar[str]

    def get_context(self, user: Any, obj: Any) -> dict[str, Any] | None:
        """What the template needs; None leaves the card out."""
        raise NotImplementedError


@dataclass(frozen=True)
class Fact:
    """`label`: what it is; `text`: what it says; `url`: where it leads, if anywhere."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Block:
    """A block ready to render."""

    slug: str
    template: str
    context: dict[str, Any]


dashboard: Registry[DashboardBlock] = Registry("dashboard")
scope_facts: Registry[ScopeFacts] = Registry("scope facts")
related_blocks: Registry[RelatedBlock] = Registry("related blocks")


def blocks_for(user: Any, scope: Any) -> dict[str, list[Block]]:
    """The blocks that `user` sees of `scope`: {"main": […], "side": […]}, in order."""
    blocks: dict[str, list[Block]] = {"main": [], "side": []}
    for cls in sorted(dashboard, key=lambda block: (block.order, block.slug)):
        context = cls().get_context(user, scope)
        if context is not None:
            blocks[cls.column].append(Block(cls.slug, cls.template, context))
    return blocks


def facts_for(user: Any, scopes: Iterable[Any]) -> dict[int, list[Fact]]:
    """The facts about each of `scopes` (by primary key), in order of the boards."""
    scopes = list(scopes)
    facts: dict[int, list[Fact]] = {scope.pk: [] for scope in scopes}
    for cls in sorted(scope_facts, key=lambda board: (board.order, board.slug)):
        for pk, fact in cls().get_facts(user, scopes).items():
            facts[pk].append(fact)
    return facts


def related_for(user: Any, obj: Any) -> list[Block]:
    """The cards that other apps bring to the page of `obj`, in order."""
    found = []
    for cls in sorted(related_blocks, key=lambda block: (block.order, block.slug)):
        if isinstance(obj, cls.model):
            context = cls().get_context(user, obj)
            if context is not None:
                found.append(Block(cls.slug, cls.template, context))
    return found
