"""Who answers for an action, as its sentence or its column tells."""

from __future__ import annotations

import re

from core.text import normalise
from meetings.imports.minutes.dates import find_dates
from meetings.imports.minutes.decisions import NOTHING
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.words import CIVILITY, is_person

# « Partager le plan (BIT), avant le 30 juin ».
_OWNER_BEFORE_DATE = re.compile(
    r"\s*[(\[]\s*(?P<who>[^()\[\]]{2,60})\s*[)\]](?P<rest>\s*,?\s*(?i:avant|d['’]ici|pour|au plus tard|jusqu['’]au|by|before|until)\s[^()]{3,40})$"
)
_TO = re.compile(
    r"^(?P<who>[^:.;]{2,80}?)\s+(?i:to|needs? to|(?:is|are) (?:requested|encouraged|asked|urged) to|will|shall|should|must|is to|are to|va|vont|doit|doivent|devra|devront|s['’]engage(?:nt)? à|se charge(?:nt|ra|ront)? d[e’']|est charg[ée]e? d[e’']|sont charg[ée]e?s d[e’']|(?:se\s+)?\w{3,}(?:ra|ront))\s+[^\WA-Z\d_]"
)
# « Mme X transmet le budget ».
_SOMEBODY_DOES = re.compile(
    r"^(?P<who>(?:M\.|Mme|Mlle|Mr|Mrs|Ms|Dr|Pr)\s+[A-ZÉÈ][\w’'-]+(?:\s+[A-ZÉÈ][\w’'-]+){0,3})\s+[a-zéè]{4,}"
)


def find_owner(text: str, directory: Directory) -> tuple[str, str | None]:
    label, colon, rest = text.partition(":")
    if colon and rest.strip() and len(label) < 80 and is_owner(label, directory):
        return rest.strip(), label.strip()
    if colon and len(label) > 8 and len(rest) < 60 and is_owner(rest, directory):
        return label.strip(), rest.strip(" .")
    if (
        (match := _TO.match(text))
        and not _PASSIVE.match(text, match.end("who"))
        and (is_owner(match["who"], directory) or _is_body(match["who"], directory))
    ):
        return text, re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", match["who"].strip())
    if match := _SOMEBODY_DOES.match(text):
        return text, match["who"]
    if match := re.search(r"\s*[(\[]\s*([^()\[\]]{2,60})\s*[)\]]\s*[.;]?$", text):
        pieces = [piece.strip() for piece in re.split(r"[,;–]", match[1]) if piece.strip()]
        owners = [piece for piece in pieces if is_owner(piece, directory)]
        if owners and all(is_owner(piece, directory) or find_dates(piece, year=2000) for piece in pieces):
            return text[: match.start()].rstrip(" .;"), ", ".join(owners)
    if (match := _OWNER_BEFORE_DATE.search(text)) and is_owner(match["who"], directory):
        return f"{text[: match.start()]}{match['rest']}".strip(), match["who"].strip()
    parts = re.split(r"\s+[–—-]\s+|\s*[|→]\s*", text)
    if len(parts) > 1:
        tail = [part for part in parts[1:] if is_owner(part, directory)]
        rest_is_date = all(is_owner(part, directory) or find_dates(part, year=2000) for part in parts[1:])
        if tail and rest_is_date:
            return parts[0].strip(), tail[0].strip(" .")
        if is_owner(parts[0], directory) and len(parts) == 2:
            return parts[1].strip(), parts[0].strip()
    return text, None


def is_owner(text: str, directory: Directory) -> bool:
    """Organisations, people, or a function that answers (« Secrétariat », « tous les membres »)."""
    text = re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", text.strip(" .,*"))
    if not text or len(text) > 80:
        return False
    pieces = [piece.strip() for piece in re.split(r"\s*[,/&+]\s*|\s(?:et|and)\s", text) if piece.strip()]
    return bool(pieces) and all(
        directory.match(piece)
        or (CIVILITY.match(piece) and is_person(piece))
        or re.fullmatch(r"[A-Z][A-Z0-9-]{1,9}", piece)
        or _FUNCTIONS.fullmatch(normalise(piece))
        or (is_person(piece) and len(piece.split()) <= 3)
        for piece in pieces
    )


def _is_body(text: str, directory: Directory) -> bool:
    """« The Ministry of Finance », « Acted » before « to » or « fera »: an organisation that the portal does not know."""
    text = re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", text.strip(" ,"))
    if _PAPER.search(text):
        return False
    return len(text.split()) <= 8 and "," not in text and text[:1].isupper() and directory.is_organisation(text)


# « The cluster work plan to be submitted »: papers answer for nothing, and who is told of in the passive neither.
_PAPER = re.compile(
    r"(?i)\b(?:plan|report|rapport|list|liste|strategy|strat[ée]gie|draft|document|map|carte|tors?|tdrs?|matrix|matrice|template|note|minutes|meetings?|r[ée]unions?)s?$"
)
_PASSIVE = re.compile(r"(?i)\s+(?:to|will|shall|should|must)\s+be\s+\w+(?:ed|en|nt|wn|de|ne)\b")
_FUNCTIONS = re.compile(
    r"(?:[a-z]{2,12} )?(?:members|membres|partners|partenaires)|(?:tou(?:te)?s|all|chaque|each|every)(?: (?:les |the )?(?:membres?|agences?|partenaires?|structures?|participants?|members?|agency|agencies|partners?|clusters?|organi[sz]ations?))?"
    r"|membres?(?: volontaires)?|agences?|partenaires?|members?|agencies|partners?|(?:le )?secretariat(?: .{0,40})?|coordination(?: .{0,30})?|coordonnat(?:eur|rice)|coordinator|co-?leads?|leads?|chefs? de file|chair(?:person)?s?|president(?:e)?|rapporteur"
    r"|points? focaux|focal points?|(?:cluster|sub-?cluster|working group)(?: .{0,30})?|.{0,30}cluster|lead agency|(?:[\w-]+ ){1,3}(?:task ?team|task ?force|sector|coordinator)|groupe de travail.{0,40}|comite.{0,30}|facilitat(?:eur|rice|or)"
)


def clean_owner(owner: str | None) -> str | None:
    if owner is None:
        return None
    owner = re.sub(r"\s+", " ", owner).strip(" .,;:–—-")
    return (
        owner
        if owner and not NOTHING.match(owner) and normalise(owner) not in {"a determiner", "tbd", "tbc", "?"}
        else None
    )
