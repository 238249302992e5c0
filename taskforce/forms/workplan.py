"""Forms of the work plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from taskforce.enums import ActivityState
from taskforce.forms.fields import AgenciesField, AgencyField, CleanForm, agency_choices
from taskforce.models import Activity, Agency, TaskForce, Theme
from taskforce.queries import french_order

MONTH_CHOICES = list(MONTHS.items())


class ActivityForm(CleanForm):
    """An activity of the plan."""

    title = forms.CharField(label=_("Activité"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    theme = forms.ModelChoiceField(
        label=_("Thème"), queryset=Theme.objects.none(), required=False, empty_label=_("Aucun")
    )
    axis = forms.CharField(label=_("Axe de la politique nationale"), max_length=200, required=False)
    months = forms.TypedMultipleChoiceField(
        label=_("Mois"),
        choices=MONTH_CHOICES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un mois.")},
    )
    lead_agency = AgencyField(label=_("Chef de file"), required=False)
    partners = AgenciesField(label=_("Partenaires"), required=False)
    note = forms.CharField(
        label=_("Précisions"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    position = forms.IntegerField(
        label=_("Ordre"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("Laissez vide pour la mettre à la fin du plan."),
    )

    def __init__(self, *args: Any, body: TaskForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.order_by(*french_order("name"))
        self.fields["lead_agency"].queryset = agency_choices(body.country)
        self.fields["partners"].queryset = agency_choices(body.country)

    @property
    def facts(self) -> dict[str, Any]:
        """What the services take; an empty order is left as it is."""
        facts = dict(self.cleaned_data)
        if facts["position"] is None:
            del facts["position"]
        return facts

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        """The values of an activity, to begin with."""
        names = "title theme axis months lead_agency note position".split()
        return {
            **{name: getattr(activity, name) for name in names},
            "partners": [agency.pk for agency in activity.partners.all()],
        }


class ProgressForm(CleanForm):
    """How far an activity is."""

    state = forms.ChoiceField(label=_("État"), choices=ActivityState, widget=forms.RadioSelect)
    progress = forms.IntegerField(
        label=_("Avancement (%)"), min_value=0, max_value=100, help_text=_("De 0 à 100. « Réalisée » vaut 100 %.")
    )
    note = forms.CharField(
        label=_("Où en est-on ?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CopyForm(CleanForm):
    """Which activities of the year before are taken over."""

    activities = forms.ModelMultipleChoiceField(
        label=_("Activités à reprendre"),
        queryset=Activity.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une activité.")},
    )

    def __init__(self, *args: Any, activities: QuerySet[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activities"].queryset = activities


class PlanFilter(CleanForm):
    """Agency and state; the view asked for stays."""

    agence = AgencyField(label=_("Agence"), required=False, widget=forms.Select, empty_label=_("Toutes"))
    etat = forms.ChoiceField(label=_("État"), choices=[("", _("Tous")), *ActivityState.choices], required=False)
    vue = forms.ChoiceField(choices=[("mois", "mois"), ("theme", "theme")], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agence"].queryset = agencies

    def keeps(self, activity: Activity) -> bool:
        """Whether the activity, with its partners already read, is asked for."""
        asked = self.cleaned_data
        agency, state = asked.get("agence"), asked.get("etat")
        involved = {activity.lead_agency_id, *(partner.pk for partner in activity.partners.all())}
        return (agency is None or agency.pk in involved) and (not state or activity.state == state)


class ReopenForm(CleanForm):
    """Why a closed year opens again."""

    comment = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Il reste dans l’historique du plan."),
    )


class CloseForm(CleanForm):
    """A word on closing a year."""

    comment = forms.CharField(
        label=_("Commentaire"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
