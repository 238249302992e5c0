"""The persons named in an answer, beside what the portal knows of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.text import normalise
from taskforce.models import DesignatedPerson, DesignationRequest, Mandate, Person
from taskforce.queries.people import _folded, _folded_value


@dataclass(frozen=True)
class Named:
    """A person named in an answer, beside what the portal knows of them."""

    designated: DesignatedPerson
    # Who has this very address; otherwise people of the same name.
    known: Person | None
    namesakes: list[Person]
    elsewhere: list[Mandate]

    @property
    def differs(self) -> bool:
        """The address is that of somebody of another name: to be looked at."""
        known = self.known
        return known is not None and known.family_name.casefold() != self.designated.family_name.casefold()


def named_in(request: DesignationRequest, *, on: date) -> list[Named]:
    """The persons of the answer in order, with their duplicates and the mandates they hold elsewhere on `on`.

    Four queries whatever their number.
    """
    persons = list(request.persons.select_related("person__agency").order_by("rank"))
    emails = [person.email.lower() for person in persons if person.email]
    by_email = {
        person.email.lower(): person for person in Person.objects.filter(email__in=emails).select_related("agency")
    }
    known = {designated.pk: designated.person or by_email.get(designated.email.lower()) for designated in persons}
    strangers = [designated for designated in persons if known[designated.pk] is None]
    namesakes = _namesakes_of(strangers)
    held: dict[int, list[Mandate]] = {}
    elsewhere = (
        Mandate.objects.filter(person__in=[person for person in known.values() if person], period__contains=on)
        .exclude(seat=request.seat_id)
        .select_related("seat__agency", "seat__task_force", "person")
        .order_by("rank", "pk")
    )
    for mandate in elsewhere:
        held.setdefault(mandate.person_id, []).append(mandate)
    return [
        Named(
            designated,
            person := known[designated.pk],
            [] if person else namesakes.get(_name_key(designated), []),
            held.get(person.pk, []) if person else [],
        )
        for designated in persons
    ]


def _name_key(someone: DesignatedPerson | Person) -> tuple[str, ...]:
    """The two names in any order, without regard to case and accents."""
    return tuple(sorted((normalise(someone.given_name), normalise(someone.family_name))))


def _namesakes_of(strangers: Iterable[DesignatedPerson]) -> dict[tuple[str, ...], list[Person]]:
    """People known by the same names, by `_name_key`: one query."""
    wanted = Q(pk__in=[])
    for designated in strangers:
        given, family = _folded_value(designated.given_name), _folded_value(designated.family_name)
        wanted |= Q(folded_given=given, folded_family=family) | Q(folded_given=family, folded_family=given)
    if not wanted.children[1:]:
        return {}
    people = Person.objects.annotate(
        folded_given=_folded("given_name"), folded_family=_folded("family_name")
    ).select_related("agency")
    found: dict[tuple[str, ...], list[Person]] = {}
    for person in people.filter(wanted).order_by("pk"):
        found.setdefault(_name_key(person), []).append(person)
    return found
