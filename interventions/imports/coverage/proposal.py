"""What reading a coverage file comes to: its rows, each with what it would change, and everything to be told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from interventions.figures import Cell
from interventions.imports.coverage.layout import Layout
from interventions.models import AdminUnit, Instrument, TargetGroup
from taskforce.models import Agency

# What becomes of a row. Every row that is no blank, heading or total has exactly one.
OUT_OF_SCOPE = "out_of_scope"
NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"
REFUSED = "refused"

ERROR = "error"
WARNING = "warning"
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Issue:
    """Something to tell of a sheet (`row` 0), a row (`column` "") or a cell. An error refuses its row."""

    sheet: str
    row: int
    column: str
    code: str
    message: str
    severity: str = WARNING

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as a row names it; `agency` None where the portal does not know it."""

    label: str
    agency: Agency | None = None


@dataclass(frozen=True, slots=True)
class InterventionRef:
    """The intervention of a row: one of the portal (`pk`), or a new one under `code` and `title`."""

    key: str
    code: str
    title: str
    pk: int | None = None


@dataclass
class CoverageRow:
    """One row of the file, read. `values`: what its cells say by field, as text."""

    sheet: str
    number: int
    values: dict[str, str]
    status: str = ""
    is_place_resolved: bool = False
    intervention: InterventionRef | None = None
    unit: AdminUnit | None = None
    # Said to be national or diffuse: a line without a unit.
    is_national: bool = False
    instrument: Instrument | None = None
    group: TargetGroup | None = None
    roles: dict[str, list[Organisation]] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None
    # The row reports on these days and says nothing of when the work began.
    reports: tuple[date, date] | None = None
    as_of: date | None = None
    figures: dict[Cell, int] = field(default_factory=dict)
    estimates: set[Cell] = field(default_factory=set)
    transfer_value: Decimal | None = None
    budget: Decimal | None = None
    frequency: str = ""
    modality: str = ""
    currency: str = ""
    source: str = ""
    note: str = ""
    state: str = ""
    is_refused: bool = False
    # Of a row made of one cell of a matrix: the letter of its column.
    column: str = ""
    # Index of its line in `CoverageSheet.lines`; several rows may say parts of one.
    line: int | None = None


@dataclass
class CoverageLineDraft:
    """A line as the rows of the file make it: nothing of two rows is ever added up."""

    intervention: InterventionRef
    unit: AdminUnit | None
    instrument: Instrument
    group: TargetGroup | None
    starts_on: date
    rows: list[CoverageRow] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    # Cell → (value, as of, is an estimate).
    figures: dict[Cell, tuple[int, date | None, bool]] = field(default_factory=dict)
    pk: int | None = None
    status: str = NEW
    # (field or Cell, before, after).
    changes: list[tuple[Any, Any, Any]] = field(default_factory=list)


@dataclass
class SheetLayout:
    title: str
    layout: Layout


@dataclass
class CoverageSheet:
    """A file read against the portal; nothing is written."""

    country: Any
    rows: list[CoverageRow] = field(default_factory=list)
    lines: list[CoverageLineDraft] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    sheets: list[SheetLayout] = field(default_factory=list)

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.rows)

    @property
    def resolved(self) -> int:
        """Rows of the country whose place is known, refused for another reason or not."""
        return sum(row.is_place_resolved for row in self.rows)

    def unknown_values(self, kind: str) -> Counter[str]:
        """What the file writes and nobody knows, with how many rows do: `organisation`, `instrument`, `group`, `place`."""
        return self._unknown.get(kind, Counter())

    def __post_init__(self) -> None:
        self._unknown: dict[str, Counter[str]] = {}

    def tell(self, title: str, row: int, code: str, message: str, severity: str, column: str = "") -> None:
        issue = Issue(title, row, column, code, message, severity)
        # Rows of a matrix share their number: what is told of it is told once.
        if not self.issues or self.issues[-1] != issue:
            self.issues.append(issue)

    def note_unknown(self, kind: str, written: str) -> None:
        self._unknown.setdefault(kind, Counter())[written] += 1

    def as_json(self) -> dict[str, Any]:
        """What `import_coverage --json` prints. `rows` = out_of_scope + new + changed + unchanged + refused."""
        return {
            "rows": len(self.rows),
            "resolved": self.resolved,
            "out_of_scope": self.count(OUT_OF_SCOPE),
            "new": self.count(NEW),
            "changed": self.count(CHANGED),
            "unchanged": self.count(UNCHANGED),
            "refused": self.count(REFUSED),
            "issues": [issue.as_json() for issue in self.issues],
        }


def letter(column: int | None) -> str:
    """« C » for the third column (counted from 0), as spreadsheets name it."""
    return "" if column is None else get_column_letter(column + 1)
