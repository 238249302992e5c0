"""What is to be done: tables, blocks of « points d’action », « Action : » within a discussion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.text import normalise
from meetings.imports.minutes.dates import FoundDate, find_dates
from meetings.imports.minutes.decisions import NOTHING, is_decision
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.endings import number_of
from meetings.imports.minutes.headings import is_mixed, kind_of
from meetings.imports.minutes.owners import clean_owner, find_owner, is_owner
from meetings.imports.minutes.proposal import ReadAction
from meetings.imports.minutes.sections import ATTENDANCE_KINDS, Section, unbulleted
from meetings.imports.minutes.source import Line
from meetings.imports.minutes.words import NEXT_MEETING, is_person, sentences
from taskforce.enums import ActionState

COLUMNS = {
    "text": r"actions?(?: a (?:mener|entreprendre)| items?| points?| required| agreed| retenues?| a prendre| a suivre| identifiees?| agreed upon)*(?: (?:from|of|de) (?:the )?(?:last|previous|la) .{0,20})?|points? d ?'?actions?(?: (?:a suivre|identifies|retenus))?|(?:agreed|follow-up) actions?|actions? et echeances|decisions? ?(?:/|et|and) ?(?:recommandations?|actions?)(?: points?)?|recommandations? ?(?:/|et) ?(?:actions?|decisions?)|recommandations?|recommendations?|taches?|tasks?|activites?|activity|activities|mesures?|description|suites? a donner|next steps?|engagements?|what|quoi|follow[- ]?up(?: actions?)?",
    "owner": r"responsables?(?: (?:de (?:la )?|du )(?:l'action|mise en (?:oe|œ)uvre|suivi)(?: et ?/ ?ou (?:de )?suivi)?)?|responsible persons?(?: ?/ ?.*)?|(?:points? focal|points? focaux|focal points?) ?/ ?.*|(?:person|agency) ?/ ?(?:person|agency) responsible|acteurs? responsables?|owners?|by whom|who|qui|(?:lead )?(?:agency|agence)(?: ?/ ?(?:person|personne)(?: responsible)?)?|(?:agency|person|partner) responsible|responsible ?/ ?.*|responsable ?/ ?.*|leads?|structures?(?: responsables?)?|agences?(?: responsables?)?|responsible(?: (?:party|agency|person|partner)s?)?|charges? de.*|acteurs?|assigned to|action by|focal points?|porteurs?|pilotes?|par qui|organi[sz]ations?",
    "due": r"echeances?|deadlines?|due(?: dates?)?|dates?(?: limites?| butoir)?|by when|when|quand|delais?(?: (?:d'execution|de (?:mise en (?:oe|œ)uvre|realisation)))?|calendrier|timeline|time ?frame|timing|periode|target date|completion date",
    "state": r"etats?(?: d'avancement| d'execution| de mise en (?:oe|œ)uvre)?|status|statuts?|resultats?|status ?/ ?.*|progress|progres|niveau (?:de realisation|d'execution|d'avancement)|suivi|realisation|update|observations?|commentaires?|comments?|remarks?",
}
_STATES = (
    (ActionState.CANCELLED, r"annul|abandon|cancel|caduque|dropped"),
    (
        ActionState.NOT_STARTED,
        r"non (?:realis|commenc|entam|demarr|fait|execut)|pas (?:encore )?(?:realis|commenc|demarr|fait|execut)|not (?:yet )?(?:started|done|completed)|a faire|to do|pending|en attente|outstanding|planifi|prevu|planned",
    ),
    (
        ActionState.IN_PROGRESS,
        r"en cours|ongoing|on-?going|in progress|under ?way|started|demarre|entame|partiel|partially|continu",
    ),
    (
        ActionState.DONE,
        r"realis|effectu|fait|faite|acheve|termin|execut|done|complet|closed|cloture|clos|finalis|finished|delivered|accompli|ok\b|100 ?%",
    ),
)
_OWNER_LABEL = re.compile(
    r"(?i)[\s,;(\[–—-]*\b(?:responsables?|resp\.?|owners?|action by|by whom|lead|charg[ée]e?s?|par qui|qui|who|responsible)\s*:\s*(?P<who>[^;)\]|]+?)(?=\s*(?:[;)\]|]|[,–—-]?\s*\b(?:[ée]ch[ée]ance|d[ée]lai|deadline|due|date|by when|quand|when|[ée]tat|status|statut)\b|$))[;)\]]?"
)
_DUE_LABEL = re.compile(
    r"(?i)[\s,;(\[–—-]*\b(?:[ée]ch[ée]ances?|d[ée]lais?|deadline|due(?:\s+date)?|date(?:\s+limite)?|by when|quand|when|timeline)\s*:\s*(?P<due>[^;)\]|]+)[;)\]]?"
)
_STATE_LABEL = re.compile(r"(?i)[\s,;(\[–—-]*\b(?:[ée]tat|status|statut)\s*:\s*(?P<state>[^;)\]|]+)[;)\]]?")
_DUE_WORDS = re.compile(
    r"(?i)(?:[,;(–—-]\s*)?\b(?:(?:d['’]ici|avant|pour|au plus tard|jusqu['’]au|by|before|no later than|due(?:\s+by|\s+on)?|until)\s+(?:le\s+|au\s+|the\s+|end\s+of\s+)?)$"
)
_INLINE_ACTION = re.compile(
    r"(?i)^\W*(?:(?:points?\s+d['’]\s?)?actions?(?:\s*(?:point|item|required|à mener))?\s*(?:n°\s*)?\d{0,2}|recommandation\s*\d{0,2}|recommendation\s*\d{0,2}|AP\s?\d{1,2}|todo)\s*[:–—]\s+(?P<text>.+)$"
)
# « … are in discussion. Action point: UNICEF is prepared. »
_WITHIN = re.compile(r"(?i)(?<=[.!?]\s)(?:action points?|points? d['’]\s?action)\s*:\s+(?P<text>[^.]+\.?)")
# « 2.2.1 The group agreed… ».
_PARTS = re.compile(r"^\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+")
# « AI-1: Graham B: first draft ».
_CODE = re.compile(r"^(?:AI|AP|A|R)[- ]?\d{1,3}\s*[:.)–-]\s*")
_UNNAMED = re.compile(
    r"(?i)\b(?:des|les) (?:actions|mesures) (?:seront|devront être|doivent être|sont à) (?:prises|men[ée]es|engag[ée]es|entreprises)\b|\b(?:follow-up )?actions? (?:will|shall|should) be taken\b"
)


@dataclass
class Actions:
    actions: list[ReadAction]
    # Where in the text each stands; None for a row of a table.
    places: list[tuple[int, int]]

    def add(self, action: ReadAction, start: int, end: int) -> None:
        key = normalise(action.text).strip(" .")
        if (
            key
            and not NOTHING.match(action.text)
            and all(normalise(known.text).strip(" .") != key for known in self.actions)
        ):
            self.actions.append(action)
            self.places.append((start, end))


def read_actions(sections: list[Section], directory: Directory, *, on: date | None) -> Actions:
    """All the actions of the text; `on`, the meeting's day, gives the year to « avant le 15 mars »."""
    found = Actions([], [])
    for section in sections:
        _read_tables(section, found, directory, on)
        if section.kind == "actions":
            _read_block(section, found, directory, on)
        elif section.kind not in {*ATTENDANCE_KINDS, "agenda", "annex"}:
            for line in section.lines:
                if not line.cells and (match := _INLINE_ACTION.match(line.text) or _WITHIN.search(line.text)):
                    found.add(_action(match["text"], directory, on), line.start, line.end)
                elif not line.cells and (match := _UNNAMED.search(line.text)):
                    for text, start, end in sentences(line.text):
                        if start <= match.start() < end:
                            found.add(ReadAction(unbulleted(text)), line.start + start, line.start + end)
    return found


def action_columns(cells: tuple[str, ...]) -> dict[str, int] | None:
    """Column by role where the row is the header of a table of actions (a text, and an owner or a date)."""
    roles: dict[str, int] = {}
    named = [re.sub(r"\s*\([^)]*\)", "", normalise(cell)).strip(" .:*?") for cell in cells]
    # « Description | Action | État »: the column called so is the one, whatever stands before it.
    if (at := next((at for at, one in enumerate(named) if _ACTIONS.fullmatch(one)), None)) is not None:
        roles["text"] = at
    if (at := next((at for at, one in enumerate(named) if _STATUS.fullmatch(one)), None)) is not None:
        roles["state"] = at
    for at, plain in enumerate(named):
        if at in roles.values():
            continue
        for role, shape in COLUMNS.items():
            if role not in roles and re.fullmatch(shape, plain):
                roles[role] = at
                break
    told = "text" in roles and re.search(r"action|recomm|decision|tache|task", normalise(cells[roles["text"]]))
    return roles if "text" in roles and ("owner" in roles or "due" in roles or ("state" in roles and told)) else None


_ACTIONS = re.compile(
    r"(?:agreed |follow-?up )?actions?(?: (?:points?|items?|a prendre|a mener))?|points? d ?'?actions?"
)

_STATUS = re.compile(r"status(?: ?/ ?.*)?|statuts?|etats?(?: d'avancement| d'execution)?")


def _read_tables(section: Section, found: Actions, directory: Directory, on: date | None) -> None:
    columns: dict[str, int] | None = None
    table: int | None = None
    discussion: int | None = None
    rows = [line for line in section.lines if line.cells]
    is_list = section.kind in {*ATTENDANCE_KINDS, "agenda"}
    for line in rows:
        if (header := action_columns(line.cells)) and (not is_list or "due" in header or "state" in header):
            # Below a list of people or of points, the table of actions may follow at once, with no heading of its own.
            columns, table, discussion = header, line.table, None
            continue
        if discussed := discussion_columns(line.cells):
            columns, table, discussion = None, line.table, discussed
            continue
        if discussion is not None and line.table == table:
            _read_discussion_row(line, discussion, found, directory, on)
            continue
        if columns is None or (line.table is not None and line.table != table):
            columns = None if line.table != table else columns
            if section.kind == "actions" and columns is None:
                _read_free_row(line, found, directory, on)
            continue
        text = unbulleted(_cell(line.cells, columns.get("text")))
        if not text or kind_of(text) or NOTHING.match(text):
            continue
        owner = _cell(line.cells, columns.get("owner")) or None
        state = _state(_cell(line.cells, columns.get("state")))
        past = section.kind == "follow_up" or state is not None
        due = _due(_cell(line.cells, columns.get("due")), on, nearest=past)
        if owner is None and columns.get("owner") is None:
            text, owner = find_owner(text, directory)
        found.add(ReadAction(text, clean_owner(owner), due, state), line.start, line.end)


def discussion_columns(cells: tuple[str, ...]) -> int | None:
    """The column « Recommandations » of a table that tells each point with its discussion and what follows from it."""
    plain = [normalise(cell).strip(" .:*") for cell in cells]
    if len(cells) < 2 or not any(_POINTS.match(one) for one in plain):
        return None
    return next((at for at, one in enumerate(plain) if at and _FOLLOWS.match(one)), None)


_POINTS = re.compile(r"discussions?|points? (?:d|a|de)|agenda|sujets?|themes?|topics?|items?")
_FOLLOWS = re.compile(
    r"(?:recommandations?|recommendations?|(?:follow-?up )?actions?|points? d ?'?action|decisions? (?:et|and|/|taken and) ?.*actions?)"
)


def _read_discussion_row(line: Line, column: int, found: Actions, directory: Directory, on: date | None) -> None:
    blocks = line.blocks[column] if column < len(line.blocks) else (_cell(line.cells, column),)
    for block in blocks:
        text = unbulleted(block)
        if len(text) > 3 and not kind_of(text):
            match = _INLINE_ACTION.match(text)
            found.add(_action(match["text"] if match else text, directory, on), line.start, line.end)


def _read_free_row(line: Line, found: Actions, directory: Directory, on: date | None) -> None:
    """A row without header below « Points d’action »: the longest cell is the action."""
    filled = [cell for cell in line.cells if cell and not re.fullmatch(r"[\d.)]+", cell)]
    if not filled:
        return
    text = max(filled, key=len)
    action = ReadAction(text)
    for cell in filled:
        if cell == text:
            continue
        if due := _due(cell, on):
            action.due = action.due or due
        elif state := _state(cell):
            action.state = action.state or state
        elif directory.looks_like_organisation(cell) or is_person(cell) or is_owner(cell, directory):
            action.owner = action.owner or cell
    found.add(action, line.start, line.end)


def _read_block(section: Section, found: Actions, directory: Directory, on: date | None) -> None:
    lines = _whole([line for line in section.lines if not line.cells])
    listed = [line for line in lines if line.is_listed or unbulleted(line.text) != line.text]
    owner: str | None = None
    mixed = section.heading is not None and is_mixed(section.title)
    for line in lines:
        text = unbulleted(line.text)
        if (
            not text
            or (len(text) < 4 and not line.is_listed)
            or (NEXT_MEETING.search(text) and find_dates(text, year=2000))
            or _MEETINGS.match(text)
        ):
            continue
        label = text.rstrip(" :")
        if text.endswith(":") and len(label) < 80:
            # « BIT : » above its own actions; « Les actions suivantes : » says nothing.
            owner = label if directory.match(label) or is_person(label) else None
            continue
        if listed and line not in listed and found.actions and (text[0].islower() or _only_label(text)):
            _complete(found.actions[-1], text, directory, on)
            continue
        if _only_label(text) and found.actions:
            _complete(found.actions[-1], text, directory, on)
            continue
        if mixed and (is_decision(text) or not _tells_an_action(text, directory, on)):
            continue
        match = _INLINE_ACTION.match(_PARTS.sub("", text))
        action = _action(match["text"] if match else text, directory, on)
        action.owner = action.owner or owner
        found.add(action, line.start, line.end)


def _whole(lines: list[Line]) -> list[Line]:
    """The entries of a numbered list, each with the lines that the width of a page cut from it."""
    if sum(number_of(line.text) is not None for line in lines) < MOST_OF_A_LIST:
        return lines
    whole: list[Line] = []
    for line in lines:
        before = whole[-1] if whole else None
        cut = (
            before is not None and number_of(before.text) is not None and not before.text.endswith((".", ":", ";", ")"))
        )
        goes_on = line.text[:1].islower() or line.text.startswith("(") or len(line.text.split()) < FEW_WORDS
        plain = unbulleted(line.text) == line.text and not line.is_listed and not line.text.endswith(":")
        if before and cut and plain and (goes_on or before.text.split()[-1][:1].islower() or "-" in line.text[:20]):
            whole[-1] = Line(f"{before.text} {line.text}", before.start, line.end)
        else:
            whole.append(line)
    return whole


# A list is one from here on; and a line of so few words below one ends its sentence.
MOST_OF_A_LIST = 2
FEW_WORDS = 4


# « Future meetings will be held on… » below the actions is none of them.
_MEETINGS = re.compile(
    r"(?i)^(?:the |les )?(?:future|next|prochaines?|these)\s+(?:meetings?|r[ée]unions?)\s+(?:will|shall|are|is|seront|auront|se tiendront)\b"
)


def _tells_an_action(text: str, directory: Directory, on: date | None) -> bool:
    action = _action(text, directory, on)
    return action.owner is not None or action.due is not None


def _only_label(text: str) -> bool:
    return bool(
        (match := _OWNER_LABEL.match(text) or _DUE_LABEL.match(text) or _STATE_LABEL.match(text)) and match.start() == 0
    )


def _complete(action: ReadAction, text: str, directory: Directory, on: date | None) -> None:
    """A line that goes on: « Responsable : BIT », « Échéance : 15 mars », or the end of the sentence."""
    more = _action(text, directory, on)
    if _only_label(text):
        action.owner = action.owner or more.owner
        action.due = action.due or more.due
        action.state = action.state or more.state
    else:
        action.text = f"{action.text} {text}"
        action.due = action.due or more.due


def _action(text: str, directory: Directory, on: date | None) -> ReadAction:
    """One action from its sentence; labels are taken out of the text, words of the sentence stay."""
    owner = due = state = None
    text = _CODE.sub("", _PARTS.sub("", text))
    if match := _STATE_LABEL.search(text):
        state = _state(match["state"])
        text = text[: match.start()] + text[match.end() :]
    if (match := _DUE_LABEL.search(text)) and (due := _due(match["due"], on)):
        text = text[: match.start()] + text[match.end() :]
    if match := _OWNER_LABEL.search(text):
        owner = match["who"].strip(" .,")
        text = text[: match.start()] + text[match.end() :]
    text = text.strip(" ;,–—-(|")
    if due is None:
        due = _due_in(text, on)
    if owner is None:
        text, owner = find_owner(text, directory)
    return ReadAction(text.strip(), clean_owner(owner), due, state)


def _state(text: str) -> str | None:
    plain = normalise(text)
    for state, shape in _STATES:
        if plain and re.search(rf"\b(?:{shape})", plain):
            return str(state.value)
    return None


def _due(text: str, on: date | None, *, nearest: bool = False) -> date | None:
    """The last date of a cell. Without a year: after the meeting, or for what was told earlier the nearest to it."""
    dates = find_dates(text, year=on.year if on else None) if text else []
    if not dates:
        return None
    last = dates[-1]
    if not nearest or last.has_year or on is None:
        return _after(last, on)
    around = [found.date for year in (on.year - 1, on.year, on.year + 1) for found in find_dates(text, year=year)[-1:]]
    return min(around, key=lambda day: abs((day - on).days), default=None)


def _due_in(text: str, on: date | None) -> date | None:
    """A date of the sentence that words make a deadline (« avant le », « by »), or that ends it after a dash."""
    for found in reversed(find_dates(text, year=on.year if on else None)):
        before = text[: found.start]
        if _DUE_WORDS.search(before) or (
            re.search(r"(?:\s[–—-]|[(;,|])\s*$", before) and not text[found.end :].strip(" ).;")
        ):
            return _after(found, on)
    return None


def _after(found: FoundDate, on: date | None) -> date:
    """A deadline without a year lies after the meeting."""
    if found.has_year or on is None or found.date >= on:
        return found.date
    try:
        return found.date.replace(year=found.date.year + 1)
    except ValueError:
        return found.date


def _cell(cells: tuple[str, ...], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""
