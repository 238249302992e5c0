"""Coverage lines as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from core.typography import date_fr
from interventions.enums import Counted, FigureKind
from interventions.figures import shown
from interventions.maps.classes import grouped
from interventions.models import CoverageFigure, CoverageLine, InterventionRole
from interventions.queries.tally import PRESENT


@dataclass(frozen=True)
class LineRow:
    """A line, the agencies that are there, and who was reached: households and people apart."""

    line: CoverageLine
    agencies: str
    reached: list[str]
    sources: list[str]


def roles_with_agencies() -> Prefetch:
    """What `rows_of` reads of the interventions of lines."""
    return Prefetch("intervention__roles", InterventionRole.objects.select_related("agency"))


def rows_of(lines: Iterable[CoverageLine], *, small: bool) -> list[LineRow]:
    """With the prefetched roles and figures of `lines`: no query of its own."""
    found = []
    for line in lines:
        names = dict.fromkeys(str(role.agency) for role in line.intervention.roles.all() if role.kind in PRESENT)
        figures = [one for one in line.figures.all() if _is_reached(one)]
        found.append(
            LineRow(
                line,
                ", ".join(names),
                [_written(one, small) for one in figures],
                list(dict.fromkeys(_source(one) for one in figures if _source(one))),
            )
        )
    return found


def _is_reached(figure: CoverageFigure) -> bool:
    whole = not (figure.sex or figure.age_band or figure.with_disability)
    return whole and figure.kind == FigureKind.REACHED


def _written(figure: CoverageFigure, small: bool) -> str:
    value = shown(figure.value, small=small)
    number = grouped(value) if isinstance(value, int) else str(value)
    label = str(Counted(figure.counted).label).lower()
    return f"{number} {label} ({figure.get_precision_display().lower()})"


def _source(figure: CoverageFigure) -> str:

    return ", ".join(part for part in (figure.source, date_fr(figure.as_of)) if part)
