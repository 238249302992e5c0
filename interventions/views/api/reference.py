"""The schema of the API as a page to read: what each address takes and gives, for people without a tool for OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

# (is it a name of the API, the words), piece by piece.
Paragraph = list[tuple[bool, str]]


@dataclass(frozen=True)
class Entry:
    """A parameter or a field."""

    name: str
    kind: Paragraph
    text: Paragraph
    is_required: bool = False


@dataclass(frozen=True)
class Operation:
    path: str
    summary: str
    text: list[Paragraph]
    parameters: list[Entry]
    fields: list[Entry]
    is_list: bool


def operations_of(schema: Mapping[str, Any]) -> list[Operation]:
    """Every address of an OpenAPI schema, in its order."""
    known = schema.get("components", {}).get("schemas", {})
    return [_operation(path, told, known) for path, methods in schema["paths"].items() for told in methods.values()]


def paragraphs_of(text: str) -> list[Paragraph]:
    """The paragraphs of a description, where `…` is a name of the API."""
    found = []
    for paragraph in text.split("\n\n"):
        found.append(_pieces(" ".join(paragraph.split("\n"))))
    return [paragraph for paragraph in found if paragraph]


def _pieces(text: str) -> Paragraph:
    pieces = re.split(r"`([^`]*)`", text)
    return [(bool(number % 2), piece) for number, piece in enumerate(pieces) if piece]


def _operation(path: str, told: Mapping[str, Any], known: Mapping[str, Any]) -> Operation:
    answer = _resolved(told["responses"][200]["content"]["application/json"]["schema"], known)
    items = answer.get("properties", {}).get("items", {}).get("items")
    shown = _resolved(items, known) if items else answer
    return Operation(
        path,
        told.get("summary", ""),
        paragraphs_of(told.get("description", "")),
        [
            Entry(
                one["name"],
                _pieces(_kind(one["schema"], known)),
                _pieces(one.get("description", "")),
                bool(one.get("required")),
            )
            for one in told.get("parameters", ())
        ],
        [
            Entry(name, _pieces(_kind(one, known)), _pieces(one.get("description", "")))
            for name, one in shown.get("properties", {}).items()
        ],
        items is not None,
    )


def _resolved(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    return known[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _kind(schema: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """The type in words, where `…` is a name of the API."""
    if "anyOf" in schema:
        given = [one for one in schema["anyOf"] if one.get("type") != "null"]
        words = ", ".join(_kind(one, known) for one in given)
        return _("%(kind)s, ou `null`") % {"kind": words} if len(given) < len(schema["anyOf"]) else words
    if "$ref" in schema:
        return _names(_resolved(schema, known).get("properties", ())) or _("objet")
    values = [value for value in schema.get("enum", ()) if value != ""]
    if values:
        return _names(values)
    if schema.get("type") == "array":
        return _("liste : %(kind)s") % {"kind": _kind(schema.get("items", {}), known)}
    formats = {"date": _("date (AAAA-MM-JJ)"), "date-time": _("date et heure (ISO 8601)")}
    kinds = {
        "integer": _("nombre entier"),
        "number": _("nombre"),
        "boolean": _("`true` ou `false`"),
        "string": _("texte"),
    }
    return formats.get(schema.get("format", "")) or kinds.get(schema.get("type", ""), _("objet"))


def _names(values: Iterable[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)
