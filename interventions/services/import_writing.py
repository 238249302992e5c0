"""Writing what a coverage file says: sheets, roles, lines and figures, with what undoing it needs.

The caller holds the transaction: a plan is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.validators import validate_texts
from interventions.enums import EffectKind, InterventionState, Precision, RoleKind
from interventions.figures import Cell
from interventions.models import (
    CoverageFigure,
    CoverageLine,
    ImportBatch,
    ImportEffect,
    Intervention,
    InterventionRole,
)
from interventions.queries.visibility import Reach, reach_of
from interventions.services.import_plan import LinePlan, Plan, SheetPlan

CHUNK = 500
# Of a line, what a file may say besides what names it.
LINE_FIELDS = ("ends_on", "transfer_value", "frequency", "modality", "budget", "source", "note")
FIGURE_FIELDS = ("value", "precision", "as_of", "source")
OWNER_FIELDS = ("on_behalf_of_id", "flag", "flagged_at", "flagged_by_id")
LABEL_LENGTH = 300

T = TypeVar("T")


def write(plan: Plan, batch: ImportBatch, who: Actor, tell: Callable[[int], None]) -> dict[str, int]:
    """Write the plan as `who` and keep its effects; what it came to. `tell` hears how many lines are written.

    Raises ValidationError for a sheet that was archived in the meantime.
    """
    reach = reach_of(who.user)
    sheets = _held(plan)
    made = _make_sheets(plan, batch, reach)
    leads = _leads([*sheets.values(), *made.values()])
    effects = [
        ImportEffect(batch=batch, kind=EffectKind.INTERVENTION_MADE, intervention=one, label=_label(one.title))
        for one in made.values()
    ]
    effects += _touch(sheets.values(), leads, reach, batch)
    sheets |= made
    written = 0
    for lines in in_chunks([line for line in plan.lines if line.pk is None]):
        effects += _add(lines, plan, batch, sheets)
        written += len(lines)
        tell(written)
    created = written
    for lines in in_chunks([line for line in plan.lines if line.pk is not None]):
        effects += _change(lines, plan, batch)
        written += len(lines)
        tell(written)
    ImportEffect.objects.bulk_create(effects, batch_size=CHUNK)
    return {"created": created, "changed": written - created, "interventions": len(made)}


def in_chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


# Sheets -----------------------------------------------------------------------------------------------


def _held(plan: Plan) -> dict[str, Intervention]:
    """The sheets that are there, locked, by the key of the plan."""
    keys = {one.pk: key for key, one in plan.sheets.items() if one.pk is not None}
    found = Intervention.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    sheets = {keys[one.pk]: one for one in found}
    archived = [one.title for one in sheets.values() if one.state == InterventionState.ARCHIVED]
    if archived:
        raise ValidationError(
            _("La fiche « %(title)s » est archivée : elle ne change plus.") % {"title": archived[0]}, code="archived"
        )
    return sheets


def _make_sheets(plan: Plan, batch: ImportBatch, reach: Reach) -> dict[str, Intervention]:
    new = {key: one for key, one in plan.sheets.items() if one.pk is None}
    lines: dict[str, list[LinePlan]] = {}
    for line in plan.lines:
        lines.setdefault(line.sheet, []).append(line)
    rows = {key: _sheet(one, lines.get(key, []), batch, reach) for key, one in new.items()}
    Intervention.objects.bulk_create(rows.values(), batch_size=CHUNK)
    InterventionRole.objects.bulk_create(
        [
            InterventionRole(intervention=rows[key], agency=agency, kind=kind)
            for key, one in new.items()
            for agency, kind in one.parts
        ],
        batch_size=CHUNK,
    )
    return rows


def _sheet(plan: SheetPlan, lines: list[LinePlan], batch: ImportBatch, reach: Reach) -> Intervention:
    """A draft. Its dates are those of its lines: the file says no others."""
    validate_texts({"code": plan.code, "title": plan.title})
    lead = next((agency for agency, kind in plan.parts if kind == RoleKind.ACCOUNTABLE), None)
    ends: list[Any] = [line.fields.get("ends_on") for line in lines]
    own = lead is not None and reach.sits_for(batch.country_id, lead.pk)
    return Intervention(
        country=batch.country,
        code=plan.code,
        title=plan.title,
        currency=plan.currency or "XOF",
        halt=plan.halt,
        planned_start=min((line.starts_on for line in lines), default=None),
        planned_end=max(ends) if ends and all(ends) else None,
        on_behalf_of=None if own else lead,
    )


def _leads(sheets: Iterable[Intervention]) -> dict[int, int]:
    """The accountable agency of each sheet."""
    found: Any = InterventionRole.objects.filter(
        intervention__in=[one.pk for one in sheets], kind=RoleKind.ACCOUNTABLE
    ).values_list("intervention", "agency")
    return dict(found)


def _touch(
    sheets: Iterable[Intervention], leads: dict[int, int], reach: Reach, batch: ImportBatch
) -> Iterator[ImportEffect]:
    """Whose entry the sheets are now: their agency's, or to be confirmed by it."""
    changed = []
    for sheet in sheets:
        before = owner_of(sheet)
        lead = leads.get(sheet.pk)
        if reach.sits_for(sheet.country_id, lead) or reach.sits_for(sheet.country_id, sheet.on_behalf_of_id):
            sheet.on_behalf_of_id = None
            sheet.flag, sheet.flagged_at, sheet.flagged_by_id = "", None, None
        elif lead is not None:
            sheet.on_behalf_of_id = lead
        if owner_of(sheet) == before:
            continue
        sheet.updated_at = timezone.now()
        changed.append(sheet)
        yield ImportEffect(
            batch=batch,
            kind=EffectKind.INTERVENTION_TOUCHED,
            intervention=sheet,
            label=_label(sheet.title),
            before={"was": before, "became": owner_of(sheet)},
            version=sheet.version,
        )
    Intervention.objects.bulk_update(
        changed, ["on_behalf_of", "flag", "flagged_at", "flagged_by", "updated_at"], batch_size=CHUNK
    )


def owner_of(sheet: Intervention) -> dict[str, Any]:
    return {name: _plain(getattr(sheet, name)) for name in OWNER_FIELDS}


# Lines ------------------------------------------------------------------------------------------------


def _add(
    plans: Sequence[LinePlan], plan: Plan, batch: ImportBatch, sheets: dict[str, Intervention]
) -> list[ImportEffect]:
    lines = []
    for one in plans:
        fields = {name: value for name, value in one.fields.items() if value is not None}
        fields["source"] = fields.get("source") or plan.source
        lines.append(
            CoverageLine(
                intervention=sheets[one.sheet],
                unit=one.unit,
                instrument=one.instrument,
                target_group=one.group,
                starts_on=one.starts_on,
                **fields,
            )
        )
    for line in lines:
        validate_texts({"source": line.source, "note": line.note})
    CoverageLine.objects.bulk_create(lines, batch_size=CHUNK)
    _write_figures((line, one) for line, one in zip(lines, plans, strict=True))
    return [
        ImportEffect(
            batch=batch,
            kind=EffectKind.LINE_MADE,
            intervention_id=line.intervention_id,
            line=line,
            label=_line_label(line, one, plan),
        )
        for line, one in zip(lines, plans, strict=True)
    ]


def _change(plans: Sequence[LinePlan], plan: Plan, batch: ImportBatch) -> list[ImportEffect]:
    rows = {
        line.pk: line
        for line in CoverageLine.objects.select_for_update(of=("self",))
        .filter(pk__in=[one.pk for one in plans])
        .order_by("pk")
    }
    known: dict[int, dict[Cell, CoverageFigure]] = {}
    for figure in CoverageFigure.objects.filter(line__in=rows):
        known.setdefault(figure.line_id, {})[figure.cell] = figure
    effects, changed = [], []
    for one in plans:
        line = rows[one.pk or 0]
        before = {
            "fields": {name: _plain(getattr(line, name)) for name in one.fields},
            "figures": [[*cell, _facts(known.get(line.pk, {}).get(cell))] for cell in one.figures],
        }
        for name, value in one.fields.items():
            setattr(line, name, value)
        validate_texts({name: value for name, value in one.fields.items() if isinstance(value, str)})
        line.version += 1
        line.updated_at = timezone.now()
        changed.append(line)
        effects.append(
            ImportEffect(
                batch=batch,
                kind=EffectKind.LINE_CHANGED,
                intervention_id=line.intervention_id,
                line=line,
                label=_line_label(line, one, plan),
                before=before,
                version=line.version,
            )
        )
    fields = sorted({name for one in plans for name in one.fields})
    CoverageLine.objects.bulk_update(changed, [*fields, "version", "updated_at"], batch_size=CHUNK)
    _write_figures((rows[one.pk or 0], one) for one in plans)
    return effects


def _write_figures(lines: Iterable[tuple[CoverageLine, LinePlan]]) -> None:
    CoverageFigure.objects.bulk_create(
        [
            CoverageFigure(
                line=line,
                **cell._asdict(),
                value=value,
                as_of=as_of,
                precision=Precision.ESTIMATED if is_estimate else Precision.COUNTED,
                source=line.source,
            )
            for line, one in lines
            for cell, (value, as_of, is_estimate) in one.figures.items()
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["line", *Cell._fields],
        update_fields=list(FIGURE_FIELDS),
    )


def _facts(figure: CoverageFigure | None) -> dict[str, Any] | None:
    return None if figure is None else {name: _plain(getattr(figure, name)) for name in FIGURE_FIELDS}


def _plain(value: Any) -> Any:
    """As JSON keeps it; `Field.to_python` reads it back."""
    return value if value is None or isinstance(value, (int, str)) else str(value)


def _line_label(line: CoverageLine, one: LinePlan, plan: Plan) -> str:
    place = str(one.unit.name) if one.unit else _("national")
    return _label(f"{plan.sheets[one.sheet].title} – {place} – {one.instrument}")


def _label(text: str) -> str:
    return text[:LABEL_LENGTH]
