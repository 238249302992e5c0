"""Readings of who sits, who runs, and what each may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField
from django.db.models.functions import Lower
from django.utils import timezone

from core.text import normalise
from taskforce.enums import OfficeRole, Role
from taskforce.models import ActionItem, Agency, AgencyAlias, Mandate, Office, Person, Seat, TaskForce, User

SITTING = frozenset({Role.TITULAR, Role.SUBSTITUTE, Role.OBSERVER})
READERS = frozenset(Role)


@dataclass(frozen=True)
class Grants:
    """What a user holds at this moment, from mandates and offices in force; nothing is stored.

    `bodies` maps a body's id to the roles held there; `agencies` to the agencies represented there;
    `published_in` are the countries where the person reads published texts of every body.
    """

    is_administrator: bool = False
    person_id: int | None = None
    bodies: dict[int, frozenset[Role]] = field(default_factory=dict)
    agencies: dict[int, frozenset[int]] = field(default_factory=dict)
    published_in: frozenset[int] = frozenset()
    data_manager_in: frozenset[int] = frozenset()

    def roles(self, body_id: int) -> frozenset[Role]:
        return self.bodies.get(body_id, frozenset())

    def holds(self, body_id: int, *roles: Role) -> bool:
        return not self.roles(body_id).isdisjoint(roles)

    def is_reader(self, body_id: int) -> bool:
        return bool(self.roles(body_id))

    def body_ids(self, *roles: Role) -> list[int]:
        """Bodies where one of `roles` (any role when none is given) is held."""
        wanted = frozenset(roles) or READERS
        return [body for body, held in self.bodies.items() if not held.isdisjoint(wanted)]


NOTHING = Grants()


def grants_of(user: Any) -> Grants:
    """The grants of `user` now: two queries the first time, then kept for the request on the object.

    A mandate is in force by the date of its body's own time zone, so a right ends at midnight in
    Niamey, not in UTC.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOTHING
    cached = getattr(user, "_grants", None)
    if cached is None:
        cached = user._grants = _read_grants(user)
    return cached


def forget_grants(user: Any) -> None:
    """Drop the kept grants: for tests and for a task that outlives a request."""
    user.__dict__.pop("_grants", None)


def _read_grants(user: User) -> Grants:
    now = timezone.now()
    # Every time zone is within a day of UTC; the exact date is compared below.
    around = [now.date() - timedelta(days=1), now.date() + timedelta(days=2)]
    mandates = Mandate.objects.filter(
        person__user=user, period__overlap=around, seat__period__overlap=around
    ).select_related("seat__task_force")
    offices = Office.objects.filter(person__user=user, period__overlap=around).select_related("task_force", "country")
    roles: dict[int, set[Role]] = {}
    agencies: dict[int, set[int]] = {}
    published: set[int] = set()
    data_manager: set[int] = set()
    person_id = None
    for mandate in mandates:
        body = mandate.seat.task_force
        today = timezone.localdate(now, body.tz)
        if today in mandate.period and today in mandate.seat.period:
            person_id = mandate.person_id
            roles.setdefault(body.pk, set()).add(mandate.role)
            agencies.setdefault(body.pk, set()).add(mandate.seat.agency_id)
    for office in offices:
        person_id = office.person_id
        if office.role == OfficeRole.DATA_MANAGER and office.country is not None:
            if timezone.localdate(now, _zone(office.country.time_zone)) in office.period:
                data_manager.add(office.country.pk)
                published.add(office.country.pk)
        elif office.task_force is not None:
            body = office.task_force
            if timezone.localdate(now, body.tz) in office.period:
                roles.setdefault(body.pk, set()).add(Role(office.role))
                if office.role == OfficeRole.SECRETARIAT:
                    published.add(body.country_id)
    return Grants(
        is_administrator=user.is_administrator,
        person_id=person_id,
        bodies={body: frozenset(held) for body, held in roles.items()},
        agencies={body: frozenset(held) for body, held in agencies.items()},
        published_in=frozenset(published),
        data_manager_in=frozenset(data_manager),
    )


def _zone(name: str):
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def bodies_visible_to(user: Any) -> QuerySet[TaskForce]:
    """Bodies whose page the user may open: those where they hold a role, those of a country where they
    read what is published, and every body for an administrator."""
    grants = grants_of(user)
    bodies = TaskForce.objects.select_related("country").order_by("country__name_fr", "name", "pk")
    if grants.is_administrator:
        return bodies
    return bodies.filter(Q(pk__in=grants.body_ids()) | Q(country_id__in=grants.published_in))


def french_order(*fields: str) -> list[Any]:
    """Order by French dictionary rules on every PostgreSQL: `unaccent(lower(x)), x` (eau, Emma, État, étude)."""
    order: list[Any] = []
    for name in fields:
        order.append(Func(Lower(F(name)), function="socle_unaccent", output_field=TextField()))
        order.append(F(name))
    return order


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


def missing_facts(action: ActionItem) -> list[str]:
    """What an action lacks before its minutes may circulate: "owner", "due_on". Uses the prefetched owners."""
    missing = []
    if not (action.owner_all or action.owner_function or action.owner_person_id or list(action.owners.all())):
        missing.append("owner")
    if action.due_on is None:
        missing.append("due_on")
    return missing


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
