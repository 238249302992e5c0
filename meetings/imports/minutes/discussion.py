"""What the body of minutes tells: agency updates, next meeting, events elsewhere, conclusions."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from core.text import normalise
from meetings.imports.minutes.dates import FoundDate, find_dates
from meetings.imports.minutes.directory import Directory, Named
from meetings.imports.minutes.headings import kind_of
from meetings.imports.minutes.organisations import is_known
from meetings.imports.minutes.proposal import ReadEvent, ReadUpdate
from meetings.imports.minutes.sections import ATTENDANCE_KINDS, Section, unbulleted
from meetings.imports.minutes.source import Line
from meetings.imports.minutes.words import NEXT_MEETING, sentences

_ROUND = re.compile(
    r"(?i)\b(?:chaque (?:agence|structure|partenaire|organisation)|tour de table|point (?:de|sur) (?:la )?situation|faire le point|l['’][ée]tat (?:d['’]avancement )?de ses activit[ée]s|each (?:agency|partner|organi[sz]ation)|round[- ]?table|updates? (?:from|by))\b"
)
_SUBJECT = r"^(?:(?:De (?:plus|son c[ôo]t[ée]|même)|Par ailleurs|Pour (?:sa|leur) part|Enfin|Quant (?:à|au|aux)|Selon|De leur c[ôo]t[ée]|In addition|Finally|Meanwhile),?\s+)?(?:L[ea]s?\s+|L[’']\s?|The\s+)?"
_TOGETHER = re.compile(
    r"(?i)^(?:par ailleurs,?\s+|enfin,?\s+)?(?:les (?:diff[ée]rentes |autres )?(?:agences|partenaires|membres|organisations)|toutes les agences|(?:all )?(?:the )?(?:agencies|partners|members))\b"
)
_REPORTED = re.compile(
    r"(?i)\bil est rappel[ée] que|\bil a [ée]t[ée] (?:rappel[ée]|signal[ée]|indiqu[ée]) que|\bit was (?:reported|recalled|noted) that"
)
_EVENT_WORDS = re.compile(
    r"(?i)\b(?:derni[èe]re\s+|next\s+)?(r[ée]unions?|ateliers?|missions?|conf[ée]rences?|forums?|s[ée]minaires?|formations?|workshops?|meetings?|trainings?|seminars?|assises|retraites?|retreats?|lancements?|launch|foires?|sommets?|summits?|visites?|revues?|enqu[êe]tes?|surveys?|assessments?|journ[ée]es?|c[ée]l[ée]brations?|sessions?)\b"
)
_THEME = re.compile(
    r"(?i)\b(?:portera\s+sur|aura\s+pour\s+(?:th[èe]me|objet)\s*:?|sera\s+consacr[ée]e\s+(?:à|au|aux)|th[èe]me\s*:|will\s+(?:focus\s+on|be\s+(?:dedicated|devoted)\s+to|discuss|cover)|on\s+the\s+theme\s+of|topic\s*:|theme\s*:)\s*(?P<theme>[^.;\n]+)"
)


# Agency updates ---------------------------------------------------------------------------------


def read_updates(sections: list[Section], present: set[str], directory: Directory) -> list[ReadUpdate]:
    """What each organisation told: parts headed by it, « BIT : … » in a round table, or sentences that it opens."""
    updates: list[ReadUpdate] = []
    for section in sections:
        if section.kind == "updates":
            updates += _from_lines(section.lines, directory)
        elif section.kind == "" and (agency := directory.match(section.title)) and section.text.strip():
            updates.append(ReadUpdate(agency, None, _joined(section.lines)))
    if updates:
        return updates
    for section in sections:
        if section.kind in {"discussion", "", "context", "updates"} or section.kind == "head":
            updates += _from_prose(section.lines, present, directory)
    return updates


def _from_lines(lines: list[Line], directory: Directory) -> list[ReadUpdate]:
    updates: list[ReadUpdate] = []
    for line in lines:
        if line.cells:
            filled = [cell for cell in line.cells if cell]
            if len(filled) > 1 and (agency := directory.match(filled[0])):
                updates.append(ReadUpdate(agency, None, " ".join(filled[1:])))
            continue
        text = unbulleted(line.text)
        label, colon, rest = text.partition(":")
        if not colon:
            label, _dash, rest = text.partition(" – ")
        reported = re.search(
            r"(?i)\((?:rapport[ée]e?|pr[ée]sent[ée]e?)\s+par\s+([^)]+)\)|\(reported by\s+([^)]+)\)", label
        )
        name = re.sub(r"\s*\([^)]*\)", "", label) if reported else label
        agency = directory.match(name) if len(label) < 90 else None
        if agency is None and colon and (re.fullmatch(r"[A-Z][A-Z0-9-]{1,11}", name.strip()) or is_known(name)):
            agency = name.strip()
        if agency is not None and (rest.strip() or text.rstrip(" :") == label.strip()):
            by = next((part for part in reported.groups() if part), None) if reported else None
            updates.append(ReadUpdate(agency, (directory.match(by) or by) if by else None, rest.strip()))
        elif (opened := _subject(text, directory)) is not None and (not updates or opened.agency != updates[-1].agency):
            updates.append(ReadUpdate(opened.agency, None, text))
        elif updates:
            updates[-1].text = f"{updates[-1].text}\n{text}".strip()
    return [update for update in updates if update.text]


def _joined(lines: list[Line]) -> str:
    return "\n".join(unbulleted(line.text) for line in lines if not line.cells)


def _subject(sentence: str, directory: Directory) -> Named | None:
    """The organisation that the sentence begins with."""
    lead = re.match(_SUBJECT, sentence)
    at = lead.end() if lead else 0
    for named in directory.find(sentence[: at + 120]):
        if named.start == at and re.match(r"\s*(?:\([^)]{2,20}\)\s*)?[a-zéèà’']", sentence[named.end :]):
            return named
    return None


def _from_prose(lines: list[Line], present: set[str], directory: Directory) -> list[ReadUpdate]:
    """« Le BIT poursuit… L’UNICEF poursuit… » in the paragraph that says that each agency told its news."""
    updates: list[ReadUpdate] = []
    seen_round = False
    for line in lines:
        if line.cells:
            continue
        parts = sentences(unbulleted(line.text))
        if not seen_round:
            opened = [named.agency for text, _start, _end in parts if (named := _subject(text, directory))]
            seen_round = bool(_ROUND.search(line.text)) and len(set(opened)) >= 2
            if not seen_round:
                continue
            updates += _by_subject(parts, present, directory)
            continue
        update = _reported(line.text, parts, directory)
        if update is not None:
            updates.append(update)
    return updates


def _by_subject(parts: list[tuple[str, int, int]], present: set[str], directory: Directory) -> list[ReadUpdate]:
    updates: list[ReadUpdate] = []
    for text, _start, _end in parts:
        named = _subject(text, directory)
        if (
            named is not None
            and (named.agency in present or not present)
            and all(update.agency != named.agency for update in updates)
        ):
            updates.append(ReadUpdate(named.agency, None, text))
        elif _TOGETHER.match(text):
            updates.append(ReadUpdate(None, None, text))
        elif updates:
            updates[-1].text = f"{updates[-1].text} {text}"
    return updates


def _reported(line: str, parts: list[tuple[str, int, int]], directory: Directory) -> ReadUpdate | None:
    """« Il est rappelé que la Banque mondiale travaille à… »: told of somebody who is not there."""
    for text, _start, _end in parts:
        if (match := _REPORTED.search(text)) and (
            named := _subject(re.sub(r"^[^A-ZÉ]*", "", _capitalised(text[match.end() :].strip())), directory)
        ):
            return ReadUpdate(named.agency, None, " ".join(part for part, _s, _e in parts))
    return None


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


# Conclusions ------------------------------------------------------------------------------------


def read_conclusions(sections: list[Section]) -> list[str]:
    """The paragraphs or points of the part « Conclusions »."""
    found: list[str] = []
    for section in sections:
        if section.kind != "conclusions":
            continue
        for line in section.lines:
            if line.cells:
                continue
            text = unbulleted(line.text)
            if found and text[:1].islower():
                found[-1] = f"{found[-1]} {text}"
            elif len(text) > 3 and not kind_of(text):
                found.append(text)
    return found


# The next meeting -------------------------------------------------------------------------------


def read_next_meeting(
    sections: list[Section], lines: list[Line], *, on: date | None
) -> tuple[dict[str, Any], FoundDate | None] | None:
    """Date and theme of the meeting that comes next; a date without a year lies after this one."""
    year = on.year if on else None
    candidates: list[tuple[str, int]] = []
    for section in sections:
        if section.kind == "next_meeting":
            candidates += [(line.text, line.start) for line in section.lines[:4]]
    for line in lines:
        if line.cells:
            joined = " ".join(cell for cell in line.cells if cell)
            if NEXT_MEETING.search(joined):
                candidates.append((joined, line.start))
            continue
        for text, start, _end in sentences(line.text):
            if NEXT_MEETING.search(text):
                candidates.append((text, line.start + start))
    best: tuple[dict[str, Any], FoundDate | None] | None = None
    for text, start in candidates:
        named = NEXT_MEETING.search(text)
        dates = [
            item
            for item in find_dates(text, year=year)
            if (on is None or _later(item, on) > on) and not _tells_of_before(text, item, named)
        ]
        theme = _THEME.search(text)
        if not dates and not theme:
            continue
        found = dates[0] if dates else None
        told = {
            "date": _later(found, on) if found and on else (found.date if found else None),
            "theme": theme["theme"].strip(" .,:") if theme else None,
        }
        placed = (
            FoundDate(found.date, found.start + start, found.end + start, None, found.has_year, found.weekday)
            if found
            else None
        )
        if told["date"] is not None:
            return told, placed
        best = best or (told, placed)
    return best if best and best[0]["theme"] else None


_HELD = re.compile(r"(?i)\b(?:minutes|compte[- ]rendu|pv|last|previous|pr[ée]c[ée]dente?|derni[èe]re)\b")


def _tells_of_before(text: str, found: FoundDate, named: re.Match[str] | None) -> bool:
    """« As the minutes of 12 January are not ready, they will be reviewed at the next meeting »: no date of the next one."""
    return named is not None and found.end <= named.start() and bool(_HELD.search(text, 0, named.start()))


def _later(found: FoundDate, on: date) -> date:
    if found.has_year or found.date >= on:
        return found.date
    try:
        return found.date.replace(year=found.date.year + 1)
    except ValueError:
        return found.date


# « The minutes of the previous meeting of 15 March »: a sitting of the same body, no event elsewhere.
_OTHER_SITTING = re.compile(
    r"(?i)\b(?:(?:last|previous)\s+meeting|minutes (?:of|from)|(?:r[ée]union|s[ée]ance|rencontre)\s+pr[ée]c[ée]dente|compte[- ]rendu (?:de|du))\b"
)


# Events elsewhere -------------------------------------------------------------------------------


def read_events(sections: list[Section], *, on: date | None, known: set[date]) -> list[tuple[ReadEvent, FoundDate]]:
    """Meetings, workshops, missions of others that the text dates; `known` are this meeting's own dates."""
    found: list[tuple[ReadEvent, FoundDate]] = []
    for section in sections:
        if section.kind in {
            *ATTENDANCE_KINDS,
            "agenda",
            "actions",
            "follow_up",
            "next_meeting",
            "annex",
            "decisions",
            "head",
        }:
            continue
        for line in section.lines:
            if line.cells:
                continue
            for text, start, _end in sentences(unbulleted(line.text)):
                shift = line.end - len(unbulleted(line.text))
                for item in find_dates(text, year=on.year if on else None):
                    if _OTHER_SITTING.search(text, max(0, item.start - 60), item.start):
                        continue
                    if item.date in known or _same_day_other_year(item, on) or NEXT_MEETING.search(text):
                        continue
                    label = _event_label(text, item)
                    if label is None or any(event.date == item.begins for event, _place in found):
                        continue
                    moved = FoundDate(
                        item.date,
                        item.start + start + shift,
                        item.end + start + shift,
                        item.first,
                        item.has_year,
                        item.weekday,
                    )
                    found.append((ReadEvent(label, item.begins, item.date if item.first else None), moved))
    return found


def _same_day_other_year(item: FoundDate, on: date | None) -> bool:
    return on is not None and (item.date.day, item.date.month) == (on.day, on.month)


_TAKES_PLACE = re.compile(
    r"(?i)\s(?:aura(?:ont)? lieu|a eu lieu|ont eu lieu|se tiendra|s['’]est tenue?|est pr[ée]vue?|sera(?:ont)? organis[ée]e?s?|(?:will be|was|were|is) (?:held|planned|organi[sz]ed|scheduled|completed)|took place|will take place|planned for)\b"
)
_ENGLISH_EVENT = re.compile(r"(?i)(?:workshop|meeting|training|seminar|survey|assessment|summit|launch|retreat)s?$")


def _words_before(sentence: str, at: int) -> str:
    """In English the words that say which event stand before its noun: « social cash transfer training »."""
    noun = re.match(r"\w+", sentence[at:])
    if noun is None or not _ENGLISH_EVENT.match(noun.group(0)):
        return ""
    before = re.findall(r"[\w’'-]+", re.split(r"[.,;:()]", sentence[:at])[-1])
    kept: list[str] = []
    for word in reversed(before[-6:]):
        if normalise(word) in {
            "the",
            "a",
            "an",
            "of",
            "to",
            "for",
            "in",
            "on",
            "at",
            "its",
            "their",
            "this",
            "from",
            "with",
            "by",
            "and",
            "le",
            "la",
            "un",
            "une",
            "du",
        }:
            break
        kept.insert(0, word)
    return f"{' '.join(kept)} " if kept else ""


def _event_label(sentence: str, item: FoundDate) -> str | None:
    """The words from the event's noun to the end of its clause, without the date; None where no event is named near."""
    words = list(_EVENT_WORDS.finditer(sentence))
    if not words:
        return None
    nearest = min(words, key=lambda word: min(abs(word.start() - item.end), abs(item.start - word.end())))
    if min(abs(nearest.start() - item.end), abs(item.start - nearest.end())) > 120:
        return None
    without = sentence[: item.start] + " " * (item.end - item.start) + sentence[item.end :]
    tail = re.split(r"[.;:](?:\s|$)|,\s", without[nearest.start() :], maxsplit=1)[0]
    # « la formation aura lieu du … à Maradi »: what it is, not that it takes place.
    tail = _TAKES_PLACE.split(tail, maxsplit=1)[0]
    label = re.sub(r"\(\s*\)", "", f"{_words_before(without, nearest.start())}{tail}")
    label = re.sub(r"\s+", " ", label).strip(" ,;:()–—-")
    label = re.sub(
        r"(?i)(?:\s+(?:du|le|la|les|des|on|of|from|de|the|en|au|à|et|d['’]|r[ée]alis[ée]e?s?|organis[ée]e?s?|tenue?s?|held|organi[sz]ed))+$",
        "",
        label,
    )
    return label[:160].strip() if len(normalise(label)) > 3 else None
