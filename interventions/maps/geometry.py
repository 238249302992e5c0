"""Shapes in degrees become paths in the coordinates of a drawing, once, when a file is loaded.

Only loading imports this module: shapely and numpy cost a process 30 MB that pages do not need.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import shapely
import shapely.ops
from shapely.geometry import GeometryCollection, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from interventions.maps.paths import rings_of

# The longer side of a drawing. Fine enough for the smallest department of Dakar, in whole numbers.
LONGER_SIDE = 4000
MARGIN = 40
# Corners that stand out less than this (in units of the drawing) go.
TOLERANCE = 5.0
# A part of a shape below this area is a speck, unless the unit is nothing else.
SPECK = 60.0

Key = TypeVar("Key")


@dataclass(frozen=True)
class Frame:
    """What a drawing shows, in degrees, and its size. Plate carrée, true to scale on the middle latitude."""

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int

    @classmethod
    def around(cls, shapes: Iterable[BaseGeometry]) -> Frame:
        """The frame that holds every shape with a margin."""
        west, south, east, north = shapely.total_bounds(list(shapes))
        wide = max((east - west) * _shrink(south, north), 1e-6)
        high = max(north - south, 1e-6)
        scale = (LONGER_SIDE - 2 * MARGIN) / max(wide, high)
        across, up = MARGIN / scale / _shrink(south, north), MARGIN / scale
        return cls(
            west=west - across,
            south=south - up,
            east=east + across,
            north=north + up,
            width=round(wide * scale) + 2 * MARGIN,
            height=round(high * scale) + 2 * MARGIN,
        )

    def project(self, shape: BaseGeometry) -> BaseGeometry:
        across, up = self.width / (self.east - self.west), self.height / (self.north - self.south)

        def moved(coordinates: Any) -> Any:
            moved = coordinates.copy()
            moved[:, 0] = (coordinates[:, 0] - self.west) * across
            moved[:, 1] = (self.north - coordinates[:, 1]) * up
            return moved

        return shapely.transform(shape, moved)

    def point(self, longitude: float, latitude: float) -> Point:
        return self.project(Point(longitude, latitude))


def _shrink(south: float, north: float) -> float:
    return math.cos(math.radians((south + north) / 2))


@dataclass(frozen=True)
class Drawn:
    """A path of whole numbers and a point inside it."""

    path: str
    label_x: int
    label_y: int


def areas_of(shape: BaseGeometry) -> BaseGeometry | None:
    """`shape` as polygons that do not cross themselves; None when nothing with an area is left."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    if isinstance(shape, GeometryCollection):
        parts = [part for part in shape.geoms if isinstance(part, Polygon | MultiPolygon)]
        shape = shapely.union_all(parts) if parts else Polygon()
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty or shape.area == 0:
        return None
    return shape


def drawn(shapes: Mapping[Key, BaseGeometry], frame: Frame) -> dict[Key, Drawn]:
    """The paths of `shapes` (degrees) in `frame`. A border that two of them share stays one line."""
    keys = list(shapes)
    projected = [frame.project(shapes[key]) for key in keys]
    # All at once, with one tolerance: each for itself would leave gaps and overlaps along common borders.
    simpler = shapely.coverage_simplify(projected, TOLERANCE)
    return {
        key: _drawn(after if not after.is_empty else before)
        for key, before, after in zip(keys, projected, simpler, strict=True)
    }


def _drawn(shape: BaseGeometry) -> Drawn:
    polygons = sorted(_polygons(shape), key=lambda one: -one.area)
    kept = [one for index, one in enumerate(polygons) if index == 0 or one.area >= SPECK]
    path = "".join(_ring(ring) for one in kept for ring in (one.exterior, *one.interiors))
    inside = shapely.maximum_inscribed_circle(kept[0], tolerance=4).coords[0]
    return Drawn(path=path, label_x=round(inside[0]), label_y=round(inside[1]))


def _polygons(shape: BaseGeometry) -> Sequence[Polygon]:
    return [shape] if isinstance(shape, Polygon) else list(getattr(shape, "geoms", ()))


def _ring(ring: Any) -> str:
    points: list[tuple[int, int]] = []
    for x, y in ring.coords[:-1]:
        point = (round(x), round(y))
        if not points or point != points[-1]:
            points.append(point)
    # A ring that rounding folded up still marks its place.
    while len(points) < 3:
        x, y = points[-1]
        points.append((x + 2, y + len(points)))
    (x, y), steps = points[0], []
    for (x0, y0), (x1, y1) in pairwise(points):
        steps.append(f"{x1 - x0} {y1 - y0}")
    return f"M{x} {y}l{' '.join(steps)}z".replace(" -", "-")


def shape_of(path: str) -> BaseGeometry:
    """The polygons of a path that `drawn` wrote, in the drawing's coordinates."""
    rings = [Polygon(ring) for ring in rings_of(path)]
    # A ring inside another is its hole.
    shape: BaseGeometry = Polygon()
    for ring in sorted(rings, key=lambda one: -one.area):
        ring = shapely.make_valid(ring)
        shape = shape.difference(ring) if shape.contains(ring) else shape.union(ring)
    return areas_of(shape) or Polygon()


def cells(region: BaseGeometry, towns: Mapping[Key, Point]) -> dict[Key, Drawn]:
    """`region` (in the drawing's coordinates) shared out: to each town what lies nearest to it.

    A town that stands outside the region (limits of different precision) is moved to its edge; two towns at one place
    are moved apart.
    """
    if not towns:
        return {}
    placed: dict[Key, Point] = {}
    for key, town in towns.items():
        spot = town if region.contains(town) else shapely.ops.nearest_points(region, town)[0]
        while any(spot.distance(other) < 2 for other in placed.values()):
            spot = Point(spot.x + 3, spot.y + 2)
        placed[key] = spot
    if len(placed) == 1:
        return {key: _drawn(region) for key in placed}
    found = shapely.voronoi_polygons(shapely.MultiPoint(list(placed.values())), extend_to=region)
    shared: dict[Key, Drawn] = {}
    for key, spot in placed.items():
        cell = next(cell for cell in found.geoms if cell.contains(spot))
        part = areas_of(cell.intersection(region))
        if part is not None:
            shared[key] = _drawn(part)
    return shared
