"""Bodies: which one sees, who leads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    F,
    Q,
    QuerySet,
)

from taskforce.models import (
    LeadAgency,
    TaskForce,
)
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order


def bodies_visible_to(user: Any) -> QuerySet[TaskForce]:
    """Bodies whose page the user may open: those where they hold a role, those of a country where they
    read what is published, and every body for an administrator."""
    grants = grants_of(user)
    bodies = TaskForce.objects.select_related("country", "host_agency").order_by("country__name_fr", "name", "pk")
    if grants.is_administrator:
        return bodies
    return bodies.filter(Q(pk__in=grants.body_ids()) | Q(country_id__in=grants.published_in))


def visible_bodies(user: Any) -> list[TaskForce]:
    """`bodies_visible_to`, read once for the request and kept on the object: every page's frame lists them.

    Whoever sees only the bodies of their own mandates and functions has them already: no query.
    """
    if not getattr(user, "is_authenticated", False):
        return []
    kept = getattr(user, "_visible_bodies", None)
    if kept is None:
        grants = grants_of(user)
        if grants.is_administrator or grants.published_in:
            kept = list(bodies_visible_to(user))
        else:
            kept = sorted(grants.task_forces, key=lambda body: (body.country.name_fr, body.name, body.pk))
        user._visible_bodies = kept
    return kept


def only_body(user: Any) -> TaskForce | None:
    """The one body that the user may open, for the frame of pages that belong to none; None for several."""
    bodies = visible_bodies(user)
    return bodies[0] if len(bodies) == 1 else None


def body_at(user: Any, slug: str) -> TaskForce | None:
    """The body of this address, when the user may open it."""
    return next((body for body in visible_bodies(user) if body.slug == slug), None)


def lead_history(body: TaskForce) -> QuerySet[LeadAgency]:
    """Every lead agency of the body, the latest first."""
    return body.leads.select_related("agency", "theme").order_by("-period", *french_order("agency__acronym"))


def leads_on(body: TaskForce, on: date) -> QuerySet[LeadAgency]:
    """The lead agencies on `on`; those without a theme first."""
    return (
        body.leads.filter(period__contains=on)
        .select_related("agency", "theme")
        .order_by(F("theme__name").asc(nulls_first=True), *french_order("agency__acronym"))
    )
