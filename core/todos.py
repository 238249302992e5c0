"""The plug board of what is due: each app says what awaits the people who run a scope.

`scope` is whatever the lower app makes pages for (a body); `core` only hands it on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from core.registry import Registry

Urgency = Literal["late", "soon", "month"]
ORDER: dict[Urgency, int] = {"late": 0, "soon": 1, "month": 2}
# « Bientôt »: within so many days.
SOON_DAYS = 7


@dataclass(frozen=True)
class Todo:
    """Something to do: `label` says it with a verb, `url` is where it is done.

    `due` is the (earliest) day by which; `count` how many things it stands for; `detail` says more in a few words.
    """

    label: str
    url: str
    urgency: Urgency
    due: date | None = None
    count: int = 1
    detail: str = ""


class TodoSource:
    """What one app or one subject has to say. Register with `@todos.register`."""

    slug: ClassVar[str]
    # The heading under which its lines stand.
    label: ClassVar[Any]
    order: ClassVar[int] = 50

    def get_todos(self, user: Any, scope: Any, *, today: date, until: date) -> Iterable[Todo]:
        """What is late on `today` or due by `until`, for who runs `scope`. One query: the page has twelve."""
        raise NotImplementedError


@dataclass(frozen=True)
class TodoGroup:
    """The lines of one source, the most urgent first."""

    slug: str
    label: Any
    todos: list[Todo]


todos: Registry[TodoSource] = Registry("todos")


def urgency_of(due: date | None, *, today: date) -> Urgency:
    """How a day presses: past, within a week, later."""
    if due is None:
        return "month"
    if due < today:
        return "late"
    return "soon" if (due - today).days <= SOON_DAYS else "month"


def todos_for(user: Any, scope: Any, *, today: date, until: date) -> list[TodoGroup]:
    """What every source has to say about `scope`, by the order of the sources; silent ones are left out."""
    groups = []
    for cls in sorted(todos, key=lambda source: (source.order, source.slug)):
        found = sorted(
            cls().get_todos(user, scope, today=today, until=until),
            key=lambda todo: (ORDER[todo.urgency], todo.due or date.max, todo.label),
        )
        if found:
            groups.append(TodoGroup(cls.slug, cls.label, found))
    return groups


def most_pressing(groups: Iterable[TodoGroup]) -> list[Todo]:
    """The lines of all the groups as one list, the most urgent first."""
    lines = [todo for group in groups for todo in group.todos]
    return sorted(lines, key=lambda todo: (ORDER[todo.urgency], todo.due or date.max))
