"""Bringing a coverage file in: the file, what its columns hold, what its words mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import normalise
from interventions.forms.fields import CleanForm
from interventions.models import ImportBatch
from interventions.services.imports import check_table
from interventions.standard_columns import COMMUNE, MORE_ROLES, STANDARD, figure_column, possible_cells
from taskforce.enums import AgencyKind

FIRST_YEAR, LAST_YEAR = 1960, 2099
# Columns that only files of others have.
_MORE = {
    "country": gettext_lazy("Pays"),
    "place_name": gettext_lazy("Lieu (région ou département)"),
    "place_code": gettext_lazy("P-code du lieu"),
    "matrix_place": gettext_lazy("Un lieu (colonne d’une matrice)"),
    "lead_acronym": gettext_lazy("Sigle de la structure responsable"),
    "funder_acronym": gettext_lazy("Sigle du financeur"),
    "implementer_acronym": gettext_lazy("Sigle du partenaire de mise en œuvre"),
    "activity": gettext_lazy("Activité"),
    "subsector": gettext_lazy("Sous-secteur"),
    "sector": gettext_lazy("Secteur"),
    "programme": gettext_lazy("Programme"),
    "year": gettext_lazy("Année"),
    "month": gettext_lazy("Mois"),
    "period": gettext_lazy("Période"),
    "measure": gettext_lazy("Ce que le chiffre compte"),
    "vintage": gettext_lazy("Millésime des P-codes"),
}
_PLACES = ("country", "adm1_code", "adm1_name", "adm2_code", "adm2_name", "adm3_code", "adm3_name", "place_code", "place_name", "matrix_place")  # fmt: skip
_WHO = ("lead", "lead_acronym", "funder", "funder_acronym", "implementer", "implementer_acronym", "extending", "ministry")  # fmt: skip
_WHAT = ("intervention_code", "intervention_title", "instrument", "activity", "subsector", "sector", "programme", "group", "status")  # fmt: skip
_WHEN = ("start", "end", "period", "month", "year", "reported", "vintage")
_MONEY = ("transfer_value", "frequency", "modality", "budget", "currency")
# A figure whose column does not say whether it is targeted or reached, or what is counted.
_ANY = {
    "any.any": gettext_lazy("Chiffre (nature dite par la ligne)"),
    "any.household": gettext_lazy("Ménages (ciblés ou atteints selon l’état)"),
    "any.person": gettext_lazy("Personnes (ciblées ou atteintes selon l’état)"),
    "targeted.any": gettext_lazy("Ciblés (ménages ou personnes, dit par la ligne)"),
    "reached.any": gettext_lazy("Atteints (ménages ou personnes, dit par la ligne)"),
}
NOT_READ = "ignored"


def field_labels() -> dict[str, str]:
    """What each field of a coverage file is called."""
    labels = {name: str(french) for name, french, *_rest in (*STANDARD, *COMMUNE, *MORE_ROLES)}
    labels |= {name: str(label) for name, label in (_MORE | _ANY).items()}
    for cell in possible_cells():
        name, french, *_rest = figure_column(cell)
        labels.setdefault(name, french)
    return labels


def field_choices() -> list[tuple[Any, Any]]:
    """The same, for a select: by what a 4W asks."""
    labels = field_labels()
    figures = [name for name in labels if "." in name and name not in _ANY]

    def some(names: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, labels[name]) for name in names if name in labels]

    return [
        (NOT_READ, _("Ne pas lire")),
        (_("Où"), some(_PLACES)),
        (_("Qui"), some(_WHO)),
        (_("Quoi, pour qui"), some(_WHAT)),
        (_("Quand"), some(_WHEN)),
        (_("Combien"), some([*figures, *_ANY, "measure"])),
        (_("Transfert et budget"), some(_MONEY)),
        (_("Autres"), some(("source", "note"))),
    ]


class UploadForm(CleanForm):
    """The file, who sent it, and what its dates may lack."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        help_text=gettext_lazy(
            "Un classeur .xlsx ou .ods, un fichier .csv, une carte GeoJSON ou des activités IATI (.xml), 50 Mo au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt,.geojson,.json,.xml"}),
        error_messages={"required": gettext_lazy("Choisissez un fichier.")},
    )
    provider = forms.CharField(
        label=gettext_lazy("Qui a envoyé ce fichier ?"),
        max_length=120,
        help_text=gettext_lazy("Les corrections faites ici seront proposées pour ses prochains fichiers."),
        widget=forms.TextInput(attrs={"list": "fournisseurs", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Indiquez qui a envoyé ce fichier.")},
    )
    default_year = forms.IntegerField(
        label=gettext_lazy("Année des dates sans année"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=gettext_lazy("Sans elle, les lignes dont les dates n’ont pas d’année sont refusées."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "data-width": "date"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        check_table(file)
        return file


class ColumnsForm(CleanForm):
    """Which sheets are read, where their headings are, and what each column holds."""

    default_year = forms.IntegerField(
        label=gettext_lazy("Année des dates sans année"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "data-width": "date"}),
    )
    vintage = forms.CharField(
        label=gettext_lazy("Millésime des P-codes"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("À indiquer si le fichier suit une ancienne liste : 2015, par exemple."),
        widget=forms.TextInput(attrs={"data-width": "date"}),
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.sheets = _sheets(batch)
        self.fields["default_year"].initial = batch.default_year
        self.fields["vintage"].initial = batch.vintage
        choices = [("", _("Non reconnue, non lue")), *field_choices()]
        known = field_labels()
        for number, sheet in enumerate(self.sheets):
            sheet["number"] = number
            self.fields[f"read-{number}"] = forms.BooleanField(
                label=_("Lire cette feuille"), required=False, initial=sheet["is_read"]
            )
            self.fields[f"header-{number}"] = forms.IntegerField(
                label=_("Ligne des intitulés"),
                required=False,
                min_value=1,
                max_value=100_000,
                initial=sheet["header_row"],
                widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6, "data-width": "date"}),
            )
            for place, column in enumerate(sheet["columns"]):
                column["name"] = f"column-{number}-{place}"
                own = column["field"]
                more = [] if not own or own in known or own == NOT_READ else [(own, own)]
                self.fields[column["name"]] = forms.ChoiceField(
                    label=column["heading"] or column["tag"],
                    required=False,
                    choices=[*choices, *more],
                    initial=own,
                )

    def groups(self) -> Iterator[dict[str, Any]]:
        """The sheets, each with its bound fields, for the template."""
        is_any_read = any(sheet["is_read"] for sheet in self.sheets)
        # Those that are read before the others.
        for sheet in sorted(self.sheets, key=lambda sheet: not sheet["is_read"]):
            number = sheet["number"]
            is_aside = is_any_read and not sheet["is_read"] and not sheet["header_row"]
            shown = [{**column, "control": self[column["name"]]} for column in sheet["columns"]]
            yield {
                **sheet,
                "read": self[f"read-{number}"],
                "header": self[f"header-{number}"],
                "shown": shown,
                "is_aside": is_aside,
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.sheets and not any(cleaned.get(f"read-{sheet['number']}") for sheet in self.sheets):
            raise ValidationError(_("Choisissez au moins une feuille à lire."))
        return cleaned

    @property
    def corrections(self) -> dict[str, Any]:
        """What `services.imports.correct` takes: only what differs from what was read."""
        cleaned = self.cleaned_data
        found: dict[str, Any] = {
            "default_year": cleaned["default_year"],
            "vintage": " ".join(cleaned["vintage"].split()),
        }
        titles = [sheet["title"] for sheet in self.sheets if cleaned[f"read-{sheet['number']}"]]
        if titles != [sheet["title"] for sheet in self.sheets if sheet["is_read"]]:
            found["sheets"] = titles
        headers = dict(self.batch.mapping.get("headers", {}))
        columns: dict[str, str] = {}
        for sheet in self.sheets:
            row = cleaned[f"header-{sheet['number']}"]
            if row != sheet["header_row"]:
                headers[sheet["title"]] = row
            for column in sheet["columns"]:
                chosen = cleaned[column["name"]]
                if chosen != column["field"]:
                    columns[column["heading"] or column["tag"]] = chosen
        if headers != self.batch.mapping.get("headers", {}):
            found["headers"] = headers
        if columns:
            found["columns"] = columns
        return found


def _sheets(batch: ImportBatch) -> list[dict[str, Any]]:
    """The sheets of the file: those that were read with their columns, the others with the cells of their headings."""
    read = {sheet["title"]: sheet for sheet in batch.findings.get("sheets", [])}
    headers = batch.mapping.get("headers", {})
    found = []
    for sheet in batch.findings.get("preview", []):
        known = read.get(sheet["title"])
        chosen = headers.get(sheet["title"])
        if known is not None:
            columns = [dict(column) for column in known["columns"] if column["heading"] or column["tag"]]
        else:
            cells = next((cells for number, cells in sheet["rows"] if number == chosen), [])
            columns = [
                {"letter": "", "heading": text, "tag": "", "field": "", "samples": []} for text in cells if text.strip()
            ]
        found.append(
            {
                "title": sheet["title"],
                "rows": sheet["rows"],
                "is_read": known is not None,
                "header_row": known["header_row"] if known is not None else chosen,
                "columns": columns,
            }
        )
    return found


class ValuesForm(CleanForm):
    """What the words of a file mean: places, structures, instruments, groups. Chosen from lists, or left."""

    def __init__(
        self,
        *args: Any,
        entries: dict[str, list[dict[str, Any]]],
        lists: dict[str, dict[str, str]],
        may_create: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries, self.may_create = entries, may_create
        # By kind: what is shown → what is kept.
        self.lists = lists
        self.known = {kind: {normalise(label): value for label, value in one.items()} for kind, one in lists.items()}
        kinds = [("", _("Ne pas créer")), *AgencyKind.choices]
        for kind, rows in entries.items():
            for number, row in enumerate(rows):
                row["name"] = f"{kind}-{number}"
                self.fields[row["name"]] = forms.CharField(
                    label=row["written"],
                    required=False,
                    max_length=300,
                    initial=row["label"] or row["guess"],
                    widget=forms.TextInput(attrs={"list": f"liste-{kind}", "autocomplete": "off"}),
                )
                if kind == "organisation" and may_create:
                    self.fields[f"make-{number}"] = forms.ChoiceField(
                        label=_("Créer « %(name)s »") % {"name": row["written"]}, required=False, choices=kinds
                    )

    def groups(self) -> Iterator[dict[str, Any]]:
        """By kind: the words with their bound fields, and the list to choose from."""
        for kind, rows in self.entries.items():
            shown = []
            for number, row in enumerate(rows):
                make = self[f"make-{number}"] if kind == "organisation" and self.may_create else None
                shown.append({**row, "control": self[row["name"]], "make": make})
            if shown:
                yield {
                    "kind": kind,
                    "rows": shown,
                    "options": list(self.lists[kind]),
                    "may_create": kind == "organisation" and self.may_create,
                }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for kind, rows in self.entries.items():
            for number, row in enumerate(rows):
                text = cleaned.get(row["name"], "")
                if text and self.value_of(kind, text) is None:
                    self.add_error(row["name"], _("« %(text)s » n’est pas dans la liste.") % {"text": text})
                if text and kind == "organisation" and cleaned.get(f"make-{number}"):
                    self.add_error(f"make-{number}", _("Choisissez une structure, ou créez-la : pas les deux."))
        return cleaned

    def value_of(self, kind: str, text: str) -> str | None:
        """What is kept for a text of the list, or for its short form (a P-code, an acronym)."""
        key = normalise(text)
        known = self.known[kind]
        if key in known:
            return known[key]
        values = {normalise(value) for value in known.values()}
        if kind != "organisation" and key in values:
            return next(value for value in known.values() if normalise(value) == key)
        starts = {value for label, value in known.items() if label.split(" — ")[0].split(" (")[0] == key}
        return starts.pop() if len(starts) == 1 else None

    @property
    def values(self) -> dict[str, dict[str, str]]:
        """Only what was chosen otherwise than before."""
        found: dict[str, dict[str, str]] = {}
        for kind, rows in self.entries.items():
            for row in rows:
                text = self.cleaned_data.get(row["name"], "")
                if text != row["label"]:
                    found.setdefault(kind, {})[row["written"]] = self.value_of(kind, text) or "" if text else ""
        return found

    @property
    def to_create(self) -> list[tuple[str, str]]:
        """(name as the file writes it, kind) of the structures to be entered."""
        rows = self.entries.get("organisation", [])
        made = [(row["written"], self.cleaned_data.get(f"make-{number}", "")) for number, row in enumerate(rows)]
        return [(written, kind) for written, kind in made if kind]
