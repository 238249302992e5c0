"""What people type about members, turned into clean values. Choices are limited to what the user may see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin, FrenchDateField, PeopleMultiplePicker, PeoplePicker
from taskforce.enums import (
    ActionPriority,
    AgencyKind,
    BodyKind,
    Civility,
    Language,
    MandateEnd,
    OfficeRole,
    SeatStatus,
)
from taskforce.models import Agency, AgencyOffice, Country, Person, TaskForce, Theme
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


# Roster ------------------------------------------------------------------------------------


class ObserverNeverCounts(CleanForm):
    """Whatever the box says, an observer does not count."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.cleaned_data.get("status") == SeatStatus.OBSERVER:
            self.cleaned_data["counts"] = False
        return cleaned


class SeatForm(ObserverNeverCounts):
    """A structure enters a body."""

    agency = AgencyField()
    status = forms.ChoiceField(
        label=_("Qualité"), choices=SeatStatus, initial=SeatStatus.MEMBER, widget=forms.RadioSelect
    )
    counts = forms.BooleanField(
        label=_("Compte pour le quorum"),
        required=False,
        initial=True,
        help_text=_("Un observateur ne compte jamais."),
    )
    starts_on = FrenchDateField(label=_("Membre à partir du"))
    ends_on = FrenchDateField(label=_("Jusqu’au (dernier jour)"), required=False)

    def __init__(self, *args: Any, body: TaskForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agency_choices(body.country)


class SeatChangeForm(ObserverNeverCounts):
    """Another quality for a structure, from a day on."""

    status = forms.ChoiceField(label=_("Qualité"), choices=SeatStatus, widget=forms.RadioSelect)
    counts = forms.BooleanField(
        label=_("Compte pour le quorum"), required=False, help_text=_("Un observateur ne compte jamais.")
    )
    starts_on = FrenchDateField(
        label=_("À partir du"),
        help_text=_("L’ancienne qualité reste dans l’historique jusqu’à la veille ; les mandats en cours continuent."),
    )


class LastDayForm(CleanForm):
    """The end of something in force."""

    last_day = FrenchDateField(label=_("Dernier jour"))


class MandateForm(NewPersonMixin, CleanForm):
    """A mandate begins."""

    person = PersonField()
    rank = forms.TypedChoiceField(label=_("Rang"), coerce=int)
    starts_on = FrenchDateField(label=_("Du"))
    ends_on = FrenchDateField(
        label=_("Au (dernier jour)"), required=False, help_text=_("Laissez vide si la fin n’est pas connue.")
    )
    is_focal_point = forms.BooleanField(label=_("Point focal de l’agence"), required=False, initial=True)

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_among(people)
        self.fields["rank"].choices = [(0, gettext("Titulaire"))] + [
            (rank, gettext("Suppléant(e) %(rank)d") % {"rank": rank}) for rank in range(1, 10)
        ]


class MandateEndForm(LastDayForm):
    """A mandate ends."""

    reason = forms.ChoiceField(label=_("Motif"), choices=[("", "—"), *MandateEnd.choices])


class HandOverForm(NewPersonMixin, CleanForm):
    """Somebody succeeds to somebody: in a mandate or in a function."""

    person = PersonField(label=_("Nouvelle personne"))
    starts_on = FrenchDateField(
        label=_("À partir du"),
        help_text=_("La personne en place cesse la veille. Par exemple 8/3/2016 ou 8 mars 2016."),
    )
    ends_on = FrenchDateField(
        label=_("Au (dernier jour)"), required=False, help_text=_("Laissez vide si la fin n’est pas connue.")
    )

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_among(people)


class OfficeForm(NewPersonMixin, CleanForm):
    """A function in a body begins."""

    role = forms.ChoiceField(
        label=_("Fonction"),
        choices=[choice for choice in OfficeRole.choices if choice[0] != OfficeRole.DATA_MANAGER],
    )
    person = PersonField()
    starts_on = FrenchDateField(label=_("Du"))
    ends_on = FrenchDateField(
        label=_("Au (dernier jour)"), required=False, help_text=_("Laissez vide si la fin n’est pas connue.")
    )

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_among(people)


class DataManagerForm(OfficeForm):
    """A data manager begins in a country."""

    role = None  # type: ignore[assignment]
    country = forms.ModelChoiceField(
        label=_("Pays"), queryset=Country.objects.order_by(*french_order("name_fr")), empty_label="—"
    )
    field_order = ["country", "person", "starts_on", "ends_on"]


class LeadForm(CleanForm):
    """An agency becomes lead."""

    agency = AgencyField()
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.order_by(*french_order("name")),
        required=False,
        empty_label=_("Tous les thèmes"),
    )
    starts_on = FrenchDateField(label=_("Du"))
    ends_on = FrenchDateField(
        label=_("Au (dernier jour)"), required=False, help_text=_("Laissez vide si la fin n’est pas connue.")
    )

    def __init__(self, *args: Any, body: TaskForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agency_choices(body.country)


# People ---------------------------------------------------------------------------------------


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


# Agencies -------------------------------------------------------------------------------------


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


# Bodies ---------------------------------------------------------------------------------------


class QuorumField(forms.DecimalField):
    """A percentage on the page, a share (0 to 1) in the data."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=4, decimal_places=1, min_value=Decimal("0.1"), max_value=100, localize=True, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            percent = (value * 100).quantize(Decimal("0.1"))
            return str(percent.quantize(Decimal(1)) if percent == percent.to_integral() else percent).replace(".", ",")
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("%", "").replace(",", ".").strip()
        return super().to_python(value)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100


class BodyForm(CleanForm):
    """What describes a body."""

    country = forms.ModelChoiceField(
        label=_("Pays"), queryset=Country.objects.order_by(*french_order("name_fr")), empty_label="—"
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=BodyKind, initial=BodyKind.TASK_FORCE)
    name = forms.CharField(label=_("Nom"), max_length=200)
    acronym = forms.CharField(label=_("Sigle"), max_length=30, required=False)
    slug = forms.SlugField(
        label=_("Adresse"),
        max_length=60,
        help_text=_(
            "Première partie de l’adresse de ses pages, en minuscules et tirets. Par exemple niger-protection-sociale."
        ),
    )
    time_zone = forms.CharField(
        label=_("Fuseau horaire"), max_length=60, help_text=_("Par exemple Africa/Niamey."), initial="Africa/Niamey"
    )
    language = forms.ChoiceField(label=_("Langue"), choices=Language, initial=Language.FRENCH)
    convened_by = AgencyField(label=_("Réunie par"), required=False)
    host_agency = AgencyField(label=_("Agence hôte"), required=False)
    government_request_on = FrenchDateField(label=_("Demande du gouvernement"), required=False)
    joins = forms.ModelChoiceField(
        label=_("Groupe existant rejoint"), queryset=TaskForce.objects.none(), required=False, empty_label="—"
    )
    parent = forms.ModelChoiceField(
        label=_("Rattachée à"), queryset=TaskForce.objects.none(), required=False, empty_label="—"
    )
    quorum_share = QuorumField(
        label=_("Quorum (% des structures qui comptent)"),
        required=False,
        help_text=_("Laissez vide quand les termes de référence n’en fixent pas. Par exemple 50."),
    )

    # Only an administrator changes these: they move data between countries or break addresses.
    PLATFORM = ("country", "slug", "parent", "joins")

    def __init__(self, *args: Any, is_administrator: bool, bodies: QuerySet[TaskForce], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("convened_by", "host_agency"):
            self.fields[name].queryset = agency_choices()
        for name in ("joins", "parent"):
            self.fields[name].queryset = bodies
        if not is_administrator:
            for name in self.PLATFORM:
                del self.fields[name]

    @staticmethod
    def initial_of(body: TaskForce) -> dict[str, Any]:
        """The values of a body, to begin with."""
        names = (
            "country kind name acronym slug time_zone language convened_by host_agency government_request_on joins "
            "parent quorum_share"
        ).split()
        return {name: getattr(body, name) for name in names}


# Register -------------------------------------------------------------------------------------


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
    """Another state, with a word about it."""

    state = forms.ChoiceField(label=_("Nouvel état"))
    comment = forms.CharField(
        label=_("Commentaire"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = states
