"""Forms of the texts of minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.richtext import VersionedForm
from meetings.forms.common import AgencyChoiceField, SocleForm
from meetings.models import AgencyUpdate, Meeting


class SectionForm(SocleForm, VersionedForm):
    """The text of a section and the version it started from."""


class UpdateForm(SocleForm, VersionedForm):
    """An agency's contribution. Who logs the meeting also says who reported it, and names a joint one."""

    policy_axis = forms.CharField(
        label=gettext_lazy("Axe de la politique nationale"),
        help_text=gettext_lazy("Par exemple « PNPS, axe 2 »."),
        required=False,
        max_length=200,
    )

    field_order = ["base_version", "label", "reported_by", "policy_axis", "body"]

    def __init__(self, *args: Any, update: AgencyUpdate, logs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if logs:
            self.fields["reported_by"] = AgencyChoiceField(
                update.meeting.task_force,
                label=gettext_lazy("Rapporté par"),
                help_text=gettext_lazy("L’agence qui a parlé pour elle en son absence."),
            )
        if update.agency_id is None:
            self.fields["label"] = forms.CharField(label=gettext_lazy("Intitulé"), max_length=200)
        self.order_fields(self.field_order)

    @property
    def facts(self) -> dict[str, Any]:
        """What stands beside the text, for `save_update`."""
        names = ("label", "reported_by", "policy_axis")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class AddUpdateForm(SocleForm):
    """A place in the round table: for one agency, or for several under a name."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"] = AgencyChoiceField(meeting.task_force, label=gettext_lazy("Agence ou structure"))
        self.fields["label"] = forms.CharField(
            label=gettext_lazy("ou contribution commune"),
            help_text=gettext_lazy("Par exemple « Contribution commune au plan d’action I3N »."),
            required=False,
            max_length=200,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("agency") and not cleaned.get("label"):
            self.add_error("agency", gettext_lazy("Choisissez une agence ou donnez un intitulé."))
        return cleaned
