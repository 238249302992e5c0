"""What stands between a meeting and its closing; the meeting after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from meetings.enums import (
    ATTENDING,
    ItemKind,
    ItemOutcome,
    MeetingState,
)
from meetings.holidays import Holiday, holiday_on
from meetings.models import (
    AgendaItem,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingSeries,
    MinutesApproval,
)
from meetings.queries.page import actions_of, agenda_of, decisions_of, owner_words
from meetings.queries.presence import Presence
from meetings.queries.visible import series_in_force
from meetings.recurrence import occurrences


@dataclass(frozen=True)
class Condition:
    """Something to settle before a meeting is closed. `where` names the page that mends it."""

    code: str
    text: str
    where: str
    is_blocking: bool = True


def _adopting(items: list[AgendaItem]) -> set[int]:
    """The points « Adoption du compte rendu » whose minutes are adopted: that is their decision."""
    asked = {item.pk: item.previous_minutes_id for item in items if item.previous_minutes_id is not None}
    if not asked:
        return set()
    adopted = set(MinutesApproval.objects.filter(minutes__in=asked.values()).values_list("minutes", flat=True))
    return {pk for pk, minutes in asked.items() if minutes in adopted}


def closing_conditions(
    meeting: Meeting,
    *,
    presence: Presence | None = None,
    items: Iterable[AgendaItem] | None = None,
    decisions: Iterable[MeetingDecision] | None = None,
    actions: Iterable[MeetingAction] | None = None,
) -> list[Condition]:
    """What is still open: blocking conditions first, then advice. Empty when the meeting can be closed as it is.

    What the caller has read already (all of it, restricted points too) costs no query.
    """
    if presence is None:
        is_attended = meeting.attendances.filter(status__in=ATTENDING).exists()
    else:
        is_attended = bool(presence.attending)
    items = agenda_of(meeting, restricted=True) if items is None else items
    decisions = decisions_of(meeting, restricted=True) if decisions is None else decisions
    actions = actions_of(meeting, restricted=True) if actions is None else actions
    items = list(items)
    decided = {link.agenda_item_id for link in decisions} | _adopting(items)
    blocking: list[Condition] = []
    advice: list[Condition] = []
    if meeting.state != MeetingState.HELD:
        blocking.append(Condition("state", _("La réunion n’est pas encore tenue."), "meetings:meeting_detail"))
    if not is_attended:
        blocking.append(Condition("attendance", _("Aucune présence n’est enregistrée."), "meetings:attendance_edit"))
    for item in items:
        names = {"position": item.position, "title": item.title}
        if item.kind == ItemKind.DECISION and item.pk not in decided and item.outcome != ItemOutcome.POSTPONED:
            said = _("Le point %(position)s (%(title)s) appelle une décision : enregistrez-la ou reportez le point.")
            blocking.append(Condition("undecided", said % names, "meetings:agenda_edit"))
        elif item.outcome == ItemOutcome.OPEN:
            said = _("Le point %(position)s (%(title)s) n’est ni traité ni reporté.")
            advice.append(Condition("open-item", said % names, "meetings:agenda_edit", is_blocking=False))
    if meeting.started_at is None or meeting.ended_at is None:
        text = _("Les heures réelles de début et de fin ne sont pas indiquées.")
        advice.append(Condition("times", text, "meetings:meeting_times", is_blocking=False))
    if unowned := unowned_actions(actions):
        text = _("Sans responsable ou sans échéance : %(actions)s.") % {"actions": ", ".join(unowned)}
        advice.append(Condition("actions", text, "meetings:meeting_detail", is_blocking=False))
    if meeting.next_meeting_id is None:
        text = _("La prochaine réunion n’est pas fixée.")
        advice.append(Condition("next", text, "meetings:next_meeting", is_blocking=False))
    return blocking + advice


def unowned_actions(actions: Iterable[MeetingAction]) -> list[str]:
    """The references of open actions without an owner or without a date."""
    return [link.action.reference for link in actions if _lacks_owner_or_date(link)]


def _lacks_owner_or_date(link: MeetingAction) -> bool:
    action = link.action
    owned = owner_words(action, link.owner_acronyms)  # type: ignore[attr-defined]
    return action.is_open and (not owned or action.due_on is None)


@dataclass(frozen=True)
class NextProposal:
    """What the rule gives after a meeting: the date, and the meeting that already stands there."""

    series: MeetingSeries
    slot: date
    existing: Meeting | None
    holiday: Holiday | None


def propose_next(meeting: Meeting) -> NextProposal | None:
    """The first date of the body's rule after the meeting whose meeting is not cancelled; None without a rule."""
    after = max(meeting.date, meeting.slot or meeting.date)
    candidates = []
    for series in series_in_force(meeting.task_force, after + timedelta(days=1)):
        cancelled = set(
            series.meetings.filter(state=MeetingState.CANCELLED, slot__gt=after).values_list("slot", flat=True)
        )
        slot = next(
            (day for day in occurrences(series, after=after, count=len(cancelled) + 1) if day not in cancelled), None
        )
        if slot is not None:
            candidates.append((slot, -series.pk, series))
    if not candidates:
        return None
    slot, _rank, series = min(candidates, key=lambda candidate: candidate[:2])
    existing = series.meetings.filter(slot=slot).first()
    return NextProposal(series, slot, existing, holiday_on(meeting.task_force.country.iso2, slot))
