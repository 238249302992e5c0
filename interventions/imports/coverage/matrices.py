"""Presence matrices: a row an organisation or an activity, a column a department or a region, a mark where it is there.

Each marked cell becomes a row of its own, at the place that its column names. A number in a cell is a figure only where
the heading over the places says what it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.imports.tables import TableRow, as_text, is_blank
from core.text import normalise
from interventions.enums import UnitLevel
from interventions.imports.coverage.columns import MARK_HEADING, MATRIX_PLACE
from interventions.imports.coverage.headings import field_of_heading, figure_of_heading
from interventions.imports.coverage.numbers import NOTHING
from interventions.places import Places

# Of one table, how many different places at least its headings name.
FEWEST_PLACES = 3
_MARKS = frozenset(
    "1 1.0 oui yes si vrai true ✓ ✔ ☑ ● • ■ √ v ok present presente presence couvert couverte intervient actif".split()
)
_ABSENT = frozenset(("0", "0.0", "non", "no", "faux", "false", "absent", "☐", "○"))


@dataclass
class Matrix:
    """Where the headings stand, and what each column of a place is called; `regions`: as the row above says them."""

    header: int
    places: dict[int, str]
    regions: dict[int, str]
    level: UnitLevel
    width: int
    # What the numbers count, in the words of the file; "" where nothing says it.
    counts: str
    # Rows in which no place is marked: they are told, and are no line.
    unmarked: list[int] = field(default_factory=list)
    # Numbers that nothing says the sense of: (row, column, text).
    unsaid: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def names(self) -> str:
        """The columns, as the file writes them: the first few."""
        shown = list(self.places.values())
        return ", ".join(shown[:4]) + (" …" if len(shown) > 4 else "")

    def rows(self, rows: Iterator[TableRow]) -> Iterator[TableRow]:
        """The rows of the sheet, a marked cell each; columns of what is not a place stay where they are."""
        region, place, mark = self.width, self.width + 1, self.width + 2
        for row in rows:
            base = [None if index in self.places else row[index] for index in range(self.width)]
            if row.number < self.header:
                yield TableRow(row.number, base, row.shared, row.spread)
                continue
            if row.number == self.header:
                yield TableRow(row.number, [*base, "Région", "Département", self.counts or MARK_HEADING])
                continue
            marked = [index for index in self.places if _is_marked(row[index])]
            if not marked and not all(is_blank(cell) for cell in base):
                self.unmarked.append(row.number)
            for index in marked:
                value = row[index]
                is_mark = normalise(as_text(value)) in _MARKS or as_text(value).casefold() == "x"
                if not is_mark and not self.counts:
                    self.unsaid.append((row.number, index, as_text(value)))
                above, name = self.regions.get(index), self.places[index]
                where = [name, None] if self.level == UnitLevel.REGION else [above, name]
                cells = [*base, *where, None if is_mark else value]
                moved = {region: index, place: index, mark: index}
                yield TableRow(row.number, cells, row.shared - set(self.places), row.spread, moved)


def _is_marked(value: object) -> bool:
    if is_blank(value):
        return False
    words = normalise(as_text(value))
    return words == "x" or (words not in NOTHING and words not in _ABSENT)


def find_matrix(rows: list[TableRow], places: Places, mapping: Mapping[str, str]) -> Matrix | None:
    """The matrix of a sheet from its first rows; None for other tables.

    `mapping`: heading → field, as somebody corrected it; a column said to be something else is no place.
    """
    for at, row in enumerate(rows):
        texts = {index: as_text(cell) for index, cell in enumerate(row.cells) if isinstance(cell, str) and cell.strip()}
        named = {index: text for index, text in texts.items() if _level_of(text, places, mapping) is not None}
        if len({normalise(text) for text in named.values()}) < FEWEST_PLACES:
            continue
        others = {field_of_heading(text) for index, text in texts.items() if index not in named} - {None}
        above = rows[at - 1] if at else None
        if above is not None:
            others |= {field_of_heading(as_text(cell)) for cell in above.cells if isinstance(cell, str)} - {None}
        first = min(named)
        if not others or not _holds_marks(rows[at + 1 :], named):
            continue
        levels = {_level_of(text, places, mapping) for text in named.values()}
        level = UnitLevel.DEPARTMENT if UnitLevel.DEPARTMENT in levels else UnitLevel.REGION
        columns = _between(row, rows[at + 1 :], named, mapping)
        regions: dict[int, str] = {}
        counts = ""
        if above is not None:
            over = {index: as_text(above[index]) for index in columns}
            if level == UnitLevel.DEPARTMENT:
                regions = {index: text for index, text in over.items() if text and _is_region(text, places)}
            counts = next((text for text in over.values() if text and figure_of_heading(text)), "")
        width = max(len(one.cells) for one in rows)
        if above is not None and first > 0:
            # Headings that stand one row higher, over the first columns.
            row.cells[:first] = [row[index] if not is_blank(row[index]) else above[index] for index in range(first)]
        return Matrix(row.number, columns, regions, level, width, counts)
    return None


def _level_of(text: str, places: Places, mapping: Mapping[str, str]) -> UnitLevel | None:
    """Of the place that a heading names; a name of both a region and its department may be either: the region."""
    said = mapping.get(normalise(text))
    if said is not None:
        return UnitLevel.DEPARTMENT if said == MATRIX_PLACE else None
    if field_of_heading(text) is not None:
        return None
    found = places.resolve(name=text)
    if found.unit is not None:
        return UnitLevel(min(found.unit.level, UnitLevel.DEPARTMENT))
    if found.code == "ambiguous":
        return (
            UnitLevel.REGION
            if any(one.level == UnitLevel.REGION for one in found.suggestions)
            else UnitLevel.DEPARTMENT
        )
    return None


def _is_region(text: str, places: Places) -> bool:
    return places.resolve(name=text, level=UnitLevel.REGION).unit is not None


def _holds_marks(rows: list[TableRow], named: Mapping[int, str]) -> bool:
    """Under places stand marks and numbers; words there are another table."""
    cells = [row[index] for row in rows for index in named if not is_blank(row[index])]
    marks = [cell for cell in cells if not isinstance(cell, str) or _is_mark_or_number(cell)]
    return bool(cells) and len(marks) * 5 >= len(cells) * 4


def _is_mark_or_number(text: str) -> bool:
    words = normalise(text)
    return (
        words == "x" or words in _MARKS or words in _ABSENT or words in NOTHING or any(char.isdigit() for char in words)
    )


def _between(
    row: TableRow, below: list[TableRow], named: Mapping[int, str], mapping: Mapping[str, str]
) -> dict[int, str]:
    """The columns of places, with those between them that hold marks under a name that nobody knows: to be told."""
    columns = dict(named)
    for index in range(min(named), max(named)):
        text = as_text(row[index])
        if index in columns or not text or field_of_heading(text) is not None or normalise(text) in mapping:
            continue
        if _holds_marks(below, {index: text}):
            columns[index] = text
    return dict(sorted(columns.items()))
