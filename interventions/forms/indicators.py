"""Forms of indicators and of their values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from interventions.enums import Aggregation, IndicatorKind
from interventions.forms.fields import AmountField, CleanForm, PlaceField
from interventions.models import AdminUnit, Indicator, IndicatorValue
from interventions.services.indicators import indicator_imprint, value_imprint
from taskforce.models import Country


class IndicatorForm(CleanForm):
    """What is measured, from where to where, and how its values go together."""

    version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    name = forms.CharField(label=_("Indicateur"), max_length=250)
    kind = forms.ChoiceField(label=_("Nature"), choices=IndicatorKind)
    measure = forms.CharField(label=_("Unité de mesure"), max_length=60, help_text=_("Par exemple ménages, %, FCFA."))
    baseline = AmountField(label=_("Situation de départ"), max_digits=16, decimal_places=4)
    baseline_on = FrenchDateField(label=_("Date de départ"), required=False)
    target = AmountField(label=_("Cible"), max_digits=16, decimal_places=4)
    target_on = FrenchDateField(label=_("Échéance de la cible"), required=False, help_text="")
    over_areas = forms.ChoiceField(
        label=_("Entre lieux"),
        choices=Aggregation,
        initial=Aggregation.SUM,
        help_text=_("Comment les valeurs de plusieurs lieux font une valeur : un taux ne se somme pas."),
    )
    over_periods = forms.ChoiceField(label=_("Entre périodes"), choices=Aggregation, initial=Aggregation.LATEST)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)

    @staticmethod
    def initial_of(indicator: Indicator) -> dict[str, Any]:
        names = [name for name in IndicatorForm.base_fields if name != "version"]
        return {name: getattr(indicator, name) for name in names} | {"version": indicator_imprint(indicator)}


class ValueForm(CleanForm):
    """A value for a place and a period."""

    version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    unit = PlaceField(label=_("Lieu"), empty_label=_("Toute l’intervention"))
    starts_on = FrenchDateField(label=_("Du"))
    ends_on = FrenchDateField(label=_("Au"), help_text="")
    value = AmountField(label=_("Valeur"), required=True, max_digits=16, decimal_places=4)
    weight = AmountField(
        label=_("Poids"),
        max_digits=16,
        decimal_places=4,
        min_value=0,
        help_text=_("Pour une moyenne pondérée : par exemple la population du lieu."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)

    def __init__(self, *args: Any, country: Country, keep: AdminUnit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(country, keep=keep)

    @staticmethod
    def initial_of(value: IndicatorValue) -> dict[str, Any]:
        names = ("starts_on", "ends_on", "value", "weight", "source")
        facts = {name: getattr(value, name) for name in names}
        return facts | {"unit": value.unit_id, "version": value_imprint(value)}

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("La fin précède le début."))
        return cleaned
