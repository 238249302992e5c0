"""Decisions and actions of the registers, and the interventions they speak of: read from either side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from core.origins import Origin, origins_of
from interventions.enums import InterventionState
from interventions.models import CoverageLine, DecisionLink, Intervention
from interventions.queries.visibility import interventions_visible_to
from taskforce.models import ActionItem, Country, Decision
from taskforce.queries import actions_visible_to, decisions_visible_to, grants_of

Subject = Decision | ActionItem


def links_seen(user: Any) -> QuerySet[DecisionLink]:
    """The links to interventions that `user` reads, from decisions and actions that `user` reads."""
    return DecisionLink.objects.filter(
        Q(decision__in=decisions_visible_to(user).order_by().values("pk"))
        | Q(action__in=actions_visible_to(user).order_by().values("pk")),
        intervention__in=interventions_visible_to(user).order_by().values("pk"),
    )


def links_of_subject(user: Any, subject: Subject) -> QuerySet[DecisionLink]:
    """The links of `subject` (which `user` reads) to interventions that `user` reads, with what names them."""
    return (
        subject.intervention_links.filter(intervention__in=interventions_visible_to(user).order_by().values("pk"))
        .select_related("intervention", "line__unit", "line__instrument")
        .order_by("intervention__title", "intervention", "line__unit__name", "pk")
    )


@dataclass
class Spoken:
    """A decision or an action that speaks of a sheet: of all of it, or of some of its lines."""

    subject: Any
    links: list[DecisionLink] = field(default_factory=list)
    origin: Origin | None = None
    is_overdue: bool = False

    @property
    def is_action(self) -> bool:
        return isinstance(self.subject, ActionItem)


def spoken_of(user: Any, intervention: Intervention) -> list[Spoken]:
    """The decisions and actions about the sheet that `user` reads, the latest first, each with its meeting.

    One query when there are none, three or four else.
    """
    if not grants_of(user).bodies:
        # Whoever sits or serves nowhere reads no register.
        return []
    links = (
        links_seen(user)
        .filter(intervention=intervention)
        .select_related(
            "decision__task_force__country",
            "action__task_force__country",
            "action__owner_person",
            "line__unit",
            "line__instrument",
        )
        .order_by("line__unit__name", "pk")
    )
    found: dict[Any, Spoken] = {}
    for link in links:
        found.setdefault(link.subject, Spoken(link.subject)).links.append(link)
    decisions = [subject for subject in found if isinstance(subject, Decision)]
    actions = [subject for subject in found if isinstance(subject, ActionItem)]
    for subjects in (decisions, actions):
        for pk, origin in origins_of(user, subjects).items():
            subject = next(one for one in subjects if one.pk == pk)
            found[subject].origin = origin
    for subject in actions:
        found[subject].is_overdue = subject.is_overdue(subject.task_force.today())
    # Of a year: decisions, then actions, by their number.
    return sorted(found.values(), key=lambda one: (-one.subject.year, one.is_action, -one.subject.number))


def subjects_to_tie(user: Any, country: Country | int) -> tuple[QuerySet[Decision], QuerySet[ActionItem]]:
    """The decisions and actions of the country's bodies that `user` reads, the latest first."""
    decisions = decisions_visible_to(user).filter(task_force__country=country).order_by("-year", "-number", "-pk")
    actions = actions_visible_to(user).filter(task_force__country=country).order_by("-year", "-number", "-pk")
    return decisions, actions.prefetch_related(None)


def interventions_to_tie(user: Any, country: Country | int) -> QuerySet[Intervention]:
    """The sheets of the country that `user` reads, those of the archive apart."""
    sheets = interventions_visible_to(user).filter(country=country)
    return sheets.exclude(state=InterventionState.ARCHIVED).order_by("title", "pk")


def lines_to_tie(user: Any, sheets: Iterable[int]) -> QuerySet[CoverageLine]:
    """The lines of these sheets, as far as `user` reads them, with what names them."""
    visible = interventions_visible_to(user).filter(pk__in=list(sheets)).order_by().values("pk")
    return (
        CoverageLine.objects.filter(intervention__in=visible)
        .select_related("intervention", "unit", "instrument", "target_group")
        .order_by("intervention__title", "unit__name", "instrument__position", "starts_on", "pk")
    )
