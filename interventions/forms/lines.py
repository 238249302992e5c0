"""Forms of coverage lines: one line, the same elsewhere, its end, its figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from interventions.enums import AgeBand, Counted, FigureKind, Frequency, Precision, Sex, TransferModality
from interventions.figures import Cell
from interventions.forms.fields import (
    NATIONAL,
    AmountField,
    CleanForm,
    CountField,
    LinePlaceField,
    grouped_places,
    groups_offered,
    instruments_offered,
)
from interventions.models import AdminUnit, CoverageFigure, CoverageLine, Instrument, TargetGroup
from interventions.services.figures import Fact, words
from taskforce.models import Country

BLANK = [("", "—")]


class LineForm(CleanForm):
    """Who is reached where, with what, from when to when."""

    unit = LinePlaceField(
        label=_("Lieu"), help_text=_("Un département. Une région seulement si le département n’est pas connu.")
    )
    instrument = forms.ModelChoiceField(label=_("Instrument"), queryset=Instrument.objects.none(), empty_label="—")
    target_group = forms.ModelChoiceField(
        label=_("Groupe cible"), queryset=TargetGroup.objects.none(), required=False, empty_label="—"
    )
    starts_on = FrenchDateField(label=_("Début"))
    ends_on = FrenchDateField(
        label=_("Fin"), required=False, help_text=_("Le dernier jour. Laissez vide s’il n’est pas connu.")
    )
    transfer_value = AmountField(label=_("Valeur du transfert"))
    frequency = forms.ChoiceField(label=_("Fréquence"), choices=[*BLANK, *Frequency.choices], required=False)
    modality = forms.ChoiceField(label=_("Modalité"), choices=[*BLANK, *TransferModality.choices], required=False)
    budget = AmountField(label=_("Budget"), max_digits=16)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    note = forms.CharField(
        label=_("Remarque"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    NAMES = (
        "unit instrument target_group starts_on ends_on transfer_value frequency modality budget source note".split()
    )

    def __init__(
        self, *args: Any, country: Country, currency: str, line: CoverageLine | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(country, keep=line.unit if line else None)
        self.fields["instrument"].queryset = instruments_offered(line.instrument_id if line else None)
        self.fields["target_group"].queryset = groups_offered(line.target_group_id if line else None)
        for name in ("transfer_value", "budget"):
            self.fields[name].label = f"{self.fields[name].label} ({currency})"

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("La fin précède le début."))
        if data.get("transfer_value") is not None and not data.get("frequency"):
            self.add_error("frequency", _("Dites à quelle fréquence cette valeur est versée."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}

    @staticmethod
    def initial_of(line: CoverageLine) -> dict[str, Any]:
        keys = {"unit": "unit_id", "instrument": "instrument_id", "target_group": "target_group_id"}
        values = {name: getattr(line, keys.get(name, name)) for name in [*LineForm.NAMES, "version"]}
        return values | {"unit": line.unit_id or NATIONAL}


class CopyForm(CleanForm):
    """The departments to which a line is taken."""

    units = forms.ModelMultipleChoiceField(
        label=_("Départements"),
        queryset=AdminUnit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un département.")},
    )

    def __init__(
        self, *args: Any, country: Country, places: Iterable[AdminUnit], taken: set[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = AdminUnit.objects.filter(country=country)
        chosen = {str(one) for one in self.data.getlist("units")} if self.is_bound else set()
        self.groups = [
            (region, [(key, name, key in taken, str(key) in chosen) for key, name in rows])
            for region, rows in grouped_places(places)
        ]


class EndForm(CleanForm):
    """The last day of a line."""

    ends_on = FrenchDateField(label=_("Dernier jour"))


class FiguresForm(CleanForm):
    """The figures of a line: a box for each cell, an empty one for what is not known."""

    # Households and communities: a total. People: by sex, age, both, and with a disability.
    PEOPLE = (
        (_("Ensemble"), ("", "", False)),
        (_("Femmes"), (Sex.FEMALE.value, "", False)),
        (_("Hommes"), (Sex.MALE.value, "", False)),
        (_("Enfants (moins de 18 ans)"), ("", AgeBand.CHILDREN.value, False)),
        (_("Filles"), (Sex.FEMALE.value, AgeBand.CHILDREN.value, False)),
        (_("Garçons"), (Sex.MALE.value, AgeBand.CHILDREN.value, False)),
        (_("Adultes (18–59 ans)"), ("", AgeBand.ADULTS.value, False)),
        (_("Femmes adultes"), (Sex.FEMALE.value, AgeBand.ADULTS.value, False)),
        (_("Hommes adultes"), (Sex.MALE.value, AgeBand.ADULTS.value, False)),
        (_("Personnes âgées (60 ans et plus)"), ("", AgeBand.ELDERLY.value, False)),
        (_("Femmes âgées"), (Sex.FEMALE.value, AgeBand.ELDERLY.value, False)),
        (_("Hommes âgés"), (Sex.MALE.value, AgeBand.ELDERLY.value, False)),
        (_("En situation de handicap"), ("", "", True)),
    )
    # Shown at once; the rest is folded away until it is used.
    FIRST = 3

    confirmed = forms.BooleanField(
        label=_("Ces nombres sont exacts : plus de personnes ont été atteintes que prévu"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, figures: Iterable[CoverageFigure] = (), **kwargs: Any) -> None:
        self.known = {figure.cell: figure for figure in figures}
        super().__init__(*args, **kwargs)
        for kind in FigureKind:
            for cell in cells(kind.value):
                figure = self.known.get(cell)
                self.fields[name_of(cell)] = CountField(
                    label=words(cell), initial=figure.value if figure is not None else None
                )
            first = next((one for cell, one in self.known.items() if cell.kind == kind.value), None)
            self.fields[f"{kind.value}-precision"] = forms.ChoiceField(
                label=_("Méthode"), choices=Precision, initial=first.precision if first else Precision.COUNTED
            )
            self.fields[f"{kind.value}-as_of"] = FrenchDateField(
                label=_("À la date du"), required=False, initial=first.as_of if first else None, help_text=""
            )
            self.fields[f"{kind.value}-source"] = forms.CharField(
                label=_("Source"), max_length=200, required=False, initial=first.source if first else ""
            )

    def rows(self, counted: str) -> list[tuple[Any, list[forms.BoundField]]]:
        """(label, the boxes targeted, reached, in need) for households or communities, or for each part of people."""
        parts = self.PEOPLE if counted == Counted.PERSON else ((Counted(counted).label, ("", "", False)),)
        return [
            (label, [self[name_of(Cell(kind.value, counted, *key))] for kind in FigureKind]) for label, key in parts
        ]

    def totals(self) -> list[tuple[Any, list[forms.BoundField]]]:
        people = [(_("Personnes"), self.rows(Counted.PERSON.value)[0][1])]
        return [*self.rows(Counted.HOUSEHOLD.value), *people, *self.rows(Counted.COMMUNITY.value)]

    def by_sex(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return self.rows(Counted.PERSON.value)[1:3]

    def by_age(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return self.rows(Counted.PERSON.value)[3:]

    def age_used(self) -> bool:
        return any(box.value() not in (None, "") or box.errors for _label, boxes in self.by_age() for box in boxes)

    def how_known(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """For each kind: method, date, source."""
        names = ("precision", "as_of", "source")
        return [(kind.label, [self[f"{kind.value}-{name}"] for name in names]) for kind in FigureKind]

    @property
    def facts(self) -> dict[Cell, Fact | None]:
        """What `set_figures` takes. How a figure is known stays as it is where neither it nor the figure changed."""
        data, found = self.cleaned_data, {}
        for kind in FigureKind:
            told = tuple(data[f"{kind.value}-{name}"] for name in ("precision", "as_of", "source"))
            first = next((one for cell, one in self.known.items() if cell.kind == kind.value), None)
            same = first is not None and told == (first.precision, first.as_of, first.source)
            for cell in cells(kind.value):
                value = data[name_of(cell)]
                known = self.known.get(cell)
                if value is None:
                    found[cell] = None
                elif same and known is not None and known.value == value:
                    found[cell] = Fact(value, known.precision, known.as_of, known.source)
                else:
                    found[cell] = Fact(value, *told)
        return found


def cells(kind: str) -> list[Cell]:
    """Every cell that the form shows for a kind."""
    people = [Cell(kind, Counted.PERSON.value, *key) for _label, key in FiguresForm.PEOPLE]
    return [Cell(kind, Counted.HOUSEHOLD.value), Cell(kind, Counted.COMMUNITY.value), *people]


def name_of(cell: Cell) -> str:
    return f"{cell.kind}-{cell.counted}-{cell.sex or 'x'}-{cell.age_band or 'x'}-{int(cell.with_disability)}"
