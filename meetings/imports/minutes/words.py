"""Small readings that several rules share: sentences, names, roles."""

from __future__ import annotations

import re

from core.text import normalise

CIVILITY = re.compile(
    r"^(?P<civility>M\.|Mr\.?|MR\.?(?=\s)|Monsieur|MONSIEUR|Mme\.?|MME\.?(?=\s)|Madame|MADAME|Melle|MLLE|Messieurs|Mesdames|MRS\.?|MS\.?(?=\s)|DR\.?(?=\s)|PR\.?(?=\s)|Mlle\.?|Mademoiselle|Mrs\.?|Ms\.?|Miss|Dr\.?|Docteure?|Pr\.?|Prof\.?|Professeure?"
    r"|S\.E\.(?:M\.)?|H\.E\.|Me|El ?Hadj|Col\.|Colonel|Cdt|Lt\.?)(?=\s|[A-ZÉ])\s*",
)
_CIVILITIES = {
    "m": "M.", "mr": "M.", "monsieur": "M.", "mme": "Mme", "madame": "Mme", "mlle": "Mme", "melle": "Mme", "messieurs": "M.", "mesdames": "Mme", "mademoiselle": "Mme", "mrs": "Mme",
    "ms": "Mme", "miss": "Mme", "dr": "Dr", "docteur": "Dr", "docteure": "Dr", "pr": "Pr", "prof": "Pr", "professeur": "Pr", "professeure": "Pr",
}  # fmt: skip
# A word of a name: « Aïssa », « N’Diaye », « d’Almeida », « KONÉ », « J. », « Jean-Pierre ».
_NAME_WORD = (
    r"(?:[A-ZÀ-ÖØ-Þ][\w’'.-]*|d[eiu]s?|dit|dite|de la|del|da|dos|van|von|ben|bin|al|el|ould|mint|ag|le|la|y|née?|épse)"
)
PERSON = re.compile(rf"^{_NAME_WORD}(?:\s+{_NAME_WORD}){{1,6}}$")
_NO_NAME = re.compile(
    r"(?i)(?:pour|for|au titre|le|la|les|[ée]tai(?:en)?t|the|tous|toutes|all|action|point|date|note)\s"
)
TITLES = re.compile(
    r"(?i)\b(directeur|directrice|director|chef(?:fe)?|charg[ée]e?|coord(?:on|i)nat(?:eur|rice)|coordinator|officer|manager|sp[ée]cialiste|specialist|"
    r"conseill[eè]re?|advisor|adviser|assistante?|expert[e]?|analyste?|responsable|pr[ée]sidente?|chair(?:person|man|woman)?|vice|secr[ée]taire|"
    r"secretary|repr[ée]sentante?|representative|consultante?|point focal|focal point|adjointe?|deputy|head|gestionnaire|administrat(?:eur|rice)|"
    r"rapporteur[e]?|rapporteuse|ing[ée]nieure?|inspect(?:eur|rice)|ministre|minister|pr[ée]fet|maire|stagiaire|intern|volontaire|co-?lead|lead|"
    r"clerk|treasurer|tr[ée]sori[eè]re?|facilitat(?:eur|rice|or)|mod[ée]rat(?:eur|rice|or)|titulaire|suppl[ée]ante?|economist[e]?|[ée]conomiste|IMO|HoO|DG|SG|DGA)\b"
)
CHAIRS = re.compile(
    r"(?i)\b(pr[ée]sidente?(?: de s[ée]ance)?|chair(?:person|man|woman)?|facilitat(?:eur|rice|or)|mod[ée]rat(?:eur|rice|or))\b"
)
NEXT_MEETING = re.compile(
    r"(?i)\b(?:(?:la\s+)?prochaine\s+(?:r[ée]union|rencontre|s[ée]ance|session)|prochain\s+rendez-vous|(?:the\s+)?next\s+(?:\w+\s+){0,3}?meeting)\b"
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?:\+|00)?\d[\d\s./()-]{7,}\d")
# A point after one of these ends no sentence: « M. Jean », « No. 3 », « J. Dupont ».
_ABBREVIATED = re.compile(r"\b(?:MM?|Mr|Mme|Mlle|Mrs?|Ms|Dr|Pr|Prof|cf|n°|e\.g|i\.e|art|No|[A-Z])$")
_SENTENCE_END = re.compile(r"[.!?](?P<space>\s+)(?=[«“\"(]?[A-ZÀ-Ö0-9«“])")


def sentences(text: str) -> list[tuple[str, int, int]]:
    """The sentences of `text` with their places."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        end = match.start("space")
        if text[match.start()] == "." and _ABBREVIATED.search(text, max(start, match.start() - 6), match.start()):
            continue
        found.append((text[start:end].strip(), start, end))
        start = match.end()
    if text[start:].strip():
        found.append((text[start:].strip(), start, len(text)))
    return found


# « Cllr Mr A H Porter »: the mandate stands before the civility.
_MANDATE = re.compile(r"^(?:Cllr\.?|Councill?or|Conseill(?:er|ère))\s+(?=[A-ZÉ])")


def split_civility(text: str) -> tuple[str, str]:
    """(civility as the portal writes it, the rest): « Mme. Aïssa X » → (« Mme », « Aïssa X »)."""
    text = _MANDATE.sub("", text.strip())
    match = CIVILITY.match(text)
    if match is None:
        return "", text
    key = normalise(match["civility"]).replace(".", "").strip()
    return _CIVILITIES.get(key, match["civility"].strip()), text[match.end() :].strip()


# « MoE KRI », « MoPH »: how ministries are written in English.
_MINISTRY = re.compile(r"^Mo[A-Z]{1,4}$")


def is_person(text: str) -> bool:
    """A civility before it, or two to seven words written like a name."""
    civility, rest = split_civility(text)
    rest = rest.strip(" .,;")
    if not rest or len(rest) > 70 or any(char.isdigit() for char in rest):
        return False
    if civility:
        return rest[0].isupper() and not TITLES.match(rest)
    if any(_MINISTRY.match(word) for word in rest.split()):
        return False
    return (
        bool(PERSON.match(rest)) and not _NO_NAME.match(rest) and sum(word[0].isupper() for word in rest.split()) >= 2
    )


def is_title(text: str) -> bool:
    """A function (« Chargée de programme »), no organisation and no name."""
    return bool(TITLES.search(text))


def name_alone(text: str) -> str:
    """« Mr W Grosvenor Clerk and Executive Officer » → « Mr W Grosvenor »: the name before a function."""
    match = TITLES.search(text)
    if match is None or match.start() == 0:
        return text
    before = re.sub(r"(?i)[\s,]+(?:the|le|la|l[’'])?\s*$", "", text[: match.start()])
    return before if is_person(before) else text


def without_contacts(text: str) -> str:
    """The text without e-mail addresses and telephone numbers."""
    text = re.sub(r"[(<\[]\s*[,;]?\s*[)>\]]", " ", PHONE.sub(" ", EMAIL.sub(" ", text)))
    return re.sub(r"\s{2,}", " ", text).strip(" ,;:-–—|<>/")
