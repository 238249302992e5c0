"""One line that lists several people or organisations, taken apart: one small rule a shape."""

from __future__ import annotations

import re

from meetings.imports.minutes.directory import ACRONYM, Directory
from meetings.imports.minutes.marks import split_marks
from meetings.imports.minutes.organisations import known_at_end
from meetings.imports.minutes.words import CIVILITY, is_person, is_title

# « NRC [1], OCHA (2) »: how many came.
_COUNT = re.compile(r"\s*[\[(]\s*\d{1,2}\s*(?:pers\.?|personnes?|people|pax)?\s*[\])]")
# « Mmes A, B ; MM. C et D », « Messieurs : X, Y ».
_PLURAL = re.compile(
    r"^\s*(?P<who>Mmes\.?|Mesdames|MM\.|MM(?=\s)|Messieurs|Mesdemoiselles|Drs\.?)\s*:?\s*", re.IGNORECASE
)
# « Mmes et MM. A, B »: nobody can say who is which.
_MIXED = re.compile(
    r"\b(?:Mmes|Mesdames)\s+(?:et|&)\s+(?:MM\.?|Messieurs)\s*:?\s*|\b(?:MM\.?|Messieurs)\s+(?:et|&)\s+(?:Mmes|Mesdames)\.?\s*:?\s*",
    re.IGNORECASE,
)
_SINGULAR = {"mmes": "Mme", "mesdames": "Mme", "mesdemoiselles": "Mme", "mm": "M.", "messieurs": "M.", "drs": "Dr"}
_HAS_PLURAL = re.compile(r"\b(?:Mmes|Mesdames|MM\.|MM\s|Messieurs|Mesdemoiselles|Drs\b)", re.IGNORECASE)
_PIECES = re.compile(r"\s*[,;](?![^()]*\))\s*|\s+(?:et|and|&)\s+(?![^()]*\))")
_NAMED = re.compile(r"([^()]+?)\s*\([^()]+\)")
# A list of organisations may hold one that nobody would know for one: not more than that.
MOST_UNKNOWN = 0.34
# So many organisations in a row that one more with a bracket or a dash is one as well.
LONG_LIST = 6
# From here on half of the names may be of organisations that nobody here knows.
LONGER_LIST = 12


def _with_country(text: str, at: int) -> int:
    """« UN OCHA », « Philippines Red Cross »: the word before belongs to the organisation."""
    before = text[:at].rstrip()
    words = before.split()
    if len(words) > 1 and words[-1] == "UN":
        return len(before) - len("UN")
    if len(words) > 2 and re.match(r"(?i)(?:red (?:cross|crescent)|croix[- ]rouge|croissant[- ]rouge)", text[at:]):
        return len(before) - len(words[-1])
    return at


def without_counts(text: str) -> str:
    """The text without the number of people in brackets behind each organisation."""
    return _COUNT.sub("", text)


def spread_civility(text: str, directory: Directory) -> list[str]:
    """« Mmes A, B ; MM. C, D » → « Mme A », « Mme B », « M. C », « M. D »; nothing without a plural civility."""
    if not _HAS_PLURAL.search(text):
        return []
    people: list[str] = []
    shared = ""
    text = _MIXED.sub("", text)
    for piece in _PIECES.split(text):
        if match := _PLURAL.match(piece):
            shared = _SINGULAR[match["who"].lower().strip(".")]
            piece = piece[match.end() :]
        elif CIVILITY.match(piece):
            shared = ""
        piece = piece.strip(" .;,")
        if not piece:
            continue
        if people and (directory.is_organisation(piece) or is_title(piece) or piece[0].islower()):
            # « Mmes A, UNICEF, B, PAM »: what follows a name belongs to it.
            people[-1] = f"{people[-1]}, {piece}"
            continue
        people.append(f"{shared} {piece}".strip())
    return people


def organisations_of(text: str, directory: Directory) -> list[str]:
    """« ACTED, World Vision, CARE and Interaction »: the names of a list of organisations; nothing for another list."""
    text = re.sub(r"(?i)^\s*\d+\s+(?:structures?|organi[sz]ations?|agences?)\s+", "", without_counts(text))
    text = re.sub(r"^(?:\d+ [\w -]{4,40}(?:, | et | and |(?=:)))+\s*:\s*", "", text)
    text = re.sub(r"(?<=[A-Z])\s+/\s+(?=[A-Z]{2})", ", ", text)
    text = re.sub(r",(?=[A-Z])", ", ", text)
    separator = r";" if text.count(";") > 1 else r",(?![^()]*\))|\s(?:et|and|&)\s(?![^()]*\))"
    parts = [part.strip(" .") for part in re.split(separator, text) if part.strip(" .")]
    parts = [re.sub(r"(?i)^(?:et|and|ainsi que)\s+", "", split_marks(part)[0]) for part in parts]
    if len(parts) < 2 or any(CIVILITY.match(part) or len(part.split()) > 9 for part in parts):
        return []
    if any(
        (match := _NAMED.fullmatch(part)) and is_person(match[1]) and not directory.is_organisation(match[1])
        for part in parts
    ):
        # « Luc X (BIT), Zoé Y (FAO) »: people, each with an organisation.
        return []
    if any(is_person(inner) and not directory.match(inner) for inner in re.findall(r"\(([^(),]+)", text)):
        # « BIT (M. X), PAM (Mme Y) »: each has its people.
        return []
    sure = [bool(directory.is_organisation(part) or ACRONYM.match(part)) for part in parts]
    doubtful = [part for part, known in zip(parts, sure, strict=True) if not known]
    most = MOST_UNKNOWN if len(parts) < LONGER_LIST else 0.5
    if sum(sure) < 2 or len(doubtful) > most * len(parts):
        return []
    if any(re.search(r"\d{3}|[@:]", part) and not directory.match(part) for part in doubtful):
        return []
    bracketed = [part for part in doubtful if re.search(r"\(|\s[–—-]\s", part) and not directory.match(part)]
    if bracketed and (len(sure) < LONG_LIST or len(bracketed) > 1):
        return []
    # « Felix Sample, World Vision » is one person and not two organisations.
    if len(parts) == 2 and doubtful:
        return []
    return [part for part in parts if not is_title(part) or directory.is_organisation(part)]


_GROUP = re.compile(r"\s*[,;.]?\s*(?:(?:et|and|&)\s+)?(?P<names>[^()]+?)\s*\((?P<inner>[^()]+)\)")


def people_by_bracket(text: str, directory: Directory) -> list[tuple[list[str], str]]:
    """« A & B (CARE), C (CRS) » → [([A, B], CARE), ([C], CRS)]; nothing for another list, or for one group alone."""
    groups: list[tuple[list[str], str]] = []
    at = 0
    while match := _GROUP.match(text, at):
        names = [
            name.strip(" .") for name in re.split(r"\s*[,;]\s*|\s+(?:et|and|&)\s+", match["names"]) if name.strip(" .")
        ]
        inner = match["inner"].strip()
        if not names or not all(is_person(name) and not directory.is_organisation(name) for name in names):
            return []
        if is_person(inner) and not directory.looks_like_organisation(inner) and CIVILITY.match(inner):
            return []
        groups.append((names, inner))
        at = match.end()
    # A « & » in one of the groups is what other rules do not read.
    joined = any(re.search(r"\s&\s|\s(?:et|and)\s", match["names"]) for match in _GROUP.finditer(text[:at]))
    return groups if len(groups) > 1 and (joined or text[at:].strip(" .,;")) else []


_OPENER = re.compile(
    r"\s+(?P<label>(?:ONG|NGO|Mairie|MAIRIE|Minist[èe]re|MINIST[ÈE]RE|Direction|DIRECTION|Association|ASSOCIATION|Fondation|FONDATION|Universit[ée]|UNIVERSIT[ÉE])\b.*)$"
)
_STANDS_FOR = re.compile(
    r"^(?P<name>.+?),?\s+repr[ée]sent(?:ant|ante|e)\s+(?:de\s+la\s+|de\s+l[’']|du\s+|de\s+|la\s+|le\s+|l[’'])?(?P<label>(?-i:[A-ZÉ]).+)$"
)


_ACRONYM_LAST = re.compile(
    r"^(?P<name>(?:(?:Dr|Mr|Mrs|Ms|Mme|M)\.?\s+)?(?:(?:[A-ZÉ]\.|[A-ZÉ][\w’'-]*[a-zé][\w’'-]*)\s+){2,5})(?P<label>[A-Z][A-Za-z]*[A-Z]{2,}\w*(?:\s?[-–]\s?[A-Z]\w+)?)$"
)


def name_before_acronym(text: str) -> tuple[str, str] | None:
    """« Awa Sample CISP », « Paul Example WFP - Somalia »: for lists known to close each line with an organisation."""
    match = _ACRONYM_LAST.match(text)
    return (match["name"].strip(), match["label"]) if match else None


def name_before_organisation(text: str, directory: Directory) -> tuple[str, str] | None:
    """« Felix Sample World Vision » → the name and the organisation that closes the line, where it is one known."""
    if re.search(r"[,;:()|]|\s[–—-]\s", text):
        return None
    for shape in (_STANDS_FOR, _OPENER):
        if match := shape.search(text):
            name = text[: match.start("label")].strip() if shape is _OPENER else match["name"].strip()
            if is_person(name) and not directory.is_organisation(name) and not CIVILITY.match(match["label"]):
                return name, match["label"].strip()
    starts = [named.start for named in directory.find(text) if named.end == len(text)]
    starts += [at for at in [known_at_end(text)] if at is not None]
    for at in sorted(starts):
        at = _with_country(text, at)
        name = text[:at].strip()
        if is_person(name) and not directory.is_organisation(name):
            return name, text[at:].strip()
    return None
