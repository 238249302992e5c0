"""The form of a partner's token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from interventions.enums import ApiReach
from interventions.forms.fields import CleanForm
from taskforce.forms import AgencyField, agency_choices
from taskforce.models import Country


class ApiTokenForm(CleanForm):
    """Who reads, how much, until when."""

    name = forms.CharField(
        label=_("Utilisé par"),
        max_length=120,
        help_text=_("Le tableau de bord ou l’outil qui lira les données, par exemple « Carte du partenaire »."),
    )
    agency = AgencyField(label=_("Structure"), required=False)
    reach = forms.ChoiceField(
        label=_("Ce qu’il lit"), choices=ApiReach.choices, widget=forms.RadioSelect, initial=ApiReach.PUBLIC
    )
    expires_on = FrenchDateField(
        label=_("Valable jusqu’au"), required=False, help_text=_("Vide : jusqu’à sa révocation.")
    )

    def __init__(self, *args: Any, country: Country, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agency_choices(country)  # type: ignore[attr-defined]
