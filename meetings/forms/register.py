"""Forms of decisions and actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from core.text import normalise
from meetings.forms.common import PersonChoiceField, SocleForm
from meetings.models import AgendaItem, Meeting, MeetingAction, MeetingDecision
from meetings.queries import agencies_for, agenda_of
from taskforce.enums import ActionPriority, DecisionMode
from taskforce.models import Agency, AgencyAlias


class ItemChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: AgendaItem) -> str:
        return f"{obj.position}. {obj.title}"


class RegisterForm(SocleForm):
    """What a decision and an action share: the text, the point, the restriction."""

    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    is_restricted = forms.BooleanField(
        label=_("Diffusion restreinte"),
        required=False,
        help_text=_(
            "Visible du secrétariat, de la présidence et du rapporteur seulement ; absente du compte rendu diffusé."
        ),
    )

    def set_up(self, meeting: Meeting, *, may_restrict: bool) -> None:
        self.fields["agenda_item"] = ItemChoiceField(
            agenda_of(meeting, restricted=may_restrict),
            label=_("Point à l’ordre du jour"),
            required=False,
            empty_label=_("Aucun"),
        )
        if not may_restrict:
            del self.fields["is_restricted"]


class DecisionForm(RegisterForm):
    mode = forms.ChoiceField(
        label=_("Prise par"), choices=DecisionMode, widget=forms.RadioSelect, initial=DecisionMode.CONSENSUS
    )
    votes_for = forms.IntegerField(label=_("Pour"), min_value=0, max_value=999, required=False)
    votes_against = forms.IntegerField(label=_("Contre"), min_value=0, max_value=999, required=False)
    abstentions = forms.IntegerField(label=_("Abstentions"), min_value=0, max_value=999, required=False)

    def __init__(
        self, meeting: Meeting, *args: Any, link: MeetingDecision | None = None, may_restrict: bool, **kwargs: Any
    ) -> None:
        initial = kwargs.pop("initial", {})
        if link is not None:
            names = ("text", "mode", "votes_for", "votes_against", "abstentions", "is_restricted")
            initial = {name: getattr(link.decision, name) for name in names} | {"agenda_item": link.agenda_item_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.set_up(meeting, may_restrict=may_restrict)
        self.fields["text"].label = _("Décision")


class ActionForm(RegisterForm):
    """Owners: agencies of the meeting by boxes, others by name, all of them, a function, a person; or none."""

    due_on = FrenchDateField(label=_("Échéance"), required=False)
    owners = forms.ModelMultipleChoiceField(
        Agency.objects.none(), label=_("Agences et structures"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_owners = forms.CharField(
        label=_("Autres structures"),
        required=False,
        max_length=500,
        help_text=_("Sigles séparés par des virgules, par exemple : METSS, Banque mondiale."),
    )
    owner_all = forms.BooleanField(label=_("Toutes les agences"), required=False)
    owner_function = forms.CharField(
        label=_("Fonction"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : Coordination, membres volontaires."),
    )
    priority = forms.ChoiceField(label=_("Priorité"), choices=ActionPriority, initial=ActionPriority.NORMAL)

    def __init__(
        self, meeting: Meeting, *args: Any, link: MeetingAction | None = None, may_restrict: bool, **kwargs: Any
    ) -> None:
        self.meeting = meeting
        initial = kwargs.pop("initial", {})
        offered = _offered_agencies(meeting)
        if link is not None:
            names = ("text", "due_on", "owner_all", "owner_function", "owner_person", "priority", "is_restricted")
            initial = {name: getattr(link.action, name) for name in names} | {"agenda_item": link.agenda_item_id}
            owners = [owner.agency for owner in link.action.owners.select_related("agency")]
            initial["owners"] = [agency.pk for agency in owners if agency.pk in offered]
            initial["other_owners"] = ", ".join(agency.acronym for agency in owners if agency.pk not in offered)
        super().__init__(*args, initial=initial, **kwargs)
        self.set_up(meeting, may_restrict=may_restrict)
        self.fields["owners"].queryset = agencies_for(meeting.task_force).filter(pk__in=offered)
        self.fields["owner_person"] = PersonChoiceField(meeting.task_force, label=_("Personne"))
        self.fields["text"].label = _("Action à mener")

    def clean_other_owners(self) -> list[Agency]:
        agencies = []
        for name in self.cleaned_data["other_owners"].split(","):
            if name.strip():
                agency = self._agency_named(name)
                if agency is None:
                    text = _now("« %(name)s » n’est pas une structure connue. Écrivez un sigle du répertoire.")
                    raise forms.ValidationError(text % {"name": name.strip()[:60]})
                agencies.append(agency)
        return agencies

    def _agency_named(self, name: str) -> Agency | None:
        key = normalise(name)
        known = agencies_for(self.meeting.task_force)
        alias = AgencyAlias.objects.filter(normalised=key, agency__in=known).select_related("agency").first()
        if alias is not None:
            return alias.agency
        return next((one for one in known if key in {normalise(one.acronym), normalise(one.name_fr)}), None)

    @property
    def facts(self) -> dict[str, Any]:
        """What the services take."""
        values = self.cleaned_data
        names = (
            "text",
            "agenda_item",
            "due_on",
            "owner_all",
            "owner_function",
            "owner_person",
            "priority",
            "is_restricted",
        )
        owners = [*values["owners"], *values["other_owners"]]
        return {name: values[name] for name in names if name in values} | {"owners": owners}


def _offered_agencies(meeting: Meeting) -> set[int]:
    """Agencies that sit on the meeting's day or came to it."""
    sits = Q(seats__task_force=meeting.task_force_id, seats__period__contains=meeting.date)
    came = Q(attendances__meeting=meeting.pk)
    return set(Agency.objects.filter(sits | came).values_list("pk", flat=True))
