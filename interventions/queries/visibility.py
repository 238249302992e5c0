"""Which interventions one reads: published ones of one's country, one's own in every state, all of a country one runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from interventions.enums import InterventionState, Visibility
from interventions.models import CoverageLine, Intervention, InterventionRole
from taskforce.enums import Role
from taskforce.models import Country
from taskforce.queries import grants_of, has_any_grant


@dataclass(frozen=True)
class Reach:
    """The countries (by id) that somebody reads or runs, and the agencies they sit for in each."""

    reads: frozenset[int] = frozenset()
    # Secretariat of a body of the country, or its data manager.
    runs: frozenset[int] = frozenset()
    secretariat_in: frozenset[int] = frozenset()
    data_manager_in: frozenset[int] = frozenset()
    agencies: dict[int, frozenset[int]] = field(default_factory=dict)

    def sits_for(self, country_id: int, agency_id: int | None) -> bool:
        return agency_id is not None and agency_id in self.agencies.get(country_id, frozenset())


def reach_of(user: Any) -> Reach:
    """Computed from the grants of the request, without a query of its own."""
    grants = grants_of(user)
    agencies: dict[int, frozenset[int]] = {}
    secretariat = set()
    for body in grants.task_forces:
        seated = grants.agencies.get(body.pk, frozenset())
        agencies[body.country_id] = agencies.get(body.country_id, frozenset()) | seated
        if grants.holds(body.pk, Role.SECRETARIAT):
            secretariat.add(body.country_id)
    return Reach(
        reads=frozenset(body.country_id for body in grants.task_forces) | grants.published_in | grants.data_manager_in,
        runs=frozenset(secretariat) | grants.data_manager_in,
        secretariat_in=frozenset(secretariat),
        data_manager_in=grants.data_manager_in,
        agencies={country: found for country, found in agencies.items() if found},
    )


def interventions_visible_to(user: Any, country: Country | None = None) -> QuerySet[Intervention]:
    """Every sheet that the user may open; with `country`, those of it, asked for in fewer words.

    Public ones are read by whoever holds anything in the portal; those « partenaires » by the members of the bodies
    of their country; the rest, drafts and archives included, by the agencies that have a part in them, the
    secretariat and the data manager of the country.
    """
    if not has_any_grant(user):
        return Intervention.objects.none()
    reach = reach_of(user)
    return Intervention.objects.filter(_seen_by(reach) if country is None else _seen_in(country.pk, reach))


def lines_visible_to(user: Any) -> QuerySet[CoverageLine]:
    """The coverage lines of `interventions_visible_to`."""
    if not has_any_grant(user):
        return CoverageLine.objects.none()
    return CoverageLine.objects.filter(intervention__in=interventions_visible_to(user))


def may_see(user: Any, intervention: Intervention) -> bool:
    """The same for one sheet at hand; its roles are read when nothing else decides."""
    if not has_any_grant(user):
        return False
    reach, country = reach_of(user), intervention.country_id
    if country in reach.runs:
        return True
    if intervention.state == InterventionState.PUBLISHED:
        if intervention.visibility == Visibility.PUBLIC:
            return True
        if intervention.visibility == Visibility.PARTNERS and country in reach.reads:
            return True
    if reach.sits_for(country, intervention.on_behalf_of_id):
        return True
    return any(reach.sits_for(country, role.agency_id) for role in intervention.roles.all())


def _seen_in(country: int, reach: Reach) -> Q:
    """What `_seen_by` says of one country: a page that counts all of it weighs each sheet against less."""
    here = Q(country=country)
    if country in reach.runs:
        return here
    levels = [Visibility.PUBLIC, Visibility.PARTNERS] if country in reach.reads else [Visibility.PUBLIC]
    seen = Q(state=InterventionState.PUBLISHED, visibility__in=levels)
    if agencies := reach.agencies.get(country):
        seen |= _own(agencies)
    return here & seen


def _own(agencies: frozenset[int]) -> Q:
    own = InterventionRole.objects.filter(agency__in=agencies).order_by().values("intervention")
    return Q(pk__in=own) | Q(on_behalf_of__in=agencies)


def _seen_by(reach: Reach) -> Q:
    published = Q(state=InterventionState.PUBLISHED)
    seen = published & Q(visibility=Visibility.PUBLIC)
    if reach.reads:
        seen |= published & Q(visibility=Visibility.PARTNERS, country__in=reach.reads)
    if reach.runs:
        seen |= Q(country__in=reach.runs)
    for country, agencies in reach.agencies.items():
        if country not in reach.runs:
            seen |= Q(country=country) & _own(agencies)
    return seen
