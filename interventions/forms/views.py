"""What matrices, maps and sheets are asked: a period, another to compare with, and what is counted. Read from the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin, FrenchDateField
from interventions.enums import Measure, UnitLevel
from interventions.maps import classes
from interventions.periods import Period
from interventions.queries.matrix import MatrixKind

MOST_BOUNDS = 6


class TakenDateField(FrenchDateField):
    """A day that shows what the page takes where nothing was typed."""

    taken: date | None = None

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data or self.taken


class PeriodForm(CharactersMixin, forms.Form):
    """The period, this year where none is given, and the one it is compared with."""

    du = TakenDateField(label=_("Du"), required=False, help_text="")
    au = TakenDateField(label=_("Au"), required=False, help_text="")
    du2 = FrenchDateField(label=_("Comparer : du"), required=False, help_text="")
    au2 = FrenchDateField(label=_("au"), required=False, help_text="")

    def __init__(self, data: Mapping[str, Any], *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.today = today
        if self.is_bound and not self.data.get("du") and not self.data.get("au"):
            year = Period.year(today.year)
            for name, day in (("du", year.start), ("au", year.end)):
                self.fields[name].taken = day  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for first, last in (("du", "au"), ("du2", "au2")):
            start, end = cleaned.get(first), cleaned.get(last)
            if start and end and end < start:
                self.add_error(last, _now("La fin précède le début."))
        if bool(cleaned.get("du2")) != bool(cleaned.get("au2")) and not {"du2", "au2"} & set(self.errors):
            name = "au2" if cleaned.get("du2") else "du2"
            self.add_error(name, _now("Pour comparer, donnez le début et la fin."))
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        """What could be read; a field in error is absent."""
        self.is_valid()
        return self.cleaned_data

    @property
    def period(self) -> Period:
        start, end = self.asked.get("du"), self.asked.get("au")
        if start is None and end is None:
            return Period.year(self.today.year)
        # One end given: the year of it, from or up to that day.
        start = start or date(end.year, 1, 1)
        return Period(start, end or date(start.year, 12, 31))

    @property
    def other(self) -> Period | None:
        """The second period, when both its ends are given."""
        start, end = self.asked.get("du2"), self.asked.get("au2")
        return Period(start, end) if start and end and start <= end else None

    def kept(self, **changes: str) -> str:
        """What was asked, as the end of an address, with `changes` ("" takes away)."""
        values = {name: self.data.get(name, "") for name in self.fields} | changes
        return urlencode([(name, value) for name, value in values.items() if value])

    # Asked less often: behind « Plus de choix ».
    MORE: tuple[str, ...] = ("du2", "au2")

    def first_fields(self) -> list[forms.BoundField]:
        return [item for item in self if item.name not in self.MORE]

    def more_fields(self) -> list[forms.BoundField]:
        return [item for item in self if item.name in self.MORE]

    def more_used(self) -> bool:
        return any(self.data.get(name) for name in self.MORE)

    @property
    def compare_query(self) -> str:
        """The same page beside the period before, or no longer beside any."""
        before = self.period.before.query
        return self.kept(du2=before["du"], au2=before["au"])

    @property
    def single_query(self) -> str:
        return self.kept(du2="", au2="")


class MatrixForm(PeriodForm):
    par = forms.ChoiceField(label=_("Matrice"), choices=MatrixKind, required=False)
    mesure = forms.ChoiceField(label=_("Chaque case compte"), choices=Measure, required=False)
    field_order = ("par", "mesure", "du", "au", "du2", "au2")

    @property
    def kind(self) -> MatrixKind:
        return MatrixKind(self.asked.get("par") or MatrixKind.INSTRUMENT)

    @property
    def measure(self) -> Measure:
        return Measure(self.asked.get("mesure") or Measure.INTERVENTIONS)


class MapForm(PeriodForm):
    METHODS = (
        ("quantiles", _("Autant de lieux dans chaque classe")),
        ("equal", _("Classes de même étendue")),
        ("given", _("Bornes choisies")),
    )

    MORE = ("classes", "bornes", "du2", "au2")

    niveau = forms.TypedChoiceField(
        label=_("Niveau"),
        choices=[(UnitLevel.DEPARTMENT.value, _("Départements")), (UnitLevel.REGION.value, _("Régions"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    mesure = forms.ChoiceField(label=_("La couleur montre"), choices=Measure, required=False)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    structure = forms.ChoiceField(label=_("Structure"), required=False)
    classes = forms.ChoiceField(label=_("Classes"), choices=METHODS, required=False)
    bornes = forms.CharField(
        label=_("Bornes"), max_length=80, required=False, help_text=_("La fin de chaque classe : « 2, 5, 10 ».")
    )
    field_order = ("niveau", "mesure", "instrument", "structure", "classes", "bornes", "du", "au", "du2", "au2")

    def __init__(self, *args: Any, instruments: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].choices = [("", _("Tous")), *instruments]  # type: ignore[attr-defined]
        self.fields["structure"].choices = [("", _("Toutes")), *agencies]  # type: ignore[attr-defined]

    def clean_bornes(self) -> list[int]:
        words = self.cleaned_data["bornes"].replace(";", ",").replace("\N{NARROW NO-BREAK SPACE}", "").split(",")
        words = [word.strip() for word in words if word.strip()]
        if len(words) >= MOST_BOUNDS or not all(word.isascii() and word.isdigit() and len(word) < 13 for word in words):
            raise forms.ValidationError(
                _now("Écrivez jusqu’à %(n)d nombres entiers, séparés par des virgules."), params={"n": classes.MOST - 1}
            )
        return sorted({int(word) for word in words})

    @property
    def level(self) -> int:
        return self.asked.get("niveau") or UnitLevel.DEPARTMENT

    @property
    def measure(self) -> Measure:
        return Measure(self.asked.get("mesure") or Measure.INTERVENTIONS)

    def narrowed_to(self) -> list[str]:
        """The instrument and the structure in words."""
        found = []
        for name in ("instrument", "structure"):
            if key := self.asked.get(name):
                found.append(str(dict(self.fields[name].choices)[key]))  # type: ignore[attr-defined]
        return found

    def classes_over(self, values: Any) -> classes.Classes:
        """Bounds that were typed, else the method asked for."""
        bounds = self.asked.get("bornes") or []
        method = self.asked.get("classes") or "quantiles"
        if method == "given" and not bounds:
            method = "quantiles"
        return classes.classes_of(values, method=method, given=bounds)
