"""Whom to convene beside the members in office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PeoplePicker
from meetings.forms.common import SocleForm, person_label
from taskforce.models import Person
from taskforce.queries import people_choices

EVERYBODY, TITULARS = "tous", "titulaires"


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
    avec = forms.MultipleChoiceField(
        label=_("Spécialistes et invités"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ajouter = OnePersonField(
        label=_("Ajouter une personne"),
        queryset=Person.objects.none(),
        required=False,
        empty_label="—",
        widget=PeoplePicker,
    )

    def __init__(self, data: Any, *, specialists: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["ajouter"].queryset = people_choices()
        wanted = {int(pk) for pk in data.getlist("avec") if _is_key(pk)}
        if _is_key(data.get("ajouter", "")):
            wanted.add(int(data["ajouter"]))
        self.chosen: list[Person] = list(people_choices().filter(pk__in=wanted)) if wanted else []
        # Those of the meeting's theme are proposed; whoever was chosen stands among them, ticked.
        labels = dict(specialists) | {person.pk: person_label(person) for person in self.chosen}
        self.boxes = [(pk, label, pk in wanted) for pk, label in labels.items()]

    @property
    def titulars_only(self) -> bool:
        return self.data.get("qui") == TITULARS


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
