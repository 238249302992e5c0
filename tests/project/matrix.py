"""config/authz/matrix.csv, read; and the addresses of the portal, walked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.project.world import ROLES, World

PATH = Path(settings.BASE_DIR) / "config" / "authz" / "matrix.csv"
# The words of the cells. A number stands for itself.
SIGN_IN = "sign-in"
LET_THROUGH = "ok"
# What a view answers to whoever may act: done, shown again with errors, or refused for a reason that is not the person.
THROUGH = {200, 204, 302, 409, 422}


@dataclass(frozen=True)
class Row:
    """One address and verb; `expected` by role. `object` says which: « pk=meeting slug=:minutes +agency=agency »."""

    line: int
    url: str
    verb: str
    object: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.verb} {self.url} {self.object}".strip()

    def path(self, world: World) -> str:
        """The address. `name=thing` takes the thing's key (its slug for « slug »), `name=:text` the text."""
        return reverse(self.url, kwargs=self._values(world, [part for part in self.object.split() if part[0] != "+"]))

    def body(self, world: World) -> dict[str, Any]:
        """What is posted: the parts that begin with a plus sign."""
        return self._values(world, [part[1:] for part in self.object.split() if part[0] == "+"])

    @staticmethod
    def _values(world: World, parts: list[str]) -> dict[str, Any]:
        values = {}
        for part in parts:
            name, _, value = part.partition("=")
            values[name] = value[1:] if value.startswith(":") else key_of(getattr(world, value), name)
        return values


def key_of(thing: Any, name: str) -> Any:
    if isinstance(thing, str):
        return thing
    return thing.slug if name.endswith("slug") else thing.pk


def rows() -> list[Row]:
    """The rows of the matrix; comments (« # … ») and empty lines are for the reader."""
    with PATH.open(encoding="utf-8", newline="") as file:
        lines = [
            (number, line) for number, line in enumerate(file, start=1) if line.strip() and not line.startswith("#")
        ]
    numbers = [number for number, _ in lines]
    reader = csv.DictReader((line for _, line in lines), skipinitialspace=True)
    assert reader.fieldnames is not None
    assert [name.strip() for name in reader.fieldnames] == ["url", "verb", "object", *ROLES]
    return [
        Row(
            number,
            *(raw[key].strip() for key in ("url", "verb", "object")),
            {role: raw[role].strip() for role in ROLES},
        )
        for number, raw in zip(numbers[1:], ({k.strip(): v for k, v in raw.items()} for raw in reader), strict=True)
    ]


def addresses(patterns: list | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(name with its namespace, pattern) of every address, the administration's included."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


def is_administration(name: str) -> bool:
    return name.startswith("admin:")


def outcome(response: HttpResponse) -> str:
    """The answer in the words of the matrix."""
    if response.status_code == 302 and response.headers["Location"].startswith(reverse(settings.LOGIN_URL)):
        return SIGN_IN
    return str(response.status_code)


def agrees(expected: str, response: HttpResponse) -> bool:
    got = outcome(response)
    if expected == LET_THROUGH:
        return got != SIGN_IN and response.status_code in THROUGH
    return got == expected
