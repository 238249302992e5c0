"""The plug board of what is due: each app says what awaits the people who run a scope.

`scope` is whatever the lower app makes pages for (a body); `core` only hands it on. All the sources are read in one
query, a UNION of what each selects, so that a card may show them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from django.db.models import BigIntegerField, Count, DateField, IntegerField, Min, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from core.registry import Registry

Urgency = Literal["late", "soon", "month"]
ORDER: dict[str, int] = {"late": 0, "soon": 1, "month": 2}
# « Bientôt »: within so many days.
SOON_DAYS = 7
COLUMNS = ("todo_source", "todo_kind", "todo_ref", "todo_count", "todo_due", "todo_detail")


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


@dataclass(frozen=True)
class TodoRow:
    """What a source selected: `kind` is its own word, `ref` a key, `detail` a text."""

    source: str
    kind: str
    ref: int
    count: int
    due: date | None
    detail: str


class TodoSource:
    """What one app has to say about one subject. Register with `@todos.register`."""

    slug: ClassVar[str]
    # The heading under which its lines stand.
    label: ClassVar[Any]
    order: ClassVar[int] = 50

    def select(self, scope: Any, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        """What is late on `today` or due by `until`: querysets made by `each` and `total`."""
        raise NotImplementedError

    def say(self, scope: Any, row: TodoRow, *, today: date) -> Todo:
        """The line that a row becomes."""
        raise NotImplementedError

    def each(
        self, rows: QuerySet[Any], kind: str, *, due: Any = None, detail: Any = "", count: Any = 1
    ) -> QuerySet[Any]:
        """A line for each of `rows`; `due`, `detail` and `count` are expressions (or plain values)."""
        return (
            rows.annotate(
                **self._names(kind),
                todo_ref=Cast("pk", BigIntegerField()),
                todo_count=_as(count, IntegerField()),
                todo_due=_as(due, DateField()),
                todo_detail=Coalesce(_as(detail, TextField()), Value("", output_field=TextField())),
            )
            .order_by()
            .values_list(*COLUMNS)
        )

    def total(self, rows: QuerySet[Any], kind: str, *, due: Any = None, detail: Any = "") -> QuerySet[Any]:
        """One line for all of `rows` (none for none); `due` is a field or expression, `detail` an aggregate."""
        return (
            rows.order_by()
            .annotate(**self._names(kind), todo_ref=Value(0, output_field=BigIntegerField()))
            .values("todo_source", "todo_kind", "todo_ref")
            .annotate(
                todo_count=Cast(Count("pk", distinct=True), IntegerField()),
                todo_due=_as(due if due is None else Min(due), DateField()),
                todo_detail=Coalesce(_as(detail, TextField()), Value("", output_field=TextField())),
            )
            .values_list(*COLUMNS)
        )

    def _names(self, kind: str) -> dict[str, Any]:
        return {
            "todo_source": Value(self.slug, output_field=TextField()),
            "todo_kind": Value(kind, output_field=TextField()),
        }


def _as(expression: Any, field: Any) -> Any:
    if not hasattr(expression, "resolve_expression"):
        expression = Value(expression, output_field=field)
    return Cast(expression, field)


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


def todos_for(scope: Any, *, today: date, until: date) -> list[TodoGroup]:
    """What every source has to say about `scope`, by the order of the sources; silent ones are left out. One query.

    No right is asked here: it is for who runs the scope.
    """
    sources = sorted((cls() for cls in todos), key=lambda source: (source.order, source.slug))
    selected = [rows for source in sources for rows in source.select(scope, today=today, until=until)]
    if not selected:
        return []
    found = [TodoRow(*row) for row in selected[0].union(*selected[1:], all=True)]
    groups = []
    for source in sources:
        lines = [source.say(scope, row, today=today) for row in found if row.source == source.slug and row.count]
        if lines:
            groups.append(TodoGroup(source.slug, source.label, _pressing(lines)))
    return groups


def most_pressing(groups: Iterable[TodoGroup]) -> list[Todo]:
    """The lines of all the groups as one list, the most urgent first."""
    return _pressing(todo for group in groups for todo in group.todos)


def _pressing(lines: Iterable[Todo]) -> list[Todo]:
    return sorted(lines, key=lambda todo: (ORDER[todo.urgency], todo.due or date.max, todo.label))
