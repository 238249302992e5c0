"""What several forms of meetings share: a moment in the body's time zone, choices of people and agencies."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CharactersMixin, FrenchDateField, FrenchTimeField, PeoplePicker
from core.typography import time_fr
from meetings.models import Meeting
from meetings.queries import agencies_for, known_people
from meetings.recurrence import FIRST_DAY, LAST_DAY
from taskforce.models import Agency, Person, TaskForce


class SocleForm(CharactersMixin, forms.Form):
    """A form that takes a service's refusal back to the fields it names."""

    def refuse(self, error: ValidationError) -> None:
        """Show the errors of a service beside their fields; those of no field of this form stand on top."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in by_field.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class AgencyChoiceField(forms.ModelChoiceField):
    """An organisation of the world or a structure of the body's country."""

    widget = PeoplePicker

    def __init__(self, body: TaskForce, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(queryset=agencies_for(body), empty_label="—", **kwargs)

    def label_from_instance(self, obj: Agency) -> str:
        return obj.label


class PersonChoiceField(forms.ModelChoiceField):
    """Somebody the body knows."""

    widget = PeoplePicker

    def __init__(self, body: TaskForce, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(queryset=known_people(body), empty_label="—", **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        return person_label(obj)


def person_label(person: Person) -> str:
    """« Mme Aïssa Oumarou (UNICEF) »."""
    return f"{person.full_name} ({person.agency})" if person.agency else person.full_name


class WhenMixin(forms.Form):
    """A day, a beginning and an end typed in the body's time zone; gives `starts_at` and `ends_at`.

    « Se termine le lendemain » appears when the end does not come after the beginning: it may be a slip, or a
    meeting past midnight, and only the author knows.
    """

    date = FrenchDateField(label=gettext_lazy("Date"))
    start_time = FrenchTimeField(label=gettext_lazy("Début"))
    end_time = FrenchTimeField(label=gettext_lazy("Fin"), help_text="")
    ends_next_day = forms.BooleanField(label=gettext_lazy("Se termine le lendemain"), required=False)

    body: TaskForce

    @property
    def asks_next_day(self) -> bool:
        """Whether the page shows « Se termine le lendemain »."""
        if self.is_bound:
            return bool(self.data.get(self.add_prefix("ends_next_day"))) or self.has_error(
                "end_time", "ends-before-start"
            )
        return bool(self.initial.get("ends_next_day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, start, end = cleaned.get("date"), cleaned.get("start_time"), cleaned.get("end_time")
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            self.add_error(
                "date",
                _("L’année %(year)d n’est pas possible ici. Écrivez une année entre %(first)d et %(last)d.")
                % {"year": day.year, "first": FIRST_DAY.year, "last": LAST_DAY.year},
            )
            return cleaned
        if day is None or start is None or end is None:
            return cleaned
        next_day = cleaned.get("ends_next_day", False)
        if next_day and end > start:
            text = _(
                "Une réunion dure 24 heures au plus : décochez « Se termine le lendemain » ou corrigez les heures."
            )
            self.add_error("ends_next_day", text)
        elif not next_day and end <= start:
            text = _(
                "L’heure de fin (%(end)s) ne vient pas après l’heure de début (%(start)s). "
                "Corrigez l’une des deux, ou cochez « Se termine le lendemain »."
            ) % {"end": time_fr(end) or "0 h", "start": time_fr(start) or "0 h"}
            self.add_error("end_time", ValidationError(text, code="ends-before-start"))
        else:
            last = day + timedelta(days=1) if next_day else day
            cleaned["starts_at"] = datetime.combine(day, start, tzinfo=self.body.tz)
            cleaned["ends_at"] = datetime.combine(last, end, tzinfo=self.body.tz)
        return cleaned


def when_initial(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """The initial values of `WhenMixin` for two moments in the body's time zone."""
    return {
        "date": starts_at.date(),
        "start_time": _minute(starts_at),
        "end_time": _minute(ends_at),
        "ends_next_day": ends_at.date() > starts_at.date(),
    }


def _minute(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def meeting_when(meeting: Meeting) -> dict[str, Any]:
    return when_initial(meeting.local_start, meeting.local_end)


__all__ = [
    "AgencyChoiceField",
    "PersonChoiceField",
    "SocleForm",
    "WhenMixin",
    "meeting_when",
    "person_label",
    "when_initial",
]
