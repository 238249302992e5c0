"""Points that members propose for an agenda, and what the secretariat makes of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.validators import validate_texts
from core.workflow import transition
from meetings.enums import ItemKind, MeetingState, ProposalState
from meetings.models import AgendaItem, AgendaProposal, Meeting
from meetings.notifications.proposal_answered import ProposalAnswered
from meetings.services.agenda import add_item
from meetings.services.common import check_fields, locked, locked_for_logging
from taskforce.models import Person

# Nobody reads more, and a machine that posts a form in a loop stops here.
MOST_PROPOSALS = 20
OPEN_TO_PROPOSALS = frozenset({MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.POSTPONED})


def reason_not_to_propose(meeting: Meeting) -> str:
    """Why no point is proposed for the meeting any more; empty while one is."""
    if meeting.is_historical or meeting.state not in OPEN_TO_PROPOSALS:
        return _("L’ordre du jour de cette réunion ne prend plus de propositions.")
    if meeting.starts_at <= timezone.now():
        return _("La date de la réunion est passée : son ordre du jour ne prend plus de propositions.")
    return ""


def freeze_day(meeting: Meeting) -> date | None:
    """The last day on which a proposal is not late; None where the body sets none."""
    days = meeting.task_force.agenda_freeze_days
    return None if days is None else meeting.date - timedelta(days=days)


def is_late_now(meeting: Meeting) -> bool:
    """Whether a point proposed today comes after the agenda was settled."""
    last = freeze_day(meeting)
    return last is not None and meeting.task_force.today() > last


def propose_item(
    meeting: Meeting,
    *,
    title: str,
    person: Person,
    actor: Any,
    minutes: int | None = None,
    presenter: str = "",
    reason: str = "",
) -> AgendaProposal:
    """Propose a point in the name of `person`; the one of this title that the person proposed already is returned.

    Raises ValidationError (by field), also when the agenda takes no proposals any more.
    """
    with recorded(actor) as who:
        current = locked(meeting)
        if refusal := reason_not_to_propose(current):
            raise ValidationError(refusal, code="closed")
        title = " ".join(title.split())
        own = current.proposals.filter(proposed_by=person)
        if found := own.filter(title=title).first():
            return found
        if own.count() >= MOST_PROPOSALS:
            raise ValidationError(
                _("Vous avez déjà proposé %(count)d points pour cette réunion.") % {"count": MOST_PROPOSALS},
                code="too-many",
            )
        proposal = AgendaProposal(
            meeting=current,
            title=title,
            minutes=minutes,
            presenter=presenter.strip(),
            reason=reason.strip(),
            proposed_by=person,
            entered_by=who.user,
            is_late=is_late_now(current),
        )
        check_fields(proposal)
        proposal.save()
    return proposal


def accept_proposal(proposal: AgendaProposal, meeting: Meeting, *, actor: Any) -> AgendaItem:
    """Put the point on the agenda of `meeting` (a later one, for a point kept in reserve).

    Who proposed it is told. Raises TransitionRefused when it was accepted or refused already, ValidationError when
    the agenda is full or closed.
    """
    with recorded(actor) as who:
        current = locked_for_logging(meeting)
        row = AgendaProposal.objects.select_related("proposed_by__agency").get(pk=proposal.pk)
        item, _created = add_item(
            current,
            title=row.title,
            minutes=row.minutes,
            kind=ItemKind.DISCUSSION,
            presenter_person=row.proposed_by,
            actor=actor,
        )
        transition(proposal, ProposalState.ACCEPTED, actor=actor, meeting=current, agenda_item=item)
        _tell_author(proposal, who)
    return item


def set_proposal_aside(proposal: AgendaProposal, *, keep: bool, answer: str = "", actor: Any) -> AgendaProposal:
    """Keep a point for a later meeting, or leave it and tell who proposed it why.

    Raises ValidationError when it is left without a reason, TransitionRefused when it was settled already.
    """
    answer = answer.strip()
    validate_texts({"answer": answer})
    if not keep and not answer:
        raise ValidationError(_("Dites pourquoi ce point n’est pas retenu : son auteur recevra la raison."))
    state = ProposalState.BACKLOG if keep else ProposalState.REFUSED
    with recorded(actor) as who:
        locked(proposal.meeting)
        transition(proposal, state, actor=actor, comment=answer, answer=answer)
        if not keep:
            _tell_author(proposal, who)
    return proposal


def _tell_author(proposal: AgendaProposal, who: Actor) -> None:
    """Write to who proposed the point, unless it is the one who settles it."""
    row = AgendaProposal.objects.select_related("proposed_by__user", "meeting__task_force").get(pk=proposal.pk)
    if who.user is None or row.proposed_by.user != who.user:
        ProposalAnswered(row).send()
