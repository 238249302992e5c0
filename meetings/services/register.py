"""Decisions and actions of a meeting: entered in the body's register, linked to the meeting and its point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.history import recorded
from core.validators import validate_texts
from meetings.enums import ItemOutcome
from meetings.models import AgendaItem, Meeting, MeetingAction, MeetingDecision
from meetings.services.common import locked_for_logging
from taskforce.models import Agency
from taskforce.services.register import (
    amend_action,
    amend_decision,
    discard_action,
    discard_decision,
    record_action,
    record_decision,
)


def log_decision(
    meeting: Meeting, *, text: str, agenda_item: AgendaItem | None, actor: Any, **facts: Any
) -> tuple[MeetingDecision, bool]:
    """Enter a decision of the meeting under the next number of its year, and True; or the decision of this meeting
    that already has this text, and False (a button pressed twice). Its point counts as treated.

    `facts`: mode, votes_for, votes_against, abstentions, is_restricted. Raises ValidationError (by field).
    """
    with recorded(actor):
        current = locked_for_logging(meeting)
        _check_item(current, agenda_item)
        # Before the text is looked for: the database cannot even be asked for some.
        validate_texts({"text": text})
        twin = current.decision_links.filter(decision__text=text.strip()).select_related("decision").first()
        if twin is not None:
            return twin, False
        decision = record_decision(current.task_force, text, decided_on=current.date, actor=actor, **facts)
        link = MeetingDecision.objects.create(meeting=current, decision=decision, agenda_item=agenda_item)
        if agenda_item is not None:
            AgendaItem.objects.filter(pk=agenda_item.pk, outcome=ItemOutcome.OPEN).update(outcome=ItemOutcome.TREATED)
    return link, True


def edit_decision(
    link: MeetingDecision, *, agenda_item: AgendaItem | None, actor: Any, **changes: Any
) -> MeetingDecision:
    """Correct a decision or the point it was taken under; its number stays. Raises ValidationError (by field)."""
    with recorded(actor):
        current = locked_for_logging(link.meeting)
        _check_item(current, agenda_item)
        amend_decision(link.decision, actor=actor, **changes)
        link.agenda_item = agenda_item
        link.save(update_fields=["agenda_item"])
    return link


def remove_decision(link: MeetingDecision, *, actor: Any) -> None:
    """Take back a decision entered by mistake. Raises ValidationError unless it has the year's last number."""
    with recorded(actor):
        locked_for_logging(link.meeting)
        discard_decision(link.decision, actor=actor)


def log_action(
    meeting: Meeting,
    *,
    text: str,
    agenda_item: AgendaItem | None,
    actor: Any,
    owners: Iterable[Agency] = (),
    **facts: Any,
) -> tuple[MeetingAction, bool]:
    """Enter an action of the meeting, and True; or the action of this meeting that already has this text, and False.

    `facts`: due_on, priority, owner_person, owner_function, owner_all, is_restricted; owners and date may lack.
    Raises ValidationError (by field).
    """
    with recorded(actor):
        current = locked_for_logging(meeting)
        _check_item(current, agenda_item)
        _check_due(current, facts.get("due_on"))
        validate_texts({"text": text})
        twin = current.action_links.filter(action__text=text.strip()).select_related("action").first()
        if twin is not None:
            return twin, False
        action = record_action(current.task_force, text, actor=actor, owners=owners, recorded_on=current.date, **facts)
        link = MeetingAction.objects.create(meeting=current, action=action, agenda_item=agenda_item)
    return link, True


def edit_action(
    link: MeetingAction,
    *,
    agenda_item: AgendaItem | None,
    actor: Any,
    owners: Iterable[Agency] | None = None,
    **changes: Any,
) -> MeetingAction:
    """Correct an action, its owners or its point; number and state stay. Raises ValidationError (by field)."""
    with recorded(actor):
        current = locked_for_logging(link.meeting)
        _check_item(current, agenda_item)
        if changes.get("due_on") != link.action.due_on:
            _check_due(current, changes.get("due_on"))
        amend_action(link.action, actor=actor, owners=owners, **changes)
        link.agenda_item = agenda_item
        link.save(update_fields=["agenda_item"])
    return link


def remove_action(link: MeetingAction, *, actor: Any) -> None:
    """Take back an action entered by mistake. Raises ValidationError unless it has the year's last number."""
    with recorded(actor):
        locked_for_logging(link.meeting)
        discard_action(link.action, actor=actor)


def _check_item(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None and item.meeting_id != meeting.pk:
        raise ValidationError({"agenda_item": _("Ce point n’est pas à l’ordre du jour de cette réunion.")})


def _check_due(meeting: Meeting, due_on: Any) -> None:
    if due_on is not None and due_on < meeting.date:
        raise ValidationError(
            {"due_on": _("L’échéance précède la date de la réunion. Corrigez-la, ou laissez-la vide.")}
        )
