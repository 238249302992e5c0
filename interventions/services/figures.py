"""The figures of a coverage line: targeted, reached, in need; households, people, communities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.typography import count_fr
from core.validators import validate_texts
from interventions.enums import AgeBand, Counted, FigureKind, InterventionKind, Precision, Sex
from interventions.figures import (
    Cell,
    is_possible,
    parts_above_total,
    reached_well_above_targeted,
    sums_above_total,
)
from interventions.models import CoverageFigure, CoverageLine
from interventions.services.interventions import SEEN, held, seen_by, speaks_for, touched_by
from interventions.services.lines import held_line
from interventions.services.stale import check_version

# No country has as many inhabitants: a typing error, or money in a column of people.
HIGHEST = 2_000_000_000


@dataclass(frozen=True)
class Fact:
    """A figure with how it is known."""

    value: int
    precision: str = Precision.COUNTED
    as_of: date | None = None
    source: str = ""


class ToConfirm(ValidationError):
    """Nothing is wrong for certain: the same figures are taken once they are confirmed."""


def set_figures(
    line: CoverageLine,
    facts: Mapping[Cell, Fact | None],
    *,
    actor: Any,
    version: int | None = None,
    confirmed: bool = False,
) -> CoverageLine:
    """Write the cells of `facts`; None takes one away, a cell that is not named stays.

    Raises Stale, ToConfirm when more than 1.2 times the targeted were reached and nobody `confirmed`, and
    ValidationError for what cannot be: a part above its total, figures of a technical assistance.
    """
    with recorded(actor) as who, conflict_as_validation_error("coverage_figure_once"):
        current = held(line.intervention_id)
        mine = held_line(line)
        check_version(mine, version)
        if current.kind == InterventionKind.ASSISTANCE and any(fact is not None for fact in facts.values()):
            raise ValidationError(_("Une assistance technique n’a pas de bénéficiaires."), code="assistance")
        known = {figure.cell: figure for figure in mine.figures.all()}
        check_figures(
            {cell: figure.value for cell, figure in known.items() if cell not in facts}
            | {cell: fact.value for cell, fact in facts.items() if fact is not None},
            confirmed=confirmed,
        )
        for cell, fact in facts.items():
            _write(mine, cell, fact, known.get(cell))
        mine.version += 1
        if speaks_for(current, who):
            seen_by(mine, who)
        mine.save(update_fields=["version", *SEEN, "updated_at"])
        touched_by(current, who)
    return mine


def check_figures(values: Mapping[Cell, int], *, confirmed: bool = False) -> None:
    """The figures of one line among themselves. Raises ValidationError, or ToConfirm."""
    errors = []
    for cell, value in values.items():
        if not is_possible(cell):
            errors.append(_("Seules les personnes se comptent par sexe, par âge ou par handicap."))
        if not 0 <= value <= HIGHEST:
            errors.append(
                _("%(cell)s : %(value)s n’est pas possible.") % {"cell": words(cell), "value": count_fr(value)}
            )
    said = set()
    for part, whole in parts_above_total(values):
        said.add(whole)
        errors.append(
            _("%(part)s : %(n)s, plus que %(whole)s (%(total)s). Une partie ne dépasse pas son ensemble.")
            % {
                "part": words(part),
                "n": count_fr(values[part]),
                "whole": words(whole, kind=False),
                "total": count_fr(values[whole]),
            }
        )
    for by, whole, total in sums_above_total(values):
        if whole not in said:
            text = (
                _("%(whole)s : femmes et hommes font %(sum)s, plus que le total de %(total)s.")
                if by == "sex"
                else _("%(whole)s : les tranches d’âge font %(sum)s, plus que le total de %(total)s.")
            )
            errors.append(text % {"whole": words(whole), "sum": count_fr(total), "total": count_fr(values[whole])})
    if errors:
        raise ValidationError(errors, code="figures")
    much = reached_well_above_targeted(values)
    if much and not confirmed:
        raise ToConfirm(
            [
                _("%(cell)s : %(reached)s atteints pour %(targeted)s ciblés. Vérifiez, ou confirmez.")
                % {
                    "cell": words(cell, kind=False),
                    "reached": count_fr(reached),
                    "targeted": count_fr(targeted),
                }
                for cell, reached, targeted in much
            ],
            code="much-more",
        )


def words(cell: Cell, *, kind: bool = True) -> str:
    """« Atteints, personnes, femmes »."""
    parts = [str(FigureKind(cell.kind).label)] if kind else []
    parts.append(str(Counted(cell.counted).label).lower())
    if cell.sex:
        parts.append(str(Sex(cell.sex).label).lower())
    if cell.age_band:
        parts.append(str(AgeBand(cell.age_band).label).lower())
    if cell.with_disability:
        parts.append(_("en situation de handicap"))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:] if kind else text


def _write(line: CoverageLine, cell: Cell, fact: Fact | None, figure: CoverageFigure | None) -> None:
    if fact is None:
        if figure is not None:
            figure.delete()
        return
    validate_texts({"source": fact.source})
    if figure is None:
        figure = CoverageFigure(line=line, **cell._asdict())
    elif (figure.value, figure.precision, figure.as_of, figure.source) == (
        fact.value,
        fact.precision,
        fact.as_of,
        fact.source,
    ):
        return
    figure.value, figure.precision, figure.as_of, figure.source = fact.value, fact.precision, fact.as_of, fact.source
    figure.full_clean(exclude=["line"])
    figure.save()
