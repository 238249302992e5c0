"""A line of the distribution list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FrenchDateField
from meetings.forms.common import PersonChoiceField, SocleForm
from meetings.models import DistributionEntry
from taskforce.enums import Language
from taskforce.models import TaskForce


class EntryForm(SocleForm):
    """Somebody the body knows, or a name and an address; for an entry that exists, not who it is but the rest."""

    # The person, or a name with an address.
    needed = ("person", "name", "email")

    person = forms.ModelChoiceField(queryset=None, required=False)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"), max_length=254, required=False)
    function = forms.CharField(
        label=gettext_lazy("Fonction"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Par exemple : Coordonnatrice résidente."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Langue"), choices=Language)
    starts_on = FrenchDateField(label=gettext_lazy("À partir du"))
    ends_on = FrenchDateField(label=gettext_lazy("Jusqu’au"), required=False)

    def __init__(self, body: TaskForce, *args: Any, entry: DistributionEntry | None = None, **kwargs: Any) -> None:
        self.entry = entry
        super().__init__(*args, initial=_initial(body, entry), **kwargs)
        if entry is None:
            self.fields["person"] = PersonChoiceField(
                body,
                label=_("Personne connue du portail"),
                help_text=_("Ou bien, pour quelqu’un d’autre, un nom et une adresse ci-dessous."),
            )
        else:
            del self.fields["person"]
            if entry.person_id is not None:
                del self.fields["name"], self.fields["email"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "name" not in self.fields:
            return cleaned
        person, name, email = cleaned.get("person"), cleaned.get("name"), cleaned.get("email")
        if person is not None and (name or email):
            raise ValidationError(
                _("Choisissez une personne connue du portail, ou écrivez un nom et une adresse : pas les deux.")
            )
        if person is None:
            if not name and not self.has_error("name"):
                self.add_error("name", _("Écrivez le nom, ou choisissez une personne."))
            if not email and not self.has_error("email"):
                self.add_error("email", _("Écrivez l’adresse à laquelle le compte rendu sera envoyé."))
        return cleaned


def _initial(body: TaskForce, entry: DistributionEntry | None) -> dict[str, Any]:
    if entry is None:
        return {"language": body.language, "starts_on": body.today()}
    names = ("name", "email", "function", "language", "starts_on", "ends_on")
    return {name: getattr(entry, name) for name in names}
