"""The plug board of exports: one class with its columns; one view serves them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django import forms
from django.db.models import QuerySet

from core.registry import Registry

ColumnType = Literal["text", "integer", "decimal", "date", "datetime", "boolean"]


@dataclass(frozen=True)
class Column:
    """One column: its heading, how its cells are typed, and what a row gives it.

    Cells: str, int, Decimal, date, datetime (already in the reader's time zone), bool, or None for an
    empty one; a column of numbers may hold a text (« < 5 »). `width` is in characters.
    """

    heading: Any
    type: ColumnType
    getter: Callable[[Any], Any]
    width: int = 18


class Export:
    """A table that leaves the house. Register with `@exports.register`.

    `permission` is asked on the object; `form_class` reads the address's parameters (its cleaned values
    are `self.params`).
    """

    slug: ClassVar[str]
    title: ClassVar[Any]
    permission: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    form_class: ClassVar[type[forms.Form]] = forms.Form

    def __init__(self, obj: Any, params: dict[str, Any], user: Any) -> None:
        self.obj = obj
        self.params = params
        self.user = user

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[Any]:
        """The objects that `user` may name in the address; any other is a 404."""
        raise NotImplementedError

    def tags(self) -> Sequence[str]:
        """A second row of headings, for machines (HXL), one a column; none by default."""
        return ()

    def rows(self) -> Iterable[Any]:
        """The rows in order; a queryset is read in chunks, never held whole."""
        raise NotImplementedError

    def filename(self) -> str:
        """The file's name without its extension: lower case, digits and hyphens."""
        raise NotImplementedError


exports: Registry[Export] = Registry("exports")
