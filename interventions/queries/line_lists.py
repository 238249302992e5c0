"""The coverage lines behind a number of a matrix, a map or a sheet: every condition is of one and the same line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from interventions.enums import LifeStage, UnitLevel
from interventions.models import AdminUnit, CoverageLine, Instrument, PolicyAxis, SpfGuarantee
from interventions.queries.tally import PRESENT
from taskforce.models import Agency, Country

# Of a place that no line has; « precision » is of the lines known to their region alone.
NATIONAL = "diffus"
CONDITIONS = ("lieu", "precision", "instrument", "structure", "axe", "age", "garantie")


def narrowed(
    lines: QuerySet[CoverageLine], country: Country, asked: Mapping[str, str]
) -> tuple[QuerySet[CoverageLine], list[str]]:
    """`lines` under what an address asks, and each condition in words. What names nothing known gives no line."""
    told: list[str] = []
    if place := asked.get("lieu", ""):
        lines, name = _at(lines, country, place, only_region=asked.get("precision") == "region")
        told.append(name)
    if code := asked.get("instrument", ""):
        instrument = Instrument.objects.filter(code=code[:60]).first()
        lines = lines.filter(instrument=instrument) if instrument else lines.none()
        told.append(str(instrument or code))
    if key := asked.get("structure", ""):
        agency = Agency.objects.filter(pk=_number(key)).first()
        lines = lines.filter(intervention__in=present(agency)) if agency else lines.none()
        told.append(str(agency or key))
    if key := asked.get("axe", ""):
        axis = PolicyAxis.objects.filter(country=country, pk=_number(key)).first()
        lines = lines.filter(intervention__policy_axes=axis) if axis else lines.none()
        told.append(f"{axis.policy} {axis.number}. {axis.name}" if axis else key)
    if stage := asked.get("age", ""):
        lines = lines.filter(target_group__life_stage=stage) if stage in LifeStage else lines.none()
        told.append(str(LifeStage(stage).label) if stage in LifeStage else stage)
    if key := asked.get("garantie", ""):
        guarantee = SpfGuarantee.objects.filter(pk=_number(key)).first()
        lines = lines.filter(instrument__guarantees=guarantee) if guarantee else lines.none()
        told.append(str(guarantee or key))
    return lines, told


def present(agency: Agency) -> QuerySet[Any]:
    """The keys of the interventions that the agency answers for or carries out."""
    return agency.intervention_roles.filter(kind__in=PRESENT).order_by().values("intervention")


def within(unit: AdminUnit) -> Q:
    """Lines of the unit and of what lies in it."""
    return Q(unit=unit) | Q(unit__parent=unit) | Q(unit__parent__parent=unit)


def _at(
    lines: QuerySet[CoverageLine], country: Country, place: str, *, only_region: bool
) -> tuple[QuerySet[CoverageLine], str]:
    if place == NATIONAL:
        return lines.filter(unit=None), _("National ou diffus")
    unit = AdminUnit.objects.filter(country=country, pcode=place[:20]).first()
    if unit is None:
        return lines.none(), place
    if only_region and unit.level == UnitLevel.REGION:
        return lines.filter(unit=unit), _("%(region)s, sans précision de département") % {"region": unit.name}
    return lines.filter(within(unit)), unit.name


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
