"""Who was there: one rule a shape of list."""

from __future__ import annotations

import re

from core.text import normalise
from meetings.imports.minutes.actions import action_columns, discussion_columns
from meetings.imports.minutes.attendance_tables import read_free_row, read_row, table_header
from meetings.imports.minutes.directory import ACRONYM, Directory
from meetings.imports.minutes.endings import is_sentence
from meetings.imports.minutes.headings import kind_of
from meetings.imports.minutes.listing import (
    LONG_LIST,
    name_before_acronym,
    name_before_organisation,
    organisations_of,
    people_by_bracket,
    spread_civility,
    without_counts,
)
from meetings.imports.minutes.marks import split_marks
from meetings.imports.minutes.people import NOBODY, Attendance, add_person, read_named, read_people_of
from meetings.imports.minutes.sections import ATTENDANCE_KINDS, BULLET, NUMBER, Section, unbulleted
from meetings.imports.minutes.source import Line
from meetings.imports.minutes.words import CHAIRS, CIVILITY, is_person, is_title

# Several hundred people; what is longer is no list, and hostile files hold lines of a megabyte.
LONGEST_LIST = 8_000
STATUS = {"present": "present", "excused": "excused", "absent": "absent", "guest": "guest"}
# « Pour le BIT : M. X », « Au titre du PAM ».
_FOR = re.compile(
    r"(?i)^(?:pour|au titre (?:de|du|des)|du c[ôo]t[ée] (?:de|du)|for|from)\s+(?:l[’']\s?|la\s+|le\s+|les\s+|the\s+)?(?-i:(?=[A-Z]))"
)
_ROLE = re.compile(
    r"(?i)(?:(?:secr[ée]tariat|mod[ée]ration|rapportage|rapporteu(?:r|se)|r[ée]dact(?:eur|rice|ion)|secr[ée]taire|compte[- ]rendu (?:par|de)|pr[ée]sidence|facilitation|animation|prise de notes|note[- ]?taker|minute[- ]?taker|minutes(?: by)?|lieu|date|heure|venue|time|place|organi[sz]ed by|organis[ée]e? par|recording|enregistrement|transcript|logisti(?:cs|que)|quorum|conseillers? en exercice|votants|absent|scribe|duration|dur[ée]e|(?:number|nombre|no\.?) (?:of|de|d[’']) ?\w+(?: \w+)?|minutes (?:prepared|submitted|taken|drafted) (?:by|on)|next meeting(?: date)?|objet|subject|agenda|link|lien)(?:\s+(?:et|and|&)\s+|\s+de\s+(?:la\s+)?(?:r[ée]union|s[ée]ance)|\s*/\s*)?)+"
)
# « 1 | Steering Committee, 2 March 2015 » at the head of a page, « M. X a été nommé secrétaire », « One member of the public ».
_SAYS = re.compile(
    r"(?i)\b(?:a|ont) [ée]t[ée] (?:nomm|d[ée]sign|[ée]lu)|^\d+\s*\|.*\b(?:19|20)\d\d$|^(?:one|two|three|four|\d+) members? of the public"
)
_LEAD = re.compile(
    r"(?i)^(?:(?:les\s+)?(?:agences?|structures?|organisations?|partenaires?)\s+(?:suivantes?\s+)?(?:repr[ée]sent[ée]e?s?|pr[ée]sent[e]?s?)(?:\s+(?:sont|[ée]taient)(?:\s+les\s+suivante?s)?)?|"
    r"(?:[ée]taient|sont)\s+pr[ée]sente?s|ont\s+particip[ée](?:\s+[àa]\s+la\s+(?:r[ée]union|rencontre))?|the\s+following\s+(?:agencies|organi[sz]ations|members)\s+(?:were\s+)?(?:present|represented|attended))\s*:?\s*"
)


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
    elsewhere = grouped = opened = False
    closed_by_acronym = _close_with_acronyms(section.lines, directory)
    for line in _joined(section.lines):
        if line.cells:
            if header := table_header(line.cells):
                columns, current, elsewhere = header, None, False
                continue
            # A table of points or of actions below the list, with no heading between.
            elsewhere = elsewhere or discussion_columns(line.cells) is not None or bool(action_columns(line.cells))
            if elsewhere:
                continue
            if _ROLE.fullmatch(normalise(line.cells[0]).strip(" :.")) and len(line.cells) == 2:
                continue
            if columns is not None:
                read_row(line.cells, columns, status, attendance, directory)
            else:
                read_free_row(line.cells, status, attendance, directory)
            continue
        text = _FOR.sub("", unbulleted(line.text))
        if not text or len(text) > LONGEST_LIST or NOBODY.match(text) or _is_prose(text):
            continue
        text = without_counts(text)
        if text.endswith(":") and is_person(text.strip(" :")) and not directory.is_organisation(text.strip(" :")):
            # « OASIS Staff: » above its people.
            grouped = True
            continue
        people = [part.strip(" .") for part in text.split(",")]
        if grouped and all(is_person(one) and not directory.is_organisation(one) for one in people):
            for one in people:
                read_named(one, status, attendance, directory, None)
            continue
        label = _agency_line(text, directory)
        if label is not None and not _holds_people(text, directory):
            current, opened = label, bool(NUMBER.match(line.text))
            attendance.mention(label, status, directory)
            continue
        if opened and NUMBER.match(line.text):
            # « 22. Safety Foundation », « 23. Awa Sample »: two entries of one list, and no organisation with its people.
            current = None
        if closed_by_acronym and (parted := name_before_acronym(text)):
            read_named(f"{parted[0]}, {parted[1]}", status, attendance, directory, None)
            continue
        if current is not None and not NUMBER.match(line.text) and _only_person(text, directory):
            add_person(text, current, status, attendance, directory)
            continue
        current = _read_entry(text, status, attendance, directory, current)


def _close_with_acronyms(lines: list[Line], directory: Directory) -> bool:
    """« 16. Awa Sample UNICEF », « 17. Paul Example YERA »: where some end with one that is known, all do with one."""
    texts = [unbulleted(line.text) for line in lines if not line.cells]
    if sum("," in text for text in texts) > 1:
        return False
    return sum(name_before_organisation(text, directory) is not None for text in texts if len(text) < 120) > 1


def _joined(lines: list[Line]) -> list[Line]:
    """« … Nadine S, » and « Yanne T, Richard Z. » on the next line are one list, cut by the width of a page."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before is not None and _goes_on(before, line):
            joined[-1] = Line(f"{before.text} {line.text}", before.start, line.end)
        else:
            joined.append(line)
    return joined


def _goes_on(before: Line, line: Line) -> bool:
    if before.cells or line.cells or line.is_listed or NUMBER.match(line.text) or BULLET.match(line.text):
        return False
    if CIVILITY.match(line.text) or ":" in line.text:
        return False
    if re.match(r"(?i)(?:donne\s+)?(?:pouvoir|procuration)\s+[àa]\s", line.text):
        return True
    pieces = [piece.strip() for piece in before.text.partition(":")[2 if ":" in before.text else 0].split(",")]
    return before.text.endswith(",") and len(pieces) > 2 and all(is_person(piece) for piece in pieces if piece)


def _is_prose(text: str) -> bool:
    """A sentence about the meeting, no list: long, without names between commas."""
    words = text.split()
    return (len(words) > 14 and not re.search(r"[,;:(]", text)) or is_sentence(text) or bool(_SAYS.search(text))


# One line ---------------------------------------------------------------------------------------


def _agency_line(text: str, directory: Directory) -> str | None:
    """The label of a line that is nothing but an organisation (its people follow below)."""
    bare = text.strip(" :.;–—-•")
    if CIVILITY.match(bare) or "," in bare or ";" in bare or len(bare) > 110 or _is_person_of(bare, directory):
        return None
    if _organisation_then_people(bare, directory):
        return None
    if directory.match(bare):
        return bare
    if is_person(bare) and not directory.looks_like_organisation(bare):
        return None
    if name_before_organisation(bare, directory):
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
    while colon and rest.strip() and len(label) < 110 and (kind := kind_of(label)):
        # « Excusés : M. X » among those present.
        text, status, current = rest.strip(), STATUS.get(kind, status), None
        label, colon, rest = text.partition(":")
    if groups := people_by_bracket(text, directory):
        for names, inner in groups:
            for name in names:
                read_named(f"{name}, {inner}", status, attendance, directory, None, chair=bool(CHAIRS.search(inner)))
        return current
    if parted := _organisation_then_people(text, directory):
        read_people_of(*parted, status, attendance, directory)
        return current
    if people := spread_civility(text, directory):
        for person in people:
            _read_one(person, status, attendance, directory, current)
        return current
    if names := organisations_of(text, directory):
        for name in names:
            attendance.mention(name, status, directory)
        return current
    if pieces := _entries(text, directory):
        opened: str | None = None
        for piece in pieces:
            label, colon, _rest = piece.partition(":")
            if colon:
                opened = label.strip() if not is_title(label) or directory.match(label) else None
            if not colon and opened and is_person(split_marks(piece)[0]):
                # « AVH : X ; Y ; FAF : Z »: Y sits for AVH as well.
                add_person(piece, opened, status, attendance, directory)
            else:
                _read_entry(piece, status, attendance, directory, current)
        return current
    label, colon, rest = text.partition(":")
    if colon and rest.strip() and len(label) < 110:
        label = label.strip(" –-")
        if _ROLE.fullmatch(label):
            # « Secrétariat : HCR » among the lists: a task, no organisation of that name.
            if _begins_with_a_person(rest.strip(), directory) and not attendance.knows(re.split(r"[,(–]", rest)[0]):
                read_named(rest.strip(), "present", attendance, directory, None)
            return current
        if CHAIRS.search(label) or (is_title(label) and not directory.match(label)):
            read_named(rest.strip(), status, attendance, directory, None, chair=bool(CHAIRS.search(label)))
            return current
        if _is_named_first(label, rest.strip(), directory):
            # « M. X : UNICEF ».
            read_named(f"{label}, {rest.strip()}", status, attendance, directory, None)
            return current
        read_people_of(label, rest.strip(), status, attendance, directory)
        return current
    label, dash, rest = _by_dash(text)
    if (
        dash
        and directory.looks_like_organisation(label)
        and not CIVILITY.match(label)
        and _begins_with_a_person(rest, directory)
        and (directory.match(label) or not is_person(label))
    ):
        # « Ministère de la Femme, de la Famille – Mme X » : the name of an organisation may hold commas.
        read_people_of(label, rest, status, attendance, directory)
        return current
    groups = re.findall(r"([^,;()]+?)\s*\(([^()]+)\)", text)
    if groups and all(directory.looks_like_organisation(name) and _are_people(inner) for name, inner in groups):
        # « OCHA (John Doe, Mary Foo), UNICEF (X) ».
        for name, inner in groups:
            read_people_of(name.strip(" ,;et"), inner, status, attendance, directory)
        return current
    parts = _split_list(text, directory)
    if len(parts) > 1:
        for part in parts:
            _read_one(part, status, attendance, directory, None)
        return current
    _read_one(text, status, attendance, directory, current)
    return current


def _organisation_then_people(text: str, directory: Directory) -> tuple[str, str] | None:
    """« Oxfam - Enam H », « Kaleva Yacht Service - Jess B, Sam B »: an organisation, a dash, and people only."""
    match = re.match(r"(?P<label>[^:,;()]{2,80}?)\s+[–—-]\s+(?P<people>.+)$", text)
    if match is None or CIVILITY.match(match["label"]) or CIVILITY.match(text):
        return None
    people = [
        re.sub(r"\s*\(.*?\)", "", part).strip(" .")
        for part in re.split(r",(?![^()]*\))|;|\s(?:et|and|&)\s", match["people"])
    ]
    if not all(is_person(one) and not directory.is_organisation(one) and not is_title(one) for one in people if one):
        return None
    known = directory.is_organisation(match["label"]) or ACRONYM.match(match["label"])
    return (match["label"].strip(), match["people"]) if known or len(people) > 1 else None


def _is_named_first(label: str, rest: str, directory: Directory) -> bool:
    """« M. X : UNICEF », and not « Voir Ensemble : François L. »."""
    if not is_person(label) or directory.is_organisation(label) or CIVILITY.match(rest):
        return False
    alone = re.split(r"[,;(]|\s(?:donne|et|and|&|pouvoir)\s", rest, maxsplit=1)[0].strip()
    return bool(CIVILITY.match(label) or directory.looks_like_organisation(rest) or not is_person(alone))


def _entries(text: str, directory: Directory) -> list[str]:
    """« OCHA – X ; HCR – Y, Z »: entries with an organisation each, where a semicolon parts them."""
    pieces = [piece.strip() for piece in re.split(r";(?![^()]*\))", text) if piece.strip()]
    if len(pieces) < 2:
        return []
    headed = [
        bool(label and (directory.looks_like_organisation(label) or is_title(label) or is_person(split_marks(rest)[0])))
        for label, mark, rest in (_by_label(piece) for piece in pieces)
        if mark
    ]
    return pieces if sum(headed) > 1 else []


def _by_label(text: str) -> tuple[str, str, str]:
    label, colon, rest = text.partition(":")
    return (label.strip(), colon, rest) if colon else _by_dash(text)


def _by_dash(text: str) -> tuple[str, str, str]:
    match = re.search(r"\s+[–—-]\s+|\s*[–—]\s+", text)
    return (text[: match.start()].strip(), match.group(0), text[match.end() :].strip()) if match else (text, "", "")


def _begins_with_a_person(text: str, directory: Directory) -> bool:
    first = re.split(r"[,;(]|\s(?:et|and|&)\s", text)[0].strip()
    return is_person(first) and (bool(CIVILITY.match(first)) or not directory.is_organisation(first))


def _are_people(text: str) -> bool:
    return all(is_person(part.strip()) for part in re.split(r",|;| et | and |&", text) if part.strip())


_SURNAME_LAST = re.compile(
    r"^(?:[A-ZÉ][a-zéèêëïîôç’'-]+(?:-[A-Z][a-zéè]+)?\s+){1,2}(?:(?:LE|LA|DE|VAN|DU)\s+)?[A-ZÉÈÊËÏÎÔÇ’'-]{3,}$"
)


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
        is_person(re.sub(r"\s*\(.*", "", part)) and not is_title(re.sub(r"\s*\(.*", "", part)) for part in parts
    ) == len(parts):
        return parts
    if all(directory.looks_like_organisation(part) for part in parts) and not any(
        CIVILITY.match(part) for part in parts
    ):
        return parts
    if len(parts) == 2 and all(_SURNAME_LAST.match(split_marks(part)[0]) for part in parts):
        # « François CLAUZON, Yanne SOUCHET »: two people, as their surnames in capitals tell.
        return parts
    people = [
        part for part in parts if is_person(re.sub(r"\s*\([^()]*\)$", "", part)) and not directory.is_organisation(part)
    ]
    if len(parts) >= LONG_LIST and len(people) > 0.7 * len(parts) and not any(map(directory.is_organisation, parts)):
        # A dozen names, one of a single word among them: that one is left out.
        return people
    if len(parts) > 2 and all(is_person(part) and not directory.match(part) for part in parts):
        return parts
    return [text]


def _read_one(text: str, status: str, attendance: Attendance, directory: Directory, current: str | None) -> None:
    bare = text.strip(" .")
    plain, own, _replaces, _by = split_marks(bare)
    if parted := name_before_organisation(plain, directory):
        beside = " ".join(parted) in bare
        told = bare.replace(parted[1], f", {parted[1]}", 1) if beside else ", ".join(parted)
        read_named(told, own or status, attendance, directory, current)
        return
    if _is_person_of(bare, directory):
        read_named(bare, status, attendance, directory, current)
        return
    if directory.looks_like_organisation(bare) and not CIVILITY.match(bare) and not _holds_people(bare, directory):
        plain = split_marks(bare)[0]
        alone = not re.search(r"[,(]| [–—-] ", plain)
        if directory.match(plain) or (alone and (directory.is_organisation(plain) or not is_person(plain))):
            attendance.mention(re.sub(r"(?i)^(?:l[’']\s?|la |le |les |the )", "", plain), status, directory)
            return
    read_named(bare, status, attendance, directory, current)


def _is_person_of(text: str, directory: Directory) -> bool:
    """« Peter Third (UNICEF) »: a name and an organisation, not an organisation and its acronym."""
    match = re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)", split_marks(text)[0])
    if match is None or not (directory.match(match[2]) or directory.is_organisation(match[2])) or is_person(match[2]):
        return False
    spelled = normalise("".join(re.findall(r"\b\w", match[1]))) == normalise(match[2]).replace(" ", "")
    return is_person(match[1]) and not spelled and not directory.looks_like_organisation(match[1])
