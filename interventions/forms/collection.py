"""What a structure answers by its link: a workbook, rows of a form, or that there is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from interventions.enums import Counted, FigureKind, UnitLevel
from interventions.exports.coverage import NATIONAL
from interventions.figures import Cell
from interventions.forms.fields import CleanForm, CountField, grouped_places, groups_offered, instruments_offered
from interventions.forms.fields import places_of as places_offered
from interventions.models import AdminUnit, CampaignRequest, CoverageLine, Instrument, TargetGroup
from interventions.services.figures import check_figures
from interventions.services.imports import check_table
from interventions.standard_columns import field_of_cell
from taskforce.models import Country

# More than that is quicker in a workbook.
MOST_ROWS = 30
BLANK_ROWS = 2
# Of what the portal knows; the rest of the form is for what it does not.
MOST_KNOWN = 25
# The choice « national ou diffus », which is no place. Never what a forgotten list says.
EVERYWHERE = "0"
TEXTS = (
    "code title unit instrument group starts_on ends_on "
    "targeted_household reached_household targeted_person reached_person"
).split()
FIGURES = {
    "targeted_household": Cell(FigureKind.TARGETED.value, Counted.HOUSEHOLD.value),
    "reached_household": Cell(FigureKind.REACHED.value, Counted.HOUSEHOLD.value),
    "targeted_person": Cell(FigureKind.TARGETED.value, Counted.PERSON.value),
    "reached_person": Cell(FigureKind.REACHED.value, Counted.PERSON.value),
}


class Edited(QueryDict):
    """What the form shows after « Ajouter » or « Retirer »: typed so far, not to be checked yet."""


@dataclass
class Offered:
    """Places, instruments and groups, read once for all rows."""

    country: Country

    @cached_property
    def units(self) -> dict[str, AdminUnit]:
        return {str(unit.pk): unit for unit in places_offered(self.country)}

    @cached_property
    def unit_choices(self) -> list[Any]:
        groups = [
            (region, [(str(pk), name) for pk, name in rows]) for region, rows in grouped_places(self.units.values())
        ]
        return [("", "—"), (EVERYWHERE, gettext("National ou diffus")), *groups]

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        return {str(one.pk): one for one in instruments_offered()}

    @cached_property
    def groups(self) -> dict[str, TargetGroup]:
        return {str(one.pk): one for one in groups_offered()}


class RowForm(CleanForm):
    """One line: what, where, with what, for whom, when, how many."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)
    title = forms.CharField(label=_("Intervention"), max_length=250, required=False)
    unit = forms.ChoiceField(label=_("Lieu"), required=False)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    group = forms.ChoiceField(label=_("Groupe cible"), required=False)
    starts_on = FrenchDateField(label=_("Début"), required=False, help_text="")
    ends_on = FrenchDateField(label=_("Fin"), required=False, help_text="")
    targeted_household = CountField(label=_("Ménages ciblés"))
    reached_household = CountField(label=_("Ménages atteints"))
    targeted_person = CountField(label=_("Personnes ciblées"))
    reached_person = CountField(label=_("Personnes atteintes"))

    # Asked of every row that says something.
    needed = ("title", "unit", "instrument", "starts_on")

    def __init__(self, *args: Any, number: int, offered: Offered, titles: Mapping[str, str], **kwargs: Any) -> None:
        # A row left empty is nothing.
        super().__init__(*args, prefix=f"l{number}", empty_permitted=True, **kwargs)
        self.number = number
        self.offered, self.titles = offered, titles
        self.fields["unit"].choices = offered.unit_choices
        self.fields["instrument"].choices = [("", "—"), *((key, one.name) for key, one in offered.instruments.items())]
        self.fields["group"].choices = [("", "—"), *((key, one.name) for key, one in offered.groups.items())]

    @property
    def known_title(self) -> str:
        """The title of the sheet that the row is of, where the portal has it."""
        code = self.data.get(self.add_prefix("code"), "") if self.is_bound else self.initial.get("code", "")
        return self.titles.get(code, "")

    @property
    def told(self) -> str:
        """The row in a few words, for its heading: the place, the instrument, since when."""
        unit = self.offered.units.get(str(self["unit"].value() or ""))
        instrument = self.offered.instruments.get(str(self["instrument"].value() or ""))
        words = [unit.name if unit else gettext("National ou diffus"), instrument.name if instrument else ""]
        return " · ".join(word for word in words if word)

    @property
    def is_blank(self) -> bool:
        """Nothing was typed nor chosen."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in TEXTS if name != "code") and not (
            self.known_title
        )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code and code not in self.titles:
            raise ValidationError(_("Cette intervention n’est pas de votre structure. Rechargez la page."))
        return code

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        if not data.get("title") and not self.known_title and "title" not in self.errors:
            self.add_error("title", _("Écrivez l’intitulé de l’intervention."))
        if not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choisissez un lieu, ou « National ou diffus »."))
        if not data.get("instrument") and "instrument" not in self.errors:
            self.add_error("instrument", _("Choisissez un instrument."))
        if not data.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", _("Écrivez la date de début."))
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("La fin précède le début."))
        unit = self.offered.units.get(data.get("unit") or "")
        if unit is not None and start and not unit.exists_on(start):
            self.add_error("unit", _("Ce lieu n’existait pas encore à cette date."))
        try:
            check_figures(self.figures, confirmed=True)
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned

    @property
    def figures(self) -> dict[Cell, int]:
        return {
            cell: self.cleaned_data[name] for name, cell in FIGURES.items() if self.cleaned_data.get(name) is not None
        }

    def cells(self, lead: str, *, reported: date, source: str) -> dict[str, Any]:
        """The row by field of the standard columns."""
        data = self.cleaned_data
        unit = self.offered.units.get(data["unit"] or "")
        group = self.offered.groups.get(data["group"] or "")
        found = {
            "intervention_code": data["code"],
            "intervention_title": self.known_title or data["title"],
            "lead": lead,
            "instrument": self.offered.instruments[data["instrument"]].name,
            "group": group.name if group else None,
            "start": data["starts_on"],
            "end": data["ends_on"],
            "reported": reported if self.figures else None,
            "source": source,
            **place_cells(unit),
        }
        return found | {field_of_cell(cell): value for cell, value in self.figures.items()}

    def texts(self) -> dict[str, str]:
        """What was typed, to be shown again."""
        return {name: self.data.get(self.add_prefix(name), "")[:250] for name in TEXTS}


def place_cells(unit: AdminUnit | None) -> dict[str, str]:
    if unit is None:
        return {"adm1_name": NATIONAL}
    if unit.level == UnitLevel.REGION or unit.parent is None:
        return {"adm1_code": unit.pcode, "adm1_name": unit.name}
    return {
        "adm1_code": unit.parent.pcode,
        "adm1_name": unit.parent.name,
        "adm2_code": unit.pcode,
        "adm2_name": unit.name,
    }


class CollectionForm(CleanForm):
    """The whole answer: a workbook, rows, or nothing on the period. A workbook, once attached, is all that is read."""

    file = forms.FileField(
        label=_("Classeur rempli"),
        required=False,
        help_text=_("Fichier .xlsx ou .csv. S’il est joint, lui seul est lu."),
    )
    nothing = forms.BooleanField(label=_("Nous n’avons mené aucune intervention sur cette période"), required=False)
    note = forms.CharField(
        label=_("Précisions"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    lines = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        asked: CampaignRequest,
        known: Iterable[CoverageLine],
        titles: Mapping[str, str],
    ) -> None:
        edited = isinstance(data, Edited)
        initial = {"note": data.get("note", "") if edited else asked.note}
        if edited:
            initial["nothing"] = bool(data.get("nothing"))
        super().__init__(None if edited else data, None if edited else files, initial=initial)
        known = list(known)
        self.too_many = len(known) > MOST_KNOWN
        self.known_count = len(known)
        shown = [] if self.too_many else [texts_of(line) for line in known]
        if asked.rows:
            shown = list(asked.rows)
        count = _count(data, len(shown) + BLANK_ROWS)
        self.fields["lines"].initial = self.initial["lines"] = count
        offered = Offered(asked.campaign.country)
        self.rows = [
            RowForm(
                self.data if self.is_bound else None,
                initial=self._shown(data, shown, number),
                number=number,
                offered=offered,
                titles=titles,
            )
            for number in range(count)
        ]
        self.can_add = count < MOST_ROWS
        self.has_known = any(row.known_title for row in self.rows)

    @property
    def parts(self) -> list[forms.Form]:
        """The forms in page order, for the summary of errors."""
        return [] if self._is_elsewhere else self.filled

    def _shown(self, data: Any, known: list[dict[str, Any]], number: int) -> dict[str, Any] | None:
        """What a row shows that was not sent yet."""
        if isinstance(data, Edited):
            return _row_texts(data, number)
        return known[number] if not self.is_bound and number < len(known) else None

    @property
    def filled(self) -> list[RowForm]:
        return [row for row in self.rows if not row.is_blank]

    @property
    def _is_elsewhere(self) -> bool:
        """The rows are not the answer: a workbook is, or nothing was done."""
        return self.is_bound and bool(self.files.get("file") or self.data.get("nothing"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None:
            check_table(file)
        return file

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("nothing") and data.get("file"):
            self.add_error("nothing", _("Un classeur est joint : décochez cette case, ou ne joignez rien."))
        if not self._is_elsewhere and not self.filled and "file" not in self.errors:
            raise ValidationError(
                _("Joignez le classeur, remplissez au moins une ligne, ou dites que vous n’avez rien sur la période.")
            )
        return cleaned

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not self.is_bound or self._is_elsewhere:
            return valid
        # Every row is checked, so that every error is shown at once.
        results = [row.is_valid() for row in self.filled]
        return all(results) and valid

    def answer(self, lead: str, *, reported: date, source: str) -> dict[str, Any]:
        """What `record_answer` takes. Only of a valid form."""
        note = self.cleaned_data["note"]
        if self.cleaned_data.get("file"):
            return {"file": self.cleaned_data["file"], "note": note}
        if self.cleaned_data.get("nothing"):
            return {"note": note}
        rows = self.filled
        return {
            "rows": [row.cells(lead, reported=reported, source=source) for row in rows],
            "typed": [row.texts() for row in rows],
            "note": note,
        }


def texts_of(line: CoverageLine) -> dict[str, Any]:
    """A line that the portal knows, as the form shows it."""
    values = {figure.cell: figure.value for figure in line.figures.all()}
    return {
        "code": line.intervention.code,
        "title": line.intervention.title,
        "unit": str(line.unit_id or EVERYWHERE),
        "instrument": str(line.instrument_id),
        "group": str(line.target_group_id or ""),
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
        **{name: values.get(cell) for name, cell in FIGURES.items()},
    }


def edit_rows(data: QueryDict) -> QueryDict | None:
    """What the form shows after a button « Ajouter » or « Retirer »; None for any other."""
    pressed = next((name for name in ("ajouter", "retirer") if name in data), None)
    if pressed is None:
        return None
    rows = [_row_texts(data, number) for number in range(_count(data, 0))]
    place = _number(data.get(pressed), -1)
    if pressed == "ajouter" and len(rows) < MOST_ROWS:
        rows.append({})
    elif pressed == "retirer" and 0 <= place < len(rows):
        del rows[place]
    shown = Edited(mutable=True)
    for name in ("note", "nothing"):
        shown[name] = data.get(name, "")
    shown["lines"] = str(len(rows))
    for number, row in enumerate(rows):
        for name, value in row.items():
            shown[f"l{number}-{name}"] = value
    return shown


def _count(data: Any, usual: int) -> int:
    count = _number(data.get("lines"), usual) if data is not None else usual
    return min(MOST_ROWS, max(1, count))


def _number(text: Any, otherwise: int) -> int:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else otherwise


def _row_texts(data: Any, number: int) -> dict[str, str]:
    return {name: data.get(f"l{number}-{name}", "") for name in TEXTS}
