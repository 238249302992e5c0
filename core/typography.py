"""How dates, times and sentences are written: French usage, English where English is the language.

Dates keep their own time zone: whoever shows a moment converts it to the body's zone first
(`meeting.local_start`). Rules of spacing: Lexique des règles typographiques en usage à
l'Imprimerie nationale, with the no-break spaces of `design.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import get_language

NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# Not strftime: its names follow the locale of the machine.
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _speaks_french() -> bool:
    return (get_language() or "fr").startswith("fr")


def month_name(month: int) -> str:
    """« mars », "March" for 3."""
    return (MONTHS if _speaks_french() else ENGLISH_MONTHS)[month - 1]


def weekday_name(weekday: int) -> str:
    """« mardi », "Tuesday" for 1 (Monday is 0)."""
    return (WEEKDAYS if _speaks_french() else ENGLISH_WEEKDAYS)[weekday]


def date_fr(day: date | None) -> str:
    """« 11 février 2016 », « 1er mars 2016 », with no-break spaces; "11 February 2016" in English; "" for None."""
    if not day:
        return ""
    number = "1er" if day.day == 1 and _speaks_french() else str(day.day)
    return NBSP.join((number, month_name(day.month), str(day.year)))


def date_long(day: date | None) -> str:
    """« jeudi 11 février 2016 »; the weekday may stand at the end of a line, the date is not cut."""
    if not day:
        return ""
    return f"{weekday_name(day.weekday())} {date_fr(day)}"


def time_fr(moment: time | datetime | None) -> str:
    """« 10 h 30 », « 9 h », with no-break spaces; "10:30" in English; "" for None."""
    if not moment:
        return ""
    if not _speaks_french():
        return f"{moment.hour}:{moment.minute:02d}"
    if moment.minute == 0:
        return f"{moment.hour}{NBSP}h"
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}"


def clock_fr(moment: time | None) -> str:
    """As a field shows it, minutes always written: « 9 h 00 », "9:00" in English; "" for None."""
    if not moment:
        return ""
    return (f"{moment.hour}{NBSP}h{NBSP}" if _speaks_french() else f"{moment.hour}:") + f"{moment.minute:02d}"


def duration_fr(length: timedelta | int | None) -> str:
    """« 45 min », « 2 h », « 1 h 30 » ("1 h 30 min" in English) for a length (whole numbers are minutes); "" for None."""
    # A template gives "" for what it does not know.
    if not isinstance(length, timedelta | int):
        return ""
    total = length if isinstance(length, int) else int(length.total_seconds() // 60)
    hours, minutes = divmod(total, 60)
    if not hours:
        return f"{minutes}{NBSP}min"
    if not minutes:
        return f"{hours}{NBSP}h"
    if not _speaks_french():
        return f"{hours}{NBSP}h {minutes}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{minutes:02d}"


def number_fr(value: float | int, unit: str = "") -> str:
    """« 66,7 % », « 12 »; "66.7%", "12" in English. One decimal at most; a unit stands apart, save the English "%"."""
    text = f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if not _speaks_french():
        return f"{text}%" if unit == "%" else f"{text}{NBSP}{unit}" if unit else text
    text = text.replace(".", ",")
    return f"{text}{NBSP}{unit}" if unit else text


def count_fr(value: Any) -> str:
    """« 12 500 », « 2 500,5 » with narrow no-break spaces; "12,500" in English; "" for None. Trailing zeros go."""
    if value is None or value == "":
        return ""
    # As text already: « < 5 ».
    if isinstance(value, str):
        return value
    text = f"{value:,.4f}".rstrip("0").rstrip(".") if not isinstance(value, int) else f"{value:,}"
    return text.replace(",", THIN).replace(".", ",") if _speaks_french() else text


def punctuation(sign: str) -> str:
    """`sign` as it follows a word: with its no-break space in French, bare in English."""
    if not _speaks_french():
        return sign
    return (THIN if sign in ";?!" else NBSP) + sign


# A word that must stay as it was typed: addresses of the web and of people.
_VERBATIM = re.compile(
    r"(?:\b(?:https?|ftps?|file|mailto|tel|urn):|\bwww\.)[^\s<>«»\u00a0\u202f]+|(?<![^\s<>«»])[^\s<>«»]{1,200}@[^\s<>«»]+"
)

# Every pattern is bounded or starts at an edge: 300 kB of spaces must not take quadratic time.
# `\s` would also match line ends, which belong to the author.
_SP = r"[ \t\u00a0\u2009\u202f]"
# A run of spaces that is not a single no-break one.
_BREAKABLE = rf"(?<!{_SP})(?=[ \t\u2009]|[\u00a0\u202f]{_SP}){_SP}{{1,40}}"
_CAPITAL = "A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ"
_CLOSING = r"(?=[\s»”\")\]]|$)"

_Rules = tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]

# What was typed is kept together, in any language.
_KEEPING: _Rules = (
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
    # Inside quotation marks.
    (re.compile(rf"«{_BREAKABLE}(?=[^\s\u00a0\u202f])"), f"«{NBSP}"),
    (re.compile(rf"(?<!«){_BREAKABLE}»"), f"{NBSP}»"),
    # Before double punctuation: a typed space becomes unbreakable. One that already is stays.
    (re.compile(rf"{_BREAKABLE}(?=:(?!//))"), NBSP),
    (re.compile(rf"{_BREAKABLE}(?=[;?!])"), THIN),
    (re.compile(rf"\b([nN])[°º]{_SP}*(?=\d)"), rf"\1°{NBSP}"),
    (re.compile(rf"(?<!\w)(\d{{1,2}}|1er){_SP}(?=(?:{'|'.join(MONTHS)})\b)"), rf"\1{NBSP}"),
    # Thousands as they were grouped; digits that nobody grouped (years, codes) are left alone.
    (
        re.compile(r"(?<![\d\w,.+])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d\w])"),
        lambda match: re.sub(_SP, THIN, match[0]),
    ),
    (re.compile(rf"(?<=\d){_SP}(?=(?:€|\$|F{_SP}?CFA|FCFA|USD|EUR|min|km|ha)(?!\w))"), NBSP),
    (re.compile(rf"(?<!\w)(M\.|MM\.|Mmes?|Mlles?|Dr|Pr){_SP}(?=[{_CAPITAL}])"), rf"\1{NBSP}"),
)
# What French puts in; English text would be wronged by it.
_ADDING: _Rules = (
    (re.compile(r"«(?=[^\s\u00a0\u202f])"), f"«{NBSP}"),
    (re.compile(r"(?<=[^\s\u00a0\u202f«])»"), f"{NBSP}»"),
    # After a word, where the mark clearly ends something.
    (re.compile(rf"(?<=[\w»)\]%°’”]):{_CLOSING}"), f"{NBSP}:"),
    (re.compile(rf"(?<=[\w»)\]%°’”])([;?!][?!]*){_CLOSING}"), rf"{THIN}\1"),
    # 10h30, 10 h 30, 9h.
    (re.compile(rf"(?<![\w:.,])(\d{{1,2}}){_SP}?[hH]{_SP}?(\d{{2}})(?!\w)"), rf"\1{NBSP}h{NBSP}\2"),
    (re.compile(rf"(?<![\w:.,])(\d{{1,2}}){_SP}?h(?!\w)"), rf"\1{NBSP}h"),
    (re.compile(rf"(?<=\d){_SP}?%"), f"{NBSP}%"),
)
_FRENCH = _KEEPING + _ADDING


def typo(text: str) -> str:
    """`text` with French no-break spaces and apostrophes; words, digits and addresses are never changed.

    In English, what was typed is kept together and nothing is added: "Agenda: 50%" stays.

    A no-break space before « : » and within « », a narrow one before « ; ? ! » and between thousands,
    no break inside « 10 h 30 », « n° 3 », « 8 mars », « M. Abdou ». Applying it twice changes nothing.
    """
    french = _speaks_french()
    return _typo_short(text, french) if len(text) <= SHORT else _typo(text, french)


def _typo(text: str, french: bool) -> str:
    parts: list[str] = []
    at = 0
    for match in _VERBATIM.finditer(text):
        parts.append(_apply(text[at : match.start()], french))
        # The mark that ends the sentence does not belong to the address.
        address = match[0]
        bare = address.rstrip(".,")
        parts.append(bare)
        parts.append(address[len(bare) :])
        at = match.end()
    if not parts:
        return _apply(text, french)
    parts.append(_apply(text[at:], french))
    return "".join(parts)


# Titles and labels come back on every page; eighteen patterns over each are a twentieth of a long list's time.
SHORT = 400
_typo_short = lru_cache(maxsize=4096)(_typo)


def _apply(text: str, french: bool) -> str:
    for pattern, replacement in _FRENCH if french else _KEEPING:
        text = pattern.sub(replacement, text)
    return text


INLINE_TAGS = frozenset(
    {"a", "abbr", "b", "cite", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
)
VERBATIM_TAGS = frozenset({"code", "pre", "kbd", "samp", "script", "style", "textarea"})
VOID_TAGS = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_STARTS_WITH_MARK = re.compile(rf"([:;?!»])[?!]*{_CLOSING}")


class Typographer:
    """Applies `typo` to successive text nodes, minding the character before each.

    « <b>Présents</b>: 5 » gets its space although the mark starts a node of its own.
    """

    def __init__(self) -> None:
        self.before = ""

    def block(self) -> None:
        """What follows starts a line: no character stands before it."""
        self.before = ""

    def text(self, text: str) -> str:
        if not text:
            return text
        done = typo(text)
        if self.before and not self.before.isspace() and _speaks_french():
            mark = _STARTS_WITH_MARK.match(done)
            if mark is not None:
                done = (NBSP if mark[1] in ":»" else THIN) + done
            elif self.before == "«" and done[0] not in (NBSP, THIN):
                done = NBSP + done.lstrip(" ")
        self.before = done[-1]
        return done

    def verbatim(self, text: str) -> None:
        """Text that is left alone was written here."""
        if text:
            self.before = text[-1]


class _HTMLTypographer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.typographer = Typographer()
        self.verbatim = 0

    def handle_starttag(self, tag, attrs):
        if tag not in INLINE_TAGS:
            self.typographer.block()
        if tag in VERBATIM_TAGS:
            self.verbatim += 1
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag, attrs):
        if tag not in INLINE_TAGS:
            self.typographer.block()
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag):
        if tag not in INLINE_TAGS:
            self.typographer.block()
        if tag in VERBATIM_TAGS and self.verbatim:
            self.verbatim -= 1
        self.out.append(f"</{tag}>")

    def handle_data(self, data):
        if self.cdata_elem is not None:
            # Inside <style> and <script> nothing is markup, « td > p » neither.
            self.out.append(data)
            return
        if self.verbatim:
            self.typographer.verbatim(data)
        else:
            data = self.typographer.text(data)
        self.out.append(escape(data, quote=False))

    def handle_comment(self, data):
        # Mails speak to Outlook in comments.
        self.out.append(f"<!--{data}-->")


def typo_html(html: str) -> str:
    """`html` (well-formed, sanitised) with `typo` applied to its text, never to tags or attributes."""
    parser = _HTMLTypographer()
    parser.feed(html)
    parser.close()
    return "".join(parser.out)
