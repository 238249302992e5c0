"""People and agencies: which one sees, finds, or takes for another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import (
    F,
    Func,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Lower

from core.text import normalise
from taskforce.enums import Role
from taskforce.models import (
    Agency,
    AgencyAlias,
    AgencyOffice,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
    TaskForce,
)
from taskforce.queries.bodies import bodies_visible_to
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order


def agency_named(label: str, *, country_id: int | None = None) -> Agency | None:
    """The agency written `label`: by alias, then by acronym or name, without regard to case or accents."""
    key = normalise(label)
    alias = AgencyAlias.objects.select_related("agency").filter(normalised=key).first()
    if alias is not None:
        return alias.agency
    candidates: Iterable[Agency] = Agency.objects.filter(Q(country__isnull=True) | Q(country_id=country_id))
    for agency in candidates:
        if key in {normalise(agency.acronym), normalise(agency.name_fr), normalise(agency.name_en)}:
            return agency
    return None


def agency_called(label: str, *, country_id: int | None, other_than: Agency) -> Agency | None:
    """Another agency that already goes by `label` (alias, acronym or name) where `other_than` would be read for it."""
    key = normalise(label)
    alias = AgencyAlias.objects.select_related("agency").filter(normalised=key).exclude(agency_id=other_than.pk).first()
    if alias is not None:
        return alias.agency
    for agency in Agency.objects.filter(Q(country__isnull=True) | Q(country_id=country_id)).exclude(pk=other_than.pk):
        if key in {normalise(agency.acronym), normalise(agency.name_fr), normalise(agency.name_en)}:
            return agency
    return None


def seats_of(agency: Agency, bodies: QuerySet[TaskForce]) -> QuerySet[Seat]:
    """The agency's memberships of `bodies`, the latest first."""
    return (
        agency.seats.filter(task_force__in=bodies.order_by().values("pk"))
        .select_related("task_force__country", "agency")
        .order_by("-period", "pk")
    )


def offices_of_agency(agency: Agency, on: date) -> QuerySet[AgencyOffice]:
    """The agency's offices, each with `current_heads`: who heads it on `on` (one or none)."""
    heads = OfficeHead.objects.filter(period__contains=on).select_related("person")
    return (
        agency.offices.select_related("country")
        .prefetch_related(Prefetch("heads", heads, to_attr="current_heads"))
        .order_by(*french_order("duty_station"))
    )


def people_choices() -> QuerySet[Person]:
    """Everybody, in French order: whoever holds a mandate is chosen among all."""
    return Person.objects.select_related("agency").order_by(*french_order("family_name", "given_name"), "pk")


def body_ids_of(person: Person) -> set[int]:
    """Bodies where the person holds or held a mandate or an office, at any date; kept on the object."""
    kept = person.__dict__.get("_body_ids")
    if kept is not None:
        return kept
    seats = Mandate.objects.filter(person=person).values_list("seat__task_force_id", flat=True)
    offices = Office.objects.filter(person=person, task_force__isnull=False).values_list("task_force_id", flat=True)
    found = person.__dict__["_body_ids"] = set(seats.union(offices))
    return found


def people_of(bodies: Any) -> Q:
    """People who hold or held something in one of `bodies` (ids, or a query for them)."""
    return Q(pk__in=Mandate.objects.filter(seat__task_force__in=bodies).values("person")) | Q(
        pk__in=Office.objects.filter(task_force__in=bodies).values("person")
    )


def people_visible_to(user: Any) -> QuerySet[Person]:
    """People whose page the user may open: of the bodies the user may open, and the user.

    Whoever runs a body (and an administrator) sees everybody: people are proposed for any body.
    """
    grants = grants_of(user)
    people = Person.objects.select_related("agency", "office", "user").order_by(
        *french_order("family_name", "given_name"), "pk"
    )
    if grants.is_administrator or grants.body_ids(Role.SECRETARIAT):
        return people
    own = Q(user=user) if getattr(user, "is_authenticated", False) else Q(pk__in=[])
    return people.filter(own | people_of(bodies_visible_to(user).order_by().values("pk")))


def contacts_visible_to(user: Any) -> QuerySet[Person]:
    """People whose address and telephone the user may read: who share a body with the user, and the user.

    An administrator reads all; whoever runs a body also those of people who belong to none.
    """
    grants = grants_of(user)
    if grants.is_administrator:
        return Person.objects.all()
    visible = people_of(grants.body_ids())
    if getattr(user, "is_authenticated", False):
        visible |= Q(user=user)
    if grants.body_ids(Role.SECRETARIAT):
        visible |= ~Q(pk__in=Mandate.objects.values("person")) & ~Q(
            pk__in=Office.objects.filter(task_force__isnull=False).values("person")
        )
    return Person.objects.filter(visible)


def similar_people(given: str, family: str, *, but: int | None = None) -> QuerySet[Person]:
    """People of the same name, without regard to case, accents, or which part is the family name."""
    parts = (_folded_value(given), _folded_value(family))
    folded = Person.objects.annotate(
        folded_given=_folded("given_name"), folded_family=_folded("family_name")
    ).select_related("agency")
    same = folded.filter(
        Q(folded_given=parts[0], folded_family=parts[1]) | Q(folded_given=parts[1], folded_family=parts[0])
    )
    others = same if but is None else same.exclude(pk=but)
    return others.order_by(*french_order("family_name", "given_name"))


def _folded(name: str) -> Func:
    return Func(Lower(F(name)), function="socle_unaccent", output_field=TextField())


def _folded_value(text: str) -> Func:
    return Func(Lower(Value(" ".join(text.split()))), function="socle_unaccent", output_field=TextField())


def agencies_visible_to(user: Any) -> QuerySet[Agency]:
    """Agencies whose page the user may open: those of the world, and of the countries of the user's bodies.

    Nobody without a mandate or an office sees any; an administrator sees all.
    """
    grants = grants_of(user)
    agencies = Agency.objects.select_related("country", "parent").order_by(*french_order("acronym"), "pk")
    if grants.is_administrator:
        return agencies
    if not grants.body_ids() and not grants.published_in:
        return agencies.none()
    countries = bodies_visible_to(user).order_by().values("country")
    return agencies.filter(Q(country__isnull=True) | Q(country__in=countries))
