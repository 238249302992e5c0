"""Which rows of a sheet hold data, with what somebody corrected in them and what stands once for several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from core.imports.tables import TableRow, as_text, is_blank
from core.text import normalise
from interventions.imports.coverage.columns import figure_of
from interventions.imports.coverage.layout import Layout
from interventions.imports.coverage.proposal import NOTICE, WARNING, CoverageSheet, letter

# Columns whose blank cells may stand for the cell above, in files that name a group once.
GROUPED = ("lead", "lead_acronym", "ministry", "intervention_code", "intervention_title", "adm1_name", "adm1_code")
# Blank where nobody pays or carries out: filled only where the organisation above them is.
GROUPED_WITH_LEAD = ("funder", "funder_acronym", "implementer", "implementer_acronym", "extending")
FEWEST_BLANKS = 0.4
REGIONS = ("adm1_name", "adm1_code")
CLOSER_PLACES = ("adm2_name", "adm2_code", "place_name", "place_code")
_TOTALS = (
    "total",
    "sous-total",
    "sous total",
    "subtotal",
    "sub-total",
    "grand total",
    "totaux",
    "total general",
    "ensemble",
)


def data_rows(rows: Iterator[TableRow], layout: Layout, sheet: CoverageSheet, title: str) -> Iterator[TableRow]:
    fields = layout.fields
    indexes = sorted(column.index for column in fields.values())
    figures = {column.index for name, column in fields.items() if figure_of(name)}
    heads = {column.index: as_text(column.heading).casefold() for column in layout.columns if column.heading}
    for row in rows:
        if row.number < layout.first_row:
            continue
        # A block merged over several columns says its words once, in the first: « Matam » over region and department
        # is the region.
        for index in row.spread:
            row.cells[index] = None
        filled = [index for index in indexes if not is_blank(row[index])]
        own = [index for index in filled if index not in row.shared]
        if not own:
            if not filled and any(not is_blank(cell) for cell in row.cells):
                sheet.tell(
                    title,
                    row.number,
                    "row_ignored",
                    _("Ligne sans aucune colonne reconnue : elle n’est pas lue."),
                    NOTICE,
                )
            continue
        texts = [as_text(row[index]).casefold() for index in filled]
        if (
            sum(heads.get(index) == text for index, text in zip(filled, texts, strict=True)) * 2 > len(filled)
            and len(filled) > 1
        ):
            sheet.tell(title, row.number, "row_ignored", _("Intitulés répétés : cette ligne n’est pas lue."), NOTICE)
            continue
        words = [as_text(cell) for cell in row.cells if not is_blank(cell)]
        if _is_total(words, filled, figures):
            sheet.tell(title, row.number, "total_ignored", _("Ligne de total : elle n’est pas lue."), NOTICE)
            continue
        if len(indexes) > 2 and (len(words) == 1 or len(set(words)) == 1):
            sheet.tell(
                title,
                row.number,
                "row_ignored",
                _("Ligne d’un seul texte (titre ou note) : elle n’est pas lue."),
                NOTICE,
            )
            continue
        yield row


def _is_total(words: list[str], filled: list[int], figures: set[int]) -> bool:
    first = normalise(words[0]).strip(" :.") if words else ""
    is_said = first in _TOTALS or first.startswith(
        ("total ", "sous-total ", "sous total ", "grand total", "subtotal ", "total:")
    )
    # A total says figures, and at most the group that it adds up.
    return is_said and len([index for index in filled if index not in figures]) <= 2


def mended_rows(rows: Iterator[TableRow], cells: Mapping[Any, Mapping[str, str]]) -> Iterator[TableRow]:
    """The rows with what somebody corrected in them."""
    if not cells:
        yield from rows
        return
    corrections = {int(number): one for number, one in cells.items()}
    for row in rows:
        for name, text in corrections.get(row.number, {}).items():
            index = 0
            for char in name.upper():
                index = index * 26 + ord(char) - 64
            row.cells.extend([None] * (index - len(row.cells)))
            row.cells[index - 1] = text.strip() or None
        yield row


def fill_down(rows: list[TableRow], layout: Layout, sheet: CoverageSheet, title: str) -> None:
    """Blank cells under a name that stands once for its group, as unmerged cells leave them.

    Only in columns where that is plain: the first row is filled, many cells are blank, and no name comes twice running.
    """
    fields = layout.fields
    led: set[int] = set()
    for field in (*GROUPED, *GROUPED_WITH_LEAD):
        if field not in fields or not rows or is_blank(rows[0][fields[field].index]):
            continue
        index = fields[field].index
        blanks = {row.number for row in rows if is_blank(row[index])}
        written = [as_text(row[index]) for row in rows if row.number not in blanks]
        if len(blanks) < len(rows) * FEWEST_BLANKS or any(a == b for a, b in pairwise(written)):
            continue
        if field in GROUPED_WITH_LEAD and not blanks <= led:
            continue
        if field.startswith("lead"):
            led |= blanks
        # Beside its department a region has nothing to add.
        closer = [fields[name].index for name in CLOSER_PLACES if name in fields] if field in REGIONS else []
        above: Any = None
        for row in rows:
            if not is_blank(row[index]):
                above = row[index]
                continue
            if any(not is_blank(row[one]) for one in closer):
                continue
            row.cells.extend([None] * (index + 1 - len(row.cells)))
            row.cells[index] = above
            sheet.tell(
                title,
                row.number,
                "filled_down",
                _("Cellule vide, lue comme celle du dessus : « %(text)s ».") % {"text": as_text(above)},
                WARNING,
                letter(index),
            )
