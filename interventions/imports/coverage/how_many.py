"""How many: figures of people and households, never added, never guessed; amounts of money."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports.tables import as_text
from core.text import normalise
from core.typography import count_fr
from interventions.enums import Counted, FigureKind
from interventions.figures import Cell, parts_above_total, reached_well_above_targeted, sums_above_total
from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.columns import Figure, figure_of
from interventions.imports.coverage.numbers import HIGHEST_AMOUNT, read_amount, read_count
from interventions.imports.coverage.vocabulary import Counts, counts_of

_FACTORS = (("milliard", 10**9), ("billion", 10**9), ("million", 10**6), ("millier", 1000), ("thousand", 1000))
_MESSAGES = {
    "text": gettext_lazy("« %(text)s » n’est pas un nombre."),
    "formula": gettext_lazy("Cette formule n’a pas de valeur enregistrée : copiez sa valeur."),
    "error": gettext_lazy("La cellule montre une erreur au lieu d’un nombre."),
    "date": gettext_lazy("La cellule contient une date au lieu d’un nombre."),
    "percentage": gettext_lazy("« %(text)s » est un pourcentage : écrivez le nombre de personnes ou de ménages."),
    "range": gettext_lazy("« %(text)s » est une fourchette : écrivez un seul nombre."),
    "two_figures": gettext_lazy("« %(text)s » donne plusieurs chiffres : écrivez-en un par colonne."),
    "negative": gettext_lazy("« %(text)s » est négatif."),
    "huge": gettext_lazy("« %(text)s » dépasse la population : vérifiez."),
    "not_whole": gettext_lazy(
        "« %(text)s » n’est pas un nombre entier : ce n’est pas un nombre de personnes ni de ménages."
    ),
    "not_people": gettext_lazy("« %(text)s » n’est ni un nombre de personnes ni de ménages."),
}


def read_figures(cells: Cells) -> None:
    """Set `figures`. A cell that is no number of people or households refuses its row."""
    fields = cells.figure_fields
    if not fields:
        return
    out = cells.out
    measure = counts_of(cells.text("measure")) if cells.text("measure") else None
    is_told = False
    for field in fields:
        figure = figure_of(field)
        value = cells.value(field)
        if value is None or figure is None:
            continue
        if cells.is_shared(field):
            cells.refuse(
                "merged_figure",
                _(
                    "Ce chiffre est fusionné sur plusieurs lignes : il n’est réparti sur aucune. Écrivez un chiffre par ligne."
                ),
                field,
            )
            continue
        if measure is not None and measure.counted is None:
            is_told = is_told or _tell_not_people(cells, field)
            continue
        number = read_count(value)
        if number.code:
            code = f"figure_{number.code}" if number.code in ("text", "error", "date", "range") else number.code
            cells.refuse(code, str(_MESSAGES[number.code]) % {"text": as_text(value)}, field)
            continue
        if number.value is None:
            continue
        cell = _cell(cells, field, figure, measure, number.counted)
        if cell is None:
            continue
        if cell in out.figures and out.figures[cell] != number.value:
            cells.tell(
                "figure_twice",
                _("Ce chiffre est donné deux fois sur la ligne : %(first)s est gardé.")
                % {"first": count_fr(out.figures[cell])},
                field,
            )
            continue
        out.figures[cell] = number.value
        if number.is_estimate:
            out.estimates.add(cell)
    _check(cells)


def _tell_not_people(cells: Cells, field: str) -> bool:
    """The row counts months, tonnes, schools…: it says that something is done there, and not for how many."""
    cells.tell(
        "not_people",
        _("« %(measure)s » ne compte ni personnes ni ménages : le chiffre n’est pas repris.")
        % {"measure": cells.text("measure")},
        field,
    )
    return True


def _cell(cells: Cells, field: str, figure: Figure, measure: Counts | None, said: str) -> Cell | None:
    """What the figure counts, from its heading, the indicator of the row and the words of the cell."""
    kind = figure.kind or (FigureKind.TARGETED if cells.out.state == "planned" else FigureKind.REACHED)
    counted = figure.counted
    sex, age = figure.sex, figure.age_band
    if measure is not None and figure.is_total:
        counted, sex, age = counted or measure.counted, measure.sex, measure.age_band
        if measure.counted != counted:
            counted, sex, age = measure.counted, "", ""
    if counted is None and said:
        counted = Counted(said)
    if said and counted is not None and said != counted:
        message = (
            _("La cellule compte des ménages, la colonne des personnes.")
            if said == "household"
            else _("La cellule compte des personnes, la colonne des ménages.")
        )
        cells.refuse("households_and_people", message, field)
        return None
    if counted is None:
        cells.tell(
            "unit_unknown",
            _("Rien ne dit si ce chiffre compte des personnes ou des ménages : il n’est pas repris."),
            field,
        )
        return None
    return Cell(str(kind), str(counted), str(sex), str(age), figure.with_disability)


def _check(cells: Cells) -> None:
    values = cells.out.figures
    fields = {
        (figure.kind, figure.sex, figure.age_band): field
        for field in cells.figure_fields
        if (figure := figure_of(field)) is not None
    }

    def place(cell: Cell) -> str:
        return fields.get((cell.kind, cell.sex, cell.age_band), cells.figure_fields[0])

    said = set()
    for part, whole in parts_above_total(values):
        said.add(whole)
        cells.refuse(
            "part_above_total",
            _("Une partie (%(part)s) dépasse son total (%(total)s).")
            % {"part": count_fr(values[part]), "total": count_fr(values[whole])},
            place(part),
        )
    for _by, whole, total in sums_above_total(values):
        if whole not in said:
            said.add(whole)
            cells.refuse(
                "part_above_total",
                _("Les parties font %(sum)s, plus que leur total (%(total)s).")
                % {"sum": count_fr(total), "total": count_fr(values[whole])},
                place(whole),
            )
    for cell, reached, targeted in reached_well_above_targeted(values):
        cells.tell(
            "reached_above_targeted",
            _("%(reached)s atteints pour %(targeted)s ciblés : à confirmer.")
            % {"reached": count_fr(reached), "targeted": count_fr(targeted)},
            place(cell),
        )


def read_money(cells: Cells) -> None:
    """Set `budget` and `transfer_value`. An impossible amount refuses its row; words in its place are left out."""
    for field in ("budget", "transfer_value"):
        if cells.value(field) is None:
            continue
        if cells.is_shared(field):
            cells.tell(
                "merged_figure", _("Ce montant est fusionné sur plusieurs lignes : il n’est repris sur aucune."), field
            )
            continue
        amount, code = read_amount(cells.value(field))
        if code:
            name = f"amount_{code}" if code in ("text", "error", "date") else code
            message = str(_MESSAGES[code]) % {"text": as_text(cells.value(field))}
            if code in ("negative", "huge"):
                cells.refuse(name, message, field)
            else:
                cells.tell(name, _("%(reason)s Ce montant n’est pas repris.") % {"reason": message}, field)
        if amount is not None:
            amount *= _factor(cells.columns[field].heading)
            if amount > HIGHEST_AMOUNT:
                cells.refuse("huge", str(_MESSAGES["huge"]) % {"text": as_text(cells.value(field))}, field)
        setattr(cells.out, field, amount)
    cells.out.currency = _currency(cells)


def _factor(heading: str) -> int:
    """« Coût (en millions FCFA) »: the heading says in what the column counts."""
    words = normalise(heading)
    return next((times for word, times in _FACTORS if re.search(rf"\b{word}s?\b", words)), 1)


def _currency(cells: Cells) -> str:
    """ISO 4217 from its own column, or from the heading of the amounts."""
    text = cells.text("currency")
    for field in ("budget", "transfer_value"):
        column = cells.columns.get(field)
        text = text or (column.heading if column else "")
    words = text.upper().replace(" ", "")
    for mark, code in (
        ("CFA", "XOF"),
        ("XOF", "XOF"),
        ("USD", "USD"),
        ("US$", "USD"),
        ("$", "USD"),
        ("EUR", "EUR"),
        ("€", "EUR"),
    ):
        if mark in words:
            return code
    return words if cells.text("currency") and len(words) == 3 and words.isalpha() else ""
