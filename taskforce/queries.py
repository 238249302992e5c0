"""Readings of who sits, who runs, and what each may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Lower
from django.utils import timezone

from core.models import TransitionRecord
from core.text import normalise
from taskforce.enums import ActionState, OfficeRole, Role
from taskforce.models import (
    ActionItem,
    ActionOwner,
    Agency,
    AgencyAlias,
    AgencyOffice,
    Decision,
    LeadAgency,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
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
    ).select_related("seat__task_force", "person")
    offices = Office.objects.filter(person__user=user, period__overlap=around).select_related(
        "task_force", "country", "person"
    )
    roles: dict[int, set[Role]] = {}
    agencies: dict[int, set[int]] = {}
    published: set[int] = set()
    data_manager: set[int] = set()
    person_id = None
    for holder in [*(mandate.person for mandate in mandates), *(office.person for office in offices)]:
        # Every page names the account's person: no query of its own.
        user._state.fields_cache.setdefault("person", holder)
    for mandate in mandates:
        body = mandate.seat.task_force
        today = timezone.localdate(now, body.tz)
        if today in mandate.period and today in mandate.seat.period:
            person_id = mandate.person_id
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
    bodies = TaskForce.objects.select_related("country", "host_agency").order_by("country__name_fr", "name", "pk")
    if grants.is_administrator:
        return bodies
    return bodies.filter(Q(pk__in=grants.body_ids()) | Q(country_id__in=grants.published_in))


def visible_bodies(user: Any) -> list[TaskForce]:
    """`bodies_visible_to`, read once for the request and kept on the object: every page's frame lists them."""
    if not getattr(user, "is_authenticated", False):
        return []
    kept = getattr(user, "_visible_bodies", None)
    if kept is None:
        kept = user._visible_bodies = list(bodies_visible_to(user))
    return kept


def only_body(user: Any) -> TaskForce | None:
    """The one body that the user may open, for the frame of pages that belong to none; None for several."""
    bodies = visible_bodies(user)
    return bodies[0] if len(bodies) == 1 else None


def body_at(user: Any, slug: str) -> TaskForce | None:
    """The body of this address, when the user may open it."""
    return next((body for body in visible_bodies(user) if body.slug == slug), None)


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


def to_renew(mandates: Iterable[Mandate], *, on: date, within: timedelta = timedelta(days=60)) -> list[Mandate]:
    """`mandates_ending_soon` among the mandates of one body already read, the first to end first: one query at most."""
    ending = [m for m in mandates if m.ends_on is not None and on <= m.ends_on <= on + within]
    if not ending:
        return []
    seats = {m.seat_id for m in ending}
    followed = set(Mandate.objects.filter(seat__in=seats, period__startswith__gt=on).values_list("seat_id", "rank"))
    return sorted((m for m in ending if (m.seat_id, m.rank) not in followed), key=lambda m: m.period.upper)


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


def agencies_of_register(body: TaskForce) -> QuerySet[Agency]:
    """Agencies that own an action of the body, or sit in it: what its register may be filtered by."""
    owners = ActionOwner.objects.filter(action__task_force=body).values("agency")
    return Agency.objects.filter(Q(pk__in=owners) | Q(pk__in=body.seats.values("agency"))).order_by(
        *french_order("acronym"), "pk"
    )


def register_years(rows: QuerySet[Any]) -> list[int]:
    """The years in which decisions or actions were numbered, the latest first."""
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def incomplete(actions: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Those of `actions` that `missing_facts` flags: without an owner or without a date."""
    return actions.filter(_is_incomplete())


def _is_incomplete() -> Any:
    owned = Exists(ActionOwner.objects.filter(action=OuterRef("pk")))
    return Q(due_on=None) | (Q(owner_all=False, owner_function="", owner_person=None) & ~owned)


# The roster ------------------------------------------------------------------------------


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
    return people if everybody else people.filter(_people_of([body.pk]))


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


def lead_history(body: TaskForce) -> QuerySet[LeadAgency]:
    """Every lead agency of the body, the latest first."""
    return body.leads.select_related("agency", "theme").order_by("-period", *french_order("agency__acronym"))


def transitions_of(obj: Any) -> QuerySet[TransitionRecord]:
    """The changes of state of an object, the latest first."""
    return TransitionRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk
    ).order_by("-at", "-pk")


def progress_of(action: ActionItem) -> list[tuple[ActionOwner | None, TransitionRecord]]:
    """The changes of state of an action and of its agencies' parts (with the part), the latest first."""
    owners = {owner.pk: owner for owner in action.owners.all()}
    whole, part = (ContentType.objects.get_for_model(model) for model in (ActionItem, ActionOwner))
    records = TransitionRecord.objects.filter(
        Q(content_type=whole, object_id=action.pk) | Q(content_type=part, object_id__in=owners)
    ).order_by("-at", "-pk")
    return [(owners[r.object_id] if r.content_type_id == part.pk else None, r) for r in records]


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


def leads_on(body: TaskForce, on: date) -> QuerySet[LeadAgency]:
    """The lead agencies on `on`; those without a theme first."""
    return (
        body.leads.filter(period__contains=on)
        .select_related("agency", "theme")
        .order_by(F("theme__name").asc(nulls_first=True), *french_order("agency__acronym"))
    )


def first_mandate_day(body: TaskForce) -> date | None:
    """The first day on which somebody holds a mandate in the body; None when nobody ever did."""
    return Mandate.objects.filter(seat__task_force=body).aggregate(first=Min("period__startswith"))["first"]


# People and agencies -----------------------------------------------------------------------


def body_ids_of(person: Person) -> set[int]:
    """Bodies where the person holds or held a mandate or an office, at any date; kept on the object."""
    kept = person.__dict__.get("_body_ids")
    if kept is not None:
        return kept
    seats = Mandate.objects.filter(person=person).values_list("seat__task_force_id", flat=True)
    offices = Office.objects.filter(person=person, task_force__isnull=False).values_list("task_force_id", flat=True)
    found = person.__dict__["_body_ids"] = set(seats.union(offices))
    return found


def _people_of(bodies: Any) -> Q:
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
    return people.filter(own | _people_of(bodies_visible_to(user).order_by().values("pk")))


def contacts_visible_to(user: Any) -> QuerySet[Person]:
    """People whose address and telephone the user may read: who share a body with the user, and the user.

    An administrator reads all; whoever runs a body also those of people who belong to none.
    """
    grants = grants_of(user)
    if grants.is_administrator:
        return Person.objects.all()
    visible = _people_of(grants.body_ids())
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


def has_any_grant(user: Any) -> bool:
    """Holds something today, or administers the platform."""
    grants = grants_of(user)
    return grants.is_administrator or bool(grants.bodies) or bool(grants.data_manager_in)


# The register ------------------------------------------------------------------------------

# Who reads what is marked « diffusion restreinte »; owners read their own actions too.
RESTRICTED_READERS = (Role.SECRETARIAT, Role.CHAIR)
OPEN_STATES = (ActionState.NOT_STARTED, ActionState.IN_PROGRESS)


def decisions_visible_to(user: Any) -> QuerySet[Decision]:
    """Decisions of the user's bodies; a restricted one for the secretariat and the chair."""
    grants = grants_of(user)
    return Decision.objects.filter(
        Q(task_force__in=grants.body_ids(*RESTRICTED_READERS))
        | Q(task_force__in=grants.body_ids(), is_restricted=False)
    ).select_related("task_force")


def actions_visible_to(user: Any) -> QuerySet[ActionItem]:
    """Actions of the user's bodies; a restricted one for the secretariat, the chair and those who own it."""
    grants = grants_of(user)
    visible = Q(task_force__in=grants.body_ids(*RESTRICTED_READERS)) | Q(
        task_force__in=grants.body_ids(), is_restricted=False
    )
    for body, agencies in grants.agencies.items():
        owned = ActionOwner.objects.filter(action=OuterRef("pk"), agency__in=agencies)
        visible |= Q(task_force=body) & (Q(owner_all=True) | Q(Exists(owned)))
    if grants.person_id is not None:
        visible |= Q(task_force__in=grants.body_ids(), owner_person=grants.person_id)
    return (
        ActionItem.objects.filter(visible)
        .select_related("task_force", "task_force__country", "owner_person")
        .prefetch_related(
            Prefetch("owners", ActionOwner.objects.select_related("agency").order_by(*french_order("agency__acronym")))
        )
    )


def by_urgency(actions: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Open actions with the most overdue first, then by due date, those without a date last; closed ones after."""
    is_closed = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1))
    return actions.order_by(is_closed, F("due_on").asc(nulls_last=True), "year", "number")


def action_counts(actions: QuerySet[ActionItem], *, on: date) -> dict[str, int]:
    """How many of `actions` are `open` and `overdue` on the day `on`: one query."""
    return actions.order_by().aggregate(
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        overdue=Count("pk", filter=Q(state__in=OPEN_STATES, due_on__lt=on)),
    )


def most_urgent(actions: QuerySet[ActionItem], *, on: date, limit: int) -> tuple[list[ActionItem], dict[str, int]]:
    """The first open ones of `actions`, and how many are `open`, `overdue` and `incomplete`: two queries in all."""
    counted = actions.filter(state__in=OPEN_STATES).annotate(
        open_count=Window(Count("pk")),
        overdue_count=Window(Count("pk", filter=Q(due_on__lt=on))),
        incomplete_count=Window(Count("pk", filter=_is_incomplete())),
    )
    shown = list(by_urgency(counted)[:limit])
    names = ("open", "overdue", "incomplete")
    return shown, {name: getattr(shown[0], f"{name}_count") if shown else 0 for name in names}
