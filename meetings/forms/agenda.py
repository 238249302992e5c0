"""The form of a point of the agenda."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.forms import PeoplePicker
from meetings.enums import ItemKind, ItemOutcome, Visibility
from meetings.forms.common import SocleForm, person_label
from meetings.models import AgendaItem, Meeting
from meetings.queries import agencies_for
from taskforce.models import Agency, Person
from taskforce.queries import french_order


class ItemForm(SocleForm):
    """Title, nature, time, who presents; the outcome too once the point exists."""

    title = forms.CharField(label=_("Intitulé"), max_length=250)
    kind = forms.ChoiceField(label=_("Nature"), choices=ItemKind, initial=ItemKind.DISCUSSION)
    minutes = forms.IntegerField(label=_("Durée (minutes)"), min_value=1, max_value=600, required=False)
    presenter = forms.ChoiceField(label=_("Présenté par"), required=False, widget=PeoplePicker)
    outcome = forms.ChoiceField(label=_("Suite"), choices=ItemOutcome)
    is_restricted = forms.BooleanField(
        label=_("Diffusion restreinte"),
        required=False,
        help_text=_(
            "Visible du secrétariat, de la présidence et du rapporteur seulement ; absent du compte rendu diffusé."
        ),
    )

    def __init__(
        self, meeting: Meeting, *args: Any, item: AgendaItem | None = None, may_restrict: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_initial(item), **kwargs)
        self.fields["presenter"].choices = presenter_choices(meeting, item)
        if item is None:
            del self.fields["outcome"]
        if not may_restrict:
            del self.fields["is_restricted"]

    @property
    def facts(self) -> dict[str, Any]:
        """What the services take."""
        values = self.cleaned_data
        presenter = values["presenter"]
        facts = {
            "title": values["title"],
            "kind": values["kind"],
            "minutes": values["minutes"],
            "presenter_agency": Agency.objects.get(pk=presenter[1:]) if presenter.startswith("a") else None,
            "presenter_person": Person.objects.get(pk=presenter[1:]) if presenter.startswith("p") else None,
        }
        if "outcome" in values:
            facts["outcome"] = values["outcome"]
        if "is_restricted" in values:
            facts["visibility"] = Visibility.RESTRICTED if values["is_restricted"] else Visibility.MEMBERS
        return facts


def _initial(item: AgendaItem | None) -> dict[str, Any]:
    if item is None:
        return {}
    presenter = f"a{item.presenter_agency_id}" if item.presenter_agency_id else ""
    if item.presenter_person_id:
        presenter = f"p{item.presenter_person_id}"
    return {
        "title": item.title,
        "kind": item.kind,
        "minutes": item.minutes,
        "presenter": presenter,
        "outcome": item.outcome,
        "is_restricted": item.visibility == Visibility.RESTRICTED,
    }


def presenter_choices(meeting: Meeting, item: AgendaItem | None) -> list[Any]:
    """Agencies and people, those who sit or come first: « a12 » is an agency, « p34 » a person."""
    body = meeting.task_force
    day = meeting.date
    people = (
        Person.objects.filter(
            Q(mandates__seat__task_force=body, mandates__period__contains=day)
            | Q(offices__task_force=body, offices__period__contains=day)
            | Q(attendances__meeting=meeting)
            | Q(pk=item.presenter_person_id if item else None)
        )
        .select_related("agency")
        .order_by(*french_order("family_name", "given_name"), "pk")
    )
    seated = set(body.seats.filter(period__contains=day).values_list("agency_id", flat=True))
    seated |= set(meeting.attendances.exclude(agency=None).values_list("agency_id", flat=True))
    agencies = list(agencies_for(body))
    # DISTINCT and an order by expressions do not go together: the joins may repeat a person.
    unique = {person.pk: person for person in people}
    groups = [
        (_("Agences de la réunion"), [(f"a{agency.pk}", agency.label) for agency in agencies if agency.pk in seated]),
        (_("Personnes"), [(f"p{pk}", person_label(person)) for pk, person in unique.items()]),
        (_("Autres structures"), [(f"a{agency.pk}", agency.label) for agency in agencies if agency.pk not in seated]),
    ]
    return [("", "—"), *((label, choices) for label, choices in groups if choices)]
