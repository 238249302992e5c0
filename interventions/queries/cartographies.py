"""The map of interventions as a document: who may have it, and which lines it shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from interventions.enums import Halt, InterventionState, Visibility
from interventions.models import Audience, Cartography, CoverageLine
from interventions.periods import Period
from interventions.queries.visibility import reach_of
from taskforce.models import Country
from taskforce.queries import has_any_grant

READ_BY = {
    Audience.PARTNERS: (Visibility.PUBLIC, Visibility.PARTNERS),
    Audience.PUBLIC: (Visibility.PUBLIC,),
}


def audience_for(user: Any, country: Country) -> Audience:
    """The widest document that `user` may have: whoever reads the country has that of its partners."""
    return Audience.PARTNERS if country.pk in reach_of(user).reads else Audience.PUBLIC


def cartographies_visible_to(user: Any) -> QuerySet[Cartography]:
    if not has_any_grant(user):
        return Cartography.objects.none()
    seen = Q(audience=Audience.PUBLIC) | Q(audience=Audience.PARTNERS, country__in=reach_of(user).reads)
    return Cartography.objects.filter(seen).select_related("country")


def lines_of(cartography: Cartography) -> QuerySet[CoverageLine]:
    """Published, not cancelled, active in the period, and readable by everybody of the audience."""
    period = Period(cartography.starts_on, cartography.ends_on)
    return CoverageLine.objects.filter(
        period.lines(),
        intervention__country=cartography.country_id,
        intervention__state=InterventionState.PUBLISHED,
        intervention__visibility__in=READ_BY[Audience(cartography.audience)],
    ).exclude(intervention__halt=Halt.CANCELLED)
