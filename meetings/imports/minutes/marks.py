"""What is written beside a name in a list: excused, absent, guest, on line, standing in for somebody."""

from __future__ import annotations

import re

from meetings.imports.minutes.words import split_civility

REPLACES = re.compile(
    r"(?i)[,;(\s–-]*\b(?:rempla[cç]ante?\s+(?:de\s+|d['’])|suppl[ée]ante?\s+(?:de\s+|d['’])|en\s+remplacement\s+(?:de\s+|d['’])|repr[ée]sentante?\s+(?:de\s+(?=M|Mme|Dr|Pr)|d['’](?=M))"
    r"|repr[ée]sentant\s+(?=M\.|Mme|Dr)|(?:rempla[cç]ante?|suppl[ée]ante?|repr[ée]sentante?)\s+(?=Monsieur|Madame|Mlle)|rempla[cç]ant\s+(?=M|Mme|Dr)|rempla[cç]ante\s+(?=M|Mme|Dr)|pour\s+(?=M\.|Mme|Monsieur|Madame|Dr)|replacing\s+|substitut(?:e|ing)\s+for\s+|on\s+behalf\s+of\s+(?=Mr|Ms|Mrs|Dr|[A-Z][a-z]+\s[A-Z])"
    r"|alternate\s+(?:for|of|to)\s+|deputi[sz]ing\s+for\s+|for\s+(?=Mr|Ms|Mrs|Dr))(?P<who>[^),;]+)\)?"
)
_REPLACED_BY = re.compile(
    r"(?i)[,;(\s–-]*\b(?:repr[ée]sent[ée]e?\s+par|remplac[ée]e?\s+par|represented\s+by|replaced\s+by)\s+(?P<who>[^);]+?)\)?$"
)
# « a donné procuration à M. X »: away, without anybody in the seat.
_PROXY = re.compile(
    r"(?i)[\s,;(–-]*\b(?:(?:qui\s+)?(?:a\s+)?donn(?:e|é|ant|ent)\s+)?(?:procuration|pouvoir|mandat)\s+(?:à|a|to)\s+[^),;]+\)?|[\s,;(–-]*\bproxy\s+(?:to|given to)\s+[^),;]+\)?"
)
_EXCUSED = re.compile(
    r"(?i)[\s,;(–-]*\b(absente?\s+excus[éeè]e?s?|excus[éeè]e?s?|excused|apolog(?:y|ies)|regrets)\b\)?"
)
_ABSENT = re.compile(r"(?i)[\s,;(–-]*\b(absente?s?|absent)\b\)?")
_GUEST = re.compile(r"(?i)[\s,;(–-]*\b(invit[ée]e?s?|guests?|observat(?:eur|rice)s?|observers?)\b\)?")
_REMOTE = re.compile(
    r"(?i)[\s,;(–-]*\b(?:en\s+ligne|[àa]\s+distance|online|remote(?:ly)?|via\s+(?:teams|zoom|skype|webex)|par\s+(?:visio\w*|t[ée]l[ée]phone)|by\s+phone|virtual(?:ly)?)\b\)?"
)


def split_marks(text: str) -> tuple[str, str | None, str | None, str | None]:
    """(the text without its marks, its own status, whom the person replaces, who replaces the person)."""
    replaces = by = own = None
    if match := REPLACES.search(text):
        replaces = split_civility(match["who"].strip(" ."))[1] or None
        text = text[: match.start()] + text[match.end() :]
    elif match := _REPLACED_BY.search(text):
        by = match["who"].strip(" .")
        text = text[: match.start()]
    if _PROXY.search(text):
        text, own = _PROXY.sub("", text), "excused"
    for shape, status in ((_EXCUSED, "excused"), (_ABSENT, "absent"), (_GUEST, "guest")):
        if shape.search(text):
            text, own = shape.sub("", text), own or status
    text = _REMOTE.sub("", text)
    return re.sub(r"\(\s*\)", "", text).strip(" ,;–-"), own, replaces, by
