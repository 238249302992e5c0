"""What a capture made in the room may say; read from a form or from what a browser kept while it had no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.richtext import text_to_html
from meetings.enums import AttendanceStatus, LiveKind
from meetings.models import Meeting, MinutesSection
from meetings.queries import known_people
from taskforce.models import Agency, Seat

# Everybody, as the owner of an action.
EVERYBODY = "all"
STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.REMOTE, AttendanceStatus.EXCUSED)
GONE = gettext_lazy("Ce point n’est plus à l’ordre du jour.")


class LiveForm(forms.Form):
    """The fields of one capture of `meeting`."""

    def __init__(self, meeting: Meeting, data: Mapping[str, Any]) -> None:
        # What a browser sends as JSON may be of any type; a form reads texts.
        super().__init__({name: "" if value is None else str(value) for name, value in data.items()})
        self.meeting = meeting
        if "item" in self.fields:
            self.fields["item"].queryset = meeting.agenda.all()  # type: ignore[attr-defined]


class NoteForm(LiveForm):
    """The notes of a section: the text now, and the one it began with, both as plain text."""

    section = forms.ModelChoiceField(MinutesSection.objects.none())
    base = forms.CharField(required=False, strip=False)
    text = forms.CharField(required=False, strip=False)
    # After a conflict: both passages are wanted.
    both = forms.BooleanField(required=False)

    def __init__(self, meeting: Meeting, data: Mapping[str, Any]) -> None:
        super().__init__(meeting, data)
        sections = MinutesSection.objects.filter(minutes__meeting=meeting)
        self.fields["section"].queryset = sections  # type: ignore[attr-defined]
        self.fields["section"].error_messages["invalid_choice"] = _("Cette section n’existe plus.")

    def clean_base(self) -> str:
        return text_to_html(self.cleaned_data["base"])

    def clean_text(self) -> str:
        return text_to_html(self.cleaned_data["text"])


class DecisionForm(LiveForm):
    text = forms.CharField(error_messages={"required": gettext_lazy("Écrivez la décision.")})
    item = forms.ModelChoiceField(
        MinutesSection.objects.none(), required=False, error_messages={"invalid_choice": GONE}
    )


class ActionForm(LiveForm):
    text = forms.CharField(error_messages={"required": gettext_lazy("Écrivez l’action.")})
    item = forms.ModelChoiceField(
        MinutesSection.objects.none(), required=False, error_messages={"invalid_choice": GONE}
    )
    owner = forms.CharField(required=False)
    due_on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": gettext_lazy("Écrivez l’échéance ainsi : 31/12/2026.")},
    )

    def clean_owner(self) -> dict[str, Any]:
        """The facts that `log_action` takes."""
        value = self.cleaned_data["owner"]
        if value == EVERYBODY:
            return {"owner_all": True}
        if not value:
            return {}
        seats = Seat.objects.filter(task_force=self.meeting.task_force_id).values("agency")
        agency = Agency.objects.filter(pk__in=seats, pk=value).first() if _is_number(value) else None
        if agency is None:
            raise ValidationError(_("Cette agence n’est pas membre de l’instance."))
        return {"owners": [agency]}


class PresenceForm(LiveForm):
    person = forms.ModelChoiceField(MinutesSection.objects.none())
    status = forms.ChoiceField(required=False, choices=[("", ""), *((one, one) for one in STATUSES)])
    # What the author had before their eyes.
    seen = forms.CharField(required=False)

    def __init__(self, meeting: Meeting, data: Mapping[str, Any]) -> None:
        super().__init__(meeting, data)
        self.fields["person"].queryset = known_people(meeting.task_force)  # type: ignore[attr-defined]
        self.fields["person"].error_messages["invalid_choice"] = _("Cette personne n’est plus dans l’annuaire.")


class ItemForm(LiveForm):
    """A passage: the point come to (`item`, none after the last one), the one that is done with (`leaves`). With `undo`,
    the passage to `item` is taken back."""

    item = forms.ModelChoiceField(
        MinutesSection.objects.none(), required=False, error_messages={"invalid_choice": GONE}
    )
    leaves = forms.ModelChoiceField(
        MinutesSection.objects.none(), required=False, error_messages={"invalid_choice": GONE}
    )
    undo = forms.BooleanField(required=False)

    def __init__(self, meeting: Meeting, data: Mapping[str, Any]) -> None:
        super().__init__(meeting, data)
        self.fields["leaves"].queryset = meeting.agenda.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not facts["undo"] and not facts["item"] and not facts["leaves"]:
            raise ValidationError(_("Choisissez le point auquel la réunion passe."), code="required")
        return facts


FORMS: dict[str, type[LiveForm]] = {
    LiveKind.NOTE: NoteForm,
    LiveKind.DECISION: DecisionForm,
    LiveKind.ACTION: ActionForm,
    LiveKind.PRESENCE: PresenceForm,
    LiveKind.ITEM: ItemForm,
}


def facts_of(meeting: Meeting, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The checked facts of a capture. Raises ValidationError with what is wrong, in words."""
    if kind not in FORMS:
        raise ValidationError(_("Cette saisie n’est pas connue de cette version : rechargez la page."), code="kind")
    form = FORMS[kind](meeting, data)
    if not form.is_valid():
        raise ValidationError([text for texts in form.errors.values() for text in texts])
    return form.cleaned_data


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 12
