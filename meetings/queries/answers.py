"""Who answered an invitation, who may stand in for whom, and what presence the answers forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.text import normalise
from meetings.enums import MeetingState, PartStat
from meetings.models import Invitation, InvitationAnswer, Meeting
from meetings.queries.presence import SeatLine, seat_lines
from taskforce.models import Mandate, Person
from taskforce.queries import french_order, grants_of
from taskforce.queries.roster import mandates_on, offices_on

# Whoever answered so does not come.
NOT_COMING = frozenset({PartStat.DECLINED, PartStat.DELEGATED})


def reason_not_to_answer(meeting: Meeting, now: datetime | None = None) -> str:
    """Why an invitation to this meeting is not answered any more, for who wants to; empty while it is."""
    if meeting.state == MeetingState.CANCELLED:
        return _("La réunion est annulée : il n’y a plus à répondre.")
    if meeting.state == MeetingState.POSTPONED:
        return _("La réunion est reportée : vous pourrez répondre quand sa nouvelle date sera connue.")
    if meeting.state == MeetingState.DRAFT:
        return _("La réunion n’est pas encore convoquée.")
    if meeting.state != MeetingState.CONVENED or meeting.starts_at <= (now or timezone.now()):
        return _("La réunion a commencé ou a déjà eu lieu : la présence se note maintenant sur place.")
    return ""


def invitation_of(user: Any, meeting: Meeting) -> Invitation | None:
    """The invitation of the user's person to the meeting; None without one."""
    person = grants_of(user).person_id
    if person is None:
        return None
    invitation = meeting.invitations.select_related("person", "delegated_to").filter(person=person).first()
    if invitation is not None:
        invitation.meeting = meeting
    return invitation


def invitations_to_answer(user: Any, *, now: datetime | None = None) -> QuerySet[Invitation]:
    """Invitations of the user's person without an answer, to meetings to come of the bodies it sits in, the soonest first."""
    grants = grants_of(user)
    if grants.person_id is None:
        return Invitation.objects.none()
    return (
        Invitation.objects.filter(
            person=grants.person_id,
            partstat=PartStat.NEEDS_ACTION,
            meeting__state=MeetingState.CONVENED,
            meeting__starts_at__gt=now or timezone.now(),
            meeting__task_force__in=grants.body_ids(),
        )
        .select_related("meeting__task_force__country", "person")
        .order_by("meeting__starts_at", "pk")
    )


# Standing in ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class StandIn:
    """Somebody who can come in another's place. `mandate` is None for a representative without mandate."""

    person: Person
    mandate: Mandate | None = None

    @property
    def label(self) -> str:
        """« Mme Aïssa Oumarou, suppléante 1 »."""
        rank = self.mandate.rank_label.lower() if self.mandate else _("sans mandat")
        return _("%(name)s, %(rank)s") % {"name": self.person.full_name, "rank": rank}


def stand_ins(invitation: Invitation) -> list[StandIn]:
    """Who can represent the person invited: those who hold a rank of the same seat, in order, then others of the agency.

    Left out: whoever said that they do not come themselves. Three queries.
    """
    meeting = invitation.meeting
    mandates = list(mandates_on(meeting.task_force, meeting.date))
    seats = {mandate.seat_id for mandate in mandates if mandate.person_id == invitation.person_id}
    agencies = {mandate.seat.agency_id for mandate in mandates if mandate.seat_id in seats}
    if invitation.person.agency_id is not None and not agencies:
        agencies = {invitation.person.agency_id}
    out = set(meeting.invitations.filter(partstat__in=NOT_COMING).values_list("person_id", flat=True))
    out.add(invitation.person_id)
    found: dict[int, StandIn] = {}
    for mandate in sorted(mandates, key=lambda mandate: mandate.rank):
        if mandate.seat_id in seats and mandate.person_id not in out:
            found.setdefault(mandate.person_id, StandIn(mandate.person, mandate))
    sitting = {mandate.person_id for mandate in mandates}
    others = Person.objects.filter(agency__in=agencies).order_by(*french_order("family_name", "given_name"), "pk")
    for person in others:
        # Who sits for another seat of the agency's would count for that one.
        if person.pk not in out and person.pk not in sitting:
            found.setdefault(person.pk, StandIn(person))
    return list(found.values())


def next_in_rank(invitation: Invitation) -> Person | None:
    """The substitute to ask in the place of the person invited: the first in rank who did not say no."""
    return next((one.person for one in stand_ins(invitation) if one.mandate is not None), None)


def is_titular_on(meeting: Meeting, person_id: int) -> bool:
    """Whether the person holds rank 0 of a seat on the meeting's day."""
    return mandates_on(meeting.task_force, meeting.date).filter(person=person_id, rank=0).exists()


# The list of answers --------------------------------------------------------------------------


@dataclass
class AnswerRow:
    """One person invited: rank in the seat, and the last answer."""

    invitation: Invitation
    rank: str
    mandate: Mandate | None = None
    last: InvitationAnswer | None = None

    @property
    def comes(self) -> bool:
        return self.invitation.partstat == PartStat.ACCEPTED

    @property
    def on_behalf(self) -> str:
        """Who entered the answer for somebody else; empty when the person did."""
        return self.last.actor_label if self.last is not None and self.last.on_behalf else ""


@dataclass
class AnswerGroup:
    """One agency: its people in order of rank, and whether somebody of it said they come."""

    acronym: str
    seat: SeatLine | None
    rows: list[AnswerRow] = field(default_factory=list)

    @property
    def is_forecast(self) -> bool:
        """Will be represented, by the answers: who represents, with or without a mandate, comes."""
        return any(row.comes for row in self.rows)

    @property
    def has_answered(self) -> bool:
        return any(row.invitation.partstat != PartStat.NEEDS_ACTION for row in self.rows)


@dataclass(frozen=True)
class AnswerBoard:
    """The answers of a meeting by agency. `others`: officers and guests, who never represent."""

    groups: tuple[AnswerGroup, ...]
    others: tuple[AnswerRow, ...]
    counts: Mapping[str, int]
    agencies_forecast: int
    seats_forecast: int
    counting_seats: int
    quorum_needed: int | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def coming(self) -> int:
        return self.counts.get(PartStat.ACCEPTED, 0)

    @property
    def waiting(self) -> int:
        return self.counts.get(PartStat.NEEDS_ACTION, 0)

    @property
    def excused(self) -> int:
        return self.counts.get(PartStat.DECLINED, 0)

    @property
    def represented(self) -> int:
        return self.counts.get(PartStat.DELEGATED, 0)

    @property
    def unsure(self) -> int:
        return self.counts.get(PartStat.TENTATIVE, 0)

    @property
    def quorum_forecast(self) -> bool | None:
        """Whether the answers give the quorum; None without a rule."""
        return None if self.quorum_needed is None else self.seats_forecast >= self.quorum_needed


def answer_board(meeting: Meeting, *, seats: Iterable[SeatLine] | None = None) -> AnswerBoard:
    """Every invitation with its answer, by agency: members first in French order. Five queries at most."""
    invitations = list(
        meeting.invitations.select_related("person__agency", "delegated_to").order_by(
            *french_order("person__family_name", "person__given_name"), "pk"
        )
    )
    last = _last_answers(meeting) if any(one.partstat != PartStat.NEEDS_ACTION for one in invitations) else {}
    lines = list(seat_lines(meeting.task_force, meeting.date) if seats is None else seats)
    by_agency = {seat.agency_id: AnswerGroup(seat.acronym, seat) for seat in lines}
    mandates: dict[int, Mandate] = {}
    for mandate in mandates_on(meeting.task_force, meeting.date):
        mandates.setdefault(mandate.person_id, mandate)
    offices: dict[int, str] = {}
    for office in offices_on(meeting.task_force, meeting.date):
        offices.setdefault(office.person_id, str(office.get_role_display()))
    stands_for = {one.delegated_to_id: one for one in invitations if one.delegated_to_id is not None}
    others = []
    for invitation in invitations:
        invitation.meeting = meeting
        held = mandates.get(invitation.person_id)
        rank = held.rank_label if held else offices.get(invitation.person_id, _("Invité(e)"))
        row = AnswerRow(invitation, rank, held, last.get(invitation.pk))
        group = by_agency.get(held.seat.agency_id) if held else None
        if group is None and invitation.person_id in stands_for:
            absent = mandates.get(stands_for[invitation.person_id].person_id)
            group = by_agency.get(absent.seat.agency_id) if absent else None
            row.rank = _("Sans mandat")
        if group is None:
            others.append(row)
        else:
            group.rows.append(row)
    for group in by_agency.values():
        group.rows.sort(key=lambda row: row.mandate.rank if row.mandate else 99)
    groups = sorted(
        by_agency.values(),
        key=lambda group: (group.seat is not None and group.seat.is_observer, normalise(group.acronym)),
    )
    members = [group for group in groups if group.seat is not None and not group.seat.is_observer]
    counting = [seat for seat in lines if seat.counts]
    counts: dict[str, int] = {}
    for invitation in invitations:
        counts[invitation.partstat] = counts.get(invitation.partstat, 0) + 1
    return AnswerBoard(
        groups=tuple(groups),
        others=tuple(others),
        counts=counts,
        agencies_forecast=sum(group.is_forecast for group in members),
        seats_forecast=sum(group.is_forecast and group.seat is not None and group.seat.counts for group in members),
        counting_seats=len(counting),
        quorum_needed=meeting.task_force.quorum_for(len(counting)) if counting else None,
    )


def _last_answers(meeting: Meeting) -> dict[int, InvitationAnswer]:
    answers = InvitationAnswer.objects.filter(invitation__meeting=meeting).order_by("invitation_id", "-at", "-pk")
    return {answer.invitation_id: answer for answer in answers.distinct("invitation_id")}


def answers_of(invitation: Invitation) -> QuerySet[InvitationAnswer]:
    """Every answer to an invitation, the latest first."""
    return invitation.answers.select_related("delegated_to").order_by("-at", "-pk")


def stand_in_for(meeting: Meeting, person_id: int) -> QuerySet[Invitation]:
    """The invitations of those whom the person was asked to stand in for."""
    return meeting.invitations.filter(Q(stand_in=person_id) | Q(delegated_to=person_id)).select_related(
        "person__agency", "delegated_to"
    )
