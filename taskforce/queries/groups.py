"""Thematic groups: those of a body, who pilots them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from core.text import normalise
from taskforce.enums import BodyKind
from taskforce.models import LeadAgency, TaskForce, Theme
from taskforce.queries.bodies import lead_history, visible_bodies
from taskforce.queries.ordering import french_order


@dataclass(frozen=True)
class Group:
    """A group of a body with its pilots of the day; `opens`: the reader may open its page."""

    body: TaskForce
    pilots: list[LeadAgency]
    opens: bool


def groups_of(parent: TaskForce, user: Any, on: date) -> list[Group]:
    """The bodies attached to `parent`, the closed ones last, each with who pilots it on `on`: two queries."""
    pilots = LeadAgency.objects.filter(theme=None, period__contains=on).select_related("agency")
    rows = parent.children.prefetch_related(Prefetch("leads", pilots, to_attr="pilots")).order_by(
        *french_order("name"), "pk"
    )
    opens = {body.pk for body in visible_bodies(user)}
    groups = [Group(body, body.pilots, body.pk in opens) for body in rows]
    return sorted(groups, key=lambda group: group.body.state == "closed")


def pilot_on(group: TaskForce, on: date) -> LeadAgency | None:
    """The agency or ministry that pilots a group on `on`: its lead on all themes; None without one."""
    return group.leads.filter(theme=None, period__contains=on).select_related("agency").order_by("period").first()


def is_group(body: TaskForce) -> bool:
    """Whether the body is a thematic group, whose lead is called « pilote »."""
    return body.kind == BodyKind.THEMATIC_GROUP


@dataclass(frozen=True)
class ThemeLeads:
    """Who leads on a theme (None: on all), on the day asked for, and who did or will at other times."""

    theme: Theme | None
    current: list[LeadAgency]
    others: list[LeadAgency]


def leads_by_theme(body: TaskForce, on: date) -> list[ThemeLeads]:
    """The body's leads by theme, those of every theme first: one query."""
    by_theme: dict[int | None, list[LeadAgency]] = {}
    for lead in lead_history(body):
        by_theme.setdefault(lead.theme_id, []).append(lead)
    rows = [
        ThemeLeads(
            leads[0].theme,
            [lead for lead in leads if on in lead.period],
            [lead for lead in leads if on not in lead.period],
        )
        for leads in by_theme.values()
    ]
    return sorted(rows, key=lambda row: "" if row.theme is None else "1" + normalise(row.theme.name))
