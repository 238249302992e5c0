"""Administrative units: lists brought in, and one unit corrected by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.db import conflict_as_validation_error
from core.history import recorded
from core.text import normalise
from core.validators import validate_texts
from interventions.enums import UnitLevel
from interventions.models import AdminUnit, AdminUnitAlias, BoundarySet, FormerCode
from interventions.place_names import NEAR, fold, resemblance
from interventions.places import Places
from interventions.services.stale import imprint, lock_as_seen
from interventions.services.unit_lists import ListedUnit, read_unit_list
from taskforce.models import Country

MOST_ERRORS = 50
FIELDS = frozenset({"name", "valid_from", "valid_until", "vintage", "latitude", "longitude"})


@dataclass(frozen=True)
class LoadedUnits:
    """What a list brought; `known` stood there already."""

    added: int
    ended: int
    known: int


@dataclass(frozen=True, slots=True)
class Former:
    """What a P-code meant in an older list."""

    pcode: str
    vintage: str
    name: str

    def __str__(self) -> str:
        return f"{self.pcode} ; {self.vintage} ; {self.name}"


def load_units(file: Path | str, country: Country, *, actor: Any = SYSTEM) -> LoadedUnits:
    """Bring in the regions, departments and communes of a country from a list of OCHA (.csv, .xlsx). Idempotent.

    All or nothing. A unit that is known stays as it is, corrections included; only an end of validity that the list
    tells is taken over. Raises ValidationError with every fault of the file: a code outside its parent or country,
    and above all a code that means another place here, the sign of a list of another year.
    """
    listed = read_unit_list(file, country.iso3)
    with conflict_as_validation_error(), recorded(actor):
        places = Places(country)
        check_units(listed, places, country)
        units = dict(places.units)
        added = ended = 0
        for level in UnitLevel:
            new = [one for one in listed if one.level == level and places.canonical(one.pcode) not in units]
            created = AdminUnit.objects.bulk_create(
                AdminUnit(
                    country=country,
                    pcode=one.pcode,
                    level=one.level,
                    name=one.name,
                    parent=(units.get(one.parent) or units[places.canonical(one.parent)]) if one.parent else None,
                    valid_until=one.ended_on,
                    vintage=one.vintage,
                )
                for one in new
            )
            units |= {unit.pcode: unit for unit in created}
            added += len(created)
        for one in listed:
            unit = places.units.get(places.canonical(one.pcode))
            if unit is not None and one.ended_on is not None and unit.valid_until is None:
                AdminUnit.objects.filter(pk=unit.pk).update(valid_until=one.ended_on)
                ended += 1
        if added or ended:
            _redraw(country)
    return LoadedUnits(added=added, ended=ended, known=len(listed) - added)


def check_units(listed: list[ListedUnit], places: Places, country: Country) -> None:
    """Raises ValidationError with what in a list cannot be true, each fault with its place in the file."""
    errors: list[str] = []
    codes = {one.pcode for one in listed}
    for one in listed:
        problem = _problem(one, codes, places, country)
        if problem:
            errors.append(_("%(where)s : %(problem)s") % {"where": one.where, "problem": problem})
    if errors:
        raise ValidationError(errors[:MOST_ERRORS], code="list-refused")


def _problem(one: ListedUnit, codes: set[str], places: Places, country: Country) -> str:
    values = {"code": one.pcode, "name": one.name, "parent": one.parent, "country": country.name_fr}
    if not one.pcode.startswith((country.iso2, country.iso3)) or len(one.pcode) > 20:
        return _("%(code)s n’est pas un P-code de ce pays (%(country)s).") % values
    if not one.name or len(one.name) > 120:
        return _("%(code)s n’a pas de nom, ou un nom de plus de 120 caractères.") % values
    if one.level > UnitLevel.REGION:
        if not one.pcode.startswith(one.parent) or one.parent in ("", one.pcode):
            return _("le code %(code)s ne commence pas par celui de son unité parente (%(parent)s).") % values
        if one.parent not in codes and places.canonical(one.parent) not in places.units:
            return _("l’unité parente %(parent)s de %(code)s n’est ni dans le fichier ni dans le portail.") % values
    unit = places.units.get(places.canonical(one.pcode))
    if unit is None:
        return ""
    if unit.level == one.level and resemblance(fold(one.name), places.names_of(unit), NEAR):
        return ""
    values["here"] = unit.name
    message = _(
        "%(code)s désigne ici %(here)s, et %(name)s dans le fichier. Une liste d’une autre année ? Ses codes "
        "s’ajoutent comme anciens codes, un par un, sur la page « Lieux »."
    )
    return message % values


def add_unit(
    country: Country, *, actor: Any, pcode: str, name: str, parent: AdminUnit | None, **fields: Any
) -> AdminUnit:
    """Enter a unit below `parent` (a region without one). Raises ValidationError by field."""
    pcode = "".join(pcode.split()).upper()
    level = UnitLevel.REGION if parent is None else parent.level + 1
    if level not in UnitLevel.values:
        raise ValidationError({"parent": _("Rien ne se rattache à une commune.")})
    if parent is not None and parent.country_id != country.pk:
        raise ValidationError({"parent": _("Cette unité est d’un autre pays.")})
    above = parent.pcode if parent is not None else ""
    if not pcode.startswith(above or (country.iso2, country.iso3)) or pcode == above:
        raise ValidationError(
            {
                "pcode": _("Un P-code commence par celui de l’unité parente (%(code)s).")
                % {"code": above or country.iso2}
            }
        )
    unit = AdminUnit(country=country, pcode=pcode, level=level, parent=parent)
    return _save(unit, actor=actor, name=name, **fields)


def update_unit(unit: AdminUnit, *, actor: Any, seen: str | None = None, **fields: Any) -> AdminUnit:
    """Correct a unit; its code, level and parent stay: lines and shapes hold on to them. Raises ValidationError.

    `seen` is the `unit_imprint` of what the writer saw: Stale is raised when the unit is no longer so.
    """
    return _save(unit, actor=actor, seen=seen, **fields)


def unit_imprint(unit: AdminUnit) -> str:
    """What the page of a unit shows to be corrected, in a few letters."""
    former = unit.former_codes.values_list("pcode", "vintage", "name")
    return imprint(unit, FIELDS, aliases=unit.aliases.values_list("label", flat=True), former_codes=former)


def _save(
    unit: AdminUnit,
    *,
    actor: Any,
    seen: str | None = None,
    aliases: Iterable[str] | None = None,
    former_codes: Iterable[Former] | None = None,
    **fields: Any,
) -> AdminUnit:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    validate_texts({"name": fields.get("name", unit.name)})
    with conflict_as_validation_error(), recorded(actor):
        if unit.pk is not None:
            lock_as_seen(unit, seen, unit_imprint)
        is_moved = unit.pk is None or any(
            fields.get(name, getattr(unit, name)) != getattr(unit, name)
            for name in ("latitude", "longitude", "valid_until")
        )
        for field, value in fields.items():
            setattr(unit, field, " ".join(value.split()) if isinstance(value, str) else value)
        unit.full_clean()
        unit.save()
        if aliases is not None:
            _set_aliases(unit, aliases)
        if former_codes is not None:
            _set_former_codes(unit, former_codes)
        if is_moved:
            _redraw(unit.country)
    return unit


def _redraw(country: Country) -> None:
    """Cells around chief towns follow the units; shapes take a library that pages do without."""
    if BoundarySet.objects.filter(country=country, level=UnitLevel.REGION).exists():
        from interventions.services.boundaries import draw_schematic

        draw_schematic(country)


def _set_aliases(unit: AdminUnit, labels: Iterable[str]) -> None:
    wanted = {normalise(label): " ".join(label.split()) for label in labels if label.strip()}
    wanted.pop(normalise(unit.name), None)
    unit.aliases.exclude(normalised__in=wanted).delete()
    known = set(unit.aliases.values_list("normalised", flat=True))
    for key, label in wanted.items():
        if key not in known:
            alias = AdminUnitAlias(unit=unit, label=label, normalised=key)
            try:
                alias.full_clean(validate_unique=False)
            except ValidationError as error:
                raise ValidationError({"aliases": error.messages}) from error
            alias.save()


def _set_former_codes(unit: AdminUnit, wanted: Iterable[Former]) -> None:
    rows = {(one.pcode, one.vintage): one for one in wanted}
    for known in unit.former_codes.all():
        one = rows.pop((known.pcode, known.vintage), None)
        if one is None:
            known.delete()
        elif one.name != known.name:
            known.name = one.name
            known.save(update_fields=["name"])
    for one in rows.values():
        former = FormerCode(country=unit.country, pcode=one.pcode, vintage=one.vintage, name=one.name, unit=unit)
        try:
            former.full_clean()
        except ValidationError as error:
            raise ValidationError({"former_codes": error.messages}) from error
        former.save()
