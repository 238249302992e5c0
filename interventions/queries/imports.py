"""Which coverage files one sees; what their pages list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from interventions.enums import EffectKind
from interventions.models import ImportBatch, ImportIssue, ImportProvider, ImportRow, Intervention
from interventions.queries.visibility import reach_of
from taskforce.models import Country


def batches_visible_to(user: Any) -> QuerySet[ImportBatch]:
    """All of the countries that one runs, and one's own where one still sits."""
    reach = reach_of(user)
    seen = Q(country__in=reach.runs)
    if reach.agencies:
        seen |= Q(created_by=user, country__in=list(reach.agencies))
    return ImportBatch.objects.filter(seen)


def batches_of(user: Any, country: Country) -> QuerySet[ImportBatch]:
    """For the list: without what only the batch's own pages need."""
    rows = batches_visible_to(user).filter(country=country)
    return rows.select_related("provider", "created_by__person").defer("mapping")


def providers_of(country: Country) -> list[str]:
    return list(ImportProvider.objects.filter(country=country).order_by("name").values_list("name", flat=True)[:500])


def issues_by_row(batch: ImportBatch, rows: Sequence[ImportRow]) -> dict[tuple[str, int], list[ImportIssue]]:
    """What is told of these rows. One query."""
    found: dict[tuple[str, int], list[ImportIssue]] = defaultdict(list)
    if rows:
        numbers = {row.number for row in rows}
        for issue in batch.issues.filter(row__in=numbers).order_by("position"):
            found[issue.sheet, issue.row].append(issue)
    return found


def made_sheets(batch: ImportBatch) -> QuerySet[Intervention]:
    """The sheets that the batch made and that are still there."""
    made = batch.effects.filter(kind=EffectKind.INTERVENTION_MADE, is_undone=False).values("intervention")
    return Intervention.objects.filter(pk__in=made).order_by("title", "pk")
