"""What headings of figures leave open, settled by their neighbours and by what the columns hold.

« Ciblés | Hommes | Femmes | Atteints | Hommes | Femmes » says the kind once for three columns; « Cibles » may hold
numbers or names of groups; « Hommes » beside « Garçons » may mean the grown-up ones or all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.imports.tables import TableRow, as_text, is_blank
from interventions.enums import AgeBand, Counted, FigureKind, Sex
from interventions.imports.coverage.columns import IGNORED, STANDARD, Figure, figure_of
from interventions.imports.coverage.headings import figure_of_heading, heading_key
from interventions.imports.coverage.layout import Column, Layout
from interventions.imports.coverage.numbers import NOTHING, read_count
from interventions.imports.coverage.vocabulary import Groups

# Of a column of figures, the share of words from which it is none.
MOSTLY = 0.6
FEWEST_WORDS = 3
_OWN_HEADINGS = frozenset(heading_key(heading) for one in STANDARD for heading in one[1:3])


def settle(layout: Layout, rows: list[TableRow], groups: Groups) -> list[Column]:
    """Settle the columns of `layout` in place. Gives those that hold words where figures were announced."""
    words = list(_settle_words(layout, rows, groups))
    _settle_kinds(layout)
    _settle_adults(layout, rows)
    _leave_doubles(layout)
    return words


def _figures(layout: Layout) -> dict[int, Figure]:
    """Place in `layout.columns` → figure."""
    return {at: figure for at, one in enumerate(layout.columns) if (figure := figure_of(one.field)) is not None}


def _set(layout: Layout, at: int, figure: Figure) -> None:
    """Give the column its field, unless another already has it."""
    field = figure.as_field()
    if field not in layout.fields:
        layout.columns[at] = replace(layout.columns[at], field=field)


# Kinds ------------------------------------------------------------------------------------------------


def _settle_kinds(layout: Layout) -> None:
    """« # Ménages atteints | # Hommes | # Femmes »: columns of one run share the kind that one of them says."""
    figures = _figures(layout)
    for run in _runs(sorted(figures)):
        said = {at: figures[at].kind for at in run if figures[at].kind is not None}
        if not said:
            continue
        # The total may stand before its parts or after them.
        is_before = figures[run[0]].kind is not None
        for at in run:
            if figures[at].kind is None:
                near = [one for one in said if (one < at) == is_before] or list(said)
                kind = said[max(near) if is_before else min(near)]
                _set(layout, at, replace(figures[at], kind=kind))
    figures = _figures(layout)
    kinds = {figure.kind for figure in figures.values()} - {None}
    if len(kinds) == 1:
        kind = kinds.pop()
        for at, figure in figures.items():
            if figure.kind is None:
                _set(layout, at, replace(figure, kind=kind))


def _runs(places: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for at in places:
        if run and at != run[-1] + 1:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _leave_doubles(layout: Layout) -> None:
    """Figures that nothing told apart: the first counts."""
    seen: set[str] = set()
    for at, column in enumerate(layout.columns):
        if figure_of(column.field) is None:
            continue
        if column.field in seen:
            layout.columns[at] = replace(column, field=IGNORED)
            layout.doubles.append(column)
        seen.add(column.field)


# Words ------------------------------------------------------------------------------------------------


def _settle_words(layout: Layout, rows: list[TableRow], groups: Groups) -> Iterator[Column]:
    """A column of figures that holds words is one of target groups, or is not read; the reverse for « Population cible »."""
    group = layout.fields.get("group")
    if group is not None:
        counted = [read_count(row[group.index]) for row in rows if not is_blank(row[group.index])]
        if counted and sum(one.value is not None for one in counted) >= len(counted) * MOSTLY:
            figure = figure_of(figure_of_heading(group.heading) or "") or Figure(FigureKind.TARGETED, Counted.PERSON)
            layout.columns[group.index] = replace(group, field=IGNORED)
            _set(layout, group.index, figure)
    for at, column in enumerate(layout.columns):
        if figure_of(column.field) is None:
            continue
        texts = [text for row in rows if (text := as_text(row[column.index])) and text.lower() not in NOTHING]
        worded = [text for text in texts if not any(char.isdigit() for char in text)]
        if not worded or len(worded) < len(texts) * MOSTLY:
            continue
        known = sum(groups.read(text) is not None for text in worded)
        if known * 2 >= len(worded) and "group" not in layout.fields:
            layout.columns[at] = replace(column, field="group")
        elif len(worded) >= FEWEST_WORDS:
            layout.columns[at] = replace(column, field=IGNORED)
            yield column


# Ages -------------------------------------------------------------------------------------------------


def _settle_adults(layout: Layout, rows: list[TableRow]) -> None:
    """« Hommes » beside « Garçons » are the grown-up ones where the figures show it, or nothing shows the contrary."""
    figures = _figures(layout)
    at_of = {figure: at for at, figure in figures.items()}
    for figure, at in list(at_of.items()):
        if not (figure.counted == Counted.PERSON and figure.sex and not figure.age_band and not figure.with_disability):
            continue
        children = at_of.get(replace(figure, age_band=AgeBand.CHILDREN))
        if children is None:
            continue
        column = layout.columns[at]
        # HXL and our own files count children among women and men: only what is impossible says otherwise.
        is_ours = bool(column.tag) or heading_key(column.heading) in _OWN_HEADINGS
        shown = _adults_shown(rows, layout, at_of, figure, with_sums=not is_ours)
        if shown > 0 or (shown == 0 and not is_ours):
            _set(layout, at, replace(figure, age_band=AgeBand.ADULTS))


def _adults_shown(
    rows: list[TableRow], layout: Layout, at_of: dict[Figure, int], figure: Figure, *, with_sums: bool
) -> int:
    """Rows that only hold if the column leaves children out, less those that only hold if it counts them."""
    other = Sex.MALE if figure.sex == Sex.FEMALE else Sex.FEMALE
    whole = replace(figure, sex=Sex.ALL)
    parts = [figure, replace(figure, sex=other)]
    young = [replace(one, age_band=AgeBand.CHILDREN) for one in parts]
    score = 0
    for row in rows:
        value = {
            one: read_count(cell).value
            for one in (whole, *parts, *young)
            if one in at_of and not is_blank(cell := _cell(row, layout, at_of[one]))
        }
        own, own_young = value.get(figure), value.get(young[0])
        if own is None or own_young is None:
            continue
        if own_young > own:
            score += 1
        total, sums = value.get(whole), [value.get(one) for one in parts]
        if with_sums and total is not None and None not in sums:
            with_young = sum(sums) + sum(value.get(one) or 0 for one in young)
            score += (with_young == total != sum(sums)) - (sum(sums) == total != with_young)
    return score


def _cell(row: TableRow, layout: Layout, at: int) -> Any:
    return row[layout.columns[at].index]
