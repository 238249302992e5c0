"""Who is expected at a meeting, by the answers to its invitations: for the sheet to sign and for the host's gate."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.text import normalise
from meetings.enums import PartStat
from meetings.models import Invitation, Meeting
from taskforce.models import Mandate, Person
from taskforce.queries.roster import mandates_on, offices_on, seats_on


@dataclass(frozen=True)
class Expected:
    """Somebody who may come: for which agency (empty: none), in which quality, and what the answer said."""

    person: Person
    agency: str
    rank: str
    partstat: str
    is_remote: bool = False
    # Whom the person stands in for.
    replaces: str = ""

    @property
    def is_sure(self) -> bool:
        return self.partstat == PartStat.ACCEPTED


@dataclass(frozen=True)
class ExpectedPeople:
    """`people` in the order of agencies and names; `silent`: agencies that sit and for which nobody is expected."""

    people: tuple[Expected, ...]
    silent: tuple[str, ...]


def expected_at(meeting: Meeting) -> ExpectedPeople:
    """Everybody invited who did not say no, and who comes in the place of another.

    A meeting without invitations (prepared, or of the past) expects the members in office that day. Four queries.
    """
    day = meeting.date
    mandates: dict[int, Mandate] = {}
    for mandate in sorted(mandates_on(meeting.task_force, day), key=lambda one: one.rank):
        mandates.setdefault(mandate.person_id, mandate)
    offices = list(offices_on(meeting.task_force, day))
    functions = {office.person_id: str(office.get_role_display()) for office in reversed(offices)}
    invitations = list(
        meeting.invitations.select_related("person__agency", "delegated_to__agency").order_by("person_id")
    )
    found: dict[int, Expected] = {}

    def put(person: Person, partstat: str, *, is_remote: bool = False, replaces: Invitation | None = None) -> None:
        mandate = mandates.get(person.pk)
        stood_for = mandates.get(replaces.person_id) if replaces is not None else None
        held = mandate or stood_for
        agency = str(held.seat.agency) if held is not None else str(person.agency or "")
        rank = mandate.rank_label if mandate is not None else functions.get(person.pk, "")
        name = replaces.person.full_name if replaces is not None else ""
        found[person.pk] = Expected(person, agency, rank or _("Invité(e)"), partstat, is_remote, name)

    for invitation in invitations:
        if invitation.partstat not in {PartStat.DECLINED, PartStat.DELEGATED}:
            put(invitation.person, invitation.partstat, is_remote=invitation.is_remote)
    for invitation in invitations:
        if invitation.partstat == PartStat.DELEGATED and invitation.delegated_to is not None:
            # Their own answer, if they gave one, stands; only whom they replace is added.
            own = found.get(invitation.delegated_to.pk)
            partstat = own.partstat if own is not None and own.is_sure else PartStat.ACCEPTED
            put(
                invitation.delegated_to,
                partstat,
                is_remote=own.is_remote if own is not None else False,
                replaces=invitation,
            )
    if not invitations:
        for mandate in mandates.values():
            put(mandate.person, PartStat.NEEDS_ACTION)
        for office in offices:
            if office.person_id not in found:
                put(office.person, PartStat.NEEDS_ACTION)
    people = sorted(
        found.values(),
        key=lambda one: (
            normalise(one.agency) or "\uffff",
            normalise(one.person.family_name),
            normalise(one.person.given_name),
            one.person.pk,
        ),
    )
    named = {one.agency for one in people}
    silent = sorted({str(seat.agency) for seat in seats_on(meeting.task_force, day)} - named, key=normalise)
    return ExpectedPeople(tuple(people), tuple(silent))
