"""The meeting's own course: begin, end, enter as held, close, reopen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.workflow import TransitionRefused, transition
from meetings.enums import MeetingState
from meetings.models import Meeting, MinutesApproval
from meetings.queries import closing_conditions
from meetings.services.common import check_times, locked, locked_for_logging
from meetings.services.minutes import ensure_minutes


def start_meeting(meeting: Meeting, *, actor: Any) -> Meeting:
    """The meeting begins now. Raises TransitionRefused unless it was convened."""
    with recorded(actor):
        transition(meeting, MeetingState.IN_PROGRESS, actor=actor, started_at=timezone.now())
        ensure_minutes(meeting, actor=actor)
    return meeting


def end_meeting(meeting: Meeting, *, actor: Any) -> Meeting:
    """The meeting ends now. Raises TransitionRefused unless it is in progress."""
    with recorded(actor):
        transition(meeting, MeetingState.HELD, actor=actor, ended_at=timezone.now())
    return meeting


def reason_not_to_hold(meeting: Meeting) -> str:
    """Why the meeting cannot be entered as held without having been convened; empty when it can."""
    if meeting.state == MeetingState.DRAFT and not meeting.is_historical and meeting.ends_at > timezone.now():
        return _("Cette réunion est à venir : convoquez-la, puis commencez-la le jour venu.")
    return ""


def hold_meeting(meeting: Meeting, *, started_at: datetime, ended_at: datetime, actor: Any) -> Meeting:
    """Enter a past meeting as held, with its real times; no mail leaves.

    For a historical meeting, or one in preparation whose time has passed. Raises ValidationError for one to
    come, TransitionRefused for one that is not in preparation.
    """
    check_times(started_at, ended_at)
    with recorded(actor):
        current = locked(meeting)
        if refusal := reason_not_to_hold(current):
            raise ValidationError(refusal, code="to-come")
        if current.state == MeetingState.IN_PROGRESS:
            # « Terminer » is the way: its time is now.
            raise TransitionRefused(_("Cette réunion est en cours : terminez-la."), code="transition-refused")
        transition(meeting, MeetingState.HELD, actor=actor, started_at=started_at, ended_at=ended_at)
        ensure_minutes(meeting, actor=actor)
    return meeting


def correct_times(meeting: Meeting, *, started_at: datetime, ended_at: datetime, actor: Any) -> Meeting:
    """Correct the real times of a meeting that was held. Raises ValidationError."""
    check_times(started_at, ended_at)
    with recorded(actor):
        current = locked_for_logging(meeting)
        if current.state != MeetingState.HELD:
            raise ValidationError(_("Les heures réelles se notent quand la réunion est tenue."), code="not-held")
        current.started_at, current.ended_at = started_at, ended_at
        current.save(update_fields=["started_at", "ended_at"])
    meeting.started_at, meeting.ended_at = started_at, ended_at
    return meeting


def close_meeting(meeting: Meeting, *, actor: Any) -> Meeting:
    """Close the meeting: its agenda, presence, decisions and actions do not change any more.

    Raises ValidationError with every blocking condition of `closing_conditions` (invariant 5), TransitionRefused
    for a meeting already closed or cancelled.
    """
    with recorded(actor):
        current = locked(meeting)
        if current.state == MeetingState.HELD:
            blocking = [condition.text for condition in closing_conditions(current) if condition.is_blocking]
            if blocking:
                raise ValidationError(blocking, code="conditions")
        transition(meeting, MeetingState.CLOSED, actor=actor, closed_at=timezone.now())
    return meeting


def reopen_meeting(meeting: Meeting, *, reason: str, actor: Any) -> Meeting:
    """Open a closed meeting again, for a reason that the history keeps. Raises TransitionRefused."""
    with recorded(actor):
        if locked(meeting).state != MeetingState.CLOSED:
            # The table also leads to « held » from other states, by other buttons.
            raise TransitionRefused(_("Cette réunion n’est pas close."), code="transition-refused")
        if MinutesApproval.objects.filter(minutes__meeting=meeting).exists():
            raise TransitionRefused(
                _(
                    "Le compte rendu de cette réunion est adopté : elle ne se rouvre plus. Une erreur se corrige par un rectificatif."
                ),
                code="adopted",
            )
        transition(meeting, MeetingState.HELD, actor=actor, comment=reason, closed_at=None)
    return meeting
