"""What an agency tells in a round table: its interventions, where, for whom, what changed and what is to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from interventions.enums import InterventionStatus, RoleKind
from interventions.models import CoverageLine, Intervention
from interventions.periods import Period
from interventions.queries.line_lists import present
from interventions.queries.sheets import VERIFIED_FOR
from interventions.queries.tally import lines_of
from interventions.queries.visibility import interventions_visible_to
from taskforce.models import Agency, Country

# Until when an end is near enough to be told.
SOON = timedelta(days=90)


@dataclass
class Told:
    """An intervention as it is told: its part of the period's lines."""

    intervention: Intervention
    roles: list[str]
    status: InterventionStatus
    lines: list[CoverageLine] = field(default_factory=list)
    # Nobody said for a month that it still holds.
    is_stale: bool = False
    ends_soon: bool = False
    is_new: bool = False

    @property
    def places(self) -> list[str]:
        return list(dict.fromkeys(line.unit.name for line in self.lines if line.unit))

    @property
    def is_diffuse(self) -> bool:
        return any(line.unit is None for line in self.lines)

    @property
    def instruments(self) -> list[str]:
        return list(dict.fromkeys(line.instrument.name for line in self.lines))

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(line.target_group.name for line in self.lines if line.target_group))


def told_by(user: Any, country: Country, agency: Agency, period: Period, *, today: date) -> list[Told]:
    """The published interventions of `agency` with lines in the period, those it answers for first. Four queries."""
    lines = (
        lines_of(user, country, period)
        .filter(intervention__in=present(agency))
        .select_related("unit", "instrument", "target_group")
        .order_by("unit__name", "pk")
    )
    by_intervention: dict[int, list[CoverageLine]] = {}
    for line in lines:
        by_intervention.setdefault(line.intervention_id, []).append(line)
    found = []
    sheets = interventions_visible_to(user).filter(pk__in=by_intervention).prefetch_related("roles__agency")
    for intervention in sheets.order_by("title", "pk"):
        roles = [role for role in intervention.roles.all() if role.agency_id == agency.pk]
        verified = intervention.verified_at
        end = intervention.end
        found.append(
            Told(
                intervention,
                [str(role.get_kind_display()) for role in roles],
                intervention.status_on(today),
                by_intervention[intervention.pk],
                is_stale=verified is None or verified.date() < today - VERIFIED_FOR,
                ends_soon=end is not None and today <= end <= today + SOON,
                is_new=any(line.starts_on >= today - VERIFIED_FOR for line in by_intervention[intervention.pk]),
            )
        )
    leads = {
        one.intervention.pk
        for one in found
        for role in one.intervention.roles.all()
        if role.agency_id == agency.pk and role.kind == RoleKind.ACCOUNTABLE
    }
    return sorted(found, key=lambda one: one.intervention.pk not in leads)
