"""What interventions bring to a body's home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.dashboard import DashboardBlock, dashboard
from interventions.queries.campaigns import asked_of
from interventions.queries.visibility import interventions_visible_to, reach_of
from interventions.queries.waiting import kept_by, waiting_for, why
from taskforce.models import TaskForce

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
        iso3 = scope.country.iso3.lower()
        today = timezone.localdate()
        return {
            "asked": [(made, made.campaign.answer_by < today) for made in asked_of(agencies, scope.country_id)[:SHOWN]],
            "waiting": found[:SHOWN],
            "has_more": len(found) > SHOWN,
            "list_url": reverse("interventions:verification", args=[iso3]),
            # Who sits for several finds them in the list.
            "sheet_url": reverse("interventions:agency_sheet", args=[iso3, *agencies]) if len(agencies) == 1 else "",
            "map_url": reverse("interventions:map", args=[iso3]),
        }
