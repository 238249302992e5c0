"""What applying a coverage file would write, without a word of the file itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from interventions.figures import Cell
from interventions.models import AdminUnit, Instrument, TargetGroup
from taskforce.models import Agency


@dataclass
class SheetPlan:
    """An intervention that lines are written to: one of the portal (`pk`), or a new one."""

    code: str
    title: str
    pk: int | None = None
    parts: list[tuple[Agency, str]] = field(default_factory=list)
    currency: str = ""
    halt: str = ""


@dataclass
class LinePlan:
    """A line to add, or (`pk`) what of it changes. A field or figure that is not named stays as it is."""

    sheet: str
    unit: AdminUnit | None
    instrument: Instrument
    group: TargetGroup | None
    starts_on: date
    pk: int | None
    fields: dict[str, Any]
    # Cell → (value, as of, is an estimate).
    figures: dict[Cell, tuple[int, date | None, bool]]
    # What stands there now, as who confirms has seen it.
    before: list[Any] = field(default_factory=list)


@dataclass
class Plan:
    """`sheets` by the key that lines name. `source` is written where the file names none."""

    sheets: dict[str, SheetPlan] = field(default_factory=dict)
    lines: list[LinePlan] = field(default_factory=list)
    source: str = ""

    def digest(self) -> str:
        """SHA-256 of all that it writes: the same file against the same portal gives the same."""
        told = {
            "sheets": {
                key: [
                    one.code,
                    one.title,
                    one.pk,
                    [[agency.pk, kind] for agency, kind in one.parts],
                    one.currency,
                    one.halt,
                ]
                for key, one in self.sheets.items()
            },
            "lines": [
                [
                    *(line.sheet, line.unit and line.unit.pk, line.instrument.pk, line.group and line.group.pk),
                    *(line.starts_on, line.pk, sorted(line.fields.items())),
                    sorted([*cell, *fact] for cell, fact in line.figures.items()),
                    line.before,
                ]
                for line in self.lines
            ],
            "source": self.source,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
