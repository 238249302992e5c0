"""The calendar's form, which speaks French and gives an RRULE."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField, FrenchTimeField
from meetings.forms.common import SocleForm
from meetings.forms.meeting import PlaceMixin
from meetings.models import MeetingSeries
from meetings.recurrence import NTHS, RuleChoice, ordinals, weekday_names

MODES = [
    ("monthly_weekday", _("Un jour de la semaine, chaque mois")),
    ("monthly_day", _("Une date du mois")),
    ("weekly", _("Un jour de la semaine, chaque semaine")),
    ("custom", _("Une règle particulière (RRULE)")),
]


class SeriesForm(PlaceMixin, SocleForm):
    """« Tous les 2ᵉ mardis du mois, à 10 h 30, pendant deux heures, à partir du 1er mars. »"""

    mode = forms.ChoiceField(
        label=_("Périodicité"), choices=MODES, widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    nth = forms.TypedChoiceField(label=_("Rang"), coerce=int, required=False, empty_value=1)
    weekday = forms.TypedChoiceField(label=_("Jour"), coerce=int, required=False, empty_value=0)
    every_months = forms.IntegerField(label=_("Tous les … mois"), min_value=1, max_value=24, required=False)
    day = forms.TypedChoiceField(label=_("Date"), coerce=int, required=False, empty_value=1)
    every_months_day = forms.IntegerField(label=_("Tous les … mois"), min_value=1, max_value=24, required=False)
    weekly_weekday = forms.TypedChoiceField(label=_("Jour"), coerce=int, required=False, empty_value=0)
    every_weeks = forms.IntegerField(label=_("Toutes les … semaines"), min_value=1, max_value=52, required=False)
    custom = forms.CharField(label=_("Règle"), max_length=200, required=False)
    starts_on = FrenchDateField(label=_("À partir du"))
    until = FrenchDateField(label=_("Jusqu’au"), required=False)
    start_time = FrenchTimeField(label=_("Heure de début"))
    duration_minutes = forms.IntegerField(label=_("Durée (minutes)"), min_value=5, max_value=1440)

    def __init__(self, *args: Any, series: MeetingSeries | None = None, today: date, **kwargs: Any) -> None:
        initial = series_initial(series) if series else default_initial(today)
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        weekdays = list(enumerate(weekday_names()))
        names = ordinals()
        self.fields["nth"].choices = [(nth, names[nth]) for nth in NTHS]
        self.fields["weekday"].choices = self.fields["weekly_weekday"].choices = weekdays
        self.fields["day"].choices = [
            *((day, names[1] if day == 1 else str(day)) for day in range(1, 32)),
            (-1, _("dernier jour")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        choice = self._choice()
        if choice is not None and not self.errors:
            try:
                cleaned["rrule"] = choice.rrule()
            except ValidationError as error:
                self.add_error("custom" if choice.mode == "custom" else None, error)
        return cleaned

    def _choice(self) -> RuleChoice | None:
        values = self.cleaned_data
        match values.get("mode"):
            case "monthly_weekday":
                every = values.get("every_months") or 1
                return RuleChoice(
                    "monthly_weekday", nth=values.get("nth", 1), weekday=values.get("weekday", 0), every=every
                )
            case "monthly_day":
                return RuleChoice("monthly_day", day=values.get("day", 1), every=values.get("every_months_day") or 1)
            case "weekly":
                every = values.get("every_weeks") or 1
                return RuleChoice("weekly", weekday=values.get("weekly_weekday", 0), every=every)
            case "custom":
                return RuleChoice("custom", text=values.get("custom", ""))
        return None

    @property
    def values(self) -> dict[str, Any]:
        """What the services take; only after `is_valid()`."""
        names = ("rrule", "starts_on", "until", "start_time", "duration_minutes", "place", "link")
        return {name: self.cleaned_data[name] for name in names}

    def preview_only(self) -> None:
        """Ask only for what the dates depend on."""
        for name in ("start_time", "duration_minutes", "place", "link"):
            self.fields[name].required = False


def default_initial(today: date) -> dict[str, Any]:
    """The commonest rule: the second Tuesday, at half past ten, for two hours."""
    return {
        "mode": "monthly_weekday",
        "nth": 2,
        "weekday": 1,
        "every_months": 1,
        "day": 15,
        "every_months_day": 1,
        "weekly_weekday": 1,
        "every_weeks": 1,
        "starts_on": today,
        "start_time": time(10, 30),
        "duration_minutes": 120,
    }


def series_initial(series: MeetingSeries) -> dict[str, Any]:
    """What the form shows of an existing calendar."""
    choice = RuleChoice.of(series.rrule)
    names = ("starts_on", "until", "start_time", "duration_minutes", "place", "link")
    return default_initial(series.starts_on) | {
        "mode": choice.mode,
        "nth": choice.nth,
        "weekday": choice.weekday,
        "every_months": choice.every,
        "day": choice.day,
        "every_months_day": choice.every,
        "weekly_weekday": choice.weekday,
        "every_weeks": choice.every,
        "custom": choice.text,
        **{name: getattr(series, name) for name in names},
    }
