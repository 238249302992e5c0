"""A matrix of a country as a table: numbers in cells, nothing where nothing is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports.base import Column, exports
from core.exports.formats import safe_text
from interventions.enums import Measure
from interventions.exports.common import CountryExport, PeriodParameters, period_of
from interventions.figures import SMALL, shown
from interventions.queries.matrix import Heading, Matrix, MatrixKind, Row, matrix
from interventions.queries.tally import Value, lines_of


class MatrixParameters(PeriodParameters):
    par = forms.ChoiceField(label=gettext_lazy("Matrice"), choices=MatrixKind, required=False)
    mesure = forms.ChoiceField(label=gettext_lazy("Chaque case compte"), choices=Measure, required=False)


def value_columns(heading: str, measure: Measure, read: Any, *, small: bool, width: int = 16) -> list[Column]:
    """One column of counts; of beneficiaries two, as what is known is an interval."""

    def end(name: str) -> Any:
        def getter(row: Any) -> Any:
            value: Value | None = read(row)
            if value is None:
                return None
            hides = not small and value.low > 0 and value.high < SMALL
            return shown(value.high if hides else getattr(value, name), small=not hides)

        return getter

    if not measure.counts_beneficiaries:
        return [Column(heading, "integer", end("low"), width)]
    return [
        Column(_("%(heading)s (au moins)") % {"heading": heading}, "integer", end("low"), width),
        Column(_("%(heading)s (au plus)") % {"heading": heading}, "integer", end("high"), width),
    ]


@exports.register
class MatrixExport(CountryExport):
    slug = "matrice"
    title = gettext_lazy("Matrice")
    form_class = MatrixParameters

    def __init__(self, obj: Any, params: dict[str, Any], user: Any) -> None:
        super().__init__(obj, params, user)
        self.measure = Measure(params.get("mesure") or Measure.INTERVENTIONS)
        self.kind = MatrixKind(params.get("par") or MatrixKind.INSTRUMENT)
        small = self.may_see_small(self.measure)
        columns = [Column(safe_text(self.found.corner), "text", lambda row: _label(row), 36)]
        if self.kind.is_by_place:
            columns.insert(0, Column(_("P-code"), "text", lambda row: _pcode(row), 12))
        for place, one in enumerate(self.found.columns):
            columns += value_columns(one.label, self.measure, lambda row, at=place: row.cells[at], small=small)
        columns += value_columns(_("Ensemble"), self.measure, lambda row: row.total, small=small)
        self.columns = tuple(columns)

    @cached_property
    def found(self) -> Matrix:
        lines = lines_of(self.user, self.obj, period_of(self.params))
        return matrix(self.obj, lines, self.kind, self.measure, small=self.may_see_small(self.measure))

    def rows(self) -> Iterable[Row]:
        whole = Row(Heading("", _("Ensemble")), self.found.totals, self.found.total)
        return [*self.found.rows, whole]

    def filename(self) -> str:
        name = _("matrice")
        return self.period_stem(f"{name}-{self.kind.value}")


def _label(row: Row) -> str:
    return safe_text(row.heading.label)


def _pcode(row: Row) -> str | None:
    return row.heading.unit.pcode if row.heading.unit is not None else None
