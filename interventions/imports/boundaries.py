"""Reading a file of limits: GeoJSON in degrees, each shape matched to a unit by its P-code and its name.

RFC 7946 knows one projection, longitude and latitude of WGS 84. What is refused is said by feature; nothing is written here.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely import get_num_coordinates
from shapely.errors import ShapelyError
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from interventions.maps.geometry import areas_of
from interventions.models import AdminUnit
from interventions.places import Places
from taskforce.models import Country

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 30 * MEGABYTE
MOST_FEATURES = 3000
# Putting a border right costs a second for ten thousand points.
MOST_TO_MEND = 20_000
# Told one by one; the rest is counted.
MOST_TOLD = 12
# What the files of OCHA, of geoBoundaries and of the portal's own export call them, in lower case.
CODES = ("pcode", "adm{level}_pcode", "adm{level}pcode", "admin{level}pcod", "adm{level}_code", "shapeiso", "id")
NAMES = ("name", "adm{level}_fr", "adm{level}_name", "adm{level}_ref_n", "adm{level}_en", "shapename", "name_{level}")
PARENTS = ("adm1_name", "adm1_fr", "adm1_en", "name_1")
# Spellings of WGS 84 in the member « crs » of older files.
DEGREES = ("crs84", "epsg::4326", "epsg:4326")


@dataclass
class Limits:
    """What a file brings: a shape in degrees for each unit, and what was noticed."""

    shapes: dict[AdminUnit, BaseGeometry] = field(default_factory=dict)
    # Shapes that crossed themselves and were put right.
    mended: list[AdminUnit] = field(default_factory=list)
    # Units in force without a shape in the file.
    missing: list[AdminUnit] = field(default_factory=list)
    # No feature has a P-code: regions were matched by their names alone.
    by_name: bool = False


def read(path: Path, country: Country, *, level: int, vintage: str = "") -> Limits:
    """The limits of `path`. Raises ValidationError with every reason, in French, when the file cannot be trusted."""
    features = _features(path)
    units = list(AdminUnit.objects.filter(country=country, level=level))
    places = Places(country, on=country.today() if hasattr(country, "today") else None, vintage=vintage or None)
    limits, refused = Limits(), []
    codes = [_property(feature, CODES, level) for feature in features]
    limits.by_name = not any(codes)
    if limits.by_name and level != 1:
        raise ValidationError(
            _(
                "Aucune forme ne porte de P-code. Les départements se reconnaissent à leur P-code : « pcode », « ADM2_PCODE »."
            )
        )
    if not limits.by_name and not any(code.upper().startswith((country.iso2, country.iso3)) for code in codes if code):
        raise ValidationError(
            _("Ce fichier est d’un autre pays : ses P-codes ne commencent pas par %(iso2)s (%(code)s…).")
            % {"iso2": country.iso2, "code": next(code for code in codes if code)}
        )
    for number, (feature, code) in enumerate(zip(features, codes, strict=True), start=1):
        try:
            unit, geometry, was_mended = _feature(feature, code, level, places)
            if unit in limits.shapes:
                raise ValidationError(_("« %(unit)s » a déjà une forme dans ce fichier.") % {"unit": unit})
        except ValidationError as error:
            refused.append(_("Forme %(n)d : %(reason)s") % {"n": number, "reason": " ".join(error.messages)})
            continue
        limits.shapes[unit] = geometry
        if was_mended:
            limits.mended.append(unit)
    if refused:
        raise ValidationError(told(refused))
    _check_place(limits.shapes)
    limits.missing = [unit for unit in units if unit.valid_until is None and unit not in limits.shapes]
    return limits


def told(reasons: list[str]) -> list[str]:
    """The first reasons, and how many more there are."""
    if len(reasons) <= MOST_TOLD:
        return reasons
    return [*reasons[:MOST_TOLD], _("… et %(n)d autres formes refusées.") % {"n": len(reasons) - MOST_TOLD}]


def _features(path: Path) -> list[dict[str, Any]]:
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        raise ValidationError(
            _(
                "Ce fichier est trop lourd (%(size)d Mo) : %(limit)d Mo au plus. Simplifiez-le d’abord, par exemple avec mapshaper."
            )
            % {"size": -(-size // MEGABYTE), "limit": SIZE_LIMIT // MEGABYTE}
        )
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise ValidationError(
            _("Ce fichier n’est pas du GeoJSON. Un fichier Shapefile ou KML se convertit d’abord en GeoJSON.")
        ) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise ValidationError(_("Ce fichier ne contient aucune forme : il faut un GeoJSON « FeatureCollection »."))
    if len(features) > MOST_FEATURES:
        raise ValidationError(_("Ce fichier contient trop de formes : %(n)d.") % {"n": len(features)})
    crs = content.get("crs")
    if crs is not None and not any(name in json.dumps(crs).lower() for name in DEGREES):
        raise ValidationError(
            _("Ce fichier est dans une autre projection. Exportez-le en longitude et latitude (WGS 84, EPSG:4326).")
        )
    return features


def _feature(feature: Any, code: str, level: int, places: Places) -> tuple[AdminUnit, BaseGeometry, bool]:
    if not isinstance(feature, dict):
        raise ValidationError(_("elle n’est pas lisible."))
    name = _property(feature, NAMES, level)
    region = _property(feature, PARENTS, level) if level > 1 else ""
    found = places.resolve(pcode=code, name=name, region=region, level=level)
    if found.unit is None or found.unit.level != level:
        said = " ".join(part for part in (code, f"« {name} »" if name else "") if part) or _("sans code ni nom")
        reason = found.message or _("aucune unité de ce niveau ne lui correspond.")
        raise ValidationError(f"{said}. {reason}")
    geometry, was_mended = _geometry(feature.get("geometry"))
    return found.unit, geometry, was_mended


def _property(feature: Any, names: tuple[str, ...], level: int) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return ""
    lower = {str(key).lower(): value for key, value in properties.items()}
    for name in names:
        value = lower.get(name.format(level=level))
        if isinstance(value, str) and value.strip():
            return value.strip()[:120]
    return ""


def _geometry(raw: Any) -> tuple[BaseGeometry, bool]:
    if not isinstance(raw, dict) or raw.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValidationError(_("ce n’est pas une surface (« Polygon » ou « MultiPolygon »)."))
    try:
        geometry = shape(raw)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ValidationError(_("ses coordonnées ne sont pas lisibles.")) from None
    if geometry.is_empty or not all(math.isfinite(bound) for bound in geometry.bounds):
        raise ValidationError(_("elle est vide."))
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ValidationError(
            _(
                "ses coordonnées ne sont pas des degrés. Exportez le fichier en longitude et latitude (WGS 84, EPSG:4326)."
            )
        )
    if geometry.is_valid:
        return geometry, False
    points = get_num_coordinates(geometry)
    if points > MOST_TO_MEND:
        raise ValidationError(
            _(
                "son contour se croise, et compte trop de points (%(n)d) pour être remis en état. Simplifiez le fichier d’abord."
            )
            % {"n": points}
        )
    mended = areas_of(geometry)
    if mended is None:
        raise ValidationError(_("son contour se croise et ne délimite aucune surface."))
    return mended, True


def _check_place(shapes: dict[AdminUnit, BaseGeometry]) -> None:
    """A country that lies elsewhere than its chief towns was written as latitude, longitude, or in another grid."""
    towns = [
        (geometry, float(unit.longitude), float(unit.latitude))
        for unit, geometry in shapes.items()
        if unit.longitude is not None and unit.latitude is not None
    ]
    if not towns:
        return

    def near(geometry: BaseGeometry, x: float, y: float) -> bool:
        west, south, east, north = geometry.bounds
        return bool(
            box(west - 0.5, south - 0.5, east + 0.5, north + 0.5).contains(
                shape({"type": "Point", "coordinates": (x, y)})
            )
        )

    if sum(near(*town) for town in towns) * 2 >= len(towns):
        return
    if sum(near(geometry, y, x) for geometry, x, y in towns) * 2 >= len(towns):
        raise ValidationError(_("Les coordonnées sont inversées : le GeoJSON écrit la longitude, puis la latitude."))
    raise ValidationError(
        _(
            "Ces formes ne se trouvent pas où sont les chefs-lieux : le fichier est d’un autre pays ou d’une autre projection."
        )
    )
