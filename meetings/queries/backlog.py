"""What waits for an agenda (« à programmer »): points kept for later, points put off without a next meeting."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from meetings.enums import IN_PREPARATION, ItemOutcome, MeetingState, ProposalState
from meetings.models import AgendaItem, AgendaProposal, Meeting
from taskforce.models import TaskForce


@dataclass(frozen=True)
class Backlog:
    """`proposals` of members that were kept, the oldest first; `items`: postponed points that are linked nowhere;
    `meetings` whose agenda can still take them, the soonest first."""

    proposals: list[AgendaProposal]
    items: list[AgendaItem]
    meetings: list[Meeting]

    @property
    def total(self) -> int:
        return len(self.proposals) + len(self.items)


def waiting_proposals(body: TaskForce) -> QuerySet[AgendaProposal]:
    return (
        AgendaProposal.objects.filter(meeting__task_force=body, state=ProposalState.BACKLOG)
        .select_related("proposed_by__agency", "meeting__task_force")
        .order_by("created_at", "pk")
    )


def waiting_items(body: TaskForce) -> QuerySet[AgendaItem]:
    """Restricted ones too: for who runs the body."""
    return (
        AgendaItem.objects.filter(meeting__task_force=body, outcome=ItemOutcome.POSTPONED, carried_to__isnull=True)
        .exclude(meeting__state=MeetingState.CANCELLED)
        .select_related("meeting__task_force", "presenter_person", "presenter_agency")
        .order_by("meeting__starts_at", "position")
    )


def meetings_to_fill(body: TaskForce) -> QuerySet[Meeting]:
    """Meetings to come whose agenda is still being prepared, the soonest first."""
    coming = body.meetings.filter(state__in=IN_PREPARATION, starts_at__date__gte=body.today()).exclude(
        kind="historical"
    )
    return coming.select_related("task_force__country").order_by("starts_at", "pk")


def backlog_of(body: TaskForce) -> Backlog:
    return Backlog(list(waiting_proposals(body)), list(waiting_items(body)), list(meetings_to_fill(body)[:24]))
