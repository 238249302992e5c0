"""Where a meeting was held: what a label says, a line of the head, or the sentence that opens the text."""

from __future__ import annotations

import re

from core.text import normalise
from meetings.imports.minutes.dates import MONTHS, find_dates, find_range, find_times
from meetings.imports.minutes.source import Line, Source
from meetings.imports.minutes.words import NEXT_MEETING, sentences

TITLE_WORDS = re.compile(
    r"(?i)\b(compte[- ]rendu|proc[èe]s[- ]verbal|PV|r[ée]union|rencontre|s[ée]ance|minutes|meeting|comit[ée]|cluster|groupe (?:de travail|interagence|inter-agences?|de coordination|technique|sectoriel|th[ée]matique)|working group|task ?force|assembl[ée]e|atelier|conseil|committee|board|session|cadre de concertation)\b"
)
_HELD_AT = re.compile(
    r"(?i)(?:dans (?P<in>les locaux (?:du |de la |de l['’]|de |des )[^,.;:()]+?|la salle [^,.;:()]+?|l['’]enceinte [^,.;:()]+?)|(?:au|à) (?P<at>(?:si[èe]ge|bureau|cabinet|minist[èe]re|palais|centre|salle) [^,.;:()]+?)|(?:à|dans) la (?P<room>salle [^,.;:()]+?)|(?:tenue?s?|r[ée]unie?s?|eu lieu)\s+à\s+(?P<name>l['’](?:ONG\s|(?:Espace|H[ôo]tel|Institut|[ÉE]cole|Universit[ée]|Auberge)\s|(?-i:[A-Z]{2,}))[^,.;:()]*?)|(?:held|tenue?|took place|eu lieu)\s+(?:via|on|over|par|sur|en)\s+(?P<online>Zoom|(?:MS |Microsoft )?Teams|Skype|Webex|Google Meet|visioconf[ée]rence|ligne)|(?:held|took place|convened|met)\b[^;]{0,90}?\b(?:at|in) (?P<en>(?:the )?(?-i:[A-Z])[^,.;:()]+?(?:,\s(?-i:[A-Z])[\w’'-]+(?=,|\.))?))(?=\s+(?:le|on|du|the)\s+(?:\d|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mon|tue|wed|thu|fri|sat|sun)|\s+(?:de|from|from|à|at)\s+\d|\s+(?:une|sous|on|commencing|la\s+(?:\w+i[èe]me|seconde|derni[èe]re)\b|s['’]est|s’est|with|under|chaired|entre|la\s+(?:r[ée]union|rencontre|s[ée]ance|premi|deuxi|\d))\b|[,.;:()]|$)"
)
_BREAKS = re.compile(r"(?i)\s+[–—-]\s+|;\s*|\s*\|\s*|,\s*,\s*|,\s+(?:en\s+)?(?=visio|via\b|en ligne|online)")
_PLACE_WORD = re.compile(
    r"(?i)^(?:visio|via\s+|par\s+|on\s+|en\s+ligne\b|online\b|virtual|(?:la\s+|the\s+)?(?:[\w’'.,-]+\s+){0,3}?(?:salle|bureaux?|si[èe]ge|locaux|h[ôo]tel|room|office|offices|hall|centre|center|minist[èe]re|palais|zoom|teams|headquarters|hq|building|compound|complex)\b)"
)
# What a line of the head says of another meeting.
_OTHER_MEETING = re.compile(
    r"(?i)\b(?:atelier|workshop|mission|formation|training|(?<!salle de )conf[ée]rence(?!\s+(?:room|hall|cent))|last meeting|derni[èe]re)\b"
)
_HELD_FIRST = re.compile(r"(?i)\s*(?:held|tenue?|s['’]est tenue?)\b")
_THIS_MEETING = re.compile(
    r"(?i)\b(?:r[ée]unions?|rencontre|s[ée]ance|session|meeting|comit[ée]|committee|conseil|council|commission|groupe|group|cluster|task force)\b"
)


def read_place(labelled: dict[str, list[str]], first: list[Line], source: Source) -> str | None:
    """The place as written; `labelled` are the values of « Lieu : » and « Date : », `first` the lines of the head."""
    for value in (*labelled.get("place", ()), *labelled.get("date", ())):
        rest = _without_moment(value)
        told = value in labelled.get("place", ()) or not re.search(r"(?i)\b(?:time|heure|gmt|cet|utc|hours?)\b", rest)
        if told and 2 < len(rest) <= 200:
            return rest
    for line in first[:8]:
        # « Salle UNFPA, de 15h à 17h », « 10:00 a.m., FH Offices »: a line of the head that is the place.
        if line.cells or len(line.text) > 160 or _OTHER_MEETING.search(line.text):
            continue
        rest = re.sub(r"(?i),?\s+(?:sous la pr[ée]sidence|under the chair).*$", "", _without_moment(line.text))
        pieces = [piece.strip(" ,") for piece in _BREAKS.split(rest) if piece.strip(" ,")]
        pieces = [re.sub(r"(?i)^en\s+(?=visio)", "", piece) for piece in pieces]
        told = rest if rest == line.text.strip(" .") else (pieces[-1] if pieces else "")
        if told and not TITLE_WORDS.match(told) and _PLACE_WORD.match(told) and not told.endswith(":"):
            return told
    for line in source.lines[:40]:
        for text, _start, _end in sentences(line.text):
            if (
                len(text) > 1_500
                or NEXT_MEETING.search(text)
                or not (_THIS_MEETING.search(text) or _HELD_FIRST.match(text))
            ):
                continue
            if (match := _HELD_AT.search(text)) and not _OTHER_MEETING.search(text[: match.start()]):
                place = next(
                    (
                        part
                        for part in (
                            match["in"],
                            match["at"],
                            match["room"],
                            match["name"],
                            match["online"],
                            match["en"],
                        )
                        if part
                    ),
                    "",
                )
                if (
                    place
                    and len(place) <= 160
                    and normalise(place.split()[0]) not in MONTHS
                    and not find_dates(place, year=2000)
                    and not re.search(r"\b(?:19|20)\d\d\b", place)
                ):
                    return re.sub(r"(?i)^(?:les|la|the)\s+", "", place.strip())
    return None


_TELLS = re.compile(
    r"(?i)^(?:following|this|these|the following|voici)\b.*\b(?:are|is|was|were|sont|est)\b|^(?:valid|approuv|adopt|approved|adopted)\w*\s"
)


def is_no_title(text: str) -> bool:
    """« Salle de réunion PAM, de 14 h à 16 h », « Following are the action points », « Validé en séance »."""
    return (
        bool(_TELLS.match(text))
        or (find_range(text) is not None and "salle" in text.lower())
        or (bool(re.match(r"(?i)(?:la\s+)?salle\b", text)) and len(text.split()) < 7)
    )


def _without_moment(text: str) -> str:
    """The text without its dates, times, nor the words that join them: « le 3 mai à 10 h, salle A » → « salle A »."""
    for found in reversed(find_dates(text)):
        text = f"{text[: found.start]} {text[found.end :]}"
    text = re.sub(r"(?i)\b(?:de|from|entre|à partir de)\s+(?=\d{1,2}\s?(?:h|:))", " ", text)
    if span := find_range(text):
        text = f"{text[: span[2]]} {text[span[3] :]}"
    for _clock, start, end in reversed(find_times(text)):
        text = f"{text[:start]} {text[end:]}"
    text = re.sub(r"\s+", " ", re.sub(r"\(\s*\)", " ", text)).strip(" ,;:.–—-|")
    text = re.sub(r"(?i)^(?:(?:le|la|on|du|à|au|aux|at|in|de|from|,|;)\s+)+(?:l[’']\s?|la\s+|the\s+)?", "", text)
    return re.sub(r"(?i)[\s,;–—-]+(?:le|on|du|à|at|de|from|and|et)$", "", text).strip(" ,;:.–—-|")
