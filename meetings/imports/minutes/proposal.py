"""What was read in a text, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any


@dataclass
class Flag:
    """A doubt for whoever reviews, with the place in the text that it is about (offsets, end excluded)."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None


@dataclass
class ReadPerson:
    """Somebody named in the attendance; `status` is present, excused, absent or guest."""

    civility: str
    name: str
    status: str = "present"
    replaces: str | None = None


@dataclass
class ReadAgency:
    """An organisation as it is written, the acronym it was matched with, and its people."""

    label: str | None
    agency: str | None = None
    people: list[ReadPerson] = field(default_factory=list)


@dataclass
class ReadItem:
    position: int
    title: str
    minutes: int | None = None
    presenter: str | None = None


@dataclass
class ReadAction:
    """`state` is a value of `taskforce.enums.ActionState`, None where the text does not say."""

    text: str
    owner: str | None = None
    due: date | None = None
    state: str | None = None


@dataclass
class ReadUpdate:
    agency: str | None
    reported_by: str | None
    text: str


@dataclass
class ReadEvent:
    label: str
    date: date
    end: date | None = None


@dataclass
class Proposal:
    """All that was read. Nothing here is saved; a None or an empty list says that the text does not tell."""

    title: str | None = None
    date: date | None = None
    start: time | None = None
    end: time | None = None
    place: str | None = None
    chair: dict[str, str | None] | None = None
    agencies: list[ReadAgency] = field(default_factory=list)
    agenda: list[ReadItem] = field(default_factory=list)
    actions: list[ReadAction] = field(default_factory=list)
    decisions: list[dict[str, str]] = field(default_factory=list)
    conclusions: list[str] = field(default_factory=list)
    updates: list[ReadUpdate] = field(default_factory=list)
    cited_not_present: list[str] = field(default_factory=list)
    external_events: list[ReadEvent] = field(default_factory=list)
    rule: str | None = None
    next_meeting: dict[str, Any] | None = None
    flags: list[Flag] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data: dates as ISO 8601, times as HH:MM."""
        return _plain(asdict(self))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value
