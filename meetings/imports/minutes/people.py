"""Who was there: one entry an organisation, and one person from the words that name them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.text import normalise
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.marks import split_marks
from meetings.imports.minutes.proposal import ReadAgency, ReadPerson
from meetings.imports.minutes.words import (
    CHAIRS,
    CIVILITY,
    is_person,
    is_title,
    name_alone,
    split_civility,
    without_contacts,
)

NOBODY = re.compile(
    r"(?i)^\W*(?:n[ée]ant|aucune?|none|nil|n/?a|ras|personne|-+|\.+|\d+|(?:voir|cf\.?|see)\s+(?:la\s+|the\s+)?(?:liste|list|annex\w*|attached).*|(?:liste|list) .{0,20}(?:annex\w*|jointe|attached)|there were no .*|none received|no apologies.*)\W*$"
)


@dataclass
class Attendance:
    agencies: list[ReadAgency]
    # (name, agency) of whoever is named as chair in the list.
    chair: tuple[str, str | None] | None = None
    # Organisations among the excused or the absent, without anybody's name.
    missing: list[str] = field(default_factory=list)

    def mention(self, label: str, status: str, directory: Directory) -> None:
        """An organisation named without anybody: there, unless it is listed among who did not come."""
        if status in {"excused", "absent"}:
            self.missing.append(label)
        else:
            self.agency(label, directory)

    def agency(self, label: str | None, directory: Directory) -> ReadAgency:
        """The entry of that organisation, made when it is new; one entry an organisation however it is written."""
        matched = directory.match(label) if label else None
        for entry in self.agencies:
            if (label is None and entry.label is None) or (
                label is not None
                and entry.label is not None
                and (normalise(entry.label) == normalise(label) or (matched is not None and entry.agency == matched))
            ):
                return entry
        entry = ReadAgency(label, matched)
        self.agencies.append(entry)
        return entry

    def knows(self, name: str) -> bool:
        """Whether that name stands in the lists already."""
        key = normalise(split_civility(name)[1].strip(" ."))
        return any(normalise(person.name) == key for entry in self.agencies for person in entry.people)

    def add(self, label: str | None, person: ReadPerson, directory: Directory) -> None:
        people = self.agency(label, directory).people
        for known in people:
            if normalise(known.name) == normalise(person.name):
                known.replaces = known.replaces or person.replaces
                return
        people.append(person)


def add_person(text: str, label: str | None, status: str, attendance: Attendance, directory: Directory) -> None:
    text, own, replaces, by = split_marks(without_contacts(text))
    told_chair = any(CHAIRS.fullmatch(inner.strip()) for inner in re.findall(r"\(([^()]*)\)", text))
    text = re.sub(r"\s*\(([^()]*)\)", lambda m: "" if not is_person(m[1]) else f", {m[1]}", text)
    name = re.split(r"\s*,\s*|\s+[–—-]\s+", text)[0]
    civility, rest = split_civility(name)
    if not is_person(name):
        return
    attendance.add(label, ReadPerson(civility, rest.strip(" .,"), own or status, replaces), directory)
    if told_chair and attendance.chair is None:
        attendance.chair = (" ".join(part for part in (civility, rest) if part), label)
    if by:
        add_person(by, label, "present", attendance, directory)
        remember_replaced(by, rest, label, attendance, directory)


def remember_replaced(by: str, name: str, label: str | None, attendance: Attendance, directory: Directory) -> None:
    """« M. X, représenté par Mme Y »: X did not come, Y came for X."""
    entry = attendance.agency(label, directory)
    stand_in = normalise(split_civility(re.split(r"[,(]", by)[0])[1].strip())
    for person in entry.people:
        if normalise(person.name) == stand_in:
            person.replaces = name.strip(" .,")
        elif normalise(person.name) == normalise(name.strip(" .,")) and person.status == "present":
            person.status = "excused"


def read_named(
    text: str, status: str, attendance: Attendance, directory: Directory, current: str | None, *, chair: bool = False
) -> None:
    """« Name, function, organisation » in any order of the last two, with brackets, dashes or commas."""
    text, own, replaces, by = split_marks(without_contacts(text))
    parts = [
        part.strip(" .")
        for part in re.split(r"\s*[,()|\[\]]\s*|\s+[–—-]\s*|\s*[–—]\s+|\s+/\s+|\s*:\s*", text)
        if part.strip(" .")
    ]
    name = next(
        (
            part
            for part in parts
            if is_person(part)
            and (CIVILITY.match(part) or not directory.match(part))
            and not is_title(split_civility(part)[1])
        ),
        None,
    )
    if name is None:
        name = next((part for part in parts if is_person(part) and not directory.match(part)), None)
    if name is None:
        return
    rest = [part for part in parts if part is not name]
    is_chair = chair or any(CHAIRS.fullmatch(re.sub(r"(?i)^co-?", "", part).strip()) for part in rest)
    label = _organisation_among(rest, directory) or current
    if label and normalise(label) == normalise(name):
        label = current
    civility, plain = split_civility(name_alone(name))
    attendance.add(label, ReadPerson(civility, plain.strip(" .,"), own or status, replaces), directory)
    if is_chair and attendance.chair is None:
        attendance.chair = (" ".join(part for part in (civility, plain) if part), label)
    if by:
        add_person(by, label, "present", attendance, directory)
        remember_replaced(by, plain, label, attendance, directory)


def _organisation_among(parts: list[str], directory: Directory) -> str | None:
    """The organisation of a person: one that is known, else a name like an organisation's, else the last words."""
    for part in parts:
        if directory.match(part):
            return part
    for part in reversed(parts):
        if directory.looks_like_organisation(part) and not (is_title(part) and len(parts) > 1):
            return part
    for part in reversed(parts):
        # « Chef de service DGAS »: the function holds the acronym.
        if found := directory.find(part):
            return found[-1].label
    untitled = [part for part in parts if not is_title(part) and not CIVILITY.match(part) and len(part) <= 80]
    if untitled:
        return untitled[-1]
    return None


def read_people_of(label: str, text: str, status: str, attendance: Attendance, directory: Directory) -> None:
    """« BIT : M. X, Mme Y (excusée) »."""
    attendance.agency(label, directory)
    pieces = re.split(r"[;,/](?![^()]*\))|\s(?:et|and|&)\s(?![^()]*\))", text)
    for piece in pieces:
        piece = piece.strip(" .")
        if piece:
            add_person(piece, label, status, attendance, directory)
