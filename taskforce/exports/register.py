"""The registers as tables, filtered as on their page; only the rows that their reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports.base import Column, Export, exports
from core.origins import Origin, origins_of
from core.typography import punctuation
from taskforce.models import ActionUpdate, Decision, TaskForce
from taskforce.queries import bodies_visible_to
from taskforce.queries.register import actions_visible_to, by_urgency, decisions_visible_to
from taskforce.queries.register_updates import latest_updates, owner_words
from taskforce.register_filter import ActionFilter, DecisionFilter, RegisterFilter

CHUNK = 500


@dataclass(frozen=True)
class Line:
    """A row of a register with what stands beside it."""

    row: Any
    origin: Origin | None
    today: date
    update: ActionUpdate | None = None

    @property
    def state(self) -> str:
        return _("En retard") if self.row.is_overdue(self.today) else str(self.row.get_state_display())

    @property
    def parts(self) -> str:
        """« BIT : réalisée ; PAM : en cours », when several agencies share an action."""
        owners = list(self.row.owners.all())
        return (
            f"{punctuation(';')} ".join(f"{o.agency}{punctuation(':')} {o.get_state_display().lower()}" for o in owners)
            if len(owners) > 1
            else ""
        )


class _RegisterExport(Export):
    permission = "taskforce.view_register"

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[TaskForce]:
        return bodies_visible_to(user)

    @property
    def form(self) -> RegisterFilter:
        """The filter whose values the view has checked already."""
        return self.form_class({name: _as_typed(value) for name, value in self.params.items()})  # type: ignore[return-value]

    def lines(self, rows: QuerySet[Any], *, with_updates: bool = False) -> Iterator[Line]:
        """In batches: as many queries for a thousand rows as there are batches."""
        today, batch = self.obj.today(), []
        for row in rows.iterator(chunk_size=CHUNK):
            batch.append(row)
            if len(batch) == CHUNK:
                yield from self._described(batch, today, with_updates)
                batch = []
        yield from self._described(batch, today, with_updates)

    def _described(self, batch: list[Any], today: date, with_updates: bool) -> Iterator[Line]:
        origins = origins_of(self.user, batch)
        updates = latest_updates(batch) if with_updates else {}
        for row in batch:
            yield Line(row, origins.get(row.pk), today, updates.get(row.pk))


def _as_typed(value: Any) -> Any:
    return getattr(value, "pk", value)


@exports.register
class ActionsExport(_RegisterExport):
    """Actions, the most overdue first."""

    slug = "actions"
    title = gettext_lazy("Actions")
    form_class = ActionFilter
    columns = (
        Column(gettext_lazy("N°"), "text", lambda line: line.row.reference, 12),
        Column(gettext_lazy("Action"), "text", lambda line: line.row.text, 60),
        Column(gettext_lazy("Responsables"), "text", lambda line: owner_words(line.row), 30),
        Column(gettext_lazy("Échéance"), "date", lambda line: line.row.due_on, 12),
        Column(gettext_lazy("État"), "text", lambda line: line.state, 14),
        Column(gettext_lazy("État par agence"), "text", lambda line: line.parts, 34),
        Column(gettext_lazy("Priorité"), "text", lambda line: line.row.get_priority_display(), 10),
        Column(gettext_lazy("Réunion"), "text", lambda line: line.origin and line.origin.label, 28),
        Column(gettext_lazy("Thème"), "text", lambda line: line.origin and line.origin.theme, 34),
        Column(gettext_lazy("Dernières nouvelles"), "text", lambda line: line.update and line.update.note, 50),
        Column(
            gettext_lazy("Données le"),
            "date",
            lambda line: line.update and line.update.at.astimezone(line.row.task_force.tz).date(),
            12,
        ),
        Column(gettext_lazy("Diffusion restreinte"), "boolean", lambda line: line.row.is_restricted or None, 12),
    )

    def rows(self) -> Iterable[Line]:
        actions = actions_visible_to(self.user).filter(task_force=self.obj)
        return self.lines(by_urgency(self.form.apply(actions, today=self.obj.today())), with_updates=True)  # type: ignore[attr-defined]

    def filename(self) -> str:
        return f"actions-{self.obj.slug}-{self.obj.today():%Y-%m-%d}"


@exports.register
class DecisionsExport(_RegisterExport):
    """Decisions, the latest first."""

    slug = "decisions"
    title = gettext_lazy("Décisions")
    form_class = DecisionFilter
    columns = (
        Column(gettext_lazy("N°"), "text", lambda line: line.row.reference, 12),
        Column(gettext_lazy("Décision"), "text", lambda line: line.row.text, 70),
        Column(gettext_lazy("Date"), "date", lambda line: line.row.decided_on, 12),
        Column(gettext_lazy("Mode"), "text", lambda line: line.row.get_mode_display(), 14),
        Column(gettext_lazy("Pour"), "integer", lambda line: line.row.votes_for, 8),
        Column(gettext_lazy("Contre"), "integer", lambda line: line.row.votes_against, 8),
        Column(gettext_lazy("Abstentions"), "integer", lambda line: line.row.abstentions, 12),
        Column(gettext_lazy("Réunion"), "text", lambda line: line.origin and line.origin.label, 28),
        Column(gettext_lazy("Thème"), "text", lambda line: line.origin and line.origin.theme, 34),
        Column(gettext_lazy("Diffusion restreinte"), "boolean", lambda line: line.row.is_restricted or None, 12),
    )

    def rows(self) -> Iterable[Line]:
        decisions: QuerySet[Decision] = decisions_visible_to(self.user).filter(task_force=self.obj)
        return self.lines(self.form.apply(decisions).order_by("-year", "-number"))  # type: ignore[attr-defined]

    def filename(self) -> str:
        return f"decisions-{self.obj.slug}-{self.obj.today():%Y-%m-%d}"
