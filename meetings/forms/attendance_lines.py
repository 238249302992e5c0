"""One line of the list of presence: what is asked, and what the page shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FrenchTimeField
from meetings.enums import AttendanceStatus, Capacity
from meetings.forms.common import SocleForm, person_label
from meetings.models import Attendance
from meetings.wording import status_word
from taskforce.models import Agency, Mandate, Person


class LineForm(SocleForm):
    """One person. `person`, `agency` and `email` are asked only for somebody who is not in the list yet."""

    status = forms.ChoiceField(required=False, choices=[("", "—"), *AttendanceStatus.choices])
    person = forms.CharField(required=False, max_length=160)
    agency = forms.CharField(required=False, max_length=250)
    email = forms.EmailField(required=False, max_length=254)
    capacity = forms.ChoiceField(required=False, choices=[("", gettext_lazy("Selon le mandat")), *Capacity.choices])
    proxy_granted_by = forms.CharField(required=False, max_length=200)
    represented_by = forms.CharField(required=False, max_length=250)
    arrived_at = FrenchTimeField(required=False)
    left_at = FrenchTimeField(required=False)
    seen = forms.CharField(required=False, max_length=400)


@dataclass
class Line:
    """A line of the sheet: somebody known, or an empty line for somebody to type."""

    key: str
    form: LineForm
    person: Person | None = None
    mandate: Mandate | None = None
    stored: Attendance | None = None
    agency: Agency | None = None
    note: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name under which « représenté par » finds the line."""
        if self.person is not None:
            return person_label(self.person)
        return str(self.form["person"].value() or "").strip()

    @cached_property
    def statuses(self) -> list[tuple[str, str, bool]]:
        """(value, word in the person's gender, chosen)."""
        chosen = self.form["status"].value() or ""
        person = self.person or Person()
        words = {"": _("Non noté"), **{status: status_word(person, status) for status in AttendanceStatus}}
        return [(str(value), word, value == chosen) for value, word in words.items()]

    @property
    def capacity(self) -> str:
        return str(self.form["capacity"].value() or "")

    @property
    def arrived(self) -> str:
        return self._time("arrived_at")

    @property
    def left(self) -> str:
        return self._time("left_at")

    def _time(self, name: str) -> str:
        """As typed, or as stored: « 10 h 30 »."""
        bound = self.form[name]
        return bound.field.widget.format_value(bound.value()) or ""

    @property
    def is_open(self) -> bool:
        """Whether the folded part of the line is shown: when something in it is to be mended."""
        # The agency of who is not in the list yet stands beside the name.
        folded = FOLDED if self.person is None else FOLDED | {"agency"}
        return bool(folded & set(self.errors))

    @property
    def summary(self) -> str:
        """What the folded part says, in a few words; empty when it says nothing."""
        words = []
        stored = self.stored.capacity if self.stored else ""
        if self.capacity not in {"", stored}:
            words.append(dict(self.form.fields["capacity"].choices).get(self.capacity, self.capacity))
        sentences = (
            ("represented_by", _("représenté(e) par %(said)s")),
            ("proxy_granted_by", _("procuration de %(said)s")),
            ("arrived_at", _("arrivée %(said)s")),
            ("left_at", _("départ %(said)s")),
            ("email", "%(said)s"),
        )
        for name, sentence in sentences:
            said = self._time(name) if name in {"arrived_at", "left_at"} else self.form[name].value()
            if said:
                words.append(sentence % {"said": said})
        return ", ".join(str(word) for word in words)


@dataclass
class Group:
    """Lines under one heading: an agency that sits, or people who do not."""

    title: str
    lines: list[Line]
    note: str = ""


CONTROLS = frozenset(LineForm.base_fields)
# Of these, what stands in the folded part of a line.
FOLDED = frozenset({"capacity", "represented_by", "proxy_granted_by", "arrived_at", "left_at", "email"})
