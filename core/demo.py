"""The demonstration: each app loads its own part, lower apps first."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.apps import apps


@dataclass
class World:
    """What the steps hand on: the day of loading, the accounts to print, and things by name."""

    today: date
    password: str
    accounts: list[tuple[str, str]] = field(default_factory=list)
    things: dict[str, object] = field(default_factory=dict)


Step = Callable[[World], None]
_steps: list[tuple[int, Step]] = []


def demo_step(order: int) -> Callable[[Step], Step]:
    """Register a step of the demonstration; steps run by `order` and must be idempotent."""

    def register(step: Step) -> Step:
        _steps.append((order, step))
        return step

    return register


def demo_steps() -> list[Step]:
    return [step for _order, step in sorted(_steps, key=lambda entry: entry[0])]


def load_steps() -> None:
    """Import every app's `demo` and `demo_<noun>` modules: their steps register themselves."""
    for config in apps.get_app_configs():
        for module in pkgutil.iter_modules([config.path]):
            if module.name == "demo" or module.name.startswith("demo_"):
                importlib.import_module(f"{config.name}.{module.name}")
