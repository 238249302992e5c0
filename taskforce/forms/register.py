"""Forms of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from taskforce.enums import (
    ActionPriority,
)
from taskforce.forms.fields import TEXT_LIMIT, AgenciesField, CleanForm, PersonField
from taskforce.models import Agency, Person


class ActionForm(CleanForm):
    """An action of the register."""

    text = forms.CharField(label=_("Action"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 3}))
    owners = AgenciesField(
        label=_("Agences responsables"),
        required=False,
        help_text=_("Chacune tient son propre état d’avancement."),
    )
    owner_all = forms.BooleanField(label=_("Toutes les agences"), required=False)
    owner_person = PersonField(label=_("Personne responsable"), required=False)
    owner_function = forms.CharField(
        label=_("Fonction responsable"), max_length=120, required=False, help_text=_("Par exemple Coordination.")
    )
    due_on = FrenchDateField(label=_("Échéance"), required=False)
    priority = forms.ChoiceField(label=_("Priorité"), choices=ActionPriority, initial=ActionPriority.NORMAL)
    is_restricted = forms.BooleanField(
        label=_("Diffusion restreinte"),
        required=False,
        help_text=_("Lue par le secrétariat, la présidence et les responsables seulement."),
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owners"].queryset = agencies
        self.fields["owner_person"].queryset = people

    @staticmethod
    def initial_of(action: Any) -> dict[str, Any]:
        """The values of an action, to begin with."""
        names = "text owner_all owner_person owner_function due_on priority is_restricted".split()
        return {
            **{name: getattr(action, name) for name in names},
            "owners": [owner.agency_id for owner in action.owners.all()],
        }


class StateForm(CleanForm):
    """Another state, or the same with news of it."""

    state = forms.ChoiceField(label=_("État"), required=False)
    comment = forms.CharField(
        label=_("Nouvelles"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ce qui a avancé, ce qui bloque. Gardé avec la date et votre nom."),
    )

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("Inchangé")), *states]
