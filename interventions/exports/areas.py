"""What a map shows, as a table: a row a unit, by P-code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports.base import Column, exports
from interventions.enums import Measure, UnitLevel
from interventions.exports.common import CountryExport, PeriodParameters, period_of
from interventions.exports.matrix import value_columns
from interventions.models import AdminUnit, CoverageLine
from interventions.queries.areas import AreaValues, area_values
from interventions.queries.line_lists import narrowed
from interventions.queries.tally import Value, lines_of
from taskforce.models import Country


class MapParameters(PeriodParameters):
    """As the map has them: an instrument and a structure by key."""

    niveau = forms.TypedChoiceField(
        choices=[(UnitLevel.DEPARTMENT.value, ""), (UnitLevel.REGION.value, "")],
        coerce=int,
        empty_value=None,
        required=False,
    )
    mesure = forms.ChoiceField(choices=Measure, required=False)
    instrument = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    structure = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


@dataclass(frozen=True)
class MapData:
    """The units of a level with their values; `apart`: what no unit of the level shows."""

    country: Country
    level: int
    measure: Measure
    values: AreaValues
    units: list[AdminUnit]
    # Whether figures from 1 to 4 are shown.
    small: bool


def map_data(user: Any, country: Country, params: dict[str, Any]) -> MapData:
    """What `user` may see of it: see `tally.tallies` for figures from 1 to 4."""
    level = params.get("niveau") or UnitLevel.DEPARTMENT
    measure = Measure(params.get("mesure") or Measure.INTERVENTIONS)
    lines: QuerySet[CoverageLine] = lines_of(user, country, period_of(params))
    if instrument := params.get("instrument"):
        lines = lines.filter(instrument=instrument)
    if structure := params.get("structure"):
        lines = narrowed(lines, country, {"structure": str(structure)})[0]
    small = not measure.counts_beneficiaries or user.has_perm("interventions.view_small_figures", country)
    values = area_values(lines, level, measure, small=small)
    units = [
        unit
        for unit in AdminUnit.objects.filter(country=country, level=level).select_related("parent").order_by("pcode")
        if unit.valid_until is None or unit.pk in values.values
    ]
    return MapData(country, level, measure, values, units, small)


@exports.register
class AreaExport(CountryExport):
    slug = "lieux"
    title = gettext_lazy("Carte")
    form_class = MapParameters

    def __init__(self, obj: Any, params: dict[str, Any], user: Any) -> None:
        super().__init__(obj, params, user)
        self.data = map_data(user, obj, params)
        columns = [
            Column(_("P-code"), "text", lambda row: row[0].pcode if row[0] else None, 12),
            Column(_("Lieu"), "text", lambda row: row[0].name if row[0] else _("Sans lieu de ce niveau"), 30),
        ]
        if self.data.level == UnitLevel.DEPARTMENT:
            columns.append(Column(_("Région"), "text", lambda row: row[0].parent.name if row[0] else None, 24))
        columns += value_columns(
            str(self.data.measure.label), self.data.measure, lambda row: row[1], small=self.data.small
        )
        self.columns = tuple(columns)

    def rows(self) -> Iterable[tuple[AdminUnit | None, Value | None]]:
        found: list[tuple[AdminUnit | None, Value | None]] = [
            (unit, self.data.values.values.get(unit.pk)) for unit in self.data.units
        ]
        if self.data.values.apart is not None:
            found.append((None, self.data.values.apart))
        return found

    def filename(self) -> str:
        return self.period_stem(_("carte"))
