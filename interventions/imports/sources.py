"""What a coverage file may be: a table of cells, features of a map (GeoJSON), activities of IATI; all read as tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.imports.tables import Table, open_tables
from taskforce.models import Country

_BLANK = b"\xef\xbb\xbf \t\r\n"


def open_sources(path: Path | str, country: Country) -> Iterator[Table]:
    """The tables of a file of any kind, told by what it holds. Raises UnreadableTableError, in French."""
    path = Path(path)
    with path.open("rb") as stream:
        start = stream.read(4096).lstrip(_BLANK).lower()
    if start.startswith(b"{"):
        # Shapes cost a process 30 MB that other files do not need.
        from interventions.imports.features import open_features

        yield from open_features(path, country)
    elif start.startswith((b"<?xml", b"<!--", b"<iati-activities")) and b"<html" not in start:
        from interventions.imports.iati_activities import open_activities

        yield from open_activities(path)
    else:
        yield from open_tables(path)
