"""Taking back what a coverage file wrote. What somebody wrote over it since stays, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from interventions.enums import EffectKind, InterventionState
from interventions.figures import Cell
from interventions.models import (
    CoverageFigure,
    CoverageLine,
    DecisionLink,
    ImportBatch,
    ImportEffect,
    Indicator,
    Intervention,
)
from interventions.services.import_writing import CHUNK, LINE_FIELDS, in_chunks, owner_of


@dataclass
class Undoing:
    """The effects that would be taken back, and those that stay because somebody wrote since."""

    taken: list[ImportEffect] = field(default_factory=list)
    kept: list[ImportEffect] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.taken)


def foresee(batch: ImportBatch, user: Any) -> Undoing:
    """What it would do now if `user` undid the batch. Seven queries.

    What belongs to a sheet that `user` may write to no more stays: an archived one, or one that was handed over. So
    does a sheet that left its draft, unless `user` runs the country.
    """
    found = Undoing()
    effects = list(batch.effects.filter(is_undone=False))
    sheets = _sheets_of(batch)
    closed = {pk for pk, sheet in sheets.items() if not user.has_perm("interventions.undo_import", sheet)}
    found.kept += [one for one in effects if one.intervention_id in closed and _is_there(one)]
    effects = [one for one in effects if one.intervention_id not in closed]
    line_ids = [one.line_id for one in effects if one.line_id is not None]
    versions: dict[int, int] = dict(CoverageLine.objects.filter(pk__in=line_ids).values_list("pk", "version"))
    tied = set(DecisionLink.objects.filter(line__in=line_ids).values_list("line", flat=True))
    going: set[int] = set()
    for one in effects:
        if one.kind not in {EffectKind.LINE_MADE, EffectKind.LINE_CHANGED}:
            continue
        if one.line_id is None:
            continue  # Somebody removed it: nothing is left to take back.
        is_ours = versions.get(one.line_id) == one.version
        if is_ours and not (one.kind == EffectKind.LINE_MADE and one.line_id in tied):
            found.taken.append(one)
            if one.kind == EffectKind.LINE_MADE:
                going.add(one.line_id)
        else:
            found.kept.append(one)
    runs = user.has_perm("interventions.manage_country_data", batch.country)
    settled = {pk for pk, sheet in sheets.items() if not runs and sheet.state != InterventionState.DRAFT}
    _foresee_sheets(effects, going, settled, found)
    return found


def _is_there(effect: ImportEffect) -> bool:
    """Something to tell by name: a sheet, or a line that nobody removed. Whose entry a sheet is goes with it."""
    if effect.kind == EffectKind.INTERVENTION_TOUCHED:
        return False
    return effect.kind == EffectKind.INTERVENTION_MADE or effect.line_id is not None


def _sheets_of(batch: ImportBatch) -> dict[int, Intervention]:
    """The sheets that the batch made or wrote to, with what rights ask of them. Two queries."""
    written = batch.effects.filter(is_undone=False).exclude(intervention=None).order_by().values("intervention")
    return {sheet.pk: sheet for sheet in Intervention.objects.filter(pk__in=written).prefetch_related("roles")}


def _foresee_sheets(effects: Iterable[ImportEffect], going: set[int], used: set[int], found: Undoing) -> None:
    """As `foresee`, of sheets; `used`: those that stay in any case."""
    made = [one for one in effects if one.kind == EffectKind.INTERVENTION_MADE and one.intervention_id is not None]
    ids = [one.intervention_id or 0 for one in made]
    used |= set(
        CoverageLine.objects.filter(intervention__in=ids).exclude(pk__in=going).values_list("intervention", flat=True)
    )
    used |= set(Indicator.objects.filter(intervention__in=ids).values_list("intervention", flat=True))
    used |= set(DecisionLink.objects.filter(intervention__in=ids).values_list("intervention", flat=True))
    written: dict[int, int] = dict(Intervention.objects.filter(pk__in=ids).values_list("pk", "version"))
    for one in made:
        stays = one.intervention_id in used or written.get(one.intervention_id or 0) != one.version
        (found.kept if stays else found.taken).append(one)
    touched = [
        one for one in effects if one.kind == EffectKind.INTERVENTION_TOUCHED and one.intervention_id is not None
    ]
    kept_lines = {one.intervention_id for one in found.kept}
    found.taken += [one for one in touched if one.intervention_id not in kept_lines]


def take_back(batch: ImportBatch, tell: Callable[[int], None]) -> dict[str, int]:
    """Undo the batch in the caller's transaction; what it came to. `tell` hears how many effects are done."""
    sheet_ids = batch.effects.exclude(intervention=None).order_by().values("intervention")
    # Locked first: nobody writes between what is foreseen and what is done.
    list(Intervention.objects.select_for_update(of=("self",)).filter(pk__in=sheet_ids).order_by("pk").values_list("pk"))
    found = foresee(batch, batch.undone_by)
    by_kind: dict[str, list[ImportEffect]] = {}
    for one in found.taken:
        by_kind.setdefault(one.kind, []).append(one)
    done = 0
    for kind, act in (
        (EffectKind.LINE_CHANGED, _restore_lines),
        (EffectKind.LINE_MADE, _remove_lines),
        (EffectKind.INTERVENTION_TOUCHED, _restore_owners),
        (EffectKind.INTERVENTION_MADE, _remove_sheets),
    ):
        for effects in in_chunks(by_kind.get(kind, [])):
            act(effects)
            done += len(effects)
            tell(done)
    ImportEffect.objects.filter(pk__in=[one.pk for one in found.taken]).update(is_undone=True)
    return {
        "removed": len(by_kind.get(EffectKind.LINE_MADE, [])),
        "restored": len(by_kind.get(EffectKind.LINE_CHANGED, [])),
        "interventions": len(by_kind.get(EffectKind.INTERVENTION_MADE, [])),
        "kept": len(found.kept),
    }


def _remove_lines(effects: Sequence[ImportEffect]) -> None:
    CoverageLine.objects.filter(pk__in=[one.line_id for one in effects]).delete()


def _remove_sheets(effects: Sequence[ImportEffect]) -> None:
    Intervention.objects.filter(pk__in=[one.intervention_id for one in effects]).delete()


def _restore_lines(effects: Sequence[ImportEffect]) -> None:
    lines = {
        line.pk: line
        for line in CoverageLine.objects.select_for_update(of=("self",)).filter(pk__in=[one.line_id for one in effects])
    }
    figures: list[CoverageFigure] = []
    for one in effects:
        line = lines[one.line_id or 0]
        for name, value in one.before.get("fields", {}).items():
            setattr(line, name, _stored(CoverageLine, name, value))
        line.version += 1
        line.updated_at = timezone.now()
        for *parts, facts in one.before.get("figures", []):
            cell = Cell(*parts)
            if facts is None:
                CoverageFigure.objects.filter(line=line, **cell._asdict()).delete()
            else:
                figures.append(_figure(line, cell, facts))
    CoverageLine.objects.bulk_update(lines.values(), [*LINE_FIELDS, "version", "updated_at"], batch_size=CHUNK)
    CoverageFigure.objects.bulk_create(
        figures,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["line", *Cell._fields],
        update_fields=["value", "precision", "as_of", "source"],
    )


def _figure(line: CoverageLine, cell: Cell, facts: dict[str, Any]) -> CoverageFigure:
    values = {name: _stored(CoverageFigure, name, value) for name, value in facts.items()}
    return CoverageFigure(line=line, **cell._asdict(), **values)


def _stored(model: Any, name: str, value: Any) -> Any:
    """A value of JSON as the field of the model holds it."""
    return model._meta.get_field(name).to_python(value)


def _restore_owners(effects: Sequence[ImportEffect]) -> None:
    sheets = Intervention.objects.in_bulk([one.intervention_id for one in effects])
    for one in effects:
        sheet = sheets[one.intervention_id]
        if owner_of(sheet) != one.before.get("became"):
            continue  # Confirmed, or flagged again since: that stands.
        for name, value in one.before["was"].items():
            setattr(sheet, name, value if name.endswith("_id") else _stored(Intervention, name, value))
        sheet.updated_at = timezone.now()
    Intervention.objects.bulk_update(
        sheets.values(), ["on_behalf_of", "flag", "flagged_at", "flagged_by", "updated_at"], batch_size=CHUNK
    )
