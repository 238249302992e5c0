"""What members contribute before a meeting: points for the agenda, and their agency's update."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Value

from meetings.enums import ProposalState
from meetings.models import AgencyUpdate, AgendaProposal, Meeting
from taskforce.models import Agency, Mandate, Person
from taskforce.queries.roster import mandates_on


def proposals_to_settle(meeting: Meeting) -> QuerySet[AgendaProposal]:
    """Points proposed for this meeting and not settled, and those kept from earlier ones of the body."""
    return (
        AgendaProposal.objects.filter(
            Q(meeting=meeting, state=ProposalState.PROPOSED)
            | Q(meeting__task_force=meeting.task_force_id, state=ProposalState.BACKLOG)
        )
        .select_related("proposed_by__agency", "meeting__task_force")
        .order_by("state", "created_at", "pk")
    )


def proposals_of(meeting: Meeting, person_id: int | None) -> QuerySet[AgendaProposal]:
    """What somebody proposed for the meeting, with what became of it."""
    return meeting.proposals.filter(proposed_by=person_id).select_related("agenda_item")


@dataclass(frozen=True)
class Contributor:
    """A member who is asked for contributions: the agency of the first seat, and what is still lacking."""

    person: Person
    agency: Agency
    lacks_update: bool
    has_proposed: bool


def contributors(meeting: Meeting, sitting: Iterable[Mandate] | None = None) -> list[Contributor]:
    """Everybody who sits in the body on the meeting's day, once, in order of agency and rank.

    Two queries; one when `sitting`, the mandates in force that day, is given.
    """
    written = AgencyUpdate.objects.filter(meeting=meeting, agency__isnull=False).exclude(body="").order_by()
    made = AgendaProposal.objects.filter(meeting=meeting).order_by()
    sent = set(
        written.annotate(what=Value("update"))
        .values_list("what", "agency")
        .union(made.annotate(what=Value("point")).values_list("what", "proposed_by"))
    )
    updated = {pk for what, pk in sent if what == "update"}
    proposed = {pk for what, pk in sent if what == "point"}
    found: dict[int, Contributor] = {}
    for mandate in mandates_on(meeting.task_force, meeting.date) if sitting is None else sitting:
        agency = mandate.seat.agency
        found.setdefault(
            mandate.person_id,
            Contributor(mandate.person, agency, agency.pk not in updated, mandate.person_id in proposed),
        )
    return list(found.values())


def agency_of_member(meeting: Meeting, person_id: int) -> Agency | None:
    """The agency for which somebody sits on the meeting's day; None for who does not sit."""
    mandate = mandates_on(meeting.task_force, meeting.date).filter(person=person_id).first()
    return mandate.seat.agency if mandate is not None else None


def update_of(meeting: Meeting, agency: Agency) -> AgencyUpdate | None:
    """The agency's update for the meeting, if its place exists."""
    return meeting.updates.select_related("agency", "updated_by__person").filter(agency=agency).first()


def coming_with_calls() -> dict[str, Any]:
    """Which meetings members are asked to contribute to: to come, prepared or convened, of active bodies that want it."""
    return {
        "task_force__calls_for_contributions": True,
        "task_force__state": "active",
        "state__in": ["draft", "convened"],
    }


def has_calls(meeting: Meeting) -> bool:
    """`coming_with_calls` of a meeting already read."""
    body = meeting.task_force
    return body.calls_for_contributions and body.state == "active" and meeting.state in {"draft", "convened"}
