"""What the tables of a country share: who may have them, and the period that their address asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports.base import Export
from core.forms import FrenchDateField
from interventions.enums import Measure
from interventions.periods import Period
from taskforce.models import Country
from taskforce.queries import has_any_grant


class PeriodParameters(forms.Form):
    """« du » and « au » as the pages have them: neither is this year, one is the year of it from or up to that day."""

    du = FrenchDateField(label=gettext_lazy("Début de la période"), required=False)
    au = FrenchDateField(label=gettext_lazy("Fin de la période"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("du"), cleaned.get("au")
        if start and end and end < start:
            raise ValidationError(_("La fin de la période précède son début."))
        return cleaned


def period_of(params: dict[str, Any]) -> Period:
    start, end = params.get("du"), params.get("au")
    if start is None and end is None:
        return Period.year(timezone.localdate().year)
    start = start or date(end.year, 1, 1)
    return Period(start, end or date(start.year, 12, 31))


class CountryExport(Export):
    """A table of a country; each row follows the visibility of its sheet."""

    permission = "interventions.view_country"

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[Country]:
        return Country.objects.all() if has_any_grant(user) else Country.objects.none()

    @property
    def small(self) -> bool:
        """Whether figures from 1 to 4 are shown."""
        return self.user.has_perm("interventions.view_small_figures", self.obj)

    def may_see_small(self, measure: Measure) -> bool:
        """What counts interventions, lines or structures hides nobody."""
        return not measure.counts_beneficiaries or self.small

    def period_stem(self, name: str) -> str:
        period = period_of(self.params)
        return f"{name}-{self.obj.iso3.lower()}-{period.start:%Y-%m-%d}-{period.end:%Y-%m-%d}"

    def file_stem(self, name: str) -> str:
        return f"{name}-{self.obj.iso3.lower()}-{timezone.localdate():%Y-%m-%d}"
