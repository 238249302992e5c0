"""GeoJSON (RFC 7946): what a map shows, on its shapes; coverage lines, each at the place of its unit.

Shapes are those of the portal's own drawing, simplified and without official value: the file says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from interventions.exports.areas import MapData
from interventions.exports.coverage import CoverageTable
from interventions.figures import SMALL
from interventions.maps import sheet_of
from interventions.maps.paths import rings_of
from interventions.models import Boundary, BoundarySet
from interventions.periods import Period

CONTENT_TYPE = "application/geo+json"
# Some ten metres: finer than the shapes are.
DIGITS = 4

Ring = list[list[float]]


def map_features(data: MapData, period: Period) -> dict[str, Any]:
    """The units of a map with their values; null is not filled in, which is no zero."""
    shapes = _shapes(data)
    notes = sheet_of(data.country, data.level).notes if shapes else []
    features = []
    for unit in data.units:
        value = data.values.values.get(unit.pk)
        hides = value is not None and not data.small and value.low > 0 and value.high < SMALL
        properties = {
            "pcode": unit.pcode,
            "name": unit.name,
            "level": unit.level,
            "parent": unit.parent.pcode if unit.parent else None,
            "measure": str(data.measure.label),
            # « < 5 » is said by what it can be.
            "at_least": None if value is None else 1 if hides else value.low,
            "at_most": None if value is None else SMALL - 1 if hides else value.high,
            "from": period.start.isoformat(),
            "to": period.end.isoformat(),
        }
        features.append(
            {"type": "Feature", "id": unit.pcode, "properties": properties, "geometry": shapes.get(unit.pk)}
        )
    return {"type": "FeatureCollection", "notes": notes, "features": features}


def _shapes(data: MapData) -> dict[int, dict[str, Any]]:
    """By unit's key, in degrees; none where no limits are loaded."""
    found = (
        BoundarySet.objects.filter(country=data.country, level=data.level)
        .order_by("is_schematic", "-created_at")
        .first()
    )
    if found is None:
        return {}
    return {
        boundary.unit_id: {"type": "MultiPolygon", "coordinates": list(_polygons(boundary.path, found))}
        for boundary in Boundary.objects.filter(boundary_set=found)
    }


def _polygons(path: str, frame: BoundarySet) -> Iterator[list[Ring]]:
    """The rings of a path: each one that no other holds, with the holes in it."""
    rings = rings_of(path)
    outer: list[list[list[tuple[int, int]]]] = []
    for ring in sorted(rings, key=lambda one: -abs(_area(one))):
        holder = next((one for one in outer if _holds(one[0], ring[0])), None)
        if holder is None:
            outer.append([ring])
        else:
            holder.append(ring)
    for polygon in outer:
        yield [_degrees(ring, frame, is_hole=number > 0) for number, ring in enumerate(polygon)]


def _degrees(ring: list[tuple[int, int]], frame: BoundarySet, *, is_hole: bool) -> Ring:
    """Closed; counter-clockwise, holes clockwise. The drawing counts its rows from the north."""
    across, up = (frame.east - frame.west) / frame.width, (frame.north - frame.south) / frame.height
    corners = ring if ring[0] != ring[-1] else ring[:-1]
    # Down the drawing, a positive area is clockwise on the ground.
    if (_area(corners) > 0) != is_hole:
        corners = corners[::-1]
    points = [[round(frame.west + x * across, DIGITS), round(frame.north - y * up, DIGITS)] for x, y in corners]
    return [*points, points[0]]


def _area(ring: list[tuple[int, int]]) -> float:
    return sum(x * y1 - x1 * y for (x, y), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _holds(ring: list[tuple[int, int]], point: tuple[int, int]) -> bool:
    """Whether `point` lies inside, by the borders that a line to the east of it crosses."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def line_features(table: CoverageTable) -> Iterator[str]:
    """A file of coverage lines, piece by piece; a national line has no place on the map."""
    yield '{"type":"FeatureCollection","features":['
    separator = ""
    for row in table.rows():
        properties = {name: value for name, value in row.items() if value not in (None, "") and name != "point"}
        feature = {"type": "Feature", "properties": properties, "geometry": row.get("point")}
        yield separator + json.dumps(feature, ensure_ascii=False, default=_plain)
        separator = ",\n"
    yield "]}"


def as_text(features: dict[str, Any]) -> Iterable[str]:
    return [json.dumps(features, ensure_ascii=False, default=_plain)]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
