"""What was decided: parts that list it, lines that say so, sentences such as « il est décidé que »."""

from __future__ import annotations

import re

from core.text import normalise
from meetings.imports.minutes.headings import is_mixed, kind_of
from meetings.imports.minutes.sections import Section, unbulleted
from meetings.imports.minutes.words import sentences

_DECIDED = re.compile(
    r"(?i)\b(?:il (?:est|a été|fut)(?: donc| ainsi| également| enfin| alors)? (?:décidé|convenu|arrêté|retenu|résolu)|(?:les (?:participants|membres|partenaires)|le (?:comité|groupe|cluster|conseil)|la (?:réunion|task force|commission|plénière)|l['’]assemblée)"
    r"(?: \w+){0,4}? (?:(?:ont|a)(?: \w+){0,2}? (?:décidé|convenu|adopté|validé|approuvé)|décide(?:nt)?|convien(?:nen)?t|adopte(?:nt)?|valide(?:nt)?|approuve(?:nt)?)\b|(?:it (?:was|is|has been)|the (?:group|committee|members|meeting|cluster|participants|board))(?: \w+){0,3}? (?:agreed|decided|resolved|approved|endorsed|adopted)(?= that| to| on| the|:))"
)
_DECISION_LABEL = re.compile(
    r"(?i)^\W*(?:d[ée]cision|resolution|r[ée]solution|agreed|d[ée]cid[ée]|convenu)\s*(?:n°\s*)?(?:[\d./-]{1,12})?\s*:\s*(?P<text>.+)$"
)
NOTHING = re.compile(r"(?i)^\W*(?:n[ée]ant|aucune?s?(?: actions?| décisions?)?|none|nil|n/?a|ras|-+)\W*$")


def is_decision(text: str) -> bool:
    """A sentence that says that something was decided, or « Décision : … »."""
    return bool(_DECIDED.search(text) or _DECISION_LABEL.match(text))


def read_decisions(sections: list[Section]) -> list[str]:
    """What a part « Décisions » lists, « Décision : … », and sentences that say « il est décidé que »."""
    found: list[str] = []

    def add(text: str) -> None:
        text = text.strip(" ;")
        if text and not NOTHING.match(text) and all(normalise(text) != normalise(known) for known in found):
            found.append(text)

    for section in sections:
        if section.kind == "decisions":
            for line in section.lines:
                if line.cells:
                    filled = [cell for cell in line.cells if cell and not re.fullmatch(r"[\d./-]+", cell)]
                    if filled and not kind_of(filled[0]):
                        add(max(filled, key=len))
                    continue
                text = unbulleted(line.text)
                match = _DECISION_LABEL.match(text)
                if not text.endswith(":"):
                    add(match["text"] if match else text)
        elif section.kind == "actions" and is_mixed(section.title):
            for line in section.lines:
                text = unbulleted(line.text)
                if not line.cells and is_decision(text):
                    match = _DECISION_LABEL.match(text)
                    add(match["text"] if match else text)
        elif section.kind not in {
            "present",
            "excused",
            "absent",
            "guest",
            "agenda",
            "follow_up",
            "actions",
            "annex",
            "head",
        }:
            for line in section.lines:
                if match := _DECISION_LABEL.match(line.text):
                    add(match["text"])
                    continue
                for text, _start, _end in sentences(line.text):
                    if _DECIDED.search(text):
                        add(unbulleted(text))
    return found
