"""Forms of people and agencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from taskforce.enums import (
    AgencyKind,
    Civility,
    Language,
)
from taskforce.forms.fields import AgencyField, CleanForm, _namesakes, agency_choices
from taskforce.forms.roster import HandOverForm
from taskforce.models import Agency, AgencyOffice, Country, Person, Theme
from taskforce.queries import french_order


class PersonForm(CleanForm):
    """What is known of a person."""

    civility = forms.ChoiceField(label=_("Civilité"), choices=[("", "—"), *Civility.choices], required=False)
    given_name = forms.CharField(label=_("Prénom"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Nom"), max_length=100)
    agency = AgencyField(required=False)
    office = forms.ModelChoiceField(
        label=_("Bureau"), queryset=AgencyOffice.objects.none(), required=False, empty_label="—"
    )
    job_title = forms.CharField(label=_("Poste"), max_length=160, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Langue des courriels"), choices=Language, initial=Language.FRENCH)
    themes = forms.ModelMultipleChoiceField(
        label=_("Spécialiste de"),
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_other = forms.BooleanField(label=_("C’est une autre personne : enregistrer quand même"), required=False)

    namesakes: list[Person] = []

    def __init__(
        self, *args: Any, person: Person | None = None, may_change_address: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["agency"].queryset = agency_choices()
        self.fields["office"].queryset = AgencyOffice.objects.select_related("agency").order_by(
            *french_order("agency__acronym", "duty_station")
        )
        self.fields["themes"].queryset = Theme.objects.order_by(*french_order("name"))
        if not may_change_address:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _(
                "Cette personne siège aussi dans une instance que vous n’animez pas : elle seule ou l’administration change son adresse."
            )

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        names = (data.get("given_name", ""), data.get("family_name", ""))
        renamed = self.person is None or names != (self.person.given_name, self.person.family_name)
        if renamed and data.get("family_name") and "given_name" not in self.errors:
            self.namesakes = _namesakes(*names, but=self.person.pk if self.person else None)
            if self.namesakes and not data.get("is_other"):
                self.add_error(
                    "family_name",
                    _("Une personne de ce nom est déjà connue. Vérifiez ci-dessous que ce n’est pas elle."),
                )
        return cleaned

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        """The values of a person, to begin with."""
        names = "civility given_name family_name agency office job_title email phone language".split()
        return {**{name: getattr(person, name) for name in names}, "themes": list(person.themes.all())}


class PeopleFilterForm(CleanForm):
    """Part of a name, and an agency."""

    nom = forms.CharField(label=_("Nom"), max_length=100, required=False)
    agence = AgencyField(label=_("Agence"), required=False, widget=forms.Select, empty_label=_("Toutes"))

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agence"].queryset = agencies


class AgencyForm(CleanForm):
    """What is known of an agency or structure."""

    acronym = forms.CharField(label=_("Sigle ou nom court"), max_length=60)
    name_fr = forms.CharField(label=_("Nom"), max_length=250)
    name_en = forms.CharField(label=_("Nom en anglais"), max_length=250, required=False)
    kind = forms.ChoiceField(label=_("Nature"), choices=[("", "—"), *AgencyKind.choices])
    country = forms.ModelChoiceField(
        label=_("Pays"),
        queryset=Country.objects.order_by(*french_order("name_fr")),
        required=False,
        empty_label=_("Organisation internationale"),
    )
    parent = AgencyField(label=_("Rattachée à"), required=False)
    iati_ref = forms.CharField(
        label=_("Référence IATI"),
        max_length=80,
        required=False,
        help_text=_("Identifiant de l’organisation dans le registre IATI. Par exemple XM-DAC-41302."),
    )
    website = forms.URLField(label=_("Site"), required=False, assume_scheme="https", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = agency_choices()

    @staticmethod
    def initial_of(agency: Agency) -> dict[str, Any]:
        """The values of an agency, to begin with."""
        names = "acronym name_fr name_en kind country parent iati_ref website".split()
        return {name: getattr(agency, name) for name in names}


class NewAgencyForm(AgencyForm):
    """An agency with its other names at once."""

    aliases = forms.CharField(
        label=_("Autres noms"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Un par ligne : sigle anglais, nom complet, ancienne appellation."),
    )

    def clean_aliases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


class AliasForm(CleanForm):
    """Another name of an agency."""

    label = forms.CharField(label=_("Autre nom"), max_length=250)


class AgencyOfficeForm(CleanForm):
    """An agency's office in a place."""

    duty_station = forms.CharField(label=_("Lieu d’affectation"), max_length=120)
    country = forms.ModelChoiceField(
        label=_("Pays"), queryset=Country.objects.order_by(*french_order("name_fr")), required=False, empty_label="—"
    )


class HeadForm(HandOverForm):
    """Who heads an office."""

    address_of_record = forms.EmailField(
        label=_("Adresse officielle"), help_text=_("Là où partent les courriers adressés à la direction.")
    )
    is_interim = forms.BooleanField(label=_("Par intérim"), required=False)
    field_order = ["person", "address_of_record", "is_interim", "starts_on", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("Personne qui dirige le bureau")
