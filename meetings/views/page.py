"""What the meeting's page shows, gathered in few queries whatever the meeting's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.choices import choice_label
from core.ties import ties_on, with_ties
from core.typography import date_fr, time_fr
from meetings.enums import AttendanceStatus, MeetingState, MinutesState
from meetings.holidays import holiday_on
from meetings.models import AgencyUpdate, AgendaItem, Attendance, Meeting, MinutesSection
from meetings.queries import (
    Condition,
    Presence,
    actions_of,
    agenda_of,
    closing_conditions,
    decisions_of,
    owner_words,
    page_history,
    page_seats,
    presence_of,
    sees_restricted,
)
from meetings.queries.attachments import origin_files_seen, with_origin_files
from meetings.queries.specialists import theme_proposals
from meetings.services.closing import reason_not_to_hold
from meetings.services.convening import reason_not_to_convene
from meetings.services.guests import reason_not_to_invite
from meetings.services.proposals import reason_not_to_propose
from meetings.views.page_agenda import agenda_time, shows_outcomes
from meetings.views.page_answers import page_answers
from meetings.wording import capacity_label, represented_sentence, status_label
from taskforce.models import ActionItem, Decision


@dataclass(frozen=True)
class Rights:
    """What the reader may do with this meeting, asked once."""

    log: bool
    manage: bool
    edit: bool
    close: bool
    reopen: bool
    read_minutes: bool
    write_minutes: bool
    write_update: bool
    restricted: bool
    propose: bool
    # Whoever reads what other bodies publish has no access to their register.
    follow_actions: bool
    files: bool
    add_files: bool

    @classmethod
    def of(cls, user: Any, meeting: Meeting) -> Rights:
        minutes = getattr(meeting, "minutes", None)
        return cls(
            log=user.has_perm("meetings.log_meeting", meeting),
            manage=user.has_perm("meetings.manage_meeting", meeting),
            edit=user.has_perm("meetings.edit_meeting", meeting),
            close=user.has_perm("meetings.close_meeting", meeting),
            reopen=user.has_perm("meetings.reopen_meeting", meeting),
            read_minutes=minutes is not None and user.has_perm("meetings.view_minutes", minutes),
            write_minutes=meeting.is_editable and user.has_perm("meetings.write_minutes", minutes or meeting),
            write_update=meeting.is_editable and user.has_perm("meetings.write_update", meeting),
            restricted=sees_restricted(user, meeting),
            propose=user.has_perm("meetings.propose_item", meeting),
            follow_actions=user.has_perm("taskforce.view_register", meeting),
            files=user.has_perm("meetings.view_files", meeting),
            add_files=user.has_perm("meetings.add_files", meeting),
        )


def page_context(user: Any, meeting: Meeting) -> dict[str, Any]:
    """The context of `meetings/meetings/detail.html`; `meeting` comes from `queries.page_meetings`."""
    rights = Rights.of(user, meeting)
    if meeting.next_meeting is not None:
        meeting.next_meeting.task_force = meeting.task_force
    agenda = list(with_origin_files(agenda_of(meeting, restricted=rights.restricted)))
    files = _files(user, meeting, agenda, rights)
    presence = presence_of(meeting, seats=page_seats(meeting))
    for row in presence.attendances:
        _word(row)
    sections, updates = _texts(meeting, agenda, rights)
    # Their points stand in the agenda already.
    decided = decisions_of(meeting, restricted=rights.restricted).select_related(None).select_related("decision")
    decisions = list(with_ties(user, decided, Decision, "decision_id"))
    points = {item.pk: item for item in agenda}
    for link in decisions:
        if link.agenda_item_id in points:
            link.agenda_item = points[link.agenda_item_id]
        link.decision.task_force = meeting.task_force
        link.ties = ties_on(user, link, link.decision)
    agreed = actions_of(meeting, restricted=rights.restricted)
    actions = list(with_ties(user, agreed, ActionItem, "action_id"))
    for link in actions:
        link.action.task_force = meeting.task_force
        link.ties = ties_on(user, link, link.action)
        link.owner_words = owner_words(link.action, link.owner_acronyms)
        link.is_overdue = link.action.is_overdue(meeting.task_force.today())
    conditions = _conditions(meeting, rights, presence, agenda, decisions, actions)
    acts = Acts.of(meeting, rights)
    return {
        "body": meeting.task_force,
        "nav": "meetings",
        "meeting": meeting,
        "may": rights,
        "steps": lifecycle(meeting),
        "facts": facts(meeting),
        "agenda": agenda,
        "files": files,
        "shows_outcomes": shows_outcomes(meeting, agenda),
        "agenda_time": agenda_time(meeting, agenda),
        "answers": page_answers(user, meeting),
        "presence": presence,
        "presence_sentence": represented_sentence(presence.represented),
        "silent_seats": [line.acronym for line in presence.lines if not line.people],
        "sections": sections,
        "updates": updates,
        "decisions": decisions,
        "actions": actions,
        "sources": meeting.source_rows if rights.read_minutes else [],
        "history": page_history(meeting),
        "holiday": holiday_on(meeting.task_force.country.iso2, meeting.date) if _is_coming(meeting) else None,
        "acts": acts,
        "proposals": theme_proposals(meeting) if acts.invite else None,
        "conditions": conditions,
        "is_blocked": any(condition.is_blocking for condition in conditions),
    }


def _files(user: Any, meeting: Meeting, agenda: list[AgendaItem], rights: Rights) -> list[dict[str, Any]]:
    """The files that the meeting's own query read, those of points put on their points (`item.files`) after those of
    the points continued; none of a point that the reader does not see (invariant 11). Returns the whole meeting's."""
    by_item: dict[int | None, list[dict[str, Any]]] = {}
    if rights.files:
        rows: list[dict[str, Any]] = meeting.file_rows  # type: ignore[attr-defined]
        for row in rows:
            by_item.setdefault(row["item"], []).append(row)
    origins = origin_files_seen(user, agenda) if rights.files else {}
    for item in agenda:
        item.files = [*origins.get(item.pk, []), *by_item.get(item.pk, [])]  # type: ignore[attr-defined]
    return by_item.get(None, [])


def _conditions(
    meeting: Meeting, rights: Rights, presence: Presence, agenda: Any, decisions: Any, actions: Any
) -> list[Condition]:
    """What stands before closing, for who can mend it; they read the restricted points too."""
    if not rights.close or meeting.state != MeetingState.HELD:
        return []
    return closing_conditions(meeting, presence=presence, items=agenda, decisions=decisions, actions=actions)


def _word(row: Attendance) -> None:
    """How the page says one presence: the capacity of who came, the reason of who did not."""
    if row.is_attending:
        row.look, row.label = row.capacity, capacity_label(row)  # type: ignore[attr-defined]
        plain = row.status == AttendanceStatus.PRESENT and not (row.arrived_at or row.left_at)
        row.note = "" if plain and row.represented_by is None else status_label(row)  # type: ignore[attr-defined]
        return
    row.look = row.status  # type: ignore[attr-defined]
    if row.represented_by is None:
        row.label, row.note = status_label(row), ""  # type: ignore[attr-defined]
    else:
        row.label, row.note = choice_label(row, "status"), status_label(row)  # type: ignore[attr-defined]


def _is_coming(meeting: Meeting) -> bool:
    return meeting.state in {MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.POSTPONED}


def _texts(
    meeting: Meeting, agenda: list[AgendaItem], rights: Rights
) -> tuple[list[MinutesSection], list[AgencyUpdate]]:
    """The written sections and the round table, where the reader may read them; sections of restricted points go
    with their points (invariant 11)."""
    if not rights.read_minutes and not rights.log:
        return [], []
    by_pk = {item.pk: item for item in agenda}
    sections = []
    if hasattr(meeting, "minutes"):
        for section in meeting.minutes.sections.all():
            if section.agenda_item_id is not None:
                if section.agenda_item_id not in by_pk:
                    continue
                section.agenda_item = by_pk[section.agenda_item_id]
            if section.body:
                sections.append(section)
    updates = [update for update in meeting.updates.select_related("agency", "reported_by") if update.body]
    return sections, updates


def lifecycle(meeting: Meeting) -> list[dict[str, Any]]:
    """Convoquée · Tenue · Compte rendu en rédaction · Partagé · Adopté · Diffusé: done, current or to come."""
    if meeting.state == MeetingState.CANCELLED:
        return []
    minutes_state = meeting.minutes.state if hasattr(meeting, "minutes") else None
    held = meeting.state in {MeetingState.HELD, MeetingState.CLOSED}
    labels = [
        _("Convoquée"),
        _("En cours") if meeting.state == MeetingState.IN_PROGRESS else _("Tenue"),
        _("Compte rendu en rédaction"),
        _("Partagé"),
        _("Adopté"),
        _("Diffusé"),
    ]
    reached = -1
    if meeting.state == MeetingState.CONVENED:
        reached = 0
    elif meeting.state == MeetingState.IN_PROGRESS:
        reached = 1
    elif held:
        after = {MinutesState.CIRCULATED: 3, MinutesState.APPROVED: 4, MinutesState.PUBLISHED: 5}
        reached = after.get(minutes_state, 2)
    steps = []
    for place, label in enumerate(labels):
        if place == 0 and meeting.convened_at is None and (held or meeting.is_historical):
            # It never was: a meeting of the archives.
            continue
        state = "done" if place < reached or reached == len(labels) - 1 else "current" if place == reached else "todo"
        at = (
            date_fr(meeting.convened_at.astimezone(meeting.task_force.tz).date())
            if place == 0 and meeting.convened_at
            else ""
        )
        steps.append({"label": label, "state": state, "at": at})
    return steps


def facts(meeting: Meeting) -> list[tuple[str, str]]:
    """(what, value) of the line under the title; the hours are the real ones once they are known."""
    zone = meeting.task_force.tz
    planned = (time_fr(meeting.local_start), time_fr(meeting.local_end))
    rows = [("", f"{planned[0]} – {planned[1]}")]
    if meeting.started_at and meeting.ended_at:
        real = (time_fr(meeting.started_at.astimezone(zone)), time_fr(meeting.ended_at.astimezone(zone)))
        rows = [("", f"{real[0]} – {real[1]}")]
        if real != planned:
            rows.append((_("prévue"), f"{planned[0]} – {planned[1]}"))
    elif meeting.started_at:
        rows.append((_("commencée à"), time_fr(meeting.started_at.astimezone(zone))))
    if meeting.place:
        rows.append(("", meeting.place))
    if meeting.lead_agency:
        rows.append((_("Chef de file"), str(meeting.lead_agency)))
    return rows


@dataclass(frozen=True)
class Acts:
    """Which buttons stand on the page, by state and right; the first of them is the filled one."""

    convene: bool = False
    hold: bool = False
    start: bool = False
    end: bool = False
    write: bool = False
    close: bool = False
    reopen: bool = False
    move: bool = False
    postpone: bool = False
    cancel: bool = False
    times: bool = False
    invite: bool = False
    propose: bool = False

    @classmethod
    def of(cls, meeting: Meeting, rights: Rights) -> Acts:
        state = meeting.state
        draft, convened, postponed = (
            state == MeetingState.DRAFT,
            state == MeetingState.CONVENED,
            state == MeetingState.POSTPONED,
        )
        return cls(
            convene=rights.manage and (draft or postponed) and not reason_not_to_convene(meeting),
            hold=rights.log and draft and not reason_not_to_hold(meeting),
            start=rights.log and convened,
            end=rights.log and state == MeetingState.IN_PROGRESS,
            write=rights.write_minutes and state in {MeetingState.IN_PROGRESS, MeetingState.HELD},
            close=rights.close and state == MeetingState.HELD,
            reopen=rights.reopen and state == MeetingState.CLOSED,
            move=rights.edit and (draft or convened or postponed or state == MeetingState.HELD),
            postpone=rights.manage and convened,
            cancel=rights.manage and (draft or convened),
            times=rights.log and state == MeetingState.HELD,
            propose=rights.propose and not reason_not_to_propose(meeting),
            invite=rights.manage and not reason_not_to_invite(meeting),
        )


def presence_summary(presence: Presence) -> dict[str, Any]:
    """What the live count says: sentence, and the quorum where there is a rule."""
    return {"presence": presence, "presence_sentence": represented_sentence(presence.represented)}
