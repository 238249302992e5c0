"""Who was there, in tables: columns known by their header, or rows without one."""

from __future__ import annotations

import re

from core.text import normalise
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.marks import REPLACES, split_marks
from meetings.imports.minutes.people import (
    NOBODY,
    Attendance,
    add_person,
    read_named,
    read_people_of,
    remember_replaced,
)
from meetings.imports.minutes.proposal import ReadPerson
from meetings.imports.minutes.words import CHAIRS, is_person, split_civility, without_contacts

COLUMNS = {
    "name": r"noms?(?: et prenoms?| & prenoms?| prenoms?)?|prenoms?(?: et noms?)?|(?:full )?names?|participants?|nom complet|membres?|personnes?|attendees?|representants?|representatives?|delegue?s?|representee? par|focal points?|points? focal|points? focaux",
    "first": r"prenoms?|first names?|given names?",
    "agency": r"(?:positions?|designations?|titles?|fonctions?|titres?) ?/ ?(?:organi[sz]ations?|structures?|agenc(?:y|e)s?)|structures?|organi[sz]ations?|organismes?|agences?|agency|agencies|institutions?|entites?|services?|ministeres?|organisation ?/ ?structure|cluster|partenaires?",
    "title": r"fonctions?|titres?|postes?|position|title|functions?|job title|designation|qualites?|role",
    "contact": r"contacts?|telephones?|tel|phone|e-?mails?|courriels?|adresses?.*|mobile|emails?.*",
    "status": r"statut|status|presences?|attendance|present ?/ ?absent|presente?|emargement|signatures?|observations?",
}


def table_header(cells: tuple[str, ...]) -> dict[str, int] | None:
    """Column by role where the row is a header of an attendance table (a name and one thing more)."""
    roles: dict[str, int] = {}
    for at, cell in enumerate(cells):
        plain = re.sub(r"\s*\([^)]*\)", "", normalise(cell)).strip(" .:*?")
        for role, shape in COLUMNS.items():
            if role not in roles and re.fullmatch(shape, plain):
                roles[role] = at
                break
    return roles if ("name" in roles or "first" in roles) and len(roles) > 1 else None


def read_row(
    cells: tuple[str, ...], columns: dict[str, int], status: str, attendance: Attendance, directory: Directory
) -> None:
    def cell(role: str) -> str:
        at = columns.get(role)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    written = " ".join(part for part in (cell("name"), cell("first") if "name" in columns else "") if part) or cell(
        "first"
    )
    text, own, replaces, by = split_marks(without_contacts(written))
    title = cell("title")
    if match := REPLACES.search(title):
        replaces = replaces or split_civility(match["who"].strip(" ."))[1]
    civility, name = split_civility(text)
    if not name or NOBODY.match(name) or not any(char.isalpha() for char in name):
        return
    told = cell("status")
    if told and len(told) < 30:
        own = own or split_marks(f"x {told}")[1]
    label = _organisation_of(cell("agency"), directory) or None
    if label is None and (found := directory.find(title)):
        label = found[-1].label
    name = re.sub(r"^\d+\s*[.)-]?\s*", "", name).strip(" ,.")
    attendance.add(label, ReadPerson(civility, name, own or status, replaces), directory)
    if CHAIRS.search(title) and attendance.chair is None:
        attendance.chair = (" ".join(part for part in (civility, name) if part), label)
    if by:
        add_person(by, label, "present", attendance, directory)
        remember_replaced(by, name, label, attendance, directory)


def _organisation_of(text: str, directory: Directory) -> str:
    """« WASH Officer/UNICEF » in a column of functions and organisations: what follows the function."""
    before, slash, after = text.partition("/")
    if slash and not directory.match(text) and not directory.looks_like_organisation(before.strip()):
        return after.strip()
    return text


def read_free_row(cells: tuple[str, ...], status: str, attendance: Attendance, directory: Directory) -> None:
    """A row without header: « BIT | M. X, Mme Y » or « 1 | Name | Organisation »."""
    filled = [cell for cell in cells if cell and not re.fullmatch(r"[\d.)]+", cell)]
    if not filled:
        return
    if len(filled) >= 2 and directory.looks_like_organisation(filled[0]) and not is_person(filled[0]):
        read_people_of(filled[0], ", ".join(filled[1:]), status, attendance, directory)
        return
    read_named(", ".join(filled), status, attendance, directory, None)
