"""A workbook to fill in: the standard columns with what is known, lists to choose from, and the list of places."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from core.exports.formats import CONTENT_TYPES
from interventions.enums import Frequency, TransferModality, UnitLevel
from interventions.exports.coverage import AMOUNTS, DATES, WIDTHS
from interventions.models import AdminUnit, Instrument, TargetGroup
from interventions.standard_columns import STANDARD
from taskforce.models import Country

XLSX = CONTENT_TYPES["xlsx"]
# Rows below the known ones in which the lists open.
BLANK_ROWS = 300
# What comes from a list of the second sheet, and from a short one.
LISTED = ("instrument", "group", "adm1_name", "adm2_name")
SHORT = {"frequency": Frequency, "modality": TransferModality}


def coverage_workbook(
    country: Country, rows: Iterable[dict[str, Any]] = (), *, with_lists: bool = True, with_tags: bool = True
) -> IO[bytes]:
    """The workbook as an open temporary file at its start. `rows`: cells by field (`interventions.standard_columns`)."""
    # Here, not above: the web process loads it only when somebody asks for one.
    import xlsxwriter

    file = tempfile.TemporaryFile()
    book = xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Couverture"))
    heading = book.add_format({"bold": True, "valign": "top", "bottom": 1, "text_wrap": True, "bg_color": "#e8eef1"})
    tag = book.add_format({"font_color": "#51616b", "font_size": 9})
    formats = {
        "date": book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
    }
    sheet.set_row(0, 32)
    for index, (name, label, _english, hxl) in enumerate(STANDARD):
        shape = formats["date"] if name in DATES else formats["number"] if _is_number(name) else None
        sheet.set_column(index, index, WIDTHS.get(name, 16), shape)
        sheet.write_string(0, index, label, heading)
        if with_tags:
            sheet.write_string(1, index, hxl, tag)
    first = 2 if with_tags else 1
    sheet.freeze_panes(first, 2)
    last = first
    for last, row in enumerate(rows, start=first):
        for index, column in enumerate(STANDARD):
            _write(sheet, last, index, column[0], row.get(column[0]), formats)
    if with_lists:
        _offer(book, sheet, country, first, last + BLANK_ROWS)
    book.close()
    file.seek(0)
    return file


def _is_number(name: str) -> bool:
    return "." in name or name in AMOUNTS


def _write(sheet: Any, row: int, index: int, name: str, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, index, value, formats["date"])
    elif _is_number(name) and not isinstance(value, str):
        sheet.write_number(row, index, value, formats["number"])
    else:
        sheet.write_string(row, index, str(value), formats["text"])


def _offer(book: Any, sheet: Any, country: Country, first: int, last: int) -> None:
    """Lists in the cells. What is typed beside them is allowed: the portal reads other words too."""
    units = list(AdminUnit.objects.filter(country=country, level__lte=UnitLevel.DEPARTMENT, valid_until=None))
    regions = {unit.pk: unit for unit in units if unit.level == UnitLevel.REGION}
    departments = [unit for unit in units if unit.level == UnitLevel.DEPARTMENT]
    lists = {
        "instrument": [one.name for one in Instrument.objects.filter(is_active=True)],
        "group": [one.name for one in TargetGroup.objects.filter(is_active=True)],
        "adm1_name": [unit.name for unit in regions.values()],
        "adm2_name": [unit.name for unit in departments],
    }
    # Sheets apart: a list beside the table would be read as part of it.
    hidden = book.add_worksheet("_listes")
    hidden.very_hidden()
    columns = [column[0] for column in STANDARD]
    for place, name in enumerate(LISTED):
        for row, text in enumerate(lists[name]):
            hidden.write_string(row, place, text)
        if lists[name]:
            letter = "ABCD"[place]
            source = f"=_listes!${letter}$1:${letter}${len(lists[name])}"
            _validate(sheet, first, last, columns.index(name), source)
    for name, choices in SHORT.items():
        _validate(sheet, first, last, columns.index(name), [str(label) for label in choices.labels])
    places = book.add_worksheet(_("Liste des lieux"))
    title = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    places.set_column(0, 0, 24)
    places.set_column(1, 1, 34)
    places.merge_range(0, 0, 0, 1, _("Pour mémoire : cette feuille n’est pas lue à l’import."), title)
    for row, unit in enumerate(departments, start=2):
        region = regions.get(unit.parent_id or 0)
        places.write_string(row, 0, unit.pcode)
        places.write_string(row, 1, f"{unit.name} ({region.name})" if region else unit.name)


def _validate(sheet: Any, first: int, last: int, column: int, source: Any) -> None:
    sheet.data_validation(
        first,
        column,
        last,
        column,
        {"validate": "list", "source": source, "error_type": "information", "show_error": False},
    )
