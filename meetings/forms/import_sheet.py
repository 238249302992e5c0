"""The sheet of a document of the past: texts by field, from what was read or what somebody typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FrenchDateField, FrenchTimeField
from meetings.enums import AttendanceStatus, Capacity
from meetings.forms.common import SocleForm
from taskforce.enums import ActionState, Civility

# A list of presence of a congress; no minutes have more.
MOST_ROWS = 400
LONGEST = 300_000
NO_LABEL = {"label_suffix": ""}
NO_TIME = {
    "required": gettext_lazy("Cette heure n’a pas été trouvée dans le texte. Saisissez-la, au besoin à peu près.")
}

STATUSES = [
    (AttendanceStatus.PRESENT, AttendanceStatus.PRESENT.label),
    (AttendanceStatus.REMOTE, AttendanceStatus.REMOTE.label),
    (AttendanceStatus.EXCUSED, AttendanceStatus.EXCUSED.label),
    (AttendanceStatus.ABSENT, AttendanceStatus.ABSENT.label),
    (Capacity.GUEST, Capacity.GUEST.label),
]


def _text(rows: int, label: Any, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=kwargs.pop("required", False), max_length=LONGEST, widget=widget, **kwargs
    )


AGENCY = gettext_lazy("Agence ou structure")


def _agency(label: Any = AGENCY) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "structures", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=250, widget=widget)


class HeadForm(SocleForm):
    title = forms.CharField(label=gettext_lazy("Intitulé ou thème"), max_length=200, required=False)
    date = FrenchDateField(
        label=gettext_lazy("Date"),
        help_text="",
        error_messages={"required": gettext_lazy("La date n’a pas été trouvée dans le texte. Saisissez-la.")},
    )
    start = FrenchTimeField(label=gettext_lazy("Début"), help_text="", error_messages=NO_TIME)
    end = FrenchTimeField(label=gettext_lazy("Fin"), help_text="", error_messages=NO_TIME)
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=200, required=False)
    chair = forms.CharField(label=gettext_lazy("Présidence de séance"), max_length=160, required=False)
    chair_agency = _agency(gettext_lazy("Sa structure"))
    context = _text(5, gettext_lazy("Contexte"))
    discussion = _text(
        8,
        gettext_lazy("Discussions"),
        help_text=gettext_lazy("Ce qui n’est d’aucun point de l’ordre du jour ; placé à la suite du contexte."),
    )
    follow_up = _text(4, gettext_lazy("Suivi des actions précédentes"))
    conclusions = _text(6, gettext_lazy("Conclusions"))
    next_date = FrenchDateField(label=gettext_lazy("Date annoncée"), required=False, help_text="")
    next_theme = forms.CharField(label=gettext_lazy("Thème annoncé"), max_length=200, required=False)
    next_text = _text(2, gettext_lazy("Ce qui en est dit"))


class PersonForm(SocleForm):
    agency = _agency()
    civility = forms.ChoiceField(label=gettext_lazy("Civilité"), choices=[("", "—"), *Civility.choices], required=False)
    name = forms.CharField(label=gettext_lazy("Prénom et nom"), max_length=160)
    status = forms.ChoiceField(label=gettext_lazy("Présence"), choices=STATUSES)
    replaces = forms.CharField(label=gettext_lazy("Remplace"), max_length=160, required=False)


class ItemForm(SocleForm):
    order = forms.CharField(label=gettext_lazy("N°"), max_length=4, required=False)
    title = forms.CharField(label=gettext_lazy("Intitulé"), max_length=250)
    minutes = forms.IntegerField(label=gettext_lazy("Durée (minutes)"), min_value=1, max_value=600, required=False)
    presenter = forms.CharField(label=gettext_lazy("Présenté par"), max_length=200, required=False)
    text = _text(4, gettext_lazy("Ce qui s’est dit"))


class UpdateForm(SocleForm):
    agency = _agency()
    label = forms.CharField(label=gettext_lazy("Ou intitulé"), max_length=200, required=False)
    reported_by = _agency(gettext_lazy("Rapporté par"))
    text = _text(4, gettext_lazy("Texte"), required=True)


class DecisionForm(SocleForm):
    text = forms.CharField(label=gettext_lazy("Décision"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    item = forms.IntegerField(label=gettext_lazy("Point n°"), min_value=1, max_value=99, required=False)


class ActionForm(SocleForm):
    text = forms.CharField(label=gettext_lazy("Action"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    owners = forms.CharField(
        label=gettext_lazy("Responsables"),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"list": "structures", "autocomplete": "off"}),
    )
    due = FrenchDateField(label=gettext_lazy("Échéance"), required=False, help_text="")
    state = forms.ChoiceField(
        label=gettext_lazy("État"), choices=[("", gettext_lazy("Non dit")), *ActionState.choices], required=False
    )
    item = forms.IntegerField(label=gettext_lazy("Point n°"), min_value=1, max_value=99, required=False)


ROWS: dict[str, type[SocleForm]] = {
    "people": PersonForm,
    "items": ItemForm,
    "updates": UpdateForm,
    "decisions": DecisionForm,
    "actions": ActionForm,
}
NAMES_OF_STRUCTURES = {"agency", "reported_by", "chair_agency"}
# What an empty line holds without anybody having typed it.
DEFAULTS = {"status": "present"}


def row_labels() -> dict[str, str]:
    return {
        "people": _("personne"),
        "items": _("point"),
        "updates": _("contribution"),
        "decisions": _("décision"),
        "actions": _("action"),
    }


def sheet_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet that was posted: texts as typed; lines marked « Retirer » and empty ones are gone; points in the
    order of their numbers, and whoever named a point names it still."""
    head = {name: _one(data, f"head-{name}") for name in HeadForm.base_fields}
    sheet: dict[str, Any] = {"head": head}
    for kind, form in ROWS.items():
        rows = []
        for place in range(_count(data, kind)):
            row = {name: _one(data, f"{kind}-{place}-{name}") for name in form.base_fields}
            blank = all(
                not value.strip() or DEFAULTS.get(name) == value for name, value in row.items() if name != "order"
            )
            if not data.get(f"{kind}-{place}-remove") and not blank:
                rows.append(row)
        sheet[kind] = rows
    _order_items(sheet)
    _name_alike(sheet, data)
    return sheet


def _name_alike(sheet: dict[str, Any], data: Mapping[str, Any]) -> None:
    """What somebody said once of a structure nobody knows (`unknown-N` is `known-N`) goes to every line that names it."""
    said = {
        unknown: known
        for number in range(_count(data, "unknown"))
        if (unknown := _one(data, f"unknown-{number}")) and (known := _one(data, f"known-{number}").strip())
    }
    for row in (sheet["head"], *sheet["people"], *sheet["updates"]):
        for name in row.keys() & NAMES_OF_STRUCTURES:
            row[name] = said.get(row[name].strip(), row[name])


def _order_items(sheet: dict[str, Any]) -> None:
    numbered = [(_number(row.pop("order")) or 9999, place, row) for place, row in enumerate(sheet["items"])]
    numbered.sort(key=lambda one: one[:2])
    new = {old: place for place, (old, _place, _row) in enumerate(numbered, start=1) if old != 9999}
    sheet["items"] = [row for _old, _place, row in numbered]
    for kind in ("decisions", "actions"):
        for row in sheet[kind]:
            number = _number(row["item"])
            if number is not None:
                # A point that was taken out takes its number along; a number that never was stays, to be corrected.
                row["item"] = str(new.get(number, number))


def _number(text: str) -> int | None:
    text = text.strip().rstrip(".")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _one(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name, "")).replace("\r\n", "\n")[:LONGEST]


def _count(data: Mapping[str, Any], kind: str) -> int:
    return min(_number(str(data.get(f"{kind}-TOTAL", ""))) or 0, MOST_ROWS)


class Row:
    """One line of the form with its place in the text."""

    def __init__(self, kind: str, place: int, form: SocleForm, anchor: int | None) -> None:
        self.kind = kind
        self.place = place
        self.form = form
        # The line of the text where it was read.
        self.anchor = anchor
        self.remove_name = f"{kind}-{place}-remove"
        self.key = f"{kind}-{place}"


class SheetForms:
    """All the forms of a sheet, always bound: what is missing or doubtful shows at once."""

    def __init__(self, sheet: Mapping[str, Any], *, blank: str = "") -> None:
        self.sheet = sheet
        self.head = HeadForm(_bound("head", sheet["head"]), prefix="head")
        self.rows: dict[str, list[Row]] = {}
        for kind, form in ROWS.items():
            self.rows[kind] = []
            for place, values in enumerate(sheet.get(kind, [])):
                prefix = f"{kind}-{place}"
                known = {"order": str(place + 1)} if kind == "items" else {}
                made = form(_bound(prefix, known | values), prefix=prefix, **NO_LABEL)
                self.rows[kind].append(Row(kind, place, made, None))
            if kind == blank and len(self.rows[kind]) < MOST_ROWS:
                place = len(self.rows[kind])
                initial = {"order": str(place + 1)} if kind == "items" else {}
                self.rows[kind].append(
                    Row(kind, place, form(prefix=f"{kind}-{place}", initial=initial, **NO_LABEL), None)
                )
        self.check()

    def check(self) -> None:
        """Fill in the errors of every form; lines that are new and empty have none."""
        self.is_valid = not any([form.errors for form in self.forms])  # noqa: C419 - every form, not the first

    # What « error_summary » asks of a form made of several.
    is_bound = True

    def non_field_errors(self) -> list[str]:
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    @property
    def parts(self) -> list[SocleForm]:
        return self.forms

    @property
    def forms(self) -> list[SocleForm]:
        return [self.head, *(row.form for rows in self.rows.values() for row in rows if row.form.is_bound)]

    @property
    def error_count(self) -> int:
        return sum(len(errors) for form in self.forms for errors in form.errors.values())


def _bound(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}
