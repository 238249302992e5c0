"""Who is written to in a body: the people in office, what they hold there, and who answers for an agency."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from taskforce.enums import ActionState, BodyState, Role
from taskforce.models import ActionItem, ActionOwner, Agency, Mandate, Office, Person, TaskForce
from taskforce.queries.register import OPEN_STATES


@dataclass
class DigestReader:
    """A person with an address and what they hold today: bodies by id, their roles and agencies there."""

    person: Person
    bodies: dict[int, TaskForce] = field(default_factory=dict)
    roles: dict[int, set[Role]] = field(default_factory=dict)
    agencies: dict[int, set[int]] = field(default_factory=dict)

    def holds(self, body_id: int, *roles: Role) -> bool:
        return not self.roles.get(body_id, set()).isdisjoint(roles)

    @property
    def home(self) -> TaskForce:
        """The body whose time zone is the person's: the first that was made."""
        return self.bodies[min(self.bodies)]


def digest_readers(now: datetime) -> list[DigestReader]:
    """Everybody with an address who holds a mandate or a function today in a body that is not closed: two queries."""
    readers: dict[int, DigestReader] = {}
    # One object for each body: what a message reads of it (Reply-To) is read once for all.
    known: dict[int, TaskForce] = {}

    def hold(person: Person, body: TaskForce, role: Role) -> DigestReader:
        reader = readers.setdefault(person.pk, DigestReader(person))
        reader.bodies[body.pk] = known.setdefault(body.pk, body)
        reader.roles.setdefault(body.pk, set()).add(role)
        return reader

    for mandate in mandates_today(now).exclude(person__email=""):
        body = mandate.seat.task_force
        if _in_force(mandate, now) and body.state != BodyState.CLOSED:
            reader = hold(mandate.person, body, mandate.role)
            reader.agencies.setdefault(body.pk, set()).add(mandate.seat.agency_id)
    offices = Office.objects.filter(period__overlap=_around(now), task_force__isnull=False).exclude(person__email="")
    for office in offices.select_related("task_force__country", "person"):
        served = office.task_force
        if served is None or served.state == BodyState.CLOSED:
            continue
        if timezone.localdate(now, served.tz) in office.period:
            hold(office.person, served, Role(office.role))
    return sorted(readers.values(), key=lambda reader: reader.person.pk)


def mandates_today(now: datetime) -> QuerySet[Mandate]:
    """Mandates in force around `now`, in any time zone; compare the day of the body afterwards (`_in_force`)."""
    around = _around(now)
    return (
        Mandate.objects.filter(period__overlap=around, seat__period__overlap=around)
        .select_related("person", "seat__agency", "seat__task_force__country")
        .order_by("rank", "pk")
    )


def _around(now: datetime) -> list:
    # Every time zone is within a day of UTC.
    return [now.date() - timedelta(days=1), now.date() + timedelta(days=2)]


def _in_force(mandate: Mandate, now: datetime) -> bool:
    today = timezone.localdate(now, mandate.seat.task_force.tz)
    return today in mandate.period and today in mandate.seat.period


@dataclass(frozen=True)
class Spokesperson:
    """Who answers for an agency in a body today: its titular, else its first substitute who has an address."""

    person: Person
    agency: Agency


def spokespeople(bodies: Collection[int], now: datetime) -> dict[int, dict[int, Spokesperson]]:
    """{body id: {agency id: who answers for it}}, of those who have an address: one query."""
    found: dict[int, dict[int, Spokesperson]] = {}
    for mandate in mandates_today(now).filter(seat__task_force__in=bodies).exclude(person__email=""):
        if _in_force(mandate, now):
            seat = mandate.seat
            found.setdefault(seat.task_force_id, {}).setdefault(
                seat.agency_id, Spokesperson(mandate.person, seat.agency)
            )
    return found


def spokespeople_among(sitting: Iterable[Mandate]) -> dict[int, Spokesperson]:
    """{agency id: who answers for it} of one body, among the mandates in force there, already read."""
    found: dict[int, Spokesperson] = {}
    for mandate in sorted(sitting, key=lambda mandate: (mandate.rank, mandate.pk)):
        if mandate.person.email:
            found.setdefault(mandate.seat.agency_id, Spokesperson(mandate.person, mandate.seat.agency))
    return found


def open_actions_due(*, before: datetime, after: datetime | None = None) -> QuerySet[ActionItem]:
    """Open actions of bodies that are not closed, due before (and after) these days, with their owners."""
    actions = (
        ActionItem.objects.filter(state__in=OPEN_STATES, due_on__lt=before.date())
        .exclude(task_force__state=BodyState.CLOSED)
        .select_related("task_force__country", "owner_person")
        .prefetch_related(Prefetch("owners", ActionOwner.objects.select_related("agency")))
        .order_by(F("due_on").asc(), "year", "number")
    )
    return actions.filter(due_on__gt=after.date()) if after is not None else actions


def agencies_at_work(action: ActionItem) -> list[int]:
    """The agencies whose part of the action is not finished; uses the prefetched owners."""
    return [o.agency_id for o in action.owners.all() if o.state not in {ActionState.DONE, ActionState.CANCELLED}]


def owners_of(action: ActionItem, spoken: dict[int, Spokesperson]) -> list[Person]:
    """Who is told about the action: who answers for its agencies (or all), and the person named. Each once."""
    agencies: Iterable[int] = spoken if action.owner_all else agencies_at_work(action)
    people = [spoken[agency].person for agency in agencies if agency in spoken]
    named = action.owner_person
    if named is not None and named.email:
        people.append(named)
    return list({person.pk: person for person in people}.values())


def concerns(reader: DigestReader, action: ActionItem) -> bool:
    """Whether the action is the reader's: of an agency they represent, of everybody, or theirs by name."""
    body = action.task_force_id
    if body not in reader.bodies:
        return False
    mine = reader.agencies.get(body, set())
    return (
        action.owner_person_id == reader.person.pk
        or (action.owner_all and bool(mine))
        or not mine.isdisjoint(agencies_at_work(action))
    )
