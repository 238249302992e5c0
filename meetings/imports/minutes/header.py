"""The head of minutes: title, date, times, place, chair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from core.text import normalise
from meetings.imports.minutes.dates import FoundDate, find_dates, find_range, find_times
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.headings import kind_of
from meetings.imports.minutes.places import TITLE_WORDS, is_no_title, read_place
from meetings.imports.minutes.sections import Section, unbulleted
from meetings.imports.minutes.source import Line, Source
from meetings.imports.minutes.spelled import find_compact_date, find_military_range, find_short_year, find_spelled_date
from meetings.imports.minutes.words import CIVILITY, NEXT_MEETING, is_person, is_title, name_alone, split_civility

_LABEL = re.compile(r"^\s*(?P<label>[^:\t]{2,45}?)\s*[:\t]\s*(?P<value>.+)$")
_LABELS = {
    "date": r"(?:lieu (?:et|&) )?dates?(?:,? (?:et|&|and|/) (?:heures?|lieu|time|place|venue|location))*(?: de (?:la )?(?:reunion|rencontre|seance))?|date of (?:the )?meeting|meeting date|jour|when|le",
    "time": r"heures?(?: de (?:debut|la reunion))?|horaires?|time|duree|duration|heure (?:debut|de debut)(?: et fin)?|start(?: time)?|meeting time|debut|fin|end(?: time)?|heure de fin",
    "place": r"(?:province|ville|region)? ?[–/-]? ?lieu(?: de (?:la )?(?:reunion|rencontre|seance))?|venue|location|place|where|endroit|salle|meeting (?:place|venue|location)",
    "title": r"objet|subject|title|titre|intitule|reunion|meeting|type de reunion|meeting (?:title|name)|theme",
    "chair": r"president(?:e)?(?: de (?:la )?(?:seance|reunion))?|presidence(?: de (?:la )?(?:seance|reunion))?|(?:reunion|seance) (?:presidee|dirigee|animee|moderee) par|(?:moderation|animation|facilitation)(?: et \w+)?(?: de la (?:seance|reunion))?|chair ?persons?|chair and .{0,20}|presidee? par|chair(?:ed by|person|man|woman|s)?|facilit(?:ateur|atrice|ator|e par|ated by)|moderat(?:eur|rice|or)|modere par|animat(?:eur|rice)|anime par|meeting called by|led by|dirigee? par",
}  # fmt: skip
_STARTED = re.compile(
    r"(?i)\b(?:d[ée]but[ée]*e?s?|commenc[ée]*e?|ouverte?|ouverture|started|began|opened|called (?:the meeting )?to order|convened at|start(?:s|\s+time)?|begin|a commenc[ée]|d[ée]marr[ée]*e?)\b"
)
_ENDED = re.compile(
    r"(?i)\b(?:achev[ée]*e?|termin[ée]*e?|lev[ée]+e|clos|close|cl[ôo]tur[ée]*e?|ended|closed|adjourned|finished|concluded|fin|end(?:ed|\s+time)?|pris fin|prit fin)\b"
)
_CHAIRED = re.compile(
    r"(?i)(?:pr[ée]sid[ée]+e?\s+par|sous\s+la\s+(?:pr[ée]sidence|direction|conduite)\s+(?:de|du|d['’])|(?:was\s+|were\s+)?(?:co-)?chaired\s+by|called\s+to\s+order\s+by|under\s+the\s+chair(?:man)?ship\s+of|facilitated\s+by|facilit[ée]e?\s+par|anim[ée]e?\s+par|mod[ée]r[ée]e?\s+par|dirig[ée]e?\s+par)\s*(?P<who>.+)"
)
_THROUGH = re.compile(
    r"(?i)^(?:the\s+|l[’']|le\s+|la\s+)?(?P<agency>[^,;]{2,60}?),?\s+(?:through|represented by|repr[ée]sent[ée]e?\s+par|en la personne de|à travers)\s+(?P<who>.+)$"
)
_JOINER = re.compile(r"(?i)\s+(?:et|and|&|ainsi que)\s+(?=M\.|Mme|Mr|Ms|Dr|[A-Z])")


# A line of the head, or a sentence that tells the place: longer ones are not searched.
LONGEST_HEAD = 1_500


@dataclass
class Head:
    title: str | None = None
    date: FoundDate | None = None
    start: time | None = None
    end: time | None = None
    place: str | None = None
    chair: dict[str, str | None] | None = None


def read_head(source: Source, sections: list[Section], directory: Directory) -> Head:
    """The head of the text; what it does not tell is looked for in the sentences that open and close it."""
    head = Head()
    first = sections[0].lines if sections else []
    labelled = _labelled(source.lines)
    head.title = _title(first, labelled)
    head.date = _date(first, labelled, source)
    head.start, head.end = _times(first, labelled, source)
    head.place = read_place(labelled, first, source)
    head.chair = _chair(labelled, source, directory)
    return head


def _labelled(lines: list[Line]) -> dict[str, list[str]]:
    """The values of « Lieu : », « Date : »… among the first lines and the rows of the first table."""
    found: dict[str, list[str]] = {}
    for line in lines[:60]:
        if not line.cells and kind_of(line.text) == "next_meeting":
            # What follows is the date and the place of another day.
            break
        if len(line.text) > LONGEST_HEAD:
            continue
        pairs = []
        if line.cells:
            cells = line.cells
            pairs += list(zip(cells[::2], cells[1::2], strict=False))
            pairs += [(match["label"], match["value"]) for cell in cells if (match := _LABEL.match(cell))]
        else:
            # « Date : 3 mai 2018   Lieu : salle A » holds two.
            pairs += [
                (match[1], match[2])
                for match in re.finditer(
                    r"(?:^|\s{1,}|[;|,–-]\s*)([A-ZÉ][\w’'éèô /&]{2,34}?)\s?:\s*([^:]+?)(?=\s+[A-ZÉ][\w’'éèô]{2,20}(?: [\wéèà’']{1,12}){0,3}\s?:\s|[;|]|$)",
                    unbulleted(line.text),
                )
            ]
            if match := _LABEL.match(unbulleted(line.text)):
                pairs.insert(0, (match["label"], match["value"]))
        for label, value in pairs:
            plain = normalise(label).strip(" .*:-–")
            for role, shape in _LABELS.items():
                if value.strip() and re.fullmatch(shape, plain):
                    found.setdefault(role, []).append(value.strip(" .;"))
    return found


# Title ------------------------------------------------------------------------------------------


# « … s’est réuni le », « La réunion a commencé »: no title.
_SENTENCE = re.compile(
    r"(?i)\b(?:s['’]est (?:tenue?|r[ée]unie?)|a eu lieu|a (?:enregistr|commenc|d[ée]but)\w+|s['’]est penchée|was (?:held|chaired)|took place|were present|date de convocation)\b|\.$"
)
_GOES_ON = re.compile(r"(?i)\s*[,–—-]?\s*(?:du|de la|de l['’]|des|of the)\s+[a-zA-Zé]{4}")
_HELD = re.compile(r"(?i)[\s,;–—-]+(?:held|tenue?s?|organis[ée]e|qui s['’]est tenue)\b")
_BARE_TITLES = frozenset(
    {
        "minutes",
        "reunion",
        "reunion du",
        "seance",
        "meeting",
        "draft minutes of",
        "meeting of",
        "proces-verbal de la reunion de",
    }
)


def _title(lines: list[Line], labelled: dict[str, list[str]]) -> str | None:
    candidates: list[tuple[int, int, str]] = []
    dropped: list[int] = []
    for order, line in enumerate(lines[:14]):
        text = line.text.strip(" :.-–—•*_|")
        if line.cells or len(text) < 6 or len(text) > 200 or not any(char.isalpha() for char in text):
            continue
        if (
            _LABEL.match(text)
            and normalise(text.split(":")[0]).strip() not in {"objet", "subject", "titre", "title"}
            and not TITLE_WORDS.search(text.split(":")[0])
        ):
            continue
        if NEXT_MEETING.search(text) or _SENTENCE.search(text) or is_no_title(line.text):
            continue
        text = re.sub(r"^\d+\s*\|\s*", "", text)
        found = find_dates(text, year=2000)
        without = _HELD.split(text, maxsplit=1)[0] if _HELD.search(text) and found else text
        if dates := [one for one in found if one.end <= len(without)]:
            # What follows the date is the time and the place, unless it goes on with the name of the body.
            before, after = without[: dates[0].start], without[dates[-1].end :]
            keeps = len(before.strip(" ,;:–—-()")) < 6 or _GOES_ON.match(after)
            without = f"{before.strip(' ,;:–—-(')} {after.strip()}".strip(" ,;:–—-()") if keeps else before
        without = re.sub(
            r"(?i)\s+(?:at|à|de|from)?\s*\d{1,2}[:h.]\d{0,2}\s*(?:[ap]\.?m\.?)?(?:\s+on)?\s*$", "", without
        )
        without = re.sub(r"(?i)\s+(?:du|le|of|on|held|tenue|en date du|tenue le)\s*$", "", without).strip(" ,;:–—-()")
        if without.count("(") > without.count(")"):
            # « Minutes (July meeting held on 2 August) »: what the date cut open.
            without = without[: without.rindex("(")].strip(" ,;:–—-")
        if normalise(without) in _BARE_TITLES or (found and not without):
            dropped.append(order)
            continue
        if len(without) < 6 or (
            found
            and found[0].start < 3
            and len(without) < len(text) * 0.8
            and order == 0
            and len(lines) > 2
            and len(text) > 60
        ):
            # A running head: the date, then what the page repeats.
            score = 1
        else:
            score = 2
        if TITLE_WORDS.search(without):
            score += 4
        if line.is_heading:
            score += 2
        if len(without) >= 6:
            candidates.append((-score, order, without))
    if candidates:
        best = min(candidates)
        # A title on two lines: « CLUSTER PROTECTION », « COMPTE RENDU DE RÉUNION ».
        after = best[1] + 1
        while after in dropped:
            after += 1
        following = [
            text
            for score, order, text in candidates
            if -score >= min(-best[0], 6) and order == after and normalise(text) != normalise(best[2])
        ]
        if following and normalise(best[2]) in normalise(following[0]):
            # « Cluster X », then « Cluster X meeting minutes »: the second says both.
            return following[0]
        joined = f"{best[2]} – {following[0]}" if following else best[2]
        return joined if len(joined) <= 160 else best[2]
    return labelled["title"][0] if labelled.get("title") else None


# « Validé en séance du 15 septembre » tells of the day after, « Réunion du 28 novembre » of this one.
_ADOPTED = re.compile(
    r"(?i)\s*\(?(?:valid|approuv|adopt|approved|adopted|confirmed|affich|convocation|date de (?:la )?convocation|publi|version|mis à jour|updated|posted)\w*\b"
)
_DATED = re.compile(
    r"(?i)\s*(?:compte[- ]rendu de la )?(?:r[ée]union|s[ée]ance|rencontre|session|meeting|minutes)\s+(?:ordinaire\s+)?(?:du|de|of|on|held on)\b[^.]{0,60}$"
)


# Date and times ---------------------------------------------------------------------------------


def _date(lines: list[Line], labelled: dict[str, list[str]], source: Source) -> FoundDate | None:
    for value in labelled.get("date", ()):
        if found := [item for item in find_dates(value) if item.has_year]:
            return _placed(found[0], source)
        if found := find_short_year(value):
            return _placed(found, source)
    for line in lines[:14]:
        if _ADOPTED.match(line.text):
            # The day on which the minutes were adopted is not that of the meeting.
            continue
        if found := [item for item in find_dates(line.text) if item.has_year]:
            return _moved(found[0], line.start)
        if found := find_spelled_date(line.text) or find_compact_date(line.text):
            return _moved(found, line.start)
    held = re.compile(
        r"(?i)\b(?:s['’]est (?:tenue?|r[ée]unie?)|a eu lieu|tenue?|held|took place|met|convened|l['’]an)\b"
    )
    for line in source.lines[:40]:
        if found := find_spelled_date(line.text):
            return _moved(found, line.start)
        if _DATED.match(line.text) and (found := [item for item in find_dates(line.text) if item.has_year]):
            return _moved(found[0], line.start)
        if held.search(line.text) and (found := [item for item in find_dates(line.text) if item.has_year]):
            return _moved(found[0], line.start)
    return None


def _moved(found: FoundDate, by: int) -> FoundDate:
    return FoundDate(found.date, found.start + by, found.end + by, found.first, found.has_year, found.weekday)


def _placed(found: FoundDate, source: Source) -> FoundDate:
    """The same date where it stands in the whole text."""
    for line in source.lines[:60]:
        for item in find_dates(line.text):
            if item.date == found.date:
                return _moved(item, line.start)
    return found


def _times(lines: list[Line], labelled: dict[str, list[str]], source: Source) -> tuple[time | None, time | None]:
    for value in (*labelled.get("time", ()), *labelled.get("date", ())):
        if found := find_range(value) or find_military_range(value):
            return found[0], found[1]
    for line in lines[:14]:
        if found := find_range(line.text):
            return found[0], found[1]
    start = end = None
    for line in lines[:10]:
        # « 13 March 2017; 01:00 PM, PRC Office »: the head says when it was to begin.
        if line.cells or len(line.text) > 160 or NEXT_MEETING.search(line.text):
            continue
        dates, clocks = find_dates(line.text), find_times(line.text)
        if dates and dates[0].has_year and len(clocks) == 1:
            start = clocks[0][0]
            break
    for line in source.lines:
        if line.cells or len(line.text) > 600:
            continue
        told_start, told_end = bool(_STARTED.search(line.text)), bool(_ENDED.search(line.text))
        speaks = re.search(r"(?i)\b(r[ée]union|rencontre|s[ée]ance|meeting|session|travaux|heure)\b", line.text)
        if not speaks or not (
            told_start or told_end or re.search(r"(?i)\b(tenue?|held|eu lieu|took place)\b", line.text)
        ):
            continue
        if (found := find_range(line.text)) and start is None:
            return found[0], end or found[1]
        for clock, at, _end in find_times(line.text):
            before = line.text[:at]
            begun, ended = _last(_STARTED, before), _last(_ENDED, before)
            if told_end and ended > begun:
                end = end or clock
            elif told_start and start is None:
                start = clock
    if start is None:
        for value in labelled.get("time", ()):
            if clocks := find_times(value):
                start = clocks[0][0]
                end = end or (clocks[1][0] if len(clocks) > 1 else None)
                break
    if start is None:
        for line in lines[:14]:
            if clocks := find_times(line.text):
                start = clocks[0][0]
                break
    return start, end


def _last(shape: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in shape.finditer(text)), default=-1)


# Place and chair --------------------------------------------------------------------------------


def _chair(labelled: dict[str, list[str]], source: Source, directory: Directory) -> dict[str, str | None] | None:
    for value in labelled.get("chair", ()):
        if chair := _somebody(value, directory):
            return chair
    for line in [*source.lines[:60], *source.lines[-12:]]:
        if (
            len(line.text) <= 4 * LONGEST_HEAD
            and (match := _CHAIRED.search(line.text))
            and (chair := _somebody(match["who"], directory))
        ):
            return chair
    for value in labelled.get("chair", ()):
        # « Présidence : PAM »: the organisation chairs, and nobody is named.
        label = re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", value.strip(" ."))
        if agency := directory.match(label) or (
            label if directory.is_organisation(label) and not is_title(label) else None
        ):
            return {"name": None, "agency": agency}
    return None


def _somebody(text: str, directory: Directory) -> dict[str, str | None] | None:
    """« M. X, directeur, DGAS » → the name and the organisation; an organisation alone is no chair."""
    text = re.split(r"(?i),?\s+(?:accompagn[ée]e?|assist[ée]e?|second[ée]e?|assisted|supported)\s", text, maxsplit=1)[0]
    if through := _THROUGH.match(text):
        # « chaired by UNICEF, through Ms X ».
        text = f"{through['who']}, {through['agency']}"
    text = _JOINER.split(text, maxsplit=1)[0]
    civility = CIVILITY.match(text)
    parts = [
        part.strip(" .")
        for part in re.split(
            r"\s*[,;()]\s*|\s+[–—-]\s+|\s+/\s+|\s+(?:representing|repr[ée]sentant|on behalf of)\s+(?:the\s+|l[’']|la\s+|le\s+)?",
            text,
        )
        if part.strip(" .")
    ]
    if not parts:
        return None
    name = parts[0]
    if not is_person(name):
        words = name.split()
        for length in range(min(len(words), 6), 1, -1):
            if is_person(" ".join(words[:length])):
                name = " ".join(words[:length])
                break
        else:
            return None
    if not civility and (directory.match(name) or is_title(name)):
        return None
    agency = None
    for part in parts[1:]:
        if directory.match(part):
            agency = directory.match(part)
            break
        if named := directory.find(part):
            agency = named[0].agency
            break
    if agency is None and len(parts) > 1 and directory.looks_like_organisation(parts[1]) and not is_title(parts[1]):
        agency = parts[1]
    name = name_alone(name)
    if not civility and (directory.is_organisation(name) or is_title(name)):
        return None
    shown, plain = split_civility(name)
    return {"name": " ".join(part for part in (shown, plain) if part), "agency": agency}


def day_of(found: FoundDate | None) -> date | None:
    """The meeting's day: the first of two."""
    return found.begins if found else None
