"""Coverage lines: added, corrected, ended, taken to other departments, removed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.actors import Actor
from core.db import conflict_as_validation_error
from core.history import recorded
from core.typography import date_fr
from core.validators import validate_texts
from interventions.models import AdminUnit, CoverageLine, Intervention
from interventions.services.interventions import held, seen_by, speaks_for, touched_by
from interventions.services.stale import check_version

FIELDS = frozenset(
    """
    unit instrument target_group starts_on ends_on transfer_value frequency modality budget source note
    """.split()
)
# What a copy in another department takes over: figures and budgets are of one place.
COPIED = ("instrument", "target_group", "starts_on", "ends_on", "transfer_value", "frequency", "modality", "source")


def add_line(intervention: Intervention, *, actor: Any, **fields: Any) -> CoverageLine:
    """One more line. Raises ValidationError by field, or for a line that exists already."""
    with recorded(actor) as who, conflict_as_validation_error("coverage_line_once"):
        current = held(intervention)
        line = _save(_marked(CoverageLine(intervention=current), current, who), fields)
        touched_by(current, who)
    return line


def edit_line(line: CoverageLine, *, actor: Any, version: int | None = None, **fields: Any) -> CoverageLine:
    """Correct a line. Raises Stale when it is no longer at `version`, ValidationError by field."""
    with recorded(actor) as who, conflict_as_validation_error("coverage_line_once"):
        current = held(line.intervention_id)
        mine = held_line(line)
        check_version(mine, version)
        mine.version += 1
        _save(_marked(mine, current, who), fields)
        touched_by(current, who)
    return mine


def end_line(line: CoverageLine, on: date, *, actor: Any) -> CoverageLine:
    """The line's last day. It may lie ahead, and not before its first."""
    with recorded(actor) as who:
        current = held(line.intervention_id)
        mine = held_line(line)
        mine.version += 1
        _save(_marked(mine, current, who), {"ends_on": on})
        touched_by(current, who)
    return mine


def duplicate_line(
    line: CoverageLine, units: Iterable[AdminUnit], *, actor: Any
) -> tuple[list[CoverageLine], list[AdminUnit]]:
    """The same in other departments, without figures or budget: the new lines, and the units that had one already.

    Raises ValidationError when a unit did not exist on the line's first day; then nothing is added.
    """
    with recorded(actor) as who, conflict_as_validation_error("coverage_line_once"):
        current = held(line.intervention_id)
        same = CoverageLine.objects.filter(
            intervention=current,
            instrument=line.instrument_id,
            target_group=line.target_group_id,
            starts_on=line.starts_on,
        )
        taken = set(same.values_list("unit", flat=True))
        made, skipped = [], []
        for unit in units:
            if unit.pk in taken:
                skipped.append(unit)
                continue
            taken.add(unit.pk)
            fields = {name: getattr(line, name) for name in COPIED}
            copy = _marked(CoverageLine(intervention=current), current, who)
            made.append(_save(copy, {**fields, "unit": unit}))
        touched_by(current, who)
    return made, skipped


def remove_line(line: CoverageLine, *, actor: Any) -> None:
    """Take away a line entered by mistake, with its figures; what was done and is over is ended instead."""
    with recorded(actor) as who:
        current = held(line.intervention_id)
        held_line(line).delete()
        touched_by(current, who)


def held_line(line: CoverageLine) -> CoverageLine:
    """The line, locked. One that somebody removed in the meantime: ValidationError."""
    found = (
        CoverageLine.objects.select_for_update(of=("self",))
        .select_related("intervention__country", "unit__parent", "instrument", "target_group")
        .filter(pk=line.pk)
        .first()
    )
    if found is None:
        raise ValidationError(_("Cette ligne vient d’être retirée. Rechargez la fiche."), code="removed")
    return found


def _marked(line: CoverageLine, sheet: Intervention, who: Actor) -> CoverageLine:
    """What its agency writes holds today; what is written for it waits to be said again."""
    if speaks_for(sheet, who):
        seen_by(line, who)
    return line


def outside_period(line: CoverageLine) -> bool:
    """The line begins before or ends after its intervention: worth a word, no refusal."""
    whole = line.intervention
    return bool(
        (whole.start and line.starts_on < whole.start)
        or (whole.end and (line.starts_on > whole.end or (line.ends_on and line.ends_on > whole.end)))
    )


def _save(line: CoverageLine, fields: dict[str, Any]) -> CoverageLine:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        setattr(line, name, " ".join(value.split()) if isinstance(value, str) else value)
    validate_texts({name: getattr(line, name) for name in fields})
    _check_unit(line)
    line.full_clean(exclude=["intervention", "unit", "instrument", "target_group", "verified_by"])
    line.save()
    return line


def _check_unit(line: CoverageLine) -> None:
    unit = line.unit
    if unit is None or line.starts_on is None:
        return
    if unit.country_id != line.intervention.country_id:
        raise ValidationError({"unit": _("Choisissez un lieu de ce pays.")})
    if not unit.exists_on(line.starts_on):
        day: date | None
        if unit.valid_from is not None and line.starts_on < unit.valid_from:
            text = _("%(unit)s n’existe que depuis le %(day)s : choisissez l’unité d’alors, ou un autre début.")
            day = unit.valid_from
        else:
            text = _("%(unit)s a cessé d’exister le %(day)s : choisissez l’unité qui la remplace.")
            day = unit.valid_until
        raise ValidationError({"unit": text % {"unit": unit, "day": date_fr(day)}})
