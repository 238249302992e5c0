"""The roster of a body on a day, its mandates and functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)

from core.models import TransitionRecord
from taskforce.enums import OfficeRole
from taskforce.models import (
    Mandate,
    Office,
    Person,
    Seat,
    TaskForce,
)
from taskforce.queries.bodies import bodies_visible_to
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order
from taskforce.queries.people import people_choices, people_of


def seats_on(body: TaskForce, on: date) -> QuerySet[Seat]:
    """Seats in force on the day `on`: members, then observers, in French order of the agencies' acronyms."""
    return (
        body.seats.filter(period__contains=on)
        .select_related("agency")
        .order_by("status", *french_order("agency__acronym"))
    )


def mandates_on(body: TaskForce, on: date) -> QuerySet[Mandate]:
    """Mandates in force on the day `on`, of seats in force that day: the roster. Empty on 11 February 2016 in Niger."""
    return (
        Mandate.objects.filter(seat__task_force=body, period__contains=on, seat__period__contains=on)
        .select_related("seat__agency", "person", "seat__task_force")
        .order_by("seat__agency__acronym", "rank")
    )


def mandates_from(body: TaskForce, day: date) -> list[Mandate]:
    """Mandates in force on `day` and those that begin later, in the order of the roster: one query."""
    return list(
        Mandate.objects.filter(Q(period__contains=day) | Q(period__startswith__gt=day), seat__task_force=body)
        .select_related("seat__agency", "person", "seat__task_force")
        .order_by("seat__agency__acronym", "rank", "pk")
    )


def sitting_among(mandates: Iterable[Mandate], day: date) -> list[Mandate]:
    """Of mandates already read, those that `mandates_on` gives for `day`."""
    return [mandate for mandate in mandates if day in mandate.period and day in mandate.seat.period]


def members_in_office(body: TaskForce, on: date | None = None) -> QuerySet[Person]:
    """People holding a mandate (any rank, observers too) or an office of the body on `on` (today by default)."""
    day = on or body.today()
    holders = Mandate.objects.filter(seat__task_force=body, period__contains=day, seat__period__contains=day)
    officers = Office.objects.filter(task_force=body, period__contains=day)
    return (
        Person.objects.filter(Q(pk__in=holders.values("person")) | Q(pk__in=officers.values("person")))
        .select_related("agency")
        .order_by(*french_order("family_name", "given_name"))
    )


def mandates_ending_soon(body: TaskForce, *, on: date, within: timedelta = timedelta(days=60)) -> QuerySet[Mandate]:
    """Mandates in force on `on` that end within the window and have no successor: the renewal list."""
    successors = Mandate.objects.filter(seat__task_force=body, period__startswith__gt=on).values("seat_id", "rank")
    followed = {(row["seat_id"], row["rank"]) for row in successors}
    # A stored period ends on the day after its last.
    ending = mandates_on(body, on).filter(period__endswith__lte=on + within + timedelta(days=1))
    return ending.exclude(pk__in=[m.pk for m in ending if (m.seat_id, m.rank) in followed])


def to_renew(
    mandates: Iterable[Mandate],
    *,
    on: date,
    within: timedelta = timedelta(days=60),
    known: Iterable[Mandate] | None = None,
) -> list[Mandate]:
    """`mandates_ending_soon` among the mandates of one body already read, the first to end first: one query at most.

    None when `known`, the mandates that begin after `on`, is given.
    """
    ending = [m for m in mandates if m.ends_on is not None and on <= m.ends_on <= on + within]
    if not ending:
        return []
    if known is not None:
        followed = {(m.seat_id, m.rank) for m in known if m.period.lower > on}
    else:
        seats = {m.seat_id for m in ending}
        followed = set(Mandate.objects.filter(seat__in=seats, period__startswith__gt=on).values_list("seat_id", "rank"))
    return sorted((m for m in ending if (m.seat_id, m.rank) not in followed), key=lambda m: m.period.upper)


@dataclass(frozen=True)
class RosterEntry:
    """A seat in force on a day and who holds it: one titular at most, substitutes in order."""

    seat: Seat
    titular: Mandate | None
    substitutes: list[Mandate]

    @property
    def mandates(self) -> list[Mandate]:
        return ([self.titular] if self.titular else []) + self.substitutes


def roster_on(body: TaskForce, on: date) -> list[RosterEntry]:
    """The seats in force on `on` with their mandates, members then observers, in French order: two queries."""
    held: dict[int, list[Mandate]] = {}
    for mandate in mandates_on(body, on):
        held.setdefault(mandate.seat_id, []).append(mandate)
    entries = []
    for seat in seats_on(body, on):
        mandates = sorted(held.get(seat.pk, []), key=lambda mandate: mandate.rank)
        titular = next((mandate for mandate in mandates if mandate.is_titular), None)
        entries.append(RosterEntry(seat, titular, [m for m in mandates if not m.is_titular]))
    return entries


def seats_visible_to(user: Any) -> QuerySet[Seat]:
    """Memberships, past and present, of the bodies the user may open."""
    return Seat.objects.filter(task_force__in=bodies_visible_to(user).order_by().values("pk")).select_related(
        "task_force__country", "agency"
    )


def mandates_visible_to(user: Any) -> QuerySet[Mandate]:
    """Mandates, past and present, of the bodies the user may open."""
    return Mandate.objects.filter(seat__task_force__in=bodies_visible_to(user).order_by().values("pk")).select_related(
        "seat__task_force__country", "seat__agency", "person"
    )


def offices_visible_to(user: Any) -> QuerySet[Office]:
    """Functions, past and present, in the bodies the user may open; an administrator also sees the countries'."""
    visible = Q(task_force__in=bodies_visible_to(user).order_by().values("pk"))
    if grants_of(user).is_administrator:
        visible |= Q(country__isnull=False)
    return Office.objects.filter(visible).select_related("task_force__country", "country", "person__agency")


def people_for_seat(seat: Seat, *, everybody: bool = False) -> QuerySet[Person]:
    """Whom to offer for a mandate: the agency's people and whoever has sat for it, or everybody."""
    people = people_choices()
    if everybody:
        return people
    return people.filter(
        Q(agency=seat.agency_id) | Q(pk__in=Mandate.objects.filter(seat__agency=seat.agency_id).values("person"))
    )


def people_for_body(body: TaskForce, *, everybody: bool = False) -> QuerySet[Person]:
    """Whom to offer for a function or an action: the people of the body, or everybody."""
    people = people_choices()
    return people if everybody else people.filter(people_of([body.pk]))


def offices_on(body: TaskForce, on: date) -> QuerySet[Office]:
    """Who serves the body on `on`, the secretariat first."""
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(OfficeRole.values)), default=Value(9)
    )
    return (
        body.offices.filter(period__contains=on)
        .select_related("person__agency")
        .order_by(order, *french_order("person__family_name", "person__given_name"))
    )


def office_history(body: TaskForce) -> QuerySet[Office]:
    """Every function of the body, the latest first."""
    return body.offices.select_related("person__agency").order_by("-period", "role", "pk")


def data_managers() -> QuerySet[Office]:
    """Data managers of all countries, by country, the latest first."""
    return (
        Office.objects.filter(country__isnull=False)
        .select_related("country", "person__agency")
        .order_by(*french_order("country__name_fr"), "-period", "pk")
    )


def transitions_of(obj: Any) -> QuerySet[TransitionRecord]:
    """The changes of state of an object, the latest first."""
    return TransitionRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk
    ).order_by("-at", "-pk")


def mandates_of(person: Person, bodies: QuerySet[TaskForce]) -> QuerySet[Mandate]:
    """The person's mandates in `bodies`, the latest first."""
    return (
        person.mandates.filter(seat__task_force__in=bodies.order_by().values("pk"))
        .select_related("seat__agency", "seat__task_force__country", "person")
        .order_by("-period", "pk")
    )


def offices_of(person: Person, bodies: QuerySet[TaskForce]) -> QuerySet[Office]:
    """The person's functions in `bodies` and their countries, the latest first."""
    return (
        person.offices.filter(
            Q(task_force__in=bodies.order_by().values("pk")) | Q(country__in=bodies.order_by().values("country"))
        )
        .select_related("task_force__country", "country")
        .order_by("-period", "pk")
    )


def first_mandate_day(body: TaskForce) -> date | None:
    """The first day on which somebody holds a mandate in the body; None when nobody ever did."""
    return Mandate.objects.filter(seat__task_force=body).aggregate(first=Min("period__startswith"))["first"]


def secretaries_of(body: TaskForce) -> QuerySet[Person]:
    """Who holds the secretariat today."""
    offices = Office.objects.filter(task_force=body, role=OfficeRole.SECRETARIAT, period__contains=body.today())
    return Person.objects.filter(pk__in=offices.values("person")).order_by("pk")
