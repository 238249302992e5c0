"""Shapes of the map: kept as paths when a file was read, or drawn around chief towns where there is none."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from interventions.enums import UnitLevel
from interventions.maps.geometry import Drawn, Frame, cells, drawn, shape_of
from interventions.models import AdminUnit, Boundary, BoundarySet
from taskforce.models import Country


@transaction.atomic
def store_boundaries(
    country: Country,
    shapes: Mapping[AdminUnit, BaseGeometry],
    *,
    level: int,
    source: str,
    licence: str,
    vintage: str = "",
) -> BoundarySet:
    """Keep `shapes` (degrees) as the limits of a level, in place of those of the same level.

    The cells of departments around their chief towns follow new regions.
    """
    frame = Frame.around(shapes.values())
    BoundarySet.objects.filter(country=country, level=level).delete()
    kept = _store(
        country,
        drawn(shapes, frame),
        frame,
        level=level,
        source=source,
        licence=licence,
        vintage=vintage,
        schematic=False,
    )
    if level == UnitLevel.REGION:
        draw_schematic(country)
    return kept


@transaction.atomic
def remove_boundaries(limits: BoundarySet) -> None:
    """Take a set away. Departments are drawn around their chief towns again; cells go with the regions they fill."""
    country, level = limits.country, limits.level
    limits.delete()
    if level == UnitLevel.REGION:
        BoundarySet.objects.filter(country=country, level=UnitLevel.DEPARTMENT, is_schematic=True).delete()
    elif not limits.is_schematic:
        draw_schematic(country)


@transaction.atomic
def draw_schematic(country: Country) -> BoundarySet | None:
    """Draw departments as what lies nearest to each chief town inside its region; None where nothing is drawn.

    Only where regions have shapes, towns have coordinates, and no limits of departments were loaded.
    """
    departments = BoundarySet.objects.filter(country=country, level=UnitLevel.DEPARTMENT)
    regions = BoundarySet.objects.filter(country=country, level=UnitLevel.REGION).first()
    if regions is None or departments.filter(is_schematic=False).exists():
        return None
    frame = frame_of(regions)
    towns: dict[int, list[AdminUnit]] = {}
    for unit in AdminUnit.objects.filter(
        country=country,
        level=UnitLevel.DEPARTMENT,
        valid_until=None,
        latitude__isnull=False,
        longitude__isnull=False,
        parent__isnull=False,
    ):
        towns.setdefault(unit.parent_id or 0, []).append(unit)
    shared: dict[AdminUnit, Drawn] = {}
    for region in regions.boundaries.all():
        placed = {
            unit: frame.point(float(unit.longitude or 0), float(unit.latitude or 0))
            for unit in towns.get(region.unit_id, [])
        }
        shared |= cells(shape_of(region.path), placed)
    if not shared:
        return None
    departments.delete()
    return _store(
        country,
        shared,
        frame,
        level=UnitLevel.DEPARTMENT,
        source=_("%(source)s ; départements tracés autour de leurs chefs-lieux") % {"source": regions.source},
        licence=regions.licence,
        vintage=regions.vintage,
        schematic=True,
    )


def frame_of(boundary_set: BoundarySet) -> Frame:
    return Frame(
        west=boundary_set.west,
        south=boundary_set.south,
        east=boundary_set.east,
        north=boundary_set.north,
        width=boundary_set.width,
        height=boundary_set.height,
    )


def _store(
    country: Country,
    paths: Mapping[AdminUnit, Drawn],
    frame: Frame,
    *,
    level: int,
    source: str,
    licence: str,
    vintage: str,
    schematic: bool,
) -> BoundarySet:
    kept = BoundarySet.objects.create(
        country=country,
        level=level,
        source=source[:200],
        licence=licence[:200],
        vintage=vintage[:40],
        is_schematic=schematic,
        width=frame.width,
        height=frame.height,
        west=frame.west,
        south=frame.south,
        east=frame.east,
        north=frame.north,
    )
    Boundary.objects.bulk_create(
        Boundary(boundary_set=kept, unit=unit, path=one.path, label_x=one.label_x, label_y=one.label_y)
        for unit, one in paths.items()
    )
    return kept
