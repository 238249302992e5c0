"""Lists of administrative units as OCHA publishes them (COD-AB), read into rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.imports.tables import TableRow, UnreadableTableError, as_text, open_tables
from interventions.enums import UnitLevel
from interventions.place_names import fold

HEADING_WITHIN = 30

# Headings by their letters and digits: « ADM2_PCODE », « admin2Pcode », « #adm2+code ». Names: French first.
_CODES = ("adm{}pcode", "admin{}pcode", "admin{}code", "adm{}code")
_NAMES = ("adm{}fr", "admin{}namefr", "adm{}name", "admin{}name", "admin{}nameen", "adm{}en", "adm{}")
_LONG = {
    "pcode": ("pcode",),
    "name": ("name", "namefr", "nom"),
    "level": ("level", "niveau"),
    "parent": ("parentpcode", "parent"),
}
_ISO3 = ("iso3", "countryiso3", "pays")
_VERSION = ("version", "vintage", "millesime")
_LISTED_ON = ("validon", "validfrom", "date")
_ENDED_ON = ("validto",)
_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One unit of a list; `where` says the sheet and row for whoever mends the file."""

    pcode: str
    level: int
    name: str
    parent: str
    vintage: str
    ended_on: date | None
    where: str


def read_unit_list(path: Path | str, iso3: str) -> list[ListedUnit]:
    """The units of regions, departments and communes in a .csv or .xlsx list, each once, regions first.

    A list has a column for each level (ADM1_PCODE, ADM1_FR, ADM2_PCODE…) or one row a unit (level, pcode, name,
    parent_pcode). Rows of other countries are left out. Raises ValidationError for a file that is no such list.
    """
    found: dict[str, ListedUnit] = {}
    headings_found = False
    errors: list[str] = []
    try:
        for table in open_tables(path):
            columns: dict[str, int] = {}
            for row in table.rows:
                if not columns:
                    columns = _columns(row) if row.number <= HEADING_WITHIN else {}
                    headings_found = headings_found or bool(columns)
                    continue
                for unit in _units(row, columns, iso3, table.title):
                    known = found.setdefault(unit.pcode, unit)
                    if (fold(known.name), known.level, known.parent) != (fold(unit.name), unit.level, unit.parent):
                        errors.append(
                            _("%(where)s : %(code)s est déjà écrit autrement (%(before)s).")
                            % {"where": unit.where, "code": unit.pcode, "before": known.where}
                        )
    except UnreadableTableError as error:
        raise ValidationError(str(error), code="unreadable") from error
    if errors:
        raise ValidationError(errors[:50], code="contradiction")
    if not headings_found:
        raise ValidationError(
            _(
                "Aucune ligne d’en-tête reconnue. Il faut des colonnes de codes et de noms par niveau "
                "(ADM1_PCODE, ADM1_FR, ADM2_PCODE…), ou les colonnes level, pcode, name et parent_pcode."
            ),
            code="no-headings",
        )
    if not found:
        raise ValidationError(_("Ce fichier ne contient aucune unité de ce pays."), code="empty")
    return sorted(found.values(), key=lambda unit: (unit.level, unit.pcode))


def _columns(row: TableRow) -> dict[str, int]:
    """Which column holds what; empty for a row that is no heading."""
    places = {fold(as_text(cell)): number for number, cell in reversed(list(enumerate(row.cells)))}
    columns: dict[str, int] = {}

    def take(key: str, names: tuple[str, ...]) -> None:
        number = next((places[name] for name in names if name in places), None)
        if number is not None:
            columns[key] = number

    for level in UnitLevel:
        take(f"code{level}", tuple(name.format(int(level)) for name in _CODES))
        if f"code{level}" in columns:
            take(f"name{level}", tuple(name.format(int(level)) for name in _NAMES))
    by_level = any(f"name{level}" in columns for level in UnitLevel)
    for key, names in _LONG.items():
        take(key, names)
    if not by_level and not all(key in columns for key in ("pcode", "name", "level")):
        return {}
    for key, names in (("iso3", _ISO3), ("version", _VERSION), ("listed", _LISTED_ON), ("ended", _ENDED_ON)):
        take(key, names)
    return columns


def _units(row: TableRow, columns: dict[str, int], iso3: str, title: str) -> Iterator[ListedUnit]:
    def cell(key: str) -> Any:
        return row[columns[key]] if key in columns else None

    country = as_text(cell("iso3")).upper()
    if country and len(country) == len(iso3) and country != iso3:
        return
    listed = _day(cell("listed"))
    vintage = " ".join(filter(None, (as_text(cell("version")), listed.isoformat() if listed else "")))[:40]
    where = _("Feuille « %(sheet)s », ligne %(row)d") if title else _("Ligne %(row)d")
    where %= {"sheet": title, "row": row.number}
    ended_on = _day(cell("ended"))
    if "pcode" in columns and "level" in columns:
        code, said = _code(cell("pcode")), as_text(cell("level"))
        if code and said in {str(int(one)) for one in UnitLevel}:
            parent = "" if said == str(int(UnitLevel.REGION)) else _code(cell("parent"))
            yield ListedUnit(code, int(said), as_text(cell("name")), parent, vintage, ended_on, where)
        return
    above = ""
    for level in UnitLevel:
        code = _code(cell(f"code{level}"))
        if not code:
            return
        if f"name{level}" in columns:
            # What ends or is dated in a row is its last unit.
            is_last = not any(_code(cell(f"code{deeper}")) for deeper in UnitLevel if deeper > level)
            yield ListedUnit(
                code,
                int(level),
                as_text(cell(f"name{level}")),
                above,
                vintage,
                ended_on if is_last else None,
                where,
            )
        above = code


def _code(value: Any) -> str:
    """A P-code; the row of HXL tags below the headings holds none."""
    text = "".join(as_text(value).split()).upper()
    return "" if text.startswith("#") else text


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DAY.match(as_text(value))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
