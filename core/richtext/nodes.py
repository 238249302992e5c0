"""The few shapes that minutes are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

# Elements around a text, at most (`<ul><li>…<p><a><strong><em>`); four are kept for the inner ones.
MAX_DEPTH = 12
MAX_CONTAINERS = MAX_DEPTH - 4
MAX_SPAN = 20
BREAK = "\n"


@dataclass(slots=True)
class Run:
    """A stretch of text with its marks; `text == BREAK` is a line break."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""


@dataclass(slots=True)
class Paragraph:
    runs: list[Run] = field(default_factory=list)
    # Word's list paragraphs: the level from 1 and the marker it printed (« · », « 1. »).
    mso_level: int = 0
    mso_marker: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class List:
    ordered: bool
    start: int = 1
    items: list[list[Block]] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    header: bool
    colspan: int = 1
    rowspan: int = 1
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    rows: list[list[Cell]] = field(default_factory=list)


Block = Paragraph | List | Table
