"""What was said, part by part: the text below each point of the agenda, the context, the rest of the discussion."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.text import normalise
from meetings.imports.minutes.dates import find_dates
from meetings.imports.minutes.headings import bare, kind_of
from meetings.imports.minutes.proposal import ReadItem
from meetings.imports.minutes.sections import BULLET, Section, agenda_key
from meetings.imports.minutes.source import Line
from meetings.imports.minutes.words import NEXT_MEETING

# Parts with fields of their own, or that say nothing of what was said.
ELSEWHERE = frozenset(
    "head present excused absent guest agenda actions decisions conclusions updates next_meeting annex closing".split()
)
ANY_OTHER = ("divers", "questions diverses", "any other business", "aob", "points divers")


@dataclass
class Texts:
    """Plain texts, one line a paragraph; `items` by position in the agenda."""

    context: str = ""
    follow_up: str = ""
    discussion: str = ""
    next_meeting: str = ""
    items: dict[int, str] = field(default_factory=dict)


def read_texts(sections: list[Section], agenda: list[ReadItem]) -> Texts:
    """Every paragraph of the discussion, once, under the point whose title heads it where one does."""
    texts = Texts()
    keys = {item.position: agenda_key(item.title) for item in agenda}
    for section in sections:
        position = _item_of(section, keys)
        body = _body(section.lines)
        if section.kind == "next_meeting":
            texts.next_meeting = _joined(texts.next_meeting, body)
        elif section.kind == "updates" and position is not None:
            # The round table has its own fields; under its point stands only what no agency said.
            continue
        elif position is not None and section.kind not in {"agenda", "head", "actions", "decisions"}:
            texts.items[position] = _joined(texts.items.get(position, ""), body)
        elif section.kind == "context":
            texts.context = _joined(texts.context, body)
        elif section.kind == "follow_up":
            texts.follow_up = _joined(texts.follow_up, body)
        elif section.kind not in ELSEWHERE and body:
            title = bare(section.heading.text) if section.heading and section.kind in {"", "any_other"} else ""
            texts.discussion = _joined(texts.discussion, _joined(title, body))
    return texts


def _item_of(section: Section, keys: dict[int, str]) -> int | None:
    if section.heading is None or section.kind in {"agenda", "head", "present", "excused", "absent", "guest"}:
        return None
    title = agenda_key(section.heading.text)
    if not title:
        return None
    for position, key in keys.items():
        if key == title:
            return position
    for position, key in keys.items():
        if min(len(key), len(title)) > 12 and (key.startswith(title[:24]) or title.startswith(key[:24])):
            return position
    if section.kind == "any_other" or normalise(title) in ANY_OTHER:
        return next((position for position, key in keys.items() if kind_of(key) == "any_other"), None)
    return None


def _body(lines: list[Line]) -> str:
    parts = []
    for line in lines:
        text = " | ".join(cell for cell in line.cells if cell) if line.cells else line.text
        if NEXT_MEETING.match(text) and find_dates(text, year=2000) and len(text) < 60:
            continue
        # One sign for every bullet: the text is edited as plain text, where « - » makes a list.
        parts.append(f"- {BULLET.sub('', text)}" if (BULLET.match(text) or line.is_listed) and not line.cells else text)
    return "\n".join(parts)


def _joined(first: str, second: str) -> str:
    return "\n".join(part for part in (first, second) if part)
