"""A corpus of minutes in the manner of clusters and committees, each with the facts it tells; and its scores.

`corpus/*.txt` holds the documents: « === name kind », the text (rows of tables keep tabs), « --- facts », one fact a
line. What is not told is expected to stay empty. Everybody and everything in them is invented.
"""

from __future__ import annotations

import io
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import docx

from core.text import normalise
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.proposal import Proposal

FOLDER = Path(__file__).with_name("corpus")
# What the width of a printed page cuts.
PAGE_COLUMNS = 92


@dataclass
class Sample:
    """A document and what it tells: (kind of fact, its parts) in the order written."""

    name: str
    kind: str
    text: str
    facts: list[tuple[str, list[str]]] = field(default_factory=list)

    def content(self) -> tuple[bytes, str]:
        """The document as a file: its bytes and its name."""
        if self.kind == "docx":
            return as_word(self.text), f"{self.name}.docx"
        if self.kind == "pdf":
            return as_pdf(self.text), f"{self.name}.pdf"
        encoding = "cp1252" if self.kind == "latin1" else "utf-8"
        text = self.text.replace("\n", "\r\n") if self.kind == "latin1" else self.text
        return text.encode(encoding), f"{self.name}.txt"


def samples() -> list[Sample]:
    """Every document of the corpus."""
    found: list[Sample] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            head, _newline, rest = block.partition("\n")
            name, kind = head.split()
            text, _mark, facts = rest.partition("--- facts\n")
            sample = Sample(name, kind, text.strip("\n"))
            for line in facts.strip().splitlines():
                label, _colon, value = line.partition(":")
                sample.facts.append((label, [part.strip() for part in value.split("|")]))
            found.append(sample)
    return found


def as_word(text: str) -> bytes:
    """A .docx: « # » before a heading, rows with tabs as tables, one paragraph a line otherwise."""
    document = docx.Document()
    rows: list[list[str]] = []

    def flush() -> None:
        if not rows:
            return
        table = document.add_table(rows=0, cols=max(map(len, rows)))
        for row in rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, row, strict=False):
                cell.text = value
        rows.clear()

    for line in text.splitlines():
        if "\t" in line:
            if rows and len(rows[-1]) != len(line.split("\t")):
                flush()
            rows.append(line.split("\t"))
            continue
        flush()
        if line.startswith("# "):
            document.add_heading(line[2:], level=1)
        else:
            document.add_paragraph(line)
    flush()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_pdf(text: str) -> bytes:
    """A PDF whose lines are cut at the width of the page, without any structure."""
    from weasyprint import HTML

    lines = [
        part
        for line in text.splitlines()
        for part in (textwrap.wrap(line.replace("\t", "    "), PAGE_COLUMNS) if line else [""])
    ]
    body = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;")
    return HTML(string=f"<pre style='font: 9pt monospace'>{body}</pre>").write_pdf()


# Scores -------------------------------------------------------------------------------------------


@dataclass
class Score:
    """What was right, what was read and not told, what was told and not read."""

    right: int = 0
    invented: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        read = self.right + len(self.invented)
        return self.right / read if read else 1.0

    @property
    def recall(self) -> float:
        told = self.right + len(self.missed)
        return self.right / told if told else 1.0


# An action that reads « Le BIT enverra les TdR » may keep or lose its brackets: most of the words decide.
ENOUGH = 0.7
# (field, value): the value of a scalar or one entry of a list, as comparable words.
Facts = Iterator[tuple[str, str]]


def told(sample: Sample, directory: Directory) -> Facts:
    """What the document tells, field by field."""
    for kind, parts in sample.facts:
        values = [*parts, "", "", "", ""]
        if kind == "time":
            start, _dash, end = values[0].partition("-")
            yield "start", start
            yield "end", end
        elif kind == "chair":
            yield "chair", values[0]
            yield "chair agency", _agency(values[1], directory)
        elif kind == "person":
            agency, civility, name, status, replaces = values[:5]
            yield "agency", _agency(agency, directory)
            yield "person", f"{name} @ {_agency(agency, directory)}"
            yield "civility", f"{name}: {civility}" if civility else ""
            yield "status", f"{name}: {status or 'present'}"
            yield "replaces", f"{name}: {replaces}" if replaces else ""
        elif kind in {"agency", "cited"}:
            for label in parts[0].split(","):
                yield kind, _agency(label, directory)
        elif kind == "agenda":
            yield "agenda", values[0]
            yield "agenda minutes", f"{values[0]}: {values[1]}" if values[1] else ""
            yield "agenda presenter", f"{values[0]}: {_agency(values[2], directory)}" if values[2] else ""
        elif kind == "action":
            text, owner, due, state = values[:4]
            yield "action", text
            yield "action owner", f"{text} → {_agency(owner, directory)}" if owner else ""
            yield "action due", f"{text} → {due}" if due else ""
            yield "action state", f"{text} → {state}" if state else ""
        elif kind == "update":
            yield "update", _agency(values[0], directory)
        elif kind == "event":
            yield "event", f"{values[0]} {values[1]}"
        elif kind == "next":
            yield "next date", values[0]
            yield "next theme", values[1]
        else:
            yield kind, values[0]


def read(proposal: Proposal, directory: Directory) -> Facts:
    """What the parser read, in the same words."""
    plain = proposal.as_json()
    for name in ("title", "date", "start", "end", "place", "rule"):
        yield name, plain[name] or ""
    chair = plain["chair"] or {}
    yield "chair", chair.get("name") or ""
    yield "chair agency", _agency(chair.get("agency") or "", directory)
    for entry in plain["agencies"]:
        agency = _agency(entry["agency"] or entry["label"] or "", directory)
        yield "agency", agency
        for person in entry["people"]:
            name = person["name"]
            yield "person", f"{name} @ {agency}"
            yield "civility", f"{name}: {person['civility']}" if person["civility"] else ""
            yield "status", f"{name}: {person['status']}"
            yield "replaces", f"{name}: {person['replaces']}" if person["replaces"] else ""
    for item in plain["agenda"]:
        yield "agenda", item["title"]
        yield "agenda minutes", f"{item['title']}: {item['minutes']}" if item["minutes"] else ""
        presenter = _agency(item["presenter"] or "", directory)
        yield "agenda presenter", f"{item['title']}: {presenter}" if presenter else ""
    for action in plain["actions"]:
        owner = _agency(action["owner"] or "", directory)
        yield "action", action["text"]
        yield "action owner", f"{action['text']} → {owner}" if owner else ""
        yield "action due", f"{action['text']} → {action['due']}" if action["due"] else ""
        yield "action state", f"{action['text']} → {action['state']}" if action["state"] else ""
    for decision in plain["decisions"]:
        yield "decision", decision["text"]
    for conclusion in plain["conclusions"]:
        yield "conclusion", conclusion
    for update in plain["updates"]:
        yield "update", _agency(update["agency"] or "", directory)
    for event in plain["external_events"]:
        yield "event", f"{event['date']} {event['end'] or ''}"
    following = plain["next_meeting"] or {}
    yield "next date", following.get("date") or ""
    yield "next theme", following.get("theme") or ""


def score(sample: Sample, proposal: Proposal, directory: Directory, into: dict[str, Score] | None = None):
    """The scores by field of one document, added to those of `into`."""
    scores = defaultdict(Score) if into is None else into
    expected: dict[str, list[str]] = defaultdict(list)
    for name, value in told(sample, directory):
        if value.strip() and value not in expected[name]:
            expected[name].append(value)
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in read(proposal, directory):
        if value.strip() and value not in found[name]:
            found[name].append(value)
    cited = {normalise(label) for label in proposal.cited_not_present}
    for label in expected.pop("cited", []):
        if normalise(label) in cited:
            scores["cited"].right += 1
        else:
            scores["cited"].missed.append(f"{sample.name}: {label}")
    for name in {*expected, *found}:
        rest = list(found[name])
        for value in expected[name]:
            match = next((other for other in rest if _same(name, value, other)), None)
            if match is None:
                scores[name].missed.append(f"{sample.name}: {value}")
            else:
                rest.remove(match)
                scores[name].right += 1
        scores[name].invented += [f"{sample.name}: {value}" for value in rest]
    return scores


def _same(name: str, value: str, other: str) -> bool:
    one, two = _words(value), _words(other)
    if one == two:
        return True
    if name in {"place"}:
        return one.removeprefix("la ") == two.removeprefix("la ")
    if name.startswith("action"):
        one_text, _arrow, one_rest = value.partition("→")
        two_text, _arrow, two_rest = other.partition("→")
        first, second = _words(one_text), _words(two_text)
        close = (first in second or second in first) and min(len(first), len(second)) > ENOUGH * max(
            len(first), len(second)
        )
        return close and _words(one_rest) == _words(two_rest)
    return False


def _words(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in normalise(text)).split())


def _agency(label: str, directory: Directory) -> str:
    return (directory.match(label) or label.strip()) if label.strip() else ""


def table(scores: dict[str, Score]) -> str:
    """The scores as text, one field a line, the whole below."""
    lines = [f"{'field':<18}{'right':>6}{'precision':>11}{'recall':>8}"]
    for name in sorted(scores):
        one = scores[name]
        lines.append(f"{name:<18}{one.right:>6}{one.precision:>11.3f}{one.recall:>8.3f}")
    total = whole(scores)
    lines.append(f"{'all':<18}{total.right:>6}{total.precision:>11.3f}{total.recall:>8.3f}")
    return "\n".join(lines)


def whole(scores: dict[str, Score]) -> Score:
    """All fields together."""
    total = Score()
    for one in scores.values():
        total.right += one.right
        total.invented += one.invented
        total.missed += one.missed
    return total
