"""Forms about who else comes, and what the meeting deals with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin
from core.typography import date_fr
from meetings.forms.common import person_label
from meetings.models import Meeting
from taskforce.forms import AgencyField, NewPersonMixin, PersonField, agency_choices
from taskforce.models import Activity, Person, TaskForce
from taskforce.queries import people_choices


class PeopleBoxes(forms.ModelMultipleChoiceField):
    """People to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Person) -> str:
        return person_label(obj)


class GuestForm(CharactersMixin, NewPersonMixin):
    """Specialists of the theme, somebody known, or somebody new entered on the spot."""

    use_required_attribute = False

    specialists = PeopleBoxes(label=_("Spécialistes du thème"), queryset=Person.objects.none(), required=False)
    person = PersonField(label=_("Une autre personne"))
    new_agency = AgencyField(label=_("Agence ou structure"), required=False)

    field_order = ["specialists", "person"]

    def __init__(self, *args: Any, body: TaskForce, specialists: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Ticked on a page read before somebody else invited them: asked already is no error.
        self.fields["specialists"].queryset = people_choices() if self.is_bound else specialists
        self.fields["new_agency"].queryset = agency_choices(body.country)
        self.choose_among(people_choices())

    @property
    def wants_more(self) -> bool:
        return bool(self.cleaned_data.get("person") or self.cleaned_data.get("new_family_name"))

    def clean(self) -> Any:
        if self.cleaned_data.get("specialists") and not self.wants_new_person and not self.data.get("person"):
            return self.cleaned_data
        return super().clean()


class ActivityLinksForm(CharactersMixin, forms.Form):
    """The activities that a meeting deals with."""

    activities = forms.ModelMultipleChoiceField(
        label=_("Activités du plan de travail"),
        queryset=Activity.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, activities: QuerySet[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activities"].queryset = activities


class MeetingBoxes(forms.ModelMultipleChoiceField):
    """Meetings to tick, by day and theme."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{date_fr(obj.date)} – {obj.theme}" if obj.theme else date_fr(obj.date)


class MeetingLinksForm(CharactersMixin, forms.Form):
    """The meetings that deal with an activity."""

    meetings = MeetingBoxes(label=_("Réunions"), queryset=Meeting.objects.none(), required=False)

    def __init__(self, *args: Any, meetings: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meetings"].queryset = meetings
