"""The coverage lines behind a number of a matrix, a map or a sheet: every condition is of one and the same line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from interventions.enums import LifeStage, UnitLevel
from interventions.models import AdminUnit, CoverageLine, Instrument, InterventionRole, PolicyAxis, SpfGuarantee
from interventions.queries.tally import PRESENT
from taskforce.models import Agency, Country

# Of a place that no line has; « precision » is of the lines known to their region alone.
NATIONAL = "diffus"
# Of every place that no department is known of: national lines and those of a region.
NO_DEPARTMENT = "hors-departement"
# Where nothing is filled in: « aucun axe renseigné ».
NONE = "aucun"
Lines = QuerySet[CoverageLine]
CONDITIONS = ("lieu", "precision", "instrument", "structure", "axe", "age", "garantie")


def narrowed(lines: Lines, country: Country, asked: Mapping[str, str]) -> tuple[Lines, list[str]]:
    """`lines` under what an address asks, and each condition in words. What names nothing known gives no line."""
    told: list[str] = []
    if place := asked.get("lieu", ""):
        lines, name = _at(lines, country, place, only_region=asked.get("precision") == "region")
        told.append(name)
    if key := asked.get("instrument", ""):
        # By code in addresses of matrices, by key in those of maps.
        instrument = Instrument.objects.filter(Q(code=key[:60]) | Q(pk=_number(key))).first()
        lines = lines.filter(instrument=instrument) if instrument else lines.none()
        told.append(str(instrument or key))
    if key := asked.get("structure", ""):
        lines, name = _of_agency(lines, key)
        told.append(name)
    if key := asked.get("axe", ""):
        lines, name = _of_axis(lines, country, key)
        told.append(name)
    if stage := asked.get("age", ""):
        lines, name = _of_life_stage(lines, stage)
        told.append(name)
    if key := asked.get("garantie", ""):
        lines, name = _of_guarantee(lines, key)
        told.append(name)
    return lines, told


def _of_agency(lines: Lines, key: str) -> tuple[Lines, str]:
    if key == NONE:
        named = InterventionRole.objects.filter(kind__in=PRESENT).order_by().values("intervention")
        return lines.exclude(intervention__in=named), _("Structure non renseignée")
    agency = Agency.objects.filter(pk=_number(key)).first()
    return (lines.filter(intervention__in=present(agency)), str(agency)) if agency else (lines.none(), key)


def _of_axis(lines: Lines, country: Country, key: str) -> tuple[Lines, str]:
    if key == NONE:
        return lines.filter(intervention__policy_axes=None), _("Aucun axe renseigné")
    axis = PolicyAxis.objects.filter(country=country, pk=_number(key)).first()
    if axis is None:
        return lines.none(), key
    return lines.filter(intervention__policy_axes=axis), f"{axis.policy} {axis.number}. {axis.name}"


def _of_life_stage(lines: Lines, stage: str) -> tuple[Lines, str]:
    if stage == NONE:
        return lines.filter(target_group=None), _("Groupe cible non renseigné")
    if stage not in LifeStage:
        return lines.none(), stage
    return lines.filter(target_group__life_stage=stage), str(LifeStage(stage).label)


def _of_guarantee(lines: Lines, key: str) -> tuple[Lines, str]:
    if key == NONE:
        return lines.filter(instrument__guarantees=None), _("Hors des garanties du socle")
    guarantee = SpfGuarantee.objects.filter(pk=_number(key)).first()
    return (lines.filter(instrument__guarantees=guarantee), str(guarantee)) if guarantee else (lines.none(), key)


def present(agency: Agency) -> QuerySet[Any]:
    """The keys of the interventions that the agency answers for or carries out."""
    return agency.intervention_roles.filter(kind__in=PRESENT).order_by().values("intervention")


def within(unit: AdminUnit) -> Q:
    """Lines of the unit and of what lies in it."""
    return Q(unit=unit) | Q(unit__parent=unit) | Q(unit__parent__parent=unit)


def _at(lines: Lines, country: Country, place: str, *, only_region: bool) -> tuple[Lines, str]:
    if place == NATIONAL:
        return lines.filter(unit=None), _("National ou diffus")
    if place == NO_DEPARTMENT:
        return lines.filter(Q(unit=None) | Q(unit__level=UnitLevel.REGION)), _("Sans précision de département")
    unit = AdminUnit.objects.filter(country=country, pcode=place[:20]).first()
    if unit is None:
        return lines.none(), place
    if only_region and unit.level == UnitLevel.REGION:
        return lines.filter(unit=unit), _("%(region)s, sans précision de département") % {"region": unit.name}
    return lines.filter(within(unit)), unit.name


def _number(text: str) -> int:
    """The key that an address names; 0, which nothing has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
