"""The form of a body."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from core.typography import number_fr
from taskforce.enums import (
    BodyKind,
    Language,
)
from taskforce.forms.fields import AgencyField, CleanForm, agency_choices
from taskforce.models import Country, TaskForce
from taskforce.queries import french_order


class QuorumField(forms.DecimalField):
    """A percentage on the page, a share (0 to 1) in the data."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=4, decimal_places=1, min_value=Decimal("0.1"), max_value=100, localize=True, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return number_fr(float(value * 100))
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

    calls_for_contributions = forms.BooleanField(
        label=_("Demander des contributions avant chaque réunion"),
        required=False,
        initial=True,
        help_text=_(
            "Dix jours puis trois jours avant, les membres reçoivent un lien pour proposer un point et écrire le point de situation de leur agence."
        ),
    )

    agenda_freeze_days = forms.IntegerField(
        label=_("Ordre du jour arrêté (jours avant la réunion)"),
        required=False,
        min_value=0,
        max_value=60,
        help_text=_("Les points proposés ensuite sont marqués « tardif ». Laissez vide pour ne pas fixer de date."),
    )

    tacit_adoption = forms.BooleanField(
        label=_("Adoption tacite des comptes rendus"),
        required=False,
        help_text=_(
            "Cochez si les règles de l’instance tiennent un compte rendu pour adopté quand le délai d’observations est passé. Le secrétariat enregistre toujours l’adoption lui-même."
        ),
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
            "parent quorum_share calls_for_contributions agenda_freeze_days tacit_adoption"
        ).split()
        return {name: getattr(body, name) for name in names}
