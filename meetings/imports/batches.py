"""Documents of the past on their way in: small ones are read while their reader waits, the others by a worker."""

from __future__ import annotations

import hashlib
from typing import Any

from meetings.imports.minutes.directory import directory_names
from meetings.imports.reading import Reading, read_confined, read_here
from meetings.services.imports import Incoming, Received, ask_for_reading, claim, receive, store_reading
from taskforce.models import TaskForce

# Ten pages. PDF and whatever may unpack to more go to a worker, which bounds their time and memory.
SMALL_TEXT = 40_000
SMALL_DOCX = 60_000
# Only so many while somebody waits.
MOST_AT_ONCE = 5


def bring_in(body: TaskForce, incoming: list[Incoming], *, actor: Any) -> Received:
    """Keep the documents and have them read. Raises ValidationError for too many."""
    received = receive(body, incoming, actor=actor)
    contents = {hashlib.sha256(one.content).hexdigest(): one.content for one in incoming}
    for place, row in enumerate(received.kept):
        content = contents[row.sha256]
        if place < MOST_AT_ONCE and _is_small(content):
            _read(row.pk, content, confined=False)
        else:
            ask_for_reading(row)
    return received


def read_imported(pk: int) -> None:
    """Read one document that waits; nothing when another worker has it. For the worker."""
    _read(pk, None, confined=True)


def _read(pk: int, content: bytes | None, *, confined: bool) -> None:
    row = claim(pk)
    if row is None:
        return
    if content is None:
        with row.file.open("rb") as file:
            content = file.read()
    read = read_confined if confined else read_here
    reading: Reading = read(content, name=row.name, names=directory_names(), language=row.task_force.language)
    store_reading(row, text=reading.text, sheet=reading.sheet, findings=reading.findings, error=reading.error)


def _is_small(content: bytes) -> bool:
    if content.startswith(b"PK"):
        return len(content) <= SMALL_DOCX
    return len(content) <= SMALL_TEXT and not content.startswith(b"%PDF")
