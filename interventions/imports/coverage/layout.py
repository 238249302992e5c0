"""Where the table of a sheet begins, and what its columns hold.

Headings may stand in one row or two (a group above its parts), under titles and logos, above a row of HXL tags, or
be missing where there are tags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.imports.tables import TableRow, as_text, is_blank
from core.text import normalise
from interventions.imports.coverage import hxl
from interventions.imports.coverage.columns import (
    ACTIVITIES,
    DATES,
    FIELDS,
    IGNORED,
    MATRIX_PLACE,
    ORGANISATIONS,
    PLACES,
    figure_of,
)
from interventions.imports.coverage.headings import SUB_HEADINGS, field_of_heading, heading_key, is_exact_heading

# Fields among which a heading may be closer than a tag.
_FAMILIES = (
    ORGANISATIONS,
    DATES,
    ("adm1_code", "adm1_name"),
    ("adm2_code", "adm2_name"),
    ("adm3_code", "adm3_name"),
    ("place_code", "place_name", "adm3_name"),
    ("activity", "intervention_code", "intervention_title", "instrument"),
)
# Between a group of columns and its part, in the names of two rows.
GROUP_SIGN = " – "
GENERIC_PARTS = frozenset(("code", "nom", "name", "type", "total", "autre", "autres", "other", "others", "date"))
_SPANISH_LEVELS = frozenset(("departamento", "municipio", "distrito"))
# Of a second row of headings, how many texts at least are known ones.
KNOWN_SHARE = 0.6
# How far down a table may begin.
SEARCHED_ROWS = 60
# A row names at least as many fields to be one of headings.
FEWEST_FIELDS = 3
# Sheets of lists, notes and totals that templates carry.
NO_DATA_SHEETS = frozenset(
    (
        "lists;list;liste;listes;listes deroulantes;liste deroulante;reference;references;ref;codes;dropdown;dropdowns;drop down;"
        "lookup;lookups;readme;read me;lisez moi;lisezmoi;note;notes;instruction;instructions;guide;guidance;tableau de bord;dashboard;"
        "pivot;pivots;tcd;metadata;metadonnees;legende;legend;aide;help;definitions;definition;glossaire;glossary;pcodes;pcode;p codes;"
        "admin;sommaire;synthese;summary;resume;recap;recapitulatif;parametres;parameters;data validation;validation"
    ).split(";")
)


@dataclass(frozen=True)
class Column:
    """One column of the file: its place from 0, what its head says, the field that it holds ("" for none)."""

    index: int
    heading: str
    field: str
    tag: str = ""


@dataclass
class Layout:
    """The columns found, and the number of the first row of data."""

    columns: list[Column]
    first_row: int
    header_row: int | None
    has_tags: bool = False
    # More than one column for one field: the first counts, these are left out.
    doubles: list[Column] = field(default_factory=list)
    # From here on columns stand nowhere in the file: they were made of others (`matrices`).
    made_from: int | None = None

    @property
    def fields(self) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for column in self.columns:
            if column.field and column.field not in (IGNORED, MATRIX_PLACE):
                found.setdefault(column.field, column)
        return found

    @property
    def unknown(self) -> list[Column]:
        return [column for column in self.columns if not column.field and column.heading]

    @property
    def says_where(self) -> bool:
        return bool(set(self.fields) & set(PLACES))

    @property
    def says_who_or_what(self) -> bool:
        return bool(set(self.fields) & {*ORGANISATIONS, *ACTIVITIES, "intervention_code", "intervention_title"})

    @property
    def describes_coverage(self) -> bool:
        return self.says_where and self.says_who_or_what


def is_no_data(title: str) -> bool:
    """Whether a sheet's name says that it holds lists or notes."""
    words = normalise(title).replace("_", " ").replace("-", " ").strip()
    return words in NO_DATA_SHEETS or words.rstrip("0123456789 ") in NO_DATA_SHEETS


def find_layout(
    rows: list[TableRow], mapping: Mapping[str, str] | None = None, chosen: int | None = None
) -> Layout | None:
    """The layout of a sheet from its first rows; None when no row looks like headings.

    `mapping`: heading as the file writes it → field ("" for none), as somebody corrected it. `chosen`: the number of
    the row of headings, as somebody said it.
    """
    tags = next((row for row in rows if hxl.is_tag_row(row.cells)), None)
    header = next((row for row in rows if row.number == chosen), None) if chosen else None
    header = header or (_header_above(rows, tags) if tags else _best_header(rows, mapping))
    if header is None and tags is None:
        return None
    names = _names(rows, header)
    first = max((row.number for row in (tags, header) if row), default=0) + 1
    if header is not None and tags is None:
        below = _sub_header(rows, header)
        if below is not None:
            first = below.number + 1
            names = _with_parts(names, header, below)
    width = max((len(row.cells) for row in rows if row.number >= min(first, rows[-1].number)), default=0)
    width = max(width, max(names, default=-1) + 1, len(tags.cells) if tags else 0)
    columns = []
    for index in range(width):
        heading = names.get(index, "")
        tag = as_text(tags[index]) if tags and hxl.is_tag(tags[index]) else ""
        columns.append(Column(index, heading, _field(heading, tag, mapping), tag))
    _shift_levels(columns)
    doubles = _leave_doubles(columns, mapping)
    return Layout(columns, first, header.number if header else None, tags is not None, doubles)


def _shift_levels(columns: list[Column]) -> None:
    """« Departamento | Municipio » without a region above them: the first two levels of the countries of such forms."""
    fields = {column.field for column in columns}
    if "adm1_name" in fields or not {"adm2_name", "adm3_name"} <= fields:
        return
    for column in columns:
        if column.field in ("adm2_name", "adm3_name") and heading_key(column.heading) in _SPANISH_LEVELS:
            columns[column.index] = replace(column, field="adm1_name" if column.field == "adm2_name" else "adm2_name")


def _leave_doubles(columns: list[Column], mapping: Mapping[str, str] | None) -> list[Column]:
    """Of columns for one field the surest is kept (somebody's choice, a tag, the heading's very words), then the first.

    Figures that only a later column tells apart are left to `settling`.
    """
    kept: dict[str, Column] = {}
    doubles = []
    for column in columns:
        figure = figure_of(column.field)
        if not column.field or column.field == IGNORED or (figure is not None and figure.kind is None):
            continue
        known = kept.get(column.field)
        if known is None:
            kept[column.field] = column
            continue
        loser = column if _sureness(column, mapping) <= _sureness(known, mapping) else known
        kept[column.field] = known if loser is column else column
        doubles.append(loser)
    for column in doubles:
        columns[column.index] = replace(column, field=IGNORED)
    return sorted(doubles, key=lambda one: one.index)


def _sureness(column: Column, mapping: Mapping[str, str] | None) -> int:
    if mapping and normalise(column.heading) in mapping:
        return 3
    if column.tag:
        return 2
    return int(is_exact_heading(column.heading))


def _field(heading: str, tag: str, mapping: Mapping[str, str] | None) -> str:
    for said in (heading, tag):
        if mapping and said and normalise(said) in mapping:
            chosen = mapping[normalise(said)]
            return chosen if chosen in FIELDS or figure_of(chosen) or chosen == "" else ""
    own = (_field_of_parts(heading) or "") if heading else ""
    found = hxl.field_of(tag) if tag else None
    if found is None:
        return own
    if found == "intervention_title" and own == "activity" and hxl.is_activity(tag):
        # « #activity+name » over « Activities »: what is done, not the name of a project.
        return own
    return _said_closer(found, own) if hxl.is_bare(tag) or figure_of(found) else found


def _said_closer(tagged: str, headed: str) -> str:
    """A tag without attributes says less than its heading: « #org » over « Bailleur », « #targeted » over « Ménages ciblés »."""
    by_tag, by_heading = figure_of(tagged), figure_of(headed)
    if by_tag is not None and by_heading is not None:
        if by_tag.counted is None and by_tag.is_total and by_heading.kind in (None, by_tag.kind):
            return replace(by_heading, kind=by_tag.kind or by_heading.kind).as_field()
        return tagged
    return headed if any(tagged in family and headed in family for family in _FAMILIES) else tagged


def _field_of_parts(heading: str) -> str | None:
    """« Bénéficiaires atteints – Hommes » says it as a whole, « Localisation – Région » by its part."""
    group, is_of_two, part = heading.rpartition(GROUP_SIGN)
    found = field_of_heading(heading)
    if not is_of_two or found is not None:
        return found
    own = field_of_heading(part)
    # « Code », « Nom »: of what, only the group says.
    return own if own is not None and heading_key(part) not in GENERIC_PARTS else field_of_heading(group)


def _best_header(rows: list[TableRow], mapping: Mapping[str, str] | None) -> TableRow | None:
    best, best_score = None, 0.0
    for row in rows[:SEARCHED_ROWS]:
        texts = {as_text(cell) for cell in row.cells if isinstance(cell, str)}
        found = {_field(text, "", mapping) for text in texts} - {"", IGNORED}
        if len(found) < FEWEST_FIELDS:
            continue
        filled = sum(not is_blank(cell) for cell in row.cells)
        # Headings are many different words; a row of data that holds some known words is outnumbered by its others.
        score = len(found) + len(found) / max(filled, 1)
        if score > best_score:
            best, best_score = row, score
    return best


def _header_above(rows: list[TableRow], tags: TableRow) -> TableRow | None:
    """The nearest row above the tags with words over at least half of them."""
    needed = max(1, sum(not is_blank(cell) for cell in tags.cells) // 2)
    above = [row for row in rows if row.number < tags.number]
    for row in reversed(above):
        if sum(isinstance(cell, str) for cell in row.cells) >= needed:
            return row
    return None


def _names(rows: list[TableRow], header: TableRow | None) -> dict[int, str]:
    """The heading of each column; a group above it completes what its own words do not say."""
    if header is None:
        return {}
    above = next((row for row in reversed(rows) if row.number == header.number - 1), None)
    if above is not None and _is_title(above, header):
        above = None
    names = {}
    for index, cell in enumerate(header.cells):
        own = as_text(cell)
        if not own:
            # The group itself, merged over both rows in some files and left above in others.
            own = as_text(above[index]) if above is not None and field_of_heading(as_text(above[index])) else ""
        elif above is not None and not is_blank(above[index]) and SUB_HEADINGS.match(heading_key(own)):
            group = as_text(above[index])
            if group != own:
                own = f"{group}{GROUP_SIGN}{own}"
        if own:
            names[index] = own
    return names


def _is_title(above: TableRow, header: TableRow) -> bool:
    """One text merged over most of the headings is the title of the table, and no group of columns."""
    texts = Counter(as_text(cell) for cell in above.cells if not is_blank(cell))
    text, most = texts.most_common(1)[0] if texts else ("", 0)
    is_wide = most > 2 and most * 3 > 2 * sum(not is_blank(cell) for cell in header.cells)
    # « Bénéficiaires atteints » over most columns still says what they count.
    return is_wide and field_of_heading(text) is None


def _sub_header(rows: list[TableRow], header: TableRow) -> TableRow | None:
    """The row just below that only divides groups: « Hommes | Femmes | Total »."""
    below = next((row for row in rows if row.number == header.number + 1), None)
    if below is None:
        return None
    texts = {
        index: as_text(cell)
        for index, cell in enumerate(below.cells)
        if not is_blank(cell) and as_text(cell) != as_text(header[index])
    }
    # Data hold numbers and dates; headings are words, and most of them known ones.
    if len(texts) < 2 or any(not isinstance(below[index], str) for index in texts):
        return None
    known = sum(
        bool(SUB_HEADINGS.match(heading_key(text)) or field_of_heading(text) is not None) for text in texts.values()
    )
    return below if known == len(texts) or (known >= FEWEST_FIELDS and known >= KNOWN_SHARE * len(texts)) else None


def _with_parts(names: dict[int, str], header: TableRow, below: TableRow) -> dict[int, str]:
    """Names of two rows; a group that is not merged reaches to the next heading."""
    result, group = dict(names), ""
    for index in range(len(below.cells)):
        own = as_text(header[index])
        group = own or group
        part = as_text(below[index])
        if part and part != own:
            result[index] = f"{group}{GROUP_SIGN}{part}" if group else part
    return result
