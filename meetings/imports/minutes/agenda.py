"""The points of the agenda: numbered lines, timed programmes, tables, a list within a sentence."""

from __future__ import annotations

import re

from core.text import normalise
from meetings.imports.minutes.actions import action_columns, discussion_columns
from meetings.imports.minutes.dates import find_range
from meetings.imports.minutes.directory import NO_ORGANISATION
from meetings.imports.minutes.endings import is_sentence
from meetings.imports.minutes.headings import bare
from meetings.imports.minutes.proposal import ReadItem
from meetings.imports.minutes.sections import BULLET, NUMBER, Section, mark_of, unmarked
from meetings.imports.minutes.source import Line
from meetings.imports.minutes.words import CIVILITY, is_person, split_civility

_MINUTES = re.compile(
    r"[\s,;:–—-]*[(\[]?\s*(?:dur[ée]e\s*:?\s*)?(?:(?P<hours>\d)\s?h\s?)?(?P<minutes>\d{1,3})\s*(?:minutes?|mins?\.?|mn|[’'′](?![\w]))\s*[)\]]?[\s,;:–—-]*",
    re.IGNORECASE,
)
_HOURS = re.compile(r"[\s,;–—-]*[(\[]\s*(?P<hours>\d(?:[.,]5)?)\s*(?:h|heures?|hours?|hrs?)\s*[)\]]", re.IGNORECASE)
_BY = re.compile(
    r"(?i)[\s,;(\[–—-]*\b(?:pr[ée]sent[ée]e?s?\s+par|pr[ée]sentat(?:eur|rice|ion)\s*:|presented\s+by|presenters?\s*:|introduit\s+par|led\s+by|anim[ée]e?\s+par|facilitated\s+by|par|by)\s+"
    r"(?P<who>(?:l[ea]\s+|l['’]|les\s+|the\s+)?(?-i:[A-ZÉÈ])[^()\[\];]*?)\s*[)\]]?\s*[.;]?$"
)
_PRESENTER_LABEL = re.compile(
    r"(?i)^\s*(?:pr[ée]sentat(?:eur|rice)s?|presenters?|pr[ée]sent[ée]\s+par|presented\s+by|intervenante?s?|speakers?)\s*:\s*(?P<who>.+)$"
)
_LETTERED = re.compile(r"\(?(?P<mark>i{1,3}|iv|vi{0,3}|ix|x|[a-h]|\d{1,2})(?:\)|(?<=\d)\.)\s+")
_INLINE = re.compile(
    r"(?i)(?:points?\s+(?:suivants\s+)?(?:(?:inscrits?\s+)?(?:à|de)\s+l['’]ordre\s+du\s+jour|discut[ée]s|abord[ée]s)|ordre\s+du\s+jour|agenda(?:\s+items?)?)[^:.\n]{0,60}:\s*(?P<list>\(?(?:i|a|1)\)\s.+)"
)
TABLE_COLUMNS = {
    "title": r"points?(?: (?:a l'|d')ordre du jour)?|sujets?|items?|agenda items?|topics?|themes?|intitules?|subjects?|ordre du jour|activites?|sessions?",
    "minutes": r"durees?|temps|durations?|time|min(?:s|utes?)?\.?|horaires?|heures?|timing",
    "presenter": r"presentat(?:eur|rice)s?|presenters?|responsables?|intervenants?|speakers?|lead|presente par|presented by|agency presenting|presenting (?:agency|partner)|agenc(?:y|ies)|facilitat(?:eur|or)s?|by|who|qui|charges?",
}


_NAMED_BEFORE = re.compile(r"\s*(?:[(]|,)\s*(?P<who>[A-ZÉ][\w’'.-]+(?:\s[A-ZÉ][\w’'.-]+)?)\s*[),]?\s*$")


def read_agenda(sections: list[Section], text: str) -> list[ReadItem]:
    """The points of the first part that lists them; without one, the list within « points à l’ordre du jour : (i) … »."""
    for section in sections:
        if section.kind == "agenda" and section.lines and (items := _read_lines(section.lines)):
            return items
    for match in _INLINE.finditer(text):
        if items := _lettered(match["list"]):
            return items
    return []


def _read_lines(lines: list[Line]) -> list[ReadItem]:
    plain = [line for line in lines if not line.cells]
    if (rows := _own_rows(lines, has_list=len(_marked(plain)) > 1)) and (items := _read_table(rows)):
        return items
    if len(plain) == 1:
        if items := _lettered(plain[0].text):
            return items
        parts = [part.strip(" .") for part in re.split(r";", plain[0].text) if part.strip(" .")]
        if len(parts) > 1:
            return [_item(part, position) for position, part in enumerate(parts, start=1)]
    numbered = _marked(plain)
    items: list[ReadItem] = []
    for line in plain:
        if match := _PRESENTER_LABEL.match(line.text):
            if items and items[-1].presenter is None:
                items[-1].presenter = match["who"].strip(" .")
            continue
        is_sub = bool(numbered) and line not in numbered
        if is_sub:
            if (
                not BULLET.match(line.text)
                and not re.match(r"^\s*(?:[a-z]|[ivx]+)[.)]\s", line.text)
                and items
                and line.text[0].islower()
            ):
                items[-1].title = f"{items[-1].title} {line.text}".strip()
            continue
        if line.text.endswith(":") and not items and mark_of(line.text) is None:
            # « Les points suivants étaient inscrits : » before the list.
            continue
        if not numbered and (len(line.text) > 220 or is_sentence(line.text)):
            continue
        if (item := _item(line.text, len(items) + 1)).title:
            items.append(item)
    return items


def _own_rows(lines: list[Line], *, has_list: bool) -> list[Line]:
    """The rows of tables of points: not those of actions, nor of the discussion where the points are listed already."""
    rows: list[Line] = []
    skipped = False
    for line in lines:
        if not line.cells:
            continue
        if discussion_columns(line.cells) is not None:
            skipped = has_list
        elif _columns(line.cells) and not action_columns(line.cells):
            skipped = False
        elif action_columns(line.cells):
            skipped = True
        if not skipped:
            rows.append(line)
    return rows


def _marked(lines: list[Line]) -> list[Line]:
    """The lines that carry the list's own mark: a number or a time, else a bullet, else a letter."""
    for is_marked in (
        lambda line: NUMBER.match(line.text) or _timed(line.text),
        lambda line: (mark_of(line.text) or ("", 0))[0] in {"I", "i"},
        lambda line: line.is_listed or BULLET.match(line.text),
        lambda line: re.match(r"^\s*\(?[a-z]\)\s", line.text),
    ):
        if marked := [line for line in lines if is_marked(line)]:
            return marked
    return []


def _timed(text: str) -> bool:
    found = find_range(text)
    return bool(found and found[2] <= 4)


def _lettered(text: str) -> list[ReadItem]:
    """« (i) faire le point ; (ii) le plan ; et (iii) les divers »."""
    marks = list(_LETTERED.finditer(text))
    marks = [mark for mark in marks if mark.start() == 0 or text[mark.start() - 1] in " ;,("]
    if len(marks) < 2:
        return []
    items = []
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        piece = text[mark.end() : end]
        if number + 1 == len(marks):
            piece = re.split(r"\.\s", piece, maxsplit=1)[0]
        piece = re.sub(r"[\s;,.]*(?:\b(?:et|and)\b)?[\s;,.(]*$", "", piece).strip()
        if piece:
            items.append(_item(piece, len(items) + 1))
    return items


def _item(text: str, position: int) -> ReadItem:
    """One point: its duration and presenter are taken out of its title."""
    title = re.sub(
        r"(?i)^(?:et|and)\s+(?=(?:les\s+)?(?:questions\s+)?divers|aob|any other)",
        "",
        BULLET.sub("", unmarked(text)).strip(),
    )
    minutes = None
    if (found := find_range(title)) and found[2] <= 4:
        start, end = found[0], found[1]
        minutes = (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)
        minutes = minutes if minutes > 0 else None
        title = title[found[3] :].strip(" :–—-|.")
    if match := _MINUTES.search(title):
        minutes = int(match["minutes"]) + 60 * int(match["hours"] or 0)
        before, after = title[: match.start()], title[match.end() :]
        if before.count("(") > before.count(")"):
            # « (OIM, 20 min) »: the bracket of the presenter stays.
            before += ")"
        elif after.count(")") > after.count("("):
            # « (20 min, OIM) »: so does it here.
            told = after.strip(" /,;–-()")
            if re.fullmatch(r"(?:[A-ZÉ][\w’'.-]+\s?){1,4}", told):
                # « (5 mn/Awa) »: beside the minutes, one name is enough.
                return ReadItem(position, before.strip(" .;:–—-("), minutes or None, told)
            after = f"({told})"
        if match_who := _NAMED_BEFORE.search(before):
            # « (Awa – 20 min) », « Introduction, Awa (5 min) »: beside the minutes, one name is enough.
            return ReadItem(position, before[: match_who.start()].strip(" .,;:–—-("), minutes or None, match_who["who"])
        title = f"{before} – {after}".strip(" –")
    elif match := _HOURS.search(title):
        minutes = round(float(match["hours"].replace(",", ".")) * 60)
        title = title[: match.start()] + title[match.end() :]
    title, presenter = _presenter(title.strip(" .;:–—-"))
    return ReadItem(position, title, minutes if minutes else None, presenter)


def _presenter(title: str) -> tuple[str, str | None]:
    if match := _BY.search(title):
        bare_title = re.sub(r"(?i)\s*[,;:–—-]\s*pr[ée]sentation\s*$", "", title[: match.start()].strip(" ,;:–—-("))
        if not bare_title:
            # « Presentation: UNHCR Portal »: the title itself begins so.
            return title, None
        return bare_title, re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", match["who"].strip(" .,"))
    if match := re.search(r"\s*[(\[]\s*([^()\[\]]{2,60})\s*[)\]]\s*$", title):
        inner = match[1].strip()
        if _is_presenter(inner) and not _spells(inner, title[: match.start()]):
            return title[: match.start()].strip(" ,;:–—-"), inner
    head, dash, tail = title.rpartition(" – ") if " – " in title else title.rpartition(" - ")
    if dash and head.strip() and _is_presenter(tail.strip()) and len(tail.split()) <= 5:
        return head.strip(" ,;:–—-"), tail.strip()
    return title, None


def _spells(acronym: str, words: str) -> bool:
    """« Terms of Reference (TOR) »: the bracket repeats the words before it."""
    initials = "".join(word[0] for word in re.findall(r"\w+", words))
    capitals = "".join(word[0] for word in re.findall(r"\w+", words) if word[0].isupper())
    key = acronym.rstrip("s").lower()
    return normalise(acronym) in NO_ORGANISATION or any(
        one.lower().endswith(key) for one in (initials, capitals) if len(key) > 1
    )


def _is_presenter(text: str) -> bool:
    """Somebody or one or several organisations by acronym."""
    if CIVILITY.match(text):
        return is_person(re.split(r"[,–(]", text)[0].strip())
    parts = [part.strip() for part in re.split(r"\s*[/,&+]\s*|\s(?:et|and)\s", text) if part.strip()]
    return bool(parts) and all(
        re.fullmatch(r"[A-Z][A-Z0-9ÉÈ-]{1,9}", part)
        or (is_person(part) and len(part.split()) <= 4 and normalise(split_civility(part)[1]) != normalise(text[:0]))
        for part in parts
    )


def _read_table(rows: list[Line]) -> list[ReadItem]:
    columns: dict[str, int] | None = None
    items: list[ReadItem] = []
    for row in rows:
        if columns is None:
            columns = _columns(row.cells)
            if columns is not None:
                continue
            columns = {}
        if columns:
            title = _at(row.cells, columns.get("title"))
            item = _item(title, len(items) + 1)
            if (time_cell := _at(row.cells, columns.get("minutes"))) and item.minutes is None:
                item.minutes = (
                    _item(f"x {time_cell}", 1).minutes or _bare_minutes(time_cell) or _item(f"{time_cell} x", 1).minutes
                )
            item.presenter = item.presenter or bare(_at(row.cells, columns.get("presenter"))) or None
        else:
            filled = [cell for cell in row.cells if cell and not re.fullmatch(r"[\d.)]+", cell)]
            title = max(filled, key=len, default="")
            item = _item(title, len(items) + 1)
            for cell in filled:
                if cell != title:
                    item.minutes = item.minutes or _item(f"{cell} x", 1).minutes or _item(f"x {cell}", 1).minutes
                    item.presenter = item.presenter or (cell if _is_presenter(cell) else None)
        if item.title:
            items.append(item)
    return items


def _bare_minutes(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,3}", text.strip()) else None


def _columns(cells: tuple[str, ...]) -> dict[str, int] | None:
    roles: dict[str, int] = {}
    for at, cell in enumerate(cells):
        plain = normalise(cell).strip(" .:*?")
        for role, shape in TABLE_COLUMNS.items():
            if role not in roles and re.fullmatch(shape, plain):
                roles[role] = at
                break
    return roles if "title" in roles else None


def _at(cells: tuple[str, ...], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""
