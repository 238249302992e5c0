"""Plug boards: one new file adds one thing.

A board is a `Registry` of classes by slug; a class enters with the decorator. Each app's room
(`documents/`, `notifications/`, …) loads its own files with `load_room`, and `core.apps` loads the rooms.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Classes by their `slug`, in the order of their slugs.

    Registering a second class under a slug raises ValueError: two files claim the same place.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._by_slug: dict[str, type[T]] = {}

    def register(self, cls: type[T]) -> type[T]:
        slug = cls.slug  # type: ignore[attr-defined]
        known = self._by_slug.get(slug)
        if known is not None and known is not cls:
            raise ValueError(f"{self.name}: {slug!r} is registered by {known!r} and {cls!r}")
        self._by_slug[slug] = cls
        return cls

    def get(self, slug: str) -> type[T]:
        """The class registered under `slug`; KeyError when there is none."""
        return self._by_slug[slug]

    def __iter__(self) -> Iterator[type[T]]:
        return iter(self._by_slug[slug] for slug in sorted(self._by_slug))

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def __len__(self) -> int:
        return len(self._by_slug)


def load_room(package: str, path: list[str]) -> None:
    """Import every module of a room: `load_room(__name__, __path__)` stands in its `__init__`."""
    for module in pkgutil.iter_modules(path):
        importlib.import_module(f"{package}.{module.name}")
