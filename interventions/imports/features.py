"""GeoJSON (RFC 7946) of partners' maps as rows: a feature is a row, its properties are the cells.

A feature whose properties name no place lies where its geometry is: in the unit that holds it, said to be deduced.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from core.imports.tables import MOST_COLUMNS, MOST_ROWS, Table, TableRow, UnreadableTableError
from interventions.enums import UnitLevel
from interventions.imports.coverage.columns import PLACES
from interventions.imports.coverage.headings import field_of_heading
from interventions.maps.geometry import Frame, shape_of
from interventions.models import BoundarySet
from interventions.services.boundaries import frame_of
from interventions.standard_columns import DEDUCED_PLACE
from taskforce.models import Country

SIZE_LIMIT = 20 * 1024 * 1024
DEGREES = ("crs84", "epsg::4326", "epsg:4326")
TITLE = "GeoJSON"
_NO_PLACES = frozenset((None, "", "ignored", "country"))


def open_features(path: Path, country: Country) -> Iterator[Table]:
    """The features of a file as one table. Raises UnreadableTableError for what is no such file."""
    features = _features(path)
    names = list(dict.fromkeys(name for one in features for name in _properties(one)))[: MOST_COLUMNS - 3]
    yield Table(title=TITLE, rows=_rows(features, names, country))


def _features(path: Path) -> list[dict[str, Any]]:
    if path.stat().st_size > SIZE_LIMIT:
        raise UnreadableTableError(
            _("Ce fichier GeoJSON dépasse 20 Mo. Simplifiez ses formes, ou importez-le en plusieurs fois.")
        )
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableTableError(_("Ce fichier GeoJSON est abîmé ou incomplet : exportez-le de nouveau.")) from error
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = {"type": "FeatureCollection", "features": [found]}
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise UnreadableTableError(
            _("Ce fichier n’est pas une carte GeoJSON : il faut une « FeatureCollection » d’entités.")
        )
    said = json.dumps(found.get("crs") or "").lower()
    if found.get("crs") and not any(one in said for one in DEGREES):
        raise UnreadableTableError(
            _("Les coordonnées de ce fichier ne sont pas en degrés : exportez-le en longitude et latitude (WGS 84).")
        )
    if len(features) >= MOST_ROWS:
        raise UnreadableTableError(
            _("Ce fichier dépasse %(limit)d lignes. Importez-le en plusieurs fois.") % {"limit": MOST_ROWS}
        )
    return [one for one in features if isinstance(one, dict)]


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def _rows(features: list[dict[str, Any]], names: list[str], country: Country) -> Iterator[TableRow]:
    places = [
        name for name in names if (field_of_heading(name) or "") in PLACES and field_of_heading(name) != "country"
    ]
    shapes = _Shapes(country)
    yield TableRow(1, [*names, *DEDUCED_PLACE])
    for number, feature in enumerate(features, start=2):
        properties = _properties(feature)
        cells = [_cell(properties.get(name)) for name in names]
        is_placed = any(properties.get(name) not in (None, "") for name in places)
        yield TableRow(number, [*cells, *([None] * 3 if is_placed else shapes.place_of(feature.get("geometry")))])


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in value):
        return " ; ".join(str(one) for one in value) or None
    return None


class _Shapes:
    """The surveyed limits of a country: departments where they are loaded, otherwise regions. Read when first asked."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self._units: list[tuple[BaseGeometry, str, str]] | None = None
        self._frame: Frame | None = None

    def _load(self) -> list[tuple[BaseGeometry, str, str]]:
        # Cells around chief towns tell nothing of where a border runs.
        sets = BoundarySet.objects.filter(
            country=self.country, is_schematic=False, level__in=(UnitLevel.REGION, UnitLevel.DEPARTMENT)
        )
        found = sets.order_by("-level", "-created_at").first()
        if found is None:
            return []
        self._frame = frame_of(found)
        return [
            (shape_of(one.path), one.unit.pcode, one.unit.name)
            for one in found.boundaries.select_related("unit").order_by("unit__pcode")
        ]

    def place_of(self, geometry: Any) -> list[str | None]:
        """P-code, name and position of the one unit that holds the geometry; blanks where none does."""
        point = _point(geometry)
        if point is None:
            return [None, None, None]
        if self._units is None:
            self._units = self._load()
        position = f"{point.y:.4f}, {point.x:.4f}"
        if self._frame is not None:
            drawn = self._frame.point(point.x, point.y)
            holders = [(pcode, name) for area, pcode, name in self._units if area.covers(drawn)]
            # On a border, neither is sure.
            if len(holders) == 1:
                return [*holders[0], position]
        return [None, None, position]


def _point(geometry: Any) -> Point | None:
    if not isinstance(geometry, dict):
        return None
    try:
        found = shape(geometry)
        point = found if isinstance(found, Point) else found.representative_point()
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        # What no geometry is made of: the row has no place then, and is told so.
        return None
    if point.is_empty or not (-180 <= point.x <= 180 and -90 <= point.y <= 90):
        return None
    return point


__all__ = ["open_features"]
