"""Where a list ends that no heading closes: a sentence, or the next number of the parts of the text."""

from __future__ import annotations

import re

from meetings.imports.minutes.words import CIVILITY, TITLES

# What a sentence of minutes has and a list of people has not: a verb that is conjugated.
_VERB = re.compile(
    r"(?i)\b(?:a|ont|est|sont|[ée]tait|[ée]taient|fut|furent|sera|seront|s['’]est|avait|portait|comporte|doit|doivent"
    r"|was|were|is|are|has|have|had|will|shall|should|did|opened|welcomed|started|began|presented|noted|agreed|thanked|informed|refer)\b"
)
_LOWER = re.compile(r"(?<![\w’'-])[a-zéèêàâîôûç][\w’'-]*")
_PARTICLES = frozenset(
    "de du des la le les d l et and of the for von van der den da do dos di al el ben bin ould mint dit née en".split()
)
_NUMBERED = re.compile(r"^\s*(?P<number>\d{1,2})\s*(?:[.)/](?!\d)|\s[–—-](?=\s))\s*(?P<title>\S.*)$")
# « 1.2. Other sector updates ».
_BELOW = re.compile(r"^\s*\d{1,2}\.\d{1,2}\.?\d?\.?\s+(?P<title>[A-ZÀ-Ö].*)$")
# « I - ADMINISTRATION GÉNÉRALE ».
_ROMAN = re.compile(r"^\s*[IVX]{1,5}\s*[.)/–—-]+\s+(?P<title>[A-ZÀ-Ö].*)$")
FEWEST_WORDS = 9
LONG_SENTENCE = 18
LONGEST_TITLE = 120


def is_sentence(text: str) -> bool:
    """A sentence about the meeting: most of its words in lower case, one of them a verb, no list of names."""
    words = text.split()
    if len(words) < FEWEST_WORDS or CIVILITY.match(text) or not text[:1].isalpha():
        return False
    label, colon, _rest = text.partition(":")
    if colon and len(label) < 60:
        return False
    lower = [word for word in words if word[:1].islower()]
    if len(words) > LONG_SENTENCE and text.endswith(".") and len(lower) > 0.4 * len(words) and _VERB.search(text):
        return True
    return len(lower) > 0.55 * len(words) and bool(_VERB.search(text)) and text.count(";") < 3


def number_of(text: str) -> int | None:
    """The number that a line carries as a part of the text: « 3. Early Recovery » → 3."""
    match = _NUMBERED.match(text)
    return int(match["number"]) if match else None


def is_part_below(text: str) -> bool:
    """« 1.2. Other sector updates »: a part of a part, short and no sentence."""
    match = _BELOW.match(text)
    return bool(match and len(match["title"]) < LONGEST_TITLE and not match["title"].endswith("."))


def closes_people(text: str) -> bool:
    """« 1. Adoption of the agenda », « I - ADMINISTRATION GENERALE » below a list of people: a title, and nobody's name."""
    match = _NUMBERED.match(text) or _ROMAN.match(text)
    if match is None:
        return False
    title = match["title"]
    if len(title) > LONGEST_TITLE or CIVILITY.match(title) or TITLES.search(title) or re.search(r"[@;]|\d{5}", title):
        return False
    head = re.split(r"[,(:]|\s[–—-]\s", title, maxsplit=1)[0]
    plain = [word for word in _LOWER.findall(head) if word not in _PARTICLES]
    return bool(plain) or (_ROMAN.match(text) is not None and title.isupper() and len(title.split()) > 1)


def closes_actions(text: str, told: set[int], inside: bool) -> bool:
    """« 3. Early Recovery » below « Action points » of part 2.

    `told`: the numbers of the parts above; `inside`: whether the actions carry numbers themselves.
    """
    number = number_of(text)
    if is_part_below(text):
        return True
    title = _NUMBERED.match(text)
    return bool(
        number
        and number > 1
        and not inside
        and number - 1 in told
        and title
        and len(title["title"]) < LONGEST_TITLE
        and not title["title"].rstrip().endswith((".", ";"))
    )
