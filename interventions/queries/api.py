"""What a partner's token reads: published sheets of its country, as far as its reach goes."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from interventions.enums import ApiReach, Halt, InterventionState, Visibility
from interventions.figures import hidden
from interventions.models import (
    AdminUnit,
    ApiToken,
    CoverageFigure,
    CoverageLine,
    Intervention,
    InterventionRole,
)
from interventions.periods import Period
from taskforce.models import Agency, Country


def tokens_of(country: Country) -> QuerySet[ApiToken]:
    """The country's tokens, the live ones first, the latest before."""
    return (
        ApiToken.objects.filter(country=country)
        .select_related("agency", "created_by__person", "revoked_by__person")
        .order_by("revoked_at", "-created_at", "-pk")
    )


def levels_of(token: ApiToken) -> list[str]:
    """The visibilities of sheets that the token reads."""
    if token.reach == ApiReach.PARTNERS:
        return [Visibility.PUBLIC, Visibility.PARTNERS]
    return [Visibility.PUBLIC]


def interventions_read_by(token: ApiToken) -> QuerySet[Intervention]:
    return Intervention.objects.filter(
        country=token.country_id, state=InterventionState.PUBLISHED, visibility__in=levels_of(token)
    )


def interventions_told(token: ApiToken) -> QuerySet[Intervention]:
    """With all that the API says of a sheet: four queries."""
    roles = InterventionRole.objects.select_related("agency").order_by("kind", "agency__acronym", "pk")
    return (
        interventions_read_by(token)
        .select_related("country")
        .prefetch_related(Prefetch("roles", roles), "policy_axes", "sdg_targets")
        .order_by("pk")
    )


def lines_read_by(token: ApiToken) -> QuerySet[CoverageLine]:
    return CoverageLine.objects.filter(
        intervention__country=token.country_id,
        intervention__state=InterventionState.PUBLISHED,
        intervention__visibility__in=levels_of(token),
    )


def lines_told(token: ApiToken) -> QuerySet[CoverageLine]:
    """With all that the API says of a line: two queries."""
    figures = CoverageFigure.objects.order_by("kind", "counted", "sex", "age_band", "with_disability")
    return (
        lines_read_by(token)
        .select_related("intervention", "unit__parent", "instrument", "target_group")
        .prefetch_related(Prefetch("figures", figures))
        .order_by("pk")
    )


def lines_counted(token: ApiToken, period: Period) -> QuerySet[CoverageLine]:
    """The lines that totals count: active in the period, of interventions that were not cancelled."""
    return lines_read_by(token).filter(period.lines()).exclude(intervention__halt=Halt.CANCELLED)


def agencies_told(token: ApiToken) -> QuerySet[Agency]:
    """The agencies that have a part in what the token reads."""
    involved = InterventionRole.objects.filter(intervention__in=interventions_read_by(token)).order_by()
    return Agency.objects.filter(pk__in=involved.values("agency")).order_by("pk")


def units_told(token: ApiToken) -> QuerySet[AdminUnit]:
    return AdminUnit.objects.filter(country=token.country_id).select_related("parent").order_by("pcode")


def sees_small(token: ApiToken) -> bool:
    """Whether figures from 1 to 4 are given as they are."""
    return token.reach == ApiReach.PARTNERS


def masked(figures: list[CoverageFigure], *, small: bool) -> set[Any]:
    """The keys of the figures of a line that are not given (`figures.hidden`)."""
    if small:
        return set()
    kept_back = hidden({one.cell: one.value for one in figures})
    return {one.pk for one in figures if one.cell in kept_back}
