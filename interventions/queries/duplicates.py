"""Two sheets that may be one: suspected and shown, never merged by the machine."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from core.text import normalise
from interventions.enums import InterventionState, RoleKind
from interventions.models import CoverageLine, Intervention, InterventionRole, NotADuplicate
from interventions.queries.visibility import interventions_visible_to

# Three words in five are the same.
ALIKE = 0.6
MOST_READ = 500


def similar_to(user: Any, intervention: Intervention) -> list[tuple[Intervention, str]]:
    """Sheets of the country that may be the same intervention, with why: « intitulé », « lieux », at most five.

    A sheet is suspected when an agency takes part in both and the titles share their words, or when the same agency
    answers for both and a line of each names the same place, instrument, group and days. One query.
    """
    agencies = InterventionRole.objects.filter(intervention=intervention).order_by().values("agency")
    lead = agencies.filter(kind=RoleKind.ACCOUNTABLE)
    mine = CoverageLine.objects.alias(group=Coalesce("target_group", 0)).filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("starts_on")),
        intervention=intervention,
        unit=OuterRef("unit"),
        instrument=OuterRef("instrument"),
        group=Coalesce(OuterRef("target_group"), 0),
        starts_on__lte=Coalesce(OuterRef("ends_on"), Value(date.max)),
    )
    same_work = InterventionRole.objects.filter(intervention=OuterRef("pk"), kind=RoleKind.ACCOUNTABLE, agency__in=lead)
    told = NotADuplicate.objects.filter(
        Q(first=intervention, second=OuterRef("pk")) | Q(second=intervention, first=OuterRef("pk"))
    )
    rows = (
        interventions_visible_to(user)
        .filter(country=intervention.country_id)
        .exclude(pk=intervention.pk)
        .exclude(state=InterventionState.ARCHIVED)
        .filter(
            Q(pk__in=InterventionRole.objects.filter(agency__in=agencies).values("intervention"))
            | Q(title__iexact=intervention.title)
        )
        .exclude(Exists(told))
        .annotate(
            same_places=Exists(CoverageLine.objects.filter(Exists(mine), intervention=OuterRef("pk"))),
            same_lead=Exists(same_work),
        )
        .order_by("pk")[:MOST_READ]
    )
    words = _words(intervention.title)
    found = []
    for row in rows:
        likeness = _likeness(words, _words(row.title))
        if likeness >= ALIKE:
            found.append((likeness, row, "title"))
        elif row.same_places and row.same_lead:
            found.append((likeness, row, "places"))
    found.sort(key=lambda one: (-one[0], one[1].pk))
    return [(row, why) for _likeness_of, row, why in found[:5]]


def _words(title: str) -> frozenset[str]:
    return frozenset(word for word in normalise(title).replace("’", " ").replace("'", " ").split() if len(word) > 2)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
