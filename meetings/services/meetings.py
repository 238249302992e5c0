"""Meetings one by one: create, correct, move, cancel, postpone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.notifications.base import send_many
from core.workflow import transition
from meetings.enums import MeetingKind, MeetingState, PartStat
from meetings.models import Invitation, Meeting, MeetingSeries
from meetings.notifications.cancelled import MeetingCancelled
from meetings.notifications.moved import MeetingMoved
from meetings.notifications.postponed import MeetingPostponed
from meetings.queries import left_since_invited
from meetings.services.answer_links import with_answer_links
from meetings.services.common import check_fields, check_times, locked, locked_for_logging
from taskforce.models import TaskForce

# What the calendars of the people invited show: a change raises SEQUENCE (RFC 5545 §3.8.7.4).
CALENDAR_FIELDS = frozenset({"starts_at", "ends_at", "place", "link"})
FACTS = frozenset({"kind", "theme", "lead_agency", "chair", "rapporteur"})


def create_meeting(
    body: TaskForce,
    *,
    starts_at: datetime,
    ends_at: datetime,
    actor: Any,
    kind: str = MeetingKind.ORDINARY,
    series: MeetingSeries | None = None,
    slot: date | None = None,
    **facts: Any,
) -> tuple[Meeting, bool]:
    """A meeting in preparation, and True; or the one of the same kind that the body already has at that very
    moment, and False: a button pressed twice makes one meeting.

    `facts`: place, link, theme, lead_agency, chair, rapporteur. Raises ValidationError (by field).
    """
    check_times(starts_at, ends_at)
    with recorded(actor):
        TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
        existing = body.meetings.filter(starts_at=starts_at, kind=kind).exclude(state=MeetingState.CANCELLED).first()
        if existing is not None:
            return existing, False
        meeting = Meeting(
            task_force=body, kind=kind, series=series, slot=slot, starts_at=starts_at, ends_at=ends_at, **facts
        )
        check_fields(meeting)
        meeting.save()
    return meeting, True


def update_meeting(meeting: Meeting, *, actor: Any, **changes: Any) -> Meeting:
    """Correct the nature, the theme, the lead agency or the people in charge. Nobody is told.

    Raises ValidationError (by field), also for a meeting closed or cancelled.
    """
    _only(changes, FACTS)
    with recorded(actor):
        current = locked_for_logging(meeting)
        kinds = {changes.get("kind", current.kind), current.kind}
        if len(kinds) == 2 and MeetingKind.HISTORICAL in kinds and current.state != MeetingState.DRAFT:
            raise ValidationError(
                {"kind": _("Une réunion convoquée ou tenue ne passe plus aux archives, ni n’en sort.")}
            )
        _apply(current, meeting, changes)
    return meeting


def move_meeting(meeting: Meeting, *, actor: Any, **changes: Any) -> Meeting:
    """Change date, time, place or link (`starts_at`, `ends_at`, `place`, `link`); the slot of the series stays.

    SEQUENCE rises by one when something changed, and people already invited are told. Raises ValidationError.
    """
    _only(changes, CALENDAR_FIELDS)
    with recorded(actor):
        current = locked_for_logging(meeting)
        check_times(changes.get("starts_at", current.starts_at), changes.get("ends_at", current.ends_at))
        before = current.local_start
        changed = {name: value for name, value in changes.items() if getattr(current, name) != value}
        if not changed:
            return meeting
        _apply(current, meeting, {**changed, "sequence": current.sequence + 1})
        if {"starts_at", "ends_at"} & set(changed):
            # An answer was given for a date (RFC 5546 §3.2.2): it has to be given again.
            current.invitations.update(
                partstat=PartStat.NEEDS_ACTION,
                attend_mode="",
                delegated_to=None,
                stand_in=None,
                answered_at=None,
                answered_by=None,
            )
        if current.state == MeetingState.CONVENED:
            send_many(
                with_answer_links(MeetingMoved(invitation, before=before) for invitation in told_of_changes(current))
            )
    return meeting


def cancel_meeting(meeting: Meeting, *, actor: Any, reason: str = "") -> Meeting:
    """Call the meeting off; the people already invited are told. Raises TransitionRefused."""
    with recorded(actor):
        current = locked(meeting)
        transition(
            meeting,
            MeetingState.CANCELLED,
            actor=actor,
            comment=reason,
            cancelled_at=timezone.now(),
            sequence=current.sequence + 1,
        )
        if current.state == MeetingState.CONVENED:
            send_many(MeetingCancelled(invitation, reason=reason) for invitation in told_of_changes(meeting))
    return meeting


def postpone_meeting(meeting: Meeting, *, actor: Any, reason: str = "") -> Meeting:
    """Put a convened meeting off to a date not known yet; the people invited are told. Raises TransitionRefused.

    `convening.convene_meeting` calls it again once it has its new date.
    """
    with recorded(actor):
        sequence = locked(meeting).sequence + 1
        transition(meeting, MeetingState.POSTPONED, actor=actor, comment=reason, sequence=sequence)
        send_many(MeetingPostponed(invitation, reason=reason) for invitation in told_of_changes(meeting))
    return meeting


def invitations_of(meeting: Meeting) -> list[Invitation]:
    """The meeting's invitations, each holding this very meeting."""
    invitations = list(meeting.invitations.select_related("person__agency"))
    for invitation in invitations:
        invitation.meeting = meeting
    return invitations


def told_of_changes(meeting: Meeting) -> list[Invitation]:
    """The invitations of who is told that the meeting is moved, put off or called off: not those who have left."""
    left = left_since_invited(meeting)
    return [invitation for invitation in invitations_of(meeting) if invitation.person_id not in left]


def _apply(current: Meeting, meeting: Meeting, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(current, name, value)
    check_fields(current)
    current.save(update_fields=list(changes))
    for name, value in changes.items():
        setattr(meeting, name, value)


def _only(changes: dict[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(changes) - allowed
    if unknown:
        raise TypeError(f"cannot change {', '.join(sorted(unknown))} here")
