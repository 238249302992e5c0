"""Asking for the map of interventions as a document."""

from __future__ import annotations

from typing import Any

from interventions.models import Cartography
from interventions.periods import Period
from interventions.queries.cartographies import audience_for
from taskforce.models import Country


def cartography(country: Country, period: Period, *, reader: Any, language: str) -> Cartography:
    """That of the period, as wide as `reader` may read it; the same row for everybody who may read as much."""
    found, _created = Cartography.objects.get_or_create(
        country=country,
        starts_on=period.start,
        ends_on=period.end,
        audience=audience_for(reader, country),
        language=language,
    )
    return found
