"""What the minutes say of presence, of decisions and actions, and at the end; as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import TransitionRecord
from core.text import normalise
from meetings.enums import (
    AttendanceStatus,
    Capacity,
    MeetingState,
    Visibility,
)
from meetings.models import Attendance, Meeting
from meetings.queries import Presence, owner_words, presence_of
from meetings.queries.page import owner_acronyms
from meetings.wording import capacity_label, represented_sentence, status_label
from taskforce.enums import ActionState, DecisionMode
from taskforce.models import ActionItem, Agency, Decision

CLOSED_ACTIONS = (ActionState.DONE, ActionState.CANCELLED)
# Titulars first, then the order in which a reader looks for the others.
CAPACITY_ORDER = [
    Capacity.CHAIR,
    Capacity.TITULAR,
    Capacity.SUBSTITUTE,
    Capacity.WITHOUT_MANDATE,
    Capacity.SECRETARIAT,
    Capacity.OBSERVER,
    Capacity.GUEST,
]


def presence_part(meeting: Meeting) -> tuple[dict[str, Any], tuple[Attendance, ...]]:
    presence = presence_of(meeting)
    rows = sorted(
        presence.attendances,
        key=lambda row: (
            normalise(str(row.agency or "")) or "\uffff",
            CAPACITY_ORDER.index(Capacity(row.capacity)),
            normalise(row.person.family_name),
            normalise(row.person.given_name),
        ),
    )
    groups: list[tuple[str, list[Attendance]]] = [
        (_("Agences et structures représentées"), [row for row in rows if row.represents_agency]),
        (
            _("Observateurs, invités et secrétariat"),
            [row for row in rows if row.is_attending and not row.represents_agency],
        ),
        (
            _("Excusés"),
            [row for row in rows if row.status in {AttendanceStatus.EXCUSED, AttendanceStatus.REPRESENTED}],
        ),
        (_("Absents"), [row for row in rows if row.status == AttendanceStatus.ABSENT]),
    ]
    printed = {
        "groups": [
            {"title": title, "rows": [_attendance(row) for row in members]} for title, members in groups if members
        ],
        "represented": represented_sentence(presence.represented),
        "quorum": _quorum(presence),
    }
    return printed, presence.attendances


def _quorum(presence: Presence) -> str:
    """The line about the quorum; empty where the body has no rule."""
    if presence.quorum_needed is None:
        return ""
    facts = {
        "present": presence.seats_represented,
        "seats": presence.counting_seats,
        "needed": presence.quorum_needed,
    }
    if presence.quorum_reached:
        return _("Structures membres représentées : %(present)s sur %(seats)s ; quorum atteint (%(needed)s).") % facts
    return _("Structures membres représentées : %(present)s sur %(seats)s ; quorum non atteint (%(needed)s).") % facts


def _attendance(row: Attendance) -> dict[str, str]:
    return {
        "agency": str(row.agency or ""),
        "person": row.person.full_name,
        "capacity": capacity_label(row),
        "status": status_label(row),
    }


def mode_words(decision: Decision) -> str:
    if decision.mode != DecisionMode.VOTE:
        return str(decision.get_mode_display())
    counts = [
        _("%(count)s pour") % {"count": decision.votes_for} if decision.votes_for is not None else "",
        _("%(count)s contre") % {"count": decision.votes_against} if decision.votes_against is not None else "",
        ngettext("%(count)s abstention", "%(count)s abstentions", decision.abstentions)
        % {"count": decision.abstentions}
        if decision.abstentions is not None
        else "",
    ]
    result = ", ".join(count for count in counts if count)
    return _("Vote : %(result)s") % {"result": result} if result else _("Vote")


def action_row(action: ActionItem, acronyms: Iterable[str], state: str) -> dict[str, Any]:
    return {
        "reference": action.reference,
        "text": action.text,
        "owners": ", ".join(owner_words(action, list(acronyms))),
        "due": action.due_on,
        "state": str(ActionState(state).label),
    }


def earlier_actions(meeting: Meeting) -> list[dict[str, Any]]:
    """Actions of the body's earlier meetings that were open at the last one."""
    earlier = (
        Meeting.objects.filter(task_force=meeting.task_force_id, starts_at__lt=meeting.starts_at)
        .exclude(state=MeetingState.CANCELLED)
        .order_by("-starts_at")
        .values("starts_at")
    )
    closed_since = TransitionRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(ActionItem),
        object_id=OuterRef("pk"),
        after__in=CLOSED_ACTIONS,
        at__gte=Subquery(earlier[:1]),
    )
    here = Q(meeting_link__meeting__starts_at__lt=meeting.starts_at)
    here |= Q(meeting_link__isnull=True, created_at__lt=meeting.starts_at)
    actions = list(
        # Nothing is followed up in a body's first meeting.
        ActionItem.objects.filter(Exists(earlier), here, task_force=meeting.task_force_id, is_restricted=False)
        .filter(~Q(state__in=CLOSED_ACTIONS) | Exists(closed_since))
        .exclude(meeting_link__agenda_item__visibility=Visibility.RESTRICTED)
        .select_related("owner_person")
        .annotate(owner_acronyms=owner_acronyms("pk"))
        .order_by("year", "number")
    )
    states = states_at(actions, closed_at(meeting))
    return [
        action_row(action, action.owner_acronyms, states[action.pk])  # type: ignore[attr-defined]
        for action in actions
    ]


def closed_at(meeting: Meeting) -> datetime | None:
    return meeting.closed_at if meeting.state == MeetingState.CLOSED else None


def states_at(actions: list[ActionItem], moment: datetime | None) -> dict[int, str]:
    """The states that held at `moment` (now for None), read back from the transitions since.

    Once a meeting is closed, the later progress of an action no longer changes its minutes.
    """
    states = {action.pk: action.state for action in actions}
    if moment is None or not states:
        return states
    later = TransitionRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(ActionItem), object_id__in=list(states), at__gt=moment
    )
    # Latest first: the earliest change after that moment tells what held at it.
    for record in later.order_by("-at", "-pk"):
        states[record.object_id] = record.before
    return states


def next_meeting_part(following: Meeting | None) -> dict[str, Any] | None:
    if following is None or following.state == MeetingState.CANCELLED:
        return None
    return {
        "date": following.date,
        "start": following.local_start.time(),
        "place": following.place,
        "theme": following.theme,
    }


def acronym_list(meeting: Meeting, attendances: Iterable[Attendance], updates: list[Any]) -> list[dict[str, str]]:
    """The full names of the agencies that the document names by their acronym."""
    mentioned = [meeting.lead_agency, *(row.agency for row in attendances)]
    mentioned += [agency for update in updates for agency in (update.agency, update.reported_by)]
    named: dict[int, Agency] = {agency.pk: agency for agency in mentioned if agency is not None}
    spelled = [
        {"acronym": agency.acronym, "name": agency.name}
        for agency in named.values()
        if agency.acronym and normalise(agency.acronym) != normalise(agency.name)
    ]
    return sorted(spelled, key=lambda entry: normalise(entry["acronym"]))
