"""The canonical content of minutes: the places of its text, and what two of them differ in.

A content is what `meetings.documents.minutes` prints, as plain data. A place is one passage of it, under a
key that stays the same from version to version (« item:2 », « decision:D-2016-01 »).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from core.richtext import richtext_to_text, text_to_html
from core.typography import date_fr
from meetings.enums import SectionKind

# From the content's key to the section's nature, in the order of reading.
BEFORE = {"context_text": SectionKind.CONTEXT, "follow_up_text": SectionKind.FOLLOW_UP}
ROUND_TABLE = {"round_table_text": SectionKind.ROUND_TABLE}
AFTER = {"conclusions_text": SectionKind.CONCLUSIONS, "next_meeting_text": SectionKind.NEXT_MEETING}


@dataclass(frozen=True)
class Place:
    """A passage: `html` is rich text where an erratum can rewrite it, `text` what it says in words."""

    key: str
    title: str
    text: str
    html: str | None = None


def places_of(content: Mapping[str, Any]) -> list[Place]:
    """Every passage of a content in the order of reading, those without a word left out."""
    places = [_section(content, key, kind) for key, kind in BEFORE.items()]
    for item in content["items"]:
        places.append(_rich(f"item:{item['number']}", f"{item['number']}. {item['title']}", item["text"]))
    places += [_section(content, key, kind) for key, kind in ROUND_TABLE.items()]
    for index, update in enumerate(content["updates"]):
        title = _("Tour de table : %(agency)s") % {"agency": update["agency"]}
        places.append(_rich(f"update:{index}", title, update["text"]))
    for decision in content["decisions"]:
        text = f"{decision['text']} ({decision['mode']})"
        title = _("Décision %(reference)s") % {"reference": decision["reference"]}
        # Rectified as plain words: of how it was taken nothing is rewritten.
        html = text_to_html(decision["text"])
        places.append(Place(f"decision:{decision['reference']}", title, text, html))
    for action in content["actions"]:
        due = action["due"]
        said = [action["text"], action["owners"], date_fr(as_date(due)) if due else ""]
        title = _("Action %(reference)s") % {"reference": action["reference"]}
        places.append(Place(f"action:{action['reference']}", title, " · ".join(part for part in said if part)))
    places += [_section(content, key, kind) for key, kind in AFTER.items()]
    places.append(_presence(content))
    return [place for place in places if place.text]


def _section(content: Mapping[str, Any], key: str, kind: SectionKind) -> Place:
    return _rich(key, str(kind.label), content[key])


def _rich(key: str, title: str, html: str) -> Place:
    return Place(key, title, richtext_to_text(html), html)


def _presence(content: Mapping[str, Any]) -> Place:
    lines = [
        ", ".join(part for part in (row["agency"], row["person"], row["capacity"], row["status"]) if part)
        for group in content["presence"]["groups"]
        for row in group["rows"]
    ]
    return Place("presence", _("Présences"), "\n".join(lines))


def rewritten(content: Mapping[str, Any], key: str, html: str) -> dict[str, Any]:
    """The content with the passage `key` saying `html`, a decision its words. Raises KeyError for any other place, and
    for a decision left without a word."""
    changed: dict[str, Any] = json.loads(json.dumps(content, default=str))
    if key in {**BEFORE, **ROUND_TABLE, **AFTER}:
        changed[key] = html
        return changed
    kind, _sep, name = key.partition(":")
    if kind == "item":
        row = next((item for item in changed["items"] if str(item["number"]) == name), None)
    elif kind == "update" and name.isdecimal() and int(name) < len(changed["updates"]):
        row = changed["updates"][int(name)]
    elif kind == "decision" and (words := richtext_to_text(html)):
        row = next((decision for decision in changed["decisions"] if decision["reference"] == name), None)
        html = words
    else:
        row = None
    if row is None:
        raise KeyError(key)
    row["text"] = html
    return changed


@dataclass(frozen=True)
class Difference:
    title: str
    old: str
    new: str


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """The passages that differ, in the order of the newer content; what was removed comes last."""
    before = {place.key: place for place in places_of(old)}
    after = places_of(new)
    found = [
        Difference(place.title, before[place.key].text if place.key in before else "", place.text) for place in after
    ]
    kept = {place.key for place in after}
    found += [Difference(place.title, place.text, "") for key, place in before.items() if key not in kept]
    return [one for one in found if one.old != one.new]


def thawed(content: Mapping[str, Any]) -> dict[str, Any]:
    """A stored content as templates print it: its days and hours are dates and times again."""
    made = dict(content)
    made["date"] = as_date(made["date"])
    made["start"], made["end"] = time.fromisoformat(made["start"]), time.fromisoformat(made["end"])
    for name in ("actions", "follow_up"):
        made[name] = [row | {"due": as_date(row["due"]) if row["due"] else None} for row in made[name]]
    if made["next_meeting"]:
        following = made["next_meeting"]
        made["next_meeting"] = following | {
            "date": as_date(following["date"]),
            "start": time.fromisoformat(following["start"]),
        }
    return made


def as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
