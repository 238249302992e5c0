"""The fields and parts that the forms of taskforce share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin, PeopleMultiplePicker, PeoplePicker
from taskforce.enums import (
    Civility,
)
from taskforce.models import Agency, Country, Person
from taskforce.queries import french_order, people_choices, similar_people

TEXT_LIMIT = 4000


class CleanForm(CharactersMixin, forms.Form):
    """A form whose texts PostgreSQL can hold."""

    use_required_attribute = False


def agency_choices(country: Country | None = None) -> QuerySet[Agency]:
    """Agencies of the world and, with a country, its structures."""
    agencies = Agency.objects.order_by(*french_order("acronym"), "pk")
    if country is None:
        return agencies
    return agencies.filter(country__isnull=True) | agencies.filter(country=country)


class MayLack:
    """A field that is asked for, and may lack when the form finds its value elsewhere."""

    may_lack = False

    def validate(self, value: Any) -> None:
        if not (self.may_lack and value in self.empty_values):  # type: ignore[attr-defined]
            super().validate(value)  # type: ignore[misc]


class NameField(MayLack, forms.CharField):
    may_lack = True


class PersonField(MayLack, forms.ModelChoiceField):
    """A person, shown with the agency so that namesakes can be told apart."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "—")
        kwargs.setdefault("queryset", Person.objects.none())
        kwargs.setdefault("widget", PeoplePicker)
        kwargs.setdefault("label", _("Personne"))
        super().__init__(**kwargs)

    def label_from_instance(self, person: Person) -> str:
        name = " ".join(part for part in (person.family_name, person.given_name) if part)
        return f"{name} ({person.agency})" if person.agency else name


class AgencyField(forms.ModelChoiceField):
    """An agency, shown with its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Agency.objects.none())
        kwargs.setdefault("empty_label", "—")
        kwargs.setdefault("widget", PeoplePicker)
        kwargs.setdefault("label", _("Agence ou structure"))
        super().__init__(**kwargs)

    def label_from_instance(self, agency: Agency) -> str:
        return agency.label


class AgenciesField(forms.ModelMultipleChoiceField):
    """Several agencies."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Agency.objects.none())
        kwargs.setdefault("widget", PeopleMultiplePicker)
        super().__init__(**kwargs)

    def label_from_instance(self, agency: Agency) -> str:
        return agency.label


class NewPersonMixin(forms.Form):
    """Somebody from the list, or somebody new entered on the spot.

    A namesake is shown before a second record is made; `is_other` then confirms.
    """

    new_civility = forms.ChoiceField(label=_("Civilité"), choices=[("", "—"), *Civility.choices], required=False)
    new_given_name = forms.CharField(label=_("Prénom"), max_length=100, required=False)
    new_family_name = NameField(label=_("Nom"), max_length=100)
    new_job_title = forms.CharField(label=_("Poste"), max_length=160, required=False)
    new_email = forms.EmailField(label=_("Adresse électronique"), required=False)
    is_other = forms.BooleanField(label=_("C’est une autre personne : créer une nouvelle fiche"), required=False)

    NEW = ("civility", "given_name", "family_name", "job_title", "email")
    namesakes: list[Person] = []

    def choose_among(self, people: QuerySet[Person]) -> None:
        """Offer `people`; whoever is chosen from another page's list is accepted too."""
        field = self.fields["person"]
        field.may_lack = True
        field.queryset = people_choices() if self.is_bound else people

    @property
    def wants_new_person(self) -> bool:
        return self.is_bound and any(self.data.get(self.add_prefix(f"new_{name}")) for name in self.NEW)

    def new_person(self) -> dict[str, Any] | None:
        """The new person's facts, by the names of `create_person`; None when one was chosen from the list."""
        if self.cleaned_data.get("person"):
            return None
        return {name: self.cleaned_data[f"new_{name}"] for name in self.NEW}

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        chosen, family = data.get("person"), data.get("new_family_name")
        if "person" in self.errors or "new_family_name" in self.errors:
            return cleaned
        if chosen and family:
            self.add_error(
                "person", _("Choisissez quelqu’un dans la liste ou saisissez une nouvelle personne, pas les deux.")
            )
        elif not chosen and not family:
            if self.wants_new_person:
                self.add_error("new_family_name", _("Écrivez le nom de la nouvelle personne."))
            else:
                self.add_error("person", _("Choisissez une personne, ou saisissez-la si elle n’est pas dans la liste."))
        elif family:
            self.namesakes = _namesakes(data.get("new_given_name") or "", family)
            if self.namesakes and not data.get("is_other"):
                self.add_error("new_family_name", _known(self.namesakes))
        return cleaned


def _namesakes(given: str, family: str, but: int | None = None) -> list[Person]:
    return list(similar_people(given, family, but=but)[:5])


def _known(people: list[Person]) -> str:
    names = ", ".join(
        f"{person.full_name} ({person.agency})" if person.agency else person.full_name for person in people
    )
    return gettext(
        "Une personne de ce nom est déjà connue : %(names)s. Si c’est elle, choisissez-la dans la liste ; sinon cochez « C’est une autre personne »."
    ) % {"names": names}
