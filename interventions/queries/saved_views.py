"""The kept filters that somebody finds on a page: their own, and those shared with a country they work in."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from interventions.models import SavedView
from interventions.queries.visibility import reach_of
from taskforce.models import Country
from taskforce.queries import has_any_grant


def saved_views_visible_to(user: Any) -> QuerySet[SavedView]:
    """One's own, and the shared ones of the countries that one reads."""
    if not has_any_grant(user):
        return SavedView.objects.none()
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True, country__in=reach_of(user).reads))


def views_of_page(user: Any, country: Country, page: str) -> list[SavedView]:
    """Those of a page of a country, by name. One query."""
    found = saved_views_visible_to(user).filter(country=country, page=page).select_related("owner__person")
    return sorted(found, key=lambda view: (view.owner_id != user.pk, view.name.casefold(), view.pk))
