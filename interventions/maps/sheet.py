"""What a map is drawn from: the shapes of a level, loaded, schematic or, where there is none, tiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from interventions.models import AdminUnit, Boundary, BoundarySet
from taskforce.models import Country

# A tile and what separates two of them, in the drawing's units.
TILE, GAP = 560, 40


@dataclass(frozen=True)
class Shape:
    unit: AdminUnit
    path: str
    x: int
    y: int


@dataclass
class Sheet:
    """Shapes in one drawing of `width` × `height`, and what is printed below."""

    width: int
    height: int
    shapes: list[Shape] = field(default_factory=list)
    # Of the level above, drawn over the shapes.
    outlines: list[Shape] = field(default_factory=list)
    source: str = ""
    licence: str = ""
    vintage: str = ""
    kind: str = "limits"  # or "schematic", "tiles"
    # Units in force that have no shape.
    missing: list[AdminUnit] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """The lines that every map prints: where its limits come from, and what they are worth."""
        if self.kind == "tiles":
            return [_("Chaque case est une unité, placée à peu près selon sa position : aucune limite n’est chargée.")]
        source = ", ".join(part for part in (self.source, self.licence, self.vintage) if part)
        notes = [_("Limites : %(source)s.") % {"source": source}]
        if self.kind == "schematic":
            notes.append(
                _("Limites schématiques : chaque département couvre ce qui est le plus proche de son chef-lieu.")
            )
        notes.append(_("Limites sans valeur officielle."))
        if self.missing:
            names = ", ".join(unit.name for unit in self.missing)
            notes.append(_("Sans forme dans ce fichier : %(names)s.") % {"names": names})
        return notes


def sheet_of(country: Country, level: int) -> Sheet:
    """Three queries: the units in force, the sets of limits, their shapes."""
    units = list(AdminUnit.objects.filter(country=country, level__lte=level, valid_until=None).select_related("parent"))
    here = [unit for unit in units if unit.level == level]
    by_level: dict[int, BoundarySet] = {}
    for found in BoundarySet.objects.filter(country=country, level__lte=level).order_by("is_schematic", "-created_at"):
        by_level.setdefault(found.level, found)
    limits = by_level.get(level)
    if limits is None:
        return tiles(here)
    above = by_level.get(level - 1)
    # Lines of another file lie elsewhere by a little; those of the set that cells were cut from lie exactly.
    wanted = [limits.pk] + ([above.pk] if above is not None and limits.is_schematic else [])
    paths: dict[int, dict[int, Boundary]] = {}
    for boundary in Boundary.objects.filter(boundary_set__in=wanted):
        paths.setdefault(boundary.boundary_set_id, {})[boundary.unit_id] = boundary
    sheet = Sheet(
        limits.width,
        limits.height,
        source=limits.source,
        licence=limits.licence,
        vintage=limits.vintage,
        kind="schematic" if limits.is_schematic else "limits",
    )
    by_pk = {unit.pk: unit for unit in units}
    for unit in sorted(here, key=lambda one: (one.parent.name if one.parent else "", one.name)):
        drawn = paths.get(limits.pk, {}).get(unit.pk)
        if drawn is None:
            sheet.missing.append(unit)
        else:
            sheet.shapes.append(_shape(drawn, unit))
    if above is not None:
        sheet.outlines = [
            _shape(boundary, by_pk[unit]) for unit, boundary in paths.get(above.pk, {}).items() if unit in by_pk
        ]
    return sheet


def _shape(boundary: Boundary, unit: AdminUnit) -> Shape:
    return Shape(unit, boundary.path, boundary.label_x, boundary.label_y)


def tiles(units: Sequence[AdminUnit]) -> Sheet:
    """One square a unit, north above south and west before east as far as coordinates tell."""
    if not units:
        return Sheet(TILE, TILE, kind="tiles")
    across = max(3, math.ceil(math.sqrt(len(units) * 1.3)))
    down = math.ceil(len(units) / across)
    ordered = sorted(units, key=lambda one: (-_degrees(one.latitude), one.pcode))
    sheet = Sheet(across * (TILE + GAP) + GAP, down * (TILE + GAP) + GAP, kind="tiles")
    for row in range(down):
        line = sorted(ordered[row * across : (row + 1) * across], key=lambda one: (_degrees(one.longitude), one.pcode))
        for column, unit in enumerate(line):
            x, y = GAP + column * (TILE + GAP), GAP + row * (TILE + GAP)
            path = f"M{x} {y}h{TILE}v{TILE}h-{TILE}z"
            sheet.shapes.append(Shape(unit, path, x + TILE // 2, y + TILE // 2))
    return sheet


def _degrees(value: Decimal | None) -> float:
    return float(value or 0)
