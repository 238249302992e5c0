"""Forms that tie decisions and actions to interventions and lines, from either side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PeoplePicker
from core.typography import date_fr
from interventions.forms.fields import CleanForm
from interventions.models import CoverageLine, Intervention
from taskforce.models import ActionItem, Decision

# Of a text in a list to choose from.
SHOWN = 90


def line_label(line: CoverageLine) -> str:
    """« Tahoua · Transferts monétaires · ménages pauvres · depuis le 1er mars 2016 »."""
    place = line.unit.name if line.unit else _("National ou diffus")
    group = line.target_group.name if line.target_group else ""
    since = _("depuis le %(day)s") % {"day": date_fr(line.starts_on)}
    return " · ".join(filter(None, [str(place), line.instrument.name, group, since]))


class LineChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: CoverageLine) -> str:
        return line_label(obj)


class SubjectForm(CleanForm):
    """On a sheet: which decision or action speaks of it, or of one of its lines."""

    subject = forms.ChoiceField(label=gettext_lazy("Décision ou action"), widget=PeoplePicker)
    line = LineChoice(
        label=gettext_lazy("Ligne"),
        queryset=CoverageLine.objects.none(),
        required=False,
        empty_label=gettext_lazy("Toute la fiche"),
        help_text=gettext_lazy("Seulement si la décision ne concerne qu’un lieu ou un instrument."),
    )

    def __init__(
        self, *args: Any, decisions: Iterable[Decision], actions: Iterable[ActionItem], lines: QuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = {**{f"d{one.pk}": one for one in decisions}, **{f"a{one.pk}": one for one in actions}}
        bodies = {one.task_force_id for one in self.subjects.values()}
        groups: list[tuple[str, list[tuple[str, str]]]] = []
        for letter, label in (("d", _("Décisions")), ("a", _("Actions"))):
            offered = [
                (key, _label(one, with_body=len(bodies) > 1)) for key, one in self.subjects.items() if key[0] == letter
            ]
            if offered:
                groups.append((label, offered))
        self.fields["subject"].choices = [("", "—"), *groups]  # type: ignore[attr-defined]
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Decision | ActionItem:
        return self.subjects[self.cleaned_data["subject"]]


def _label(subject: Decision | ActionItem, *, with_body: bool) -> str:
    text = Truncator(" ".join(subject.text.split())).chars(SHOWN)
    body = f" ({subject.task_force})" if with_body else ""
    return f"{subject.reference}{body} – {text}"


class InterventionChoice(forms.ModelChoiceField):
    widget = PeoplePicker

    def label_from_instance(self, obj: Intervention) -> str:
        return f"{obj.title} ({obj.code})"


class InterventionForm(CleanForm):
    """On a decision or an action: which intervention it speaks of."""

    intervention = InterventionChoice(
        label=gettext_lazy("Intervention"), queryset=Intervention.objects.none(), empty_label="—"
    )

    def __init__(self, *args: Any, sheets: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intervention"].queryset = sheets  # type: ignore[attr-defined]


class LineTieForm(CleanForm):
    """And which line of those interventions."""

    line = forms.ChoiceField(label=gettext_lazy("Ligne"), widget=PeoplePicker)

    def __init__(self, *args: Any, lines: Iterable[CoverageLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {str(line.pk): line for line in lines}
        groups: dict[int, tuple[str, list[tuple[str, str]]]] = {}
        for key, line in self.lines.items():
            _title, offered = groups.setdefault(line.intervention_id, (line.intervention.title, []))
            offered.append((key, line_label(line)))
        self.fields["line"].choices = [("", "—"), *groups.values()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> CoverageLine:
        return self.lines[self.cleaned_data["line"]]
