"""The next meeting: found or made from the rule, given its theme, linked to the one that fixed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.history import recorded
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.queries import propose_next
from meetings.services.agenda import carry_items
from meetings.services.common import check_times, locked_for_logging
from meetings.services.meetings import CALENDAR_FIELDS, create_meeting, move_meeting, update_meeting


def fix_next_meeting(
    meeting: Meeting, *, starts_at: datetime, ends_at: datetime, theme: str, place: str, actor: Any
) -> Meeting:
    """Fix the meeting that follows, with its theme; the postponed points are linked to it (invariant 6).

    It is the one already fixed, moved if need be; otherwise the body's meeting of that moment or of that date
    of the rule; otherwise a new one. A later move keeps the link, for it is to the meeting and not to a date.
    Raises ValidationError (by field).
    """
    check_times(starts_at, ends_at)
    with recorded(actor):
        current = locked_for_logging(meeting)
        if starts_at <= current.starts_at:
            raise ValidationError(
                {"date": _("La prochaine réunion vient après celle-ci. Corrigez la date.")}, code="not-after"
            )
        following = current.next_meeting or _standing_at(current, starts_at)
        if following is None:
            proposal = propose_next(current)
            is_slot = proposal is not None and proposal.slot == starts_at.date() and proposal.existing is None
            following, _created = create_meeting(
                current.task_force,
                starts_at=starts_at,
                ends_at=ends_at,
                theme=theme,
                place=place,
                series=proposal.series if proposal and is_slot else None,
                slot=proposal.slot if proposal and is_slot else None,
                actor=actor,
            )
        else:
            _adapt(following, actor, starts_at=starts_at, ends_at=ends_at, place=place, theme=theme)
        if current.next_meeting_id != following.pk:
            current.next_meeting = following
            current.save(update_fields=["next_meeting"])
        meeting.next_meeting = following
        carry_items(current, actor=actor)
    return following


def _standing_at(meeting: Meeting, starts_at: datetime) -> Meeting | None:
    """The meeting of the body on the day of `starts_at`, or that of the rule's next date."""
    zone = meeting.task_force.tz
    day = starts_at.astimezone(zone).date()
    coming = meeting.task_force.meetings.filter(starts_at__gt=meeting.starts_at).exclude(state=MeetingState.CANCELLED)
    for candidate in coming.select_related("task_force__country").order_by("starts_at", "pk")[:60]:
        if candidate.date == day or candidate.slot == day:
            return candidate
    return None


def _adapt(following: Meeting, actor: Any, **wanted: Any) -> None:
    changed = {name: value for name, value in wanted.items() if getattr(following, name) != value}
    if not changed:
        return
    if following.state not in {MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.POSTPONED}:
        raise ValidationError(
            _("La réunion suivante est déjà %(state)s : elle ne se change plus d’ici.")
            % {"state": following.get_state_display().lower()},
            code="next-not-editable",
        )
    calendar = {name: value for name, value in changed.items() if name in CALENDAR_FIELDS}
    if calendar and following.state == MeetingState.CONVENED:
        # Its people have been told: moving it has its own page, which shows who will be written to.
        raise ValidationError(
            _("La réunion suivante est déjà convoquée. Déplacez-la depuis sa page, où l’on voit qui sera prévenu."),
            code="next-convened",
        )
    if calendar:
        move_meeting(following, actor=actor, **calendar)
    if "theme" in changed:
        update_meeting(following, actor=actor, theme=wanted["theme"])
