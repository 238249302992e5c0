"""What of interventions waits for somebody: sheets sent back, to confirm, to look at, to verify."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from core.models import TransitionRecord
from interventions.enums import InterventionState, RoleKind
from interventions.models import CoverageLine, Intervention, InterventionRole
from interventions.queries.sheets import VERIFIED_FOR


@dataclass(frozen=True)
class Waiting:
    """A sheet and why it waits: "returned", "behalf", "flag" or "stale", the first that holds."""

    sheet: Intervention
    why: str
    # What the secretariat wrote.
    text: str = ""


def waiting_for(sheets: QuerySet[Intervention], *, today: date) -> QuerySet[Intervention]:
    """Those of `sheets` that wait for their agency, what presses most first; read each with `why`. One query."""
    kind = ContentType.objects.get_for_model(Intervention)
    returned = (
        TransitionRecord.objects.filter(content_type=kind, object_id=OuterRef("pk"))
        .order_by("-at", "-pk")
        .values("comment")[:1]
    )
    open_lines = CoverageLine.objects.filter(_old(today), intervention=OuterRef("pk")).exclude(ends_on__lt=today)
    return (
        sheets.exclude(state=InterventionState.ARCHIVED)
        .annotate(
            # A draft has a last change of state only when it was sent back (or taken out of the archive).
            return_comment=Subquery(returned),
            is_stale=Q(state=InterventionState.PUBLISHED) & (_old(today) | Q(Exists(open_lines))),
        )
        .filter(
            Q(state=InterventionState.DRAFT, return_comment__gt="")
            | Q(on_behalf_of__isnull=False)
            | ~Q(flag="")
            | Q(is_stale=True)
        )
        .order_by(F("on_behalf_of").asc(nulls_last=True), "is_stale", "title", "pk")
    )


def _old(today: date) -> Q:
    return Q(verified_at=None) | Q(verified_at__date__lt=today - VERIFIED_FOR)


def why(sheet: Any) -> Waiting:
    """Why a row of `waiting_for` waits."""
    if sheet.state == InterventionState.DRAFT and sheet.return_comment:
        return Waiting(sheet, "returned", sheet.return_comment)
    if sheet.on_behalf_of_id is not None:
        return Waiting(sheet, "behalf")
    if sheet.flag:
        return Waiting(sheet, "flag", sheet.flag)
    return Waiting(sheet, "stale")


def kept_by(agencies: Iterable[int]) -> Q:
    """The sheets for which these agencies answer, or that were entered for them."""
    agencies = list(agencies)
    led = InterventionRole.objects.filter(kind=RoleKind.ACCOUNTABLE, agency__in=agencies).order_by()
    return Q(pk__in=led.values("intervention")) | Q(on_behalf_of__in=agencies)
