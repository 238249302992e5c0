"""What a value of a choice field is called."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Model


@cache
def _labels(model: type[Model], name: str) -> dict[Any, Any]:
    """The field's labels by value, still to be translated."""
    return dict(model._meta.get_field(name).flatchoices)  # type: ignore[union-attr]


def choice_label(obj: Model, name: str) -> str:
    """What `get_…_display()` says of the field `name`, translating this one label.

    Django's method hashes, and so translates, every label of the choice to find one: too much for rows of a list.
    """
    value = getattr(obj, name)
    return str(_labels(type(obj), name).get(value, "" if value is None else value))
