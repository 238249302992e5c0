"""What interventions bring to a body's home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.dashboard import DashboardBlock, dashboard
from interventions.enums import InterventionState
from interventions.queries.visibility import interventions_visible_to, reach_of
from interventions.queries.waiting import kept_by, waiting_for, why
from taskforce.models import Agency, TaskForce

SHOWN = 5


@dashboard.register
class MyInterventions(DashboardBlock):
    """« À faire »: the sheets of the reader's agencies that were sent back, wait to be confirmed or to be verified."""

    slug = "my-interventions"
    order = 8
    template = "interventions/dashboard/mine.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        agencies = reach_of(user).agencies.get(scope.country_id)
        if not agencies:
            return None
        mine = interventions_visible_to(user).filter(kept_by(agencies), country=scope.country_id)
        found = [why(sheet) for sheet in waiting_for(mine, today=timezone.localdate())[: SHOWN + 1]]
        if not found:
            return None
        url = reverse("interventions:intervention_list", args=[scope.country.iso3.lower()])
        return {"waiting": found[:SHOWN], "has_more": len(found) > SHOWN, "list_url": f"{url}?verifier=on"}


@dashboard.register
class Glance(DashboardBlock):
    """How many interventions the reader finds in the country, and the ways to them."""

    slug = "interventions"
    order = 35
    template = "interventions/dashboard/glance.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        sheets = interventions_visible_to(user).filter(country=scope.country_id, state=InterventionState.PUBLISHED)
        agencies = reach_of(user).agencies.get(scope.country_id, frozenset())
        return {
            "published": sheets.count(),
            "iso3": scope.country.iso3.lower(),
            "own": sorted(Agency.objects.filter(pk__in=agencies), key=str) if agencies else [],
            "may_add": user.has_perm("interventions.add_intervention", scope.country),
        }
