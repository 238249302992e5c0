"""Who was there: one rule a shape of list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.text import normalise
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.headings import kind_of
from meetings.imports.minutes.marks import REPLACES, split_marks
from meetings.imports.minutes.proposal import ReadAgency, ReadPerson
from meetings.imports.minutes.sections import ATTENDANCE_KINDS, NUMBER, Section, unbulleted
from meetings.imports.minutes.words import CHAIRS, CIVILITY, is_person, is_title, split_civility, without_contacts

STATUS = {"present": "present", "excused": "excused", "absent": "absent", "guest": "guest"}
COLUMNS = {
    "name": r"noms?(?: et prenoms?| & prenoms?| prenoms?)?|prenoms?(?: et noms?)?|(?:full )?names?|participants?|nom complet|membres?|personnes?|attendees?",
    "first": r"prenoms?|first names?|given names?",
    "agency": r"structures?|organi[sz]ations?|organismes?|agences?|agency|agencies|institutions?|entites?|services?|ministeres?|organisation ?/ ?structure|cluster|partenaires?",
    "title": r"fonctions?|titres?|postes?|position|title|functions?|job title|designation|qualites?|role",
    "contact": r"contacts?|telephones?|tel|phone|e-?mails?|courriels?|adresses?.*|mobile|emails?.*",
    "status": r"statut|status|presences?|attendance|present ?/ ?absent|presente?|emargement|signatures?|observations?",
}
# « Pour le BIT : M. X », « Au titre du PAM ».
_FOR = re.compile(
    r"(?i)^(?:pour|au titre (?:de|du|des)|du c[ôo]t[ée] (?:de|du)|for|from)\s+(?:l[’']\s?|la\s+|le\s+|les\s+|the\s+)?(?-i:(?=[A-Z]))"
)
_NOBODY = re.compile(r"(?i)^\W*(?:n[ée]ant|aucune?|none|nil|n/?a|ras|personne|-+|\.+)\W*$")
_LEAD = re.compile(
    r"(?i)^(?:(?:les\s+)?(?:agences?|structures?|organisations?|partenaires?)\s+(?:suivantes?\s+)?(?:repr[ée]sent[ée]e?s?|pr[ée]sent[e]?s?)(?:\s+(?:sont|[ée]taient)(?:\s+les\s+suivante?s)?)?|"
    r"(?:[ée]taient|sont)\s+pr[ée]sente?s|ont\s+particip[ée](?:\s+[àa]\s+la\s+(?:r[ée]union|rencontre))?|the\s+following\s+(?:agencies|organi[sz]ations|members)\s+(?:were\s+)?(?:present|represented|attended))\s*:?\s*"
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

    def add(self, label: str | None, person: ReadPerson, directory: Directory) -> None:
        people = self.agency(label, directory).people
        for known in people:
            if normalise(known.name) == normalise(person.name):
                known.replaces = known.replaces or person.replaces
                return
        people.append(person)


def read_attendance(sections: list[Section], directory: Directory) -> Attendance:
    """The people and organisations of every part of the text that lists them."""
    attendance = Attendance([])
    for section in sections:
        if section.kind in ATTENDANCE_KINDS:
            _read_section(section, attendance, directory)
    return attendance


def _read_section(section: Section, attendance: Attendance, directory: Directory) -> None:
    status = STATUS[section.kind]
    columns: dict[str, int] | None = None
    current: str | None = None
    for line in section.lines:
        if line.cells:
            if header := table_header(line.cells):
                columns, current = header, None
                continue
            if columns is not None:
                _read_row(line.cells, columns, status, attendance, directory)
            else:
                _read_free_row(line.cells, status, attendance, directory)
            continue
        text = _FOR.sub("", unbulleted(line.text))
        if not text or _NOBODY.match(text) or _is_prose(text):
            continue
        label = _agency_line(text, directory, has_people=current is None or True)
        if label is not None and not _holds_people(text, directory):
            current = label
            attendance.mention(label, status, directory)
            continue
        if current is not None and not NUMBER.match(line.text) and _only_person(text, directory):
            _add_person(text, current, status, attendance, directory)
            continue
        current = _read_entry(text, status, attendance, directory, current)


def _is_prose(text: str) -> bool:
    """A sentence about the meeting, no list: long, without names between commas."""
    words = text.split()
    return len(words) > 14 and not re.search(r"[,;:(]", text)


# One line ---------------------------------------------------------------------------------------


def _agency_line(text: str, directory: Directory, *, has_people: bool) -> str | None:
    """The label of a line that is nothing but an organisation (its people follow below)."""
    bare = text.strip(" :.;–—-•")
    if CIVILITY.match(bare) or "," in bare or ";" in bare or len(bare) > 110 or _is_person_of(bare, directory):
        return None
    if directory.match(bare):
        return bare
    if is_person(bare) and not directory.looks_like_organisation(bare):
        return None
    return bare if directory.looks_like_organisation(bare) and not is_title(bare) else None


def _holds_people(text: str, directory: Directory) -> bool:
    _head, _sep, rest = text.partition(":")
    if rest.strip():
        return True
    inner = re.search(r"\(([^()]+)\)", text)
    return bool(
        inner and any(is_person(part.strip()) for part in re.split(r"[,;]", inner[1])) and not directory.match(inner[1])
    )


def _only_person(text: str, directory: Directory) -> bool:
    first = re.split(r"[,(:;–—]| - ", split_marks(text)[0], maxsplit=1)[0].strip()
    if not is_person(first) or directory.match(first):
        return False
    others = [part.strip() for part in re.split(r"[,;:()–—]| - ", text)[1:] if part.strip()]
    return not any(directory.match(part) for part in others)


def _read_entry(
    text: str, status: str, attendance: Attendance, directory: Directory, current: str | None
) -> str | None:
    """One line of a list; the organisation that the next lines belong to, if this one opened it."""
    text = _FOR.sub("", _LEAD.sub("", text).strip())
    label, colon, rest = text.partition(":")
    if colon and rest.strip() and len(label) < 110:
        label = label.strip(" –-")
        if kind := kind_of(label):
            return _read_entry(rest.strip(), STATUS.get(kind, status), attendance, directory, None)
        if CHAIRS.search(label) or (is_title(label) and not directory.match(label)):
            _read_named(rest.strip(), status, attendance, directory, None, chair=bool(CHAIRS.search(label)))
            return current
        if is_person(label) and not directory.match(label):
            # « M. X : UNICEF ».
            _read_named(f"{label}, {rest.strip()}", status, attendance, directory, None)
            return current
        _read_people_of(label, rest.strip(), status, attendance, directory)
        return current
    label, dash, rest = _by_dash(text)
    if (
        dash
        and directory.looks_like_organisation(label)
        and not CIVILITY.match(label)
        and _begins_with_a_person(rest)
        and (directory.match(label) or not is_person(label))
    ):
        # « Ministère de la Femme, de la Famille – Mme X » : the name of an organisation may hold commas.
        _read_people_of(label, rest, status, attendance, directory)
        return current
    groups = re.findall(r"([^,;()]+?)\s*\(([^()]+)\)", text)
    if groups and all(directory.looks_like_organisation(name) and _are_people(inner) for name, inner in groups):
        # « OCHA (John Doe, Mary Foo), UNICEF (X) ».
        for name, inner in groups:
            _read_people_of(name.strip(" ,;et"), inner, status, attendance, directory)
        return current
    parts = _split_list(text, directory)
    if len(parts) > 1:
        for part in parts:
            _read_one(part, status, attendance, directory, None)
        return current
    _read_one(text, status, attendance, directory, current)
    return current


def _by_dash(text: str) -> tuple[str, str, str]:
    match = re.search(r"\s+[–—-]\s+|\s*[–—]\s+", text)
    return (text[: match.start()].strip(), match.group(0), text[match.end() :].strip()) if match else (text, "", "")


def _begins_with_a_person(text: str) -> bool:
    return is_person(re.split(r"[,;(]|\s(?:et|and|&)\s", text)[0].strip())


def _are_people(text: str) -> bool:
    return all(is_person(part.strip()) for part in re.split(r",|;| et | and |&", text) if part.strip())


def _split_list(text: str, directory: Directory) -> list[str]:
    """« M. A (BIT), Mme B (PAM) et M. C (FAO) », « BIT, PAM, FAO » or « A ; B ; C » as single entries."""
    if ";" in text:
        return [part.strip(" .") for part in text.split(";") if part.strip(" .")]
    parts = [
        part.strip(" .") for part in re.split(r",(?![^()]*\))|\s(?:et|and|&)\s(?![^()]*\))", text) if part.strip(" .")
    ]
    if len(parts) < 2:
        return [text]
    if all(re.search(r"\([^()]+\)$", part) or CIVILITY.match(part) for part in parts) and sum(
        is_person(re.sub(r"\s*\(.*", "", part)) for part in parts
    ) == len(parts):
        return parts
    if all(directory.looks_like_organisation(part) for part in parts) and not any(
        CIVILITY.match(part) for part in parts
    ):
        return parts
    if len(parts) > 2 and all(is_person(part) and not directory.match(part) for part in parts):
        return parts
    return [text]


def _read_one(text: str, status: str, attendance: Attendance, directory: Directory, current: str | None) -> None:
    bare = text.strip(" .")
    if _is_person_of(bare, directory):
        _read_named(bare, status, attendance, directory, current)
        return
    if directory.looks_like_organisation(bare) and not CIVILITY.match(bare) and not _holds_people(bare, directory):
        plain = split_marks(bare)[0]
        if directory.match(plain) or not (is_person(plain) or re.search(r"[,(]| [–—-] ", plain)):
            attendance.mention(re.sub(r"(?i)^(?:l[’']\s?|la |le |les |the )", "", plain), status, directory)
            return
    _read_named(bare, status, attendance, directory, current)


def _is_person_of(text: str, directory: Directory) -> bool:
    """« Peter Third (UNICEF) »: a name and an organisation, not an organisation and its acronym."""
    match = re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)", split_marks(text)[0])
    if match is None or not directory.match(match[2]):
        return False
    spelled = normalise("".join(re.findall(r"\b\w", match[1]))) == normalise(match[2]).replace(" ", "")
    return is_person(match[1]) and not spelled and not directory.looks_like_organisation(match[1])


def _read_people_of(label: str, text: str, status: str, attendance: Attendance, directory: Directory) -> None:
    """« BIT : M. X, Mme Y (excusée) »."""
    attendance.agency(label, directory)
    pieces = re.split(r"[;,/](?![^()]*\))|\s(?:et|and|&)\s(?![^()]*\))", text)
    for piece in pieces:
        piece = piece.strip(" .")
        if piece:
            _add_person(piece, label, status, attendance, directory)


# One person -------------------------------------------------------------------------------------


def _add_person(text: str, label: str | None, status: str, attendance: Attendance, directory: Directory) -> None:
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
        _add_person(by, label, "present", attendance, directory)
        _remember_replaced(by, rest, label, attendance, directory)


def _remember_replaced(by: str, name: str, label: str | None, attendance: Attendance, directory: Directory) -> None:
    """« M. X, représenté par Mme Y »: X did not come, Y came for X."""
    entry = attendance.agency(label, directory)
    stand_in = normalise(split_civility(re.split(r"[,(]", by)[0])[1].strip())
    for person in entry.people:
        if normalise(person.name) == stand_in:
            person.replaces = name.strip(" .,")
        elif normalise(person.name) == normalise(name.strip(" .,")) and person.status == "present":
            person.status = "excused"


def _read_named(
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
    civility, plain = split_civility(name)
    attendance.add(label, ReadPerson(civility, plain.strip(" .,"), own or status, replaces), directory)
    if is_chair and attendance.chair is None:
        attendance.chair = (" ".join(part for part in (civility, plain) if part), label)
    if by:
        _add_person(by, label, "present", attendance, directory)
        _remember_replaced(by, plain, label, attendance, directory)


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


# Tables -----------------------------------------------------------------------------------------


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


def _read_row(
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
    if not name or _NOBODY.match(name) or not any(char.isalpha() for char in name):
        return
    told = cell("status")
    if told and len(told) < 30:
        own = own or split_marks(f"x {told}")[1]
    label = cell("agency") or None
    if label is None and (found := directory.find(title)):
        label = found[-1].label
    name = re.sub(r"^\d+\s*[.)-]?\s*", "", name).strip(" ,.")
    attendance.add(label, ReadPerson(civility, name, own or status, replaces), directory)
    if CHAIRS.search(title) and attendance.chair is None:
        attendance.chair = (" ".join(part for part in (civility, name) if part), label)
    if by:
        _add_person(by, label, "present", attendance, directory)
        _remember_replaced(by, name, label, attendance, directory)


def _read_free_row(cells: tuple[str, ...], status: str, attendance: Attendance, directory: Directory) -> None:
    """A row without header: « BIT | M. X, Mme Y » or « 1 | Name | Organisation »."""
    filled = [cell for cell in cells if cell and not re.fullmatch(r"[\d.)]+", cell)]
    if not filled:
        return
    if len(filled) >= 2 and directory.looks_like_organisation(filled[0]) and not is_person(filled[0]):
        _read_people_of(filled[0], ", ".join(filled[1:]), status, attendance, directory)
        return
    _read_named(", ".join(filled), status, attendance, directory, None)
