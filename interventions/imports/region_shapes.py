"""Shapes of regions that come with the portal, so that a first map needs no file of anybody."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders

from interventions.enums import UnitLevel
from interventions.imports.boundaries import read
from interventions.models import AdminUnit, BoundarySet
from interventions.services.boundaries import store_boundaries
from taskforce.models import Country

SOURCE = "@superset-ui/legacy-plugin-chart-country-map 0.20.3 (npm)"
LICENCE = "Apache-2.0"


def load_region_shapes() -> int:
    """Draw the regions of each country whose shapes were installed with the portal; how many countries were drawn.

    Idempotent: a country that has limits of any level keeps them. Its departments follow, as cells around their
    chief towns. Raises ValidationError when an installed file does not fit the regions that the portal knows.
    """
    drawn = 0
    for country in Country.objects.filter(pk__in=AdminUnit.objects.filter(level=UnitLevel.REGION).values("country")):
        path = finders.find(f"boundaries/{country.iso3}.geojson")
        if path is None or BoundarySet.objects.filter(country=country).exists():
            continue
        limits = read(Path(path), country, level=UnitLevel.REGION)
        store_boundaries(country, limits.shapes, level=UnitLevel.REGION, source=SOURCE, licence=LICENCE)
        drawn += 1
    return drawn
