"""Whom to convene beside the members in office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PeoplePicker
from meetings.forms.common import SocleForm, person_label
from meetings.models import Meeting
from taskforce.models import Person
from taskforce.queries import people_choices

EVERYBODY, TITULARS = "tous", "titulaires"


class PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return person_label(obj)


class OnePersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return person_label(obj)


class ConveneForm(SocleForm):
    """Titulars only or everybody, specialists and guests (`avec`), and one more person to add (`ajouter`)."""

    qui = forms.ChoiceField(
        label=_("Membres à inviter"),
        choices=[
            (EVERYBODY, _("Titulaires, suppléants, observateurs et fonctions")),
            (TITULARS, _("Titulaires et fonctions seulement")),
        ],
        initial=EVERYBODY,
        required=False,
        widget=forms.RadioSelect,
    )
    avec = PeopleField(
        label=_("Spécialistes et invités"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ajouter = OnePersonField(
        label=_("Ajouter une personne"),
        queryset=Person.objects.none(),
        required=False,
        empty_label="—",
        widget=PeoplePicker,
    )

    def __init__(self, meeting: Meeting, data: Any, *, specialists: Any = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["ajouter"].queryset = people_choices()
        chosen = {int(pk) for pk in data.getlist("avec") if pk.isascii() and pk.isdecimal() and len(pk) < 10}
        added = data.get("ajouter", "")
        if added.isascii() and added.isdecimal() and len(added) < 10:
            chosen.add(int(added))
        self.chosen = people_choices().filter(pk__in=chosen)
        self.proposed = [person.pk for person in specialists]
        self.fields["avec"].queryset = people_choices().filter(pk__in=chosen | set(self.proposed))

    @property
    def titulars_only(self) -> bool:
        return self.data.get("qui") == TITULARS

    @property
    def has_choices(self) -> bool:
        return bool(self.chosen or self.proposed)
