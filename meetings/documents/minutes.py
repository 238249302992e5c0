"""The minutes of a meeting (« compte rendu »), from one context for every format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.documents.base import Document, documents
from core.models import TransitionRecord
from core.text import normalise
from core.typography import date_fr, time_fr
from meetings.enums import (
    ATTENDING,
    REPRESENTING,
    AttendanceStatus,
    Capacity,
    MeetingKind,
    MeetingState,
    MinutesState,
    SectionKind,
    Visibility,
)
from meetings.models import Attendance, Meeting, Minutes
from meetings.queries import minutes_visible_to
from taskforce.enums import ActionState, AgencyKind, DecisionMode
from taskforce.models import ActionItem, Agency, Decision

CLOSED_ACTIONS = (ActionState.DONE, ActionState.CANCELLED)
ADOPTED = (MinutesState.APPROVED, MinutesState.PUBLISHED)
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


@documents.register
class MinutesDocument(Document):
    slug = "minutes"
    title = gettext_lazy("Compte rendu")
    model = Minutes
    template = "meetings/documents/minutes.html"
    stylesheet = "css/print-document.css"
    permission = "meetings.view_minutes"
    formats = ("pdf",)

    def queryset(self, user: Any) -> QuerySet[Minutes]:
        return minutes_visible_to(user).select_related(
            "meeting__lead_agency", "meeting__chair", "meeting__rapporteur", "meeting__next_meeting"
        )

    def language(self, obj: Minutes) -> str:
        return obj.meeting.task_force.language

    def is_preview(self, obj: Minutes) -> bool:
        """While the meeting is still being logged. Once it is closed the file is an official « projet »."""
        return obj.state == MinutesState.DRAFT and obj.meeting.state != MeetingState.CLOSED

    def filename(self, obj: Minutes) -> str:
        preview = "apercu-" if self.is_preview(obj) else ""
        return f"{preview}compte-rendu-{obj.meeting.task_force.slug}-{obj.meeting.date:%Y-%m-%d}"

    def page_context(self, obj: Minutes) -> dict[str, Any]:
        return {
            "body": obj.meeting.task_force,
            "label": title_of(obj.meeting),
            "back_url": obj.meeting.get_absolute_url(),
            "back_label": _("Réunion du %(date)s") % {"date": date_fr(obj.meeting.date)},
        }

    def get_context(self, obj: Minutes) -> dict[str, Any]:
        meeting = obj.meeting
        body = meeting.task_force
        agenda = [
            item
            for item in meeting.agenda.select_related("presenter_person", "presenter_agency")
            if item.visibility != Visibility.RESTRICTED
        ]
        readable = {item.pk for item in agenda}
        sections = [
            section
            for section in obj.sections.select_related("agenda_item")
            if section.agenda_item_id is None or section.agenda_item_id in readable
        ]
        updates = list(meeting.updates.select_related("agency", "reported_by"))
        decisions = [
            link
            for link in meeting.decision_links.select_related("decision", "agenda_item")
            if _may_print(link, link.decision, readable)
        ]
        actions = [
            link.action
            for link in meeting.action_links.select_related("action__owner_person").prefetch_related(
                "action__owners__agency"
            )
            if _may_print(link, link.action, readable)
        ]
        attendances = _attendances(meeting)
        adopted_on = _adopted_on(obj)
        states = _states_at(actions, _closing(meeting))
        text_version = sum(section.version for section in sections) + sum(update.version for update in updates)
        bodies = {kind: "" for kind in SectionKind if kind != SectionKind.ITEM}
        bodies |= {section.kind: section.body for section in sections if section.kind != SectionKind.ITEM}
        return {
            "body": {"name": body.name, "acronym": body.acronym, "country": str(body.country)},
            "title": title_of(meeting),
            "date": meeting.date,
            "start": _local(meeting, meeting.started_at or meeting.starts_at).time(),
            "end": _local(meeting, meeting.ended_at or meeting.ends_at).time(),
            "place": meeting.place or (_("En visioconférence") if meeting.link else ""),
            "theme": meeting.theme,
            "lead": str(meeting.lead_agency or ""),
            "chair": _person(meeting.chair),
            "rapporteur": _person(meeting.rapporteur),
            "rapporteur_heading": _rapporteur_heading(meeting),
            "state": obj.state,
            "state_label": str(obj.get_state_display()),
            "is_preview": self.is_preview(obj),
            "is_adopted": obj.state in ADOPTED,
            "adopted_on": adopted_on,
            "status": _status(obj, adopted_on),
            "text_version": text_version,
            "presence": _presence(meeting, attendances),
            "agenda": [
                {
                    "number": item.position,
                    "title": item.title,
                    "minutes": item.minutes,
                    "presenter": _presenter(item),
                }
                for item in agenda
            ],
            "context_text": bodies[SectionKind.CONTEXT],
            "follow_up_text": bodies[SectionKind.FOLLOW_UP],
            "follow_up": _earlier_actions(meeting),
            "items": [
                {
                    "number": section.agenda_item.position,
                    "title": section.agenda_item.title,
                    "text": section.body,
                }
                for section in sections
                if section.agenda_item is not None and section.body
            ],
            "round_table_text": bodies[SectionKind.ROUND_TABLE],
            "updates": [
                {
                    "agency": str(update.agency or update.label),
                    "label": update.label if update.agency_id else "",
                    "reported_by": str(update.reported_by or ""),
                    "axis": update.policy_axis,
                    "text": update.body,
                }
                for update in updates
                if update.body
            ],
            "decisions": [
                {
                    "reference": link.decision.reference,
                    "text": link.decision.text,
                    "mode": _mode(link.decision),
                    "item": link.agenda_item.position if link.agenda_item else None,
                }
                for link in decisions
            ],
            "actions": [_action(action, states[action.pk]) for action in actions],
            "conclusions_text": bodies[SectionKind.CONCLUSIONS],
            "next_meeting": _next_meeting(meeting.next_meeting),
            "next_meeting_text": bodies[SectionKind.NEXT_MEETING],
            "acronyms": _acronyms(meeting, attendances, updates),
        }


def title_of(meeting: Meeting) -> str:
    """« Compte rendu de la réunion du 11 février 2016 »."""
    if meeting.kind == MeetingKind.EXTRAORDINARY:
        return _("Compte rendu de la réunion extraordinaire du %(date)s") % {"date": date_fr(meeting.date)}
    return _("Compte rendu de la réunion du %(date)s") % {"date": date_fr(meeting.date)}


def _local(meeting: Meeting, moment: datetime) -> datetime:
    return timezone.localtime(moment, meeting.task_force.tz)


def _person(person: Any) -> str:
    return person.full_name if person is not None else ""


def _rapporteur_heading(meeting: Meeting) -> str:
    feminine = meeting.rapporteur is not None and meeting.rapporteur.is_feminine
    return _("Rapporteuse") if feminine else _("Rapporteur")


def _presenter(item: Any) -> str:
    names = [_person(item.presenter_person), str(item.presenter_agency or "")]
    return ", ".join(name for name in names if name)


def _may_print(link: Any, row: Decision | ActionItem, readable: set[int]) -> bool:
    """A restricted decision or action, or one taken under a restricted item, is not in the document."""
    return not row.is_restricted and (link.agenda_item_id is None or link.agenda_item_id in readable)


def _adopted_on(minutes: Minutes) -> Any:
    if minutes.state not in ADOPTED:
        return None
    record = (
        TransitionRecord.objects.filter(
            content_type=ContentType.objects.get_for_model(Minutes), object_id=minutes.pk, after=MinutesState.APPROVED
        )
        .order_by("-at")
        .first()
    )
    return _local(minutes.meeting, record.at).date() if record else None


def _status(minutes: Minutes, adopted_on: Any) -> str:
    """What this text is, in a few words, for the end of the document."""
    if minutes.state == MinutesState.DRAFT:
        return _("Projet de compte rendu")
    if minutes.state == MinutesState.CIRCULATED:
        return _("Projet de compte rendu partagé pour observations")
    if adopted_on is None:
        return _("Compte rendu diffusé") if minutes.state == MinutesState.PUBLISHED else _("Compte rendu adopté")
    return _("Compte rendu adopté le %(date)s") % {"date": date_fr(adopted_on)}


# Presence ---------------------------------------------------------------------------------------


def _attendances(meeting: Meeting) -> list[Attendance]:
    """By agency in French order, the titular first."""
    return sorted(
        meeting.attendances.select_related("person", "agency", "represented_by__person"),
        key=lambda row: (
            normalise(str(row.agency or "")) or "\uffff",
            CAPACITY_ORDER.index(Capacity(row.capacity)),
            normalise(row.person.family_name),
            normalise(row.person.given_name),
        ),
    )


def _presence(meeting: Meeting, rows: list[Attendance]) -> dict[str, Any]:
    groups: list[tuple[str, list[Attendance]]] = [
        (_("Agences et structures représentées"), [row for row in rows if row.represents_agency]),
        (
            _("Observateurs, invités et secrétariat"),
            [row for row in rows if row.status in ATTENDING and row.capacity not in REPRESENTING],
        ),
        (
            _("Excusés"),
            [row for row in rows if row.status in {AttendanceStatus.EXCUSED, AttendanceStatus.REPRESENTED}],
        ),
        (_("Absents"), [row for row in rows if row.status == AttendanceStatus.ABSENT]),
    ]
    agencies = {row.agency_id: row.agency for row in rows if row.represents_agency}
    return {
        "groups": [
            {"title": title, "rows": [_attendance(row) for row in members]} for title, members in groups if members
        ],
        "represented": _represented(agencies.values()),
        "quorum": _quorum(meeting, set(agencies)),
    }


def _represented(agencies: Iterable[Agency]) -> str:
    """« 5 agences représentées. »: UN agencies are « agences », all others « structures » (glossary)."""
    kinds = [agency.kind == AgencyKind.UN for agency in agencies]
    count = len(kinds)
    if not count:
        return ""
    if all(kinds):
        sentence = ngettext("%(count)s agence représentée.", "%(count)s agences représentées.", count)
    elif not any(kinds):
        sentence = ngettext("%(count)s structure représentée.", "%(count)s structures représentées.", count)
    else:
        sentence = ngettext(
            "%(count)s agence ou structure représentée.", "%(count)s agences et structures représentées.", count
        )
    return sentence % {"count": count}


def _quorum(meeting: Meeting, agency_ids: set[int]) -> str:
    """The line about the quorum; empty where the body has no rule."""
    if meeting.task_force.quorum_share is None:
        return ""
    seats = list(
        meeting.task_force.seats.filter(period__contains=meeting.date, counts=True).values_list("agency_id", flat=True)
    )
    needed = meeting.task_force.quorum_for(len(seats))
    if needed is None:
        return ""
    present = len(agency_ids.intersection(seats))
    facts = {"present": present, "seats": len(seats), "needed": needed}
    if present >= needed:
        sentence = _("%(present)s structures membres représentées sur %(seats)s ; quorum atteint (%(needed)s).")
    else:
        sentence = _("%(present)s structures membres représentées sur %(seats)s ; quorum non atteint (%(needed)s).")
    return sentence % facts


def _attendance(row: Attendance) -> dict[str, str]:
    return {
        "agency": str(row.agency or ""),
        "person": row.person.full_name,
        "capacity": capacity_label(row),
        "status": status_label(row),
    }


def _gendered(person: Any, masculine: str, feminine: str, unknown: str) -> str:
    if person.is_feminine:
        return feminine
    return masculine if person.civility == "mr" else unknown


def capacity_label(row: Attendance) -> str:
    """« Suppléante », « Suppléant », or « Suppléant(e) » when the civility does not tell."""
    person = row.person
    labels = {
        Capacity.TITULAR: _("Titulaire"),
        Capacity.SUBSTITUTE: _gendered(person, _("Suppléant"), _("Suppléante"), _("Suppléant(e)")),
        Capacity.WITHOUT_MANDATE: _("Sans mandat"),
        Capacity.OBSERVER: _gendered(person, _("Observateur"), _("Observatrice"), _("Observateur ou observatrice")),
        Capacity.GUEST: _gendered(person, _("Invité"), _("Invitée"), _("Invité(e)")),
        Capacity.SECRETARIAT: _("Secrétariat"),
        Capacity.CHAIR: _("Présidence de séance"),
    }
    label = labels[Capacity(row.capacity)]
    if row.mandate_id is None and row.proxy_granted_by:
        label = _("%(capacity)s par procuration") % {"capacity": label}
    return label


def status_label(row: Attendance) -> str:
    """« Présente », « Excusé », « Représentée par Mme … », with the hours of a partial presence."""
    person = row.person
    if row.status == AttendanceStatus.REPRESENTED and row.represented_by is not None:
        sentence = _gendered(
            person, _("Représenté par %(name)s"), _("Représentée par %(name)s"), _("Représenté(e) par %(name)s")
        )
        return sentence % {"name": row.represented_by.person.full_name}
    labels = {
        AttendanceStatus.PRESENT: _gendered(person, _("Présent"), _("Présente"), _("Présent(e)")),
        AttendanceStatus.REMOTE: _("À distance"),
        AttendanceStatus.EXCUSED: _gendered(person, _("Excusé"), _("Excusée"), _("Excusé(e)")),
        AttendanceStatus.ABSENT: _gendered(person, _("Absent"), _("Absente"), _("Absent(e)")),
    }
    label = labels.get(AttendanceStatus(row.status)) or str(row.get_status_display())
    hours = {"label": label, "start": time_fr(row.arrived_at), "end": time_fr(row.left_at)}
    if row.arrived_at and row.left_at:
        return _("%(label)s de %(start)s à %(end)s") % hours
    if row.arrived_at:
        return _("%(label)s à partir de %(start)s") % hours
    if row.left_at:
        return _("%(label)s jusqu’à %(end)s") % hours
    return label


# Decisions and actions --------------------------------------------------------------------------


def _mode(decision: Decision) -> str:
    if decision.mode != DecisionMode.VOTE:
        return str(decision.get_mode_display())
    counts = [
        _("%(count)s pour") % {"count": decision.votes_for} if decision.votes_for is not None else "",
        _("%(count)s contre") % {"count": decision.votes_against} if decision.votes_against is not None else "",
        ngettext("%(count)s abstention", "%(count)s abstentions", decision.abstentions) % {"count": decision.abstentions}
        if decision.abstentions is not None
        else "",
    ]
    result = ", ".join(count for count in counts if count)
    return _("Vote : %(result)s") % {"result": result} if result else _("Vote")


def _owners(action: ActionItem) -> str:
    names = [owner.agency.acronym or str(owner.agency) for owner in action.owners.all()]
    if action.owner_all:
        names.insert(0, _("Toutes les agences"))
    if action.owner_function:
        names.append(action.owner_function)
    if action.owner_person is not None:
        names.append(action.owner_person.full_name)
    return ", ".join(names)


def _action(action: ActionItem, state: str) -> dict[str, Any]:
    return {
        "reference": action.reference,
        "text": action.text,
        "owners": _owners(action),
        "due": action.due_on,
        "state": str(ActionState(state).label),
    }


def _earlier_actions(meeting: Meeting) -> list[dict[str, Any]]:
    """Actions of the body's earlier meetings that were open at the last one."""
    previous = (
        Meeting.objects.filter(task_force=meeting.task_force_id, starts_at__lt=meeting.starts_at)
        .exclude(state=MeetingState.CANCELLED)
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    if previous is None:
        return []
    closed_since = TransitionRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(ActionItem),
        object_id=OuterRef("pk"),
        after__in=CLOSED_ACTIONS,
        at__gte=previous,
    )
    actions = list(
        ActionItem.objects.filter(
            Q(meeting_link__agenda_item__isnull=True) | ~Q(meeting_link__agenda_item__visibility=Visibility.RESTRICTED),
            meeting_link__meeting__starts_at__lt=meeting.starts_at,
            task_force=meeting.task_force_id,
            is_restricted=False,
        )
        .filter(~Q(state__in=CLOSED_ACTIONS) | Exists(closed_since))
        .select_related("owner_person")
        .prefetch_related("owners__agency")
        .order_by("year", "number")
    )
    states = _states_at(actions, _closing(meeting))
    return [_action(action, states[action.pk]) for action in actions]


def _closing(meeting: Meeting) -> datetime | None:
    return meeting.closed_at if meeting.state == MeetingState.CLOSED else None


def _states_at(actions: list[ActionItem], moment: datetime | None) -> dict[int, str]:
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


# The end ----------------------------------------------------------------------------------------


def _next_meeting(following: Meeting | None) -> dict[str, Any] | None:
    if following is None or following.state == MeetingState.CANCELLED:
        return None
    return {
        "date": following.date,
        "start": following.local_start.time(),
        "place": following.place,
        "theme": following.theme,
    }


def _acronyms(meeting: Meeting, attendances: list[Attendance], updates: list[Any]) -> list[dict[str, str]]:
    """The full names of the agencies that the document names by their acronym."""
    mentioned = [meeting.lead_agency, *(row.agency for row in attendances)]
    mentioned += [agency for update in updates for agency in (update.agency, update.reported_by)]
    named: dict[int, Agency] = {agency.pk: agency for agency in mentioned if agency is not None}
    spelled = [
        {"acronym": agency.acronym, "name": agency.name_fr}
        for agency in named.values()
        if agency.acronym and normalise(agency.acronym) != normalise(agency.name_fr)
    ]
    return sorted(spelled, key=lambda entry: normalise(entry["acronym"]))
