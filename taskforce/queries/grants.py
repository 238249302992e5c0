"""What somebody may, computed from the mandates and functions in force today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from taskforce.enums import OfficeRole, Role
from taskforce.models import (
    Mandate,
    Office,
    TaskForce,
    User,
)

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
    # The bodies of `bodies`, with their country, as they were read.
    task_forces: tuple[TaskForce, ...] = field(default=(), compare=False, repr=False)

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
    """Drop what is kept for the request: for tests and for a task that outlives one."""
    user.__dict__.pop("_grants", None)
    user.__dict__.pop("_visible_bodies", None)


def _read_grants(user: User) -> Grants:
    now = timezone.now()
    # Every time zone is within a day of UTC; the exact date is compared below.
    around = [now.date() - timedelta(days=1), now.date() + timedelta(days=2)]
    mandates = Mandate.objects.filter(
        person__user=user, period__overlap=around, seat__period__overlap=around
    ).select_related("seat__task_force__country", "seat__task_force__host_agency", "person")
    offices = Office.objects.filter(person__user=user, period__overlap=around).select_related(
        "task_force__country", "task_force__host_agency", "country", "person"
    )
    # Their usual order would join and sort; here it says nothing.
    mandates, offices = mandates.order_by(), offices.order_by()
    roles: dict[int, set[Role]] = {}
    agencies: dict[int, set[int]] = {}
    published: set[int] = set()
    data_manager: set[int] = set()
    task_forces: dict[int, TaskForce] = {}
    person_id = None
    for holder in [*(mandate.person for mandate in mandates), *(office.person for office in offices)]:
        # Every page names the account's person: no query of its own.
        user._state.fields_cache.setdefault("person", holder)
    for mandate in mandates:
        body = mandate.seat.task_force
        today = timezone.localdate(now, body.tz)
        if today in mandate.period and today in mandate.seat.period:
            person_id = mandate.person_id
            task_forces.setdefault(body.pk, body)
            roles.setdefault(body.pk, set()).add(mandate.role)
            agencies.setdefault(body.pk, set()).add(mandate.seat.agency_id)
    for office in offices:
        if office.role == OfficeRole.DATA_MANAGER and office.country is not None:
            if timezone.localdate(now, _zone(office.country.time_zone)) in office.period:
                person_id = office.person_id
                data_manager.add(office.country.pk)
                published.add(office.country.pk)
        elif office.task_force is not None:
            body = office.task_force
            if timezone.localdate(now, body.tz) in office.period:
                person_id = office.person_id
                task_forces.setdefault(body.pk, body)
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
        task_forces=tuple(task_forces.values()),
    )


def _zone(name: str):
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def has_any_grant(user: Any) -> bool:
    """Holds something today, or administers the platform."""
    grants = grants_of(user)
    return grants.is_administrator or bool(grants.bodies) or bool(grants.data_manager_in)
