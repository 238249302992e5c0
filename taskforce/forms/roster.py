"""Forms of the roster: seats, mandates, functions, leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from taskforce.enums import (
    MandateEnd,
    OfficeRole,
    SeatStatus,
)
from taskforce.forms.fields import AgencyField, CleanForm, NewPersonMixin, PersonField, agency_choices
from taskforce.models import Country, Person, TaskForce, Theme
from taskforce.queries import french_order


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
