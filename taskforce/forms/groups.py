"""Forms of thematic groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from taskforce.forms.fields import AgenciesField, AgencyField, CleanForm, PersonField, agency_choices
from taskforce.models import Person, TaskForce


class GroupForm(CleanForm):
    """A new thematic group of a body."""

    name = forms.CharField(label=_("Nom du groupe"), max_length=200)
    acronym = forms.CharField(label=_("Sigle"), max_length=30, required=False)
    pilot = AgencyField(
        label=_("Pilote"),
        required=False,
        help_text=_("L’agence ou le ministère qui conduit le groupe."),
    )
    starts_on = FrenchDateField(label=_("À partir du"))
    members = AgenciesField(
        label=_("Structures membres"),
        required=False,
        help_text=_("Laissez vide pour un groupe sans structure membre : les personnes y sont alors invitées."),
    )
    secretary = PersonField(
        label=_("Secrétariat du groupe"),
        required=False,
        help_text=_("Laissez vide pour le confier au secrétariat de l’instance."),
    )

    def __init__(self, *args: Any, parent: TaskForce, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pilot"].queryset = agency_choices(parent.country)
        self.fields["members"].queryset = agency_choices(parent.country)
        self.fields["secretary"].queryset = people


class PilotForm(CleanForm):
    """Another pilot for a group."""

    agency = AgencyField(label=_("Nouveau pilote"))
    starts_on = FrenchDateField(
        label=_("À partir du"), help_text=_("Le pilote en place cesse la veille ; l’historique garde les deux.")
    )

    def __init__(self, *args: Any, body: TaskForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agency_choices(body.country)
