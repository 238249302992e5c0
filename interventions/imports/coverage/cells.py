"""One row as the rules see it: the cell of a field, and where to tell what is wrong with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.imports.tables import Formula, TableRow, as_text
from core.text import normalise
from interventions.imports.coverage.columns import figure_of
from interventions.imports.coverage.dates import EPOCH_1900
from interventions.imports.coverage.layout import Column
from interventions.imports.coverage.numbers import NOTHING
from interventions.imports.coverage.proposal import ERROR, NOTICE, WARNING, CoverageRow, Issue, letter

_ERRORS = frozenset(("#N/A", "#REF", "#VALUE", "#NAME", "#DIV/0", "#NULL", "#NUM"))


class Cells:
    """`out` is what the rules fill in; `issues` what they tell."""

    def __init__(
        self,
        raw: TableRow,
        columns: dict[str, Column],
        sheet: str,
        *,
        epoch: date = EPOCH_1900,
        said: dict[str, str] | None = None,
    ) -> None:
        self.raw = raw
        # What stands elsewhere in the file for all of its rows, by field.
        self._texts: dict[str, str] = dict(said or {})
        self.columns = columns
        self.epoch = epoch
        self.issues: list[Issue] = []
        self.out = CoverageRow(sheet, raw.number, {})
        if raw.moved:
            self.out.column = letter(next(iter(raw.moved.values())))

    def value(self, field: str) -> Any:
        column = self.columns.get(field)
        return None if column is None else self.raw[column.index]

    def text(self, field: str) -> str:
        """The words of the cell; "" for « - », « N/A », errors of formulas and formulas without a value."""
        if field not in self._texts:
            self._texts[field] = self._text(field)
        return self._texts[field]

    def _text(self, field: str) -> str:
        value = self.value(field)
        if value is None:
            return ""
        if isinstance(value, Formula):
            self.tell("formula", _("Cette formule n’a pas de valeur enregistrée : copiez sa valeur."), field)
            return ""
        text = as_text(value)
        if text.startswith("#") and text.rstrip("!?").upper() in _ERRORS:
            self.tell(
                "error_value",
                _("La cellule montre l’erreur %(error)s : elle compte comme vide.") % {"error": text},
                field,
            )
            return ""
        return "" if normalise(text) in NOTHING else text

    def is_shared(self, field: str) -> bool:
        """The cell is merged with those of other rows."""
        column = self.columns.get(field)
        return column is not None and column.index in self.raw.shared

    def tell(self, code: str, message: str, field: str = "", severity: str = WARNING) -> None:
        column = self.columns.get(field)
        index = (self.raw.moved or {}).get(column.index, column.index) if column else None
        issue = Issue(self.out.sheet, self.out.number, letter(index), code, str(message), severity)
        if issue not in self.issues:
            self.issues.append(issue)

    def notice(self, code: str, message: str, field: str = "") -> None:
        self.tell(code, message, field, NOTICE)

    def refuse(self, code: str, message: str, field: str = "") -> None:
        self.tell(code, message, field, ERROR)
        self.out.is_refused = True

    @property
    def figure_fields(self) -> list[str]:
        return [field for field in self.columns if figure_of(field) is not None]
