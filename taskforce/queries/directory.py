"""The directory: people by organisation and duty station, as far as the reader may see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from core.text import normalise
from taskforce.models import Agency, AgencyAlias, AgencyOffice, OfficeHead, Person
from taskforce.queries.ordering import french_order
from taskforce.queries.people import agencies_visible_to, contacts_visible_to, people_visible_to

# Addresses of an office, which name nobody.
SHARED_MAILBOXES = frozenset(
    """accueil administration bureau communication contact courrier direction director focal info infos office point
    registry representation representant secretariat secretary""".split()
)
_SHORTEST = 3


def address_doubt(person: Person) -> bool:
    """Whether the person's name is not found in the address: one of the two may be misspelt (« à vérifier »).

    One name in three letters or more is enough, whatever the order (jdupont, dupontj, jean.dupont, eharris2);
    addresses of an office (secretariat@…) and names shorter than that are not judged.
    """
    mailbox = normalise(person.email.partition("@")[0])
    if not mailbox or SHARED_MAILBOXES & set(re.split(r"[^a-z]+", mailbox)):
        return False
    names = [word for word in _words(f"{person.given_name} {person.family_name}") if len(word) >= _SHORTEST]
    # The letters alone: « le-roux » is found in « leroux ».
    return bool(names) and not any(word in re.sub(r"[^a-z]", "", mailbox) for word in [*names, *_joined(person)])


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", normalise(text))


def _joined(person: Person) -> list[str]:
    joined = "".join(_words(person.family_name))
    return [joined] if len(joined) >= _SHORTEST else []


def directory_people(
    user: Any, *, words: str = "", agency: Agency | None = None, station: str = "", theme: Any = None
) -> QuerySet[Person]:
    """The people whom `user` may see, by organisation, duty station and name.

    Each of `words` is looked for in names, organisations (all their names) and duty stations, without regard to
    case or accents.
    """
    people = people_visible_to(user)
    for word in words.split():
        aliases = AgencyAlias.objects.filter(normalised__contains=normalise(word)).values("agency")
        people = people.filter(
            Q(family_name__unaccent__icontains=word)
            | Q(given_name__unaccent__icontains=word)
            | Q(office__duty_station__unaccent__icontains=word)
            | Q(agency__acronym__unaccent__icontains=word)
            | Q(agency__name_fr__unaccent__icontains=word)
            | Q(agency__in=aliases)
        )
    if agency is not None:
        people = people.filter(agency=agency)
    if station:
        people = people.filter(office__duty_station=station)
    if theme is not None:
        people = people.filter(themes=theme)
    return people.order_by(
        *french_order("agency__acronym"), *french_order("office__duty_station", "family_name", "given_name"), "pk"
    )


def directory_agencies(user: Any) -> QuerySet[Agency]:
    """The organisations of the people whom `user` may see, in French order."""
    people = people_visible_to(user).order_by().exclude(agency=None)
    return Agency.objects.filter(pk__in=people.values("agency")).order_by(*french_order("acronym"), "pk")


def directory_stations(user: Any) -> list[str]:
    """Where these people are posted, in French order."""
    people = people_visible_to(user).order_by().exclude(office=None)
    offices = AgencyOffice.objects.filter(pk__in=people.values("office"))
    return list(dict.fromkeys(offices.order_by(*french_order("duty_station")).values_list("duty_station", flat=True)))


@dataclass(frozen=True)
class Listed:
    """One line: `shows_contact` says whether the reader may see address and telephone, `doubt` that they disagree."""

    person: Person
    shows_contact: bool
    doubt: bool


@dataclass(frozen=True)
class Station:
    """The people of an organisation in one place; `head` directs the office there today."""

    name: str
    head: Person | None
    people: list[Listed]


@dataclass(frozen=True)
class Organisation:
    """An organisation (None: none is known) and its people by duty station; `opens`: the reader may open its page."""

    agency: Agency | None
    stations: list[Station]
    opens: bool = False

    @property
    def count(self) -> int:
        return sum(len(station.people) for station in self.stations)


def listed(people: Iterable[Person], user: Any) -> list[Listed]:
    """The people with what the reader may know of each: one query."""
    rows = list(people)
    reachable = set(contacts_visible_to(user).filter(pk__in=[p.pk for p in rows]).values_list("pk", flat=True))
    return [Listed(p, p.pk in reachable, p.pk in reachable and address_doubt(p)) for p in rows]


def grouped(lines: Iterable[Listed], user: Any, *, on: date) -> list[Organisation]:
    """Lines in the order of `directory_people`, by organisation then duty station, for `user`: three queries."""
    lines = list(lines)
    ids = {line.person.agency_id for line in lines if line.person.agency_id is not None}
    opens = set(agencies_visible_to(user).order_by().filter(pk__in=ids).values_list("pk", flat=True))
    heads = _heads({line.person.office_id for line in lines if line.person.office_id}, on)
    places: dict[int | None, dict[str, list[Listed]]] = {}
    for line in lines:
        office = line.person.office
        station = office.duty_station if office else ""
        places.setdefault(line.person.agency_id, {}).setdefault(station, []).append(line)
    organisations = []
    for agency_id, stations in places.items():
        rows = [Station(name, heads.get(people[0].person.office_id), people) for name, people in stations.items()]
        # Those whose duty station is not known come last.
        rows.sort(key=lambda station: not station.name)
        organisations.append(Organisation(rows[0].people[0].person.agency, rows, agency_id in opens))
    return organisations


def _heads(offices: set[int], on: date) -> dict[int | None, Person]:
    current = OfficeHead.objects.filter(period__contains=on).select_related("person")
    rows = AgencyOffice.objects.filter(pk__in=offices).prefetch_related(Prefetch("heads", current, to_attr="current"))
    return {office.pk: office.current[0].person for office in rows if office.current}
