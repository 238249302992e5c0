"""From the bytes of a file to what is stored: its text, the proposal, the doubts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.documents.base import DocumentRefused
from core.documents.sandbox import Confined, Limits
from core.text import normalise
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.proposal import Flag
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.sections import split_sections
from meetings.imports.minutes.source import Source, UnreadableFileError, read_bytes
from meetings.imports.minutes.texts import read_texts
from meetings.imports.sheet import make_sheet

# 200 pages are read in some seconds; what takes longer than a minute is no minutes.
LIMITS = Limits(wall_seconds=90, cpu_seconds=60, memory_bytes=900_000_000)


@dataclass(frozen=True)
class Reading:
    """What is stored of a document that was read; `error` alone for one that could not be."""

    text: str = ""
    sheet: dict[str, Any] | None = None
    findings: dict[str, Any] | None = None
    error: str = ""


def read_here(content: bytes, *, name: str, names: dict[str, str], language: str) -> Reading:
    """Read in this process: for small texts. `names`: written form → acronym of the organisations known."""
    with translation.override(language):
        try:
            source = read_bytes(content, name=name)
        except UnreadableFileError as error:
            return Reading(error=str(error))
        return _read(source, Directory(names))


def read_confined(content: bytes, *, name: str, names: dict[str, str], language: str) -> Reading:
    """The same in a child process with bounded time and memory, for workers. Raises RenderingFailed."""
    argument = {"content": content, "name": name, "names": names, "language": language}
    try:
        return Reading(**json.loads(_reader.call(argument, LIMITS)))
    except DocumentRefused:
        return Reading(
            error=_(
                "La lecture de ce fichier a demandé trop de temps ou de mémoire et a été arrêtée. "
                "Importez seulement le compte rendu, sans ses annexes, ou collez son texte."
            )
        )


def _in_child(argument: dict[str, Any]) -> bytes:
    reading = read_here(**argument)
    return json.dumps(
        {"text": reading.text, "sheet": reading.sheet, "findings": reading.findings, "error": reading.error}
    ).encode()


_reader = Confined(_in_child)


def _read(source: Source, directory: Directory) -> Reading:
    sections = split_sections(source.lines)
    proposal = read_minutes(source, directory, sections=sections)
    texts = read_texts(sections, proposal.agenda)
    plain = proposal.as_json()
    sheet = make_sheet(proposal, texts, directory)
    flags = [
        {"code": flag.code, "message": flag.message, "start": start, "end": end}
        for flag in proposal.flags
        for start, end in [_place(flag, source.text)]
    ]
    findings = {
        "flags": flags,
        "cited": plain["cited_not_present"],
        "events": plain["external_events"],
        "rule": plain["rule"],
    }
    return Reading(text=source.text, sheet=sheet, findings=findings)


def _place(flag: Flag, text: str) -> tuple[int | None, int | None]:
    """Where the doubt stands: as the rule says, otherwise where the words it quotes stand."""
    if flag.start is not None and flag.end is not None:
        return flag.start, flag.end
    _before, opened, rest = flag.message.partition("«")
    quoted = rest.partition("»")[0].strip(" \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
    if opened and quoted and normalise(quoted):
        at = text.find(quoted)
        if at >= 0:
            return at, at + len(quoted)
    return None, None
