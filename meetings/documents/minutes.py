"""The minutes of a meeting (« compte rendu »), from one context for every format."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.documents.base import Document, documents
from core.documents.stamps import RowStamp
from core.models import TransitionRecord
from core.typography import date_fr
from meetings.documents.frozen import errata_of, kept_text, kept_version, verify_url
from meetings.documents.minutes_parts import (
    acronym_list,
    action_row,
    closed_at,
    earlier_actions,
    mode_words,
    next_meeting_part,
    presence_part,
    states_at,
)
from meetings.enums import (
    MeetingKind,
    MeetingState,
    MinutesState,
    SectionKind,
)
from meetings.models import Meeting, Minutes, MinutesApproval
from meetings.queries import (
    actions_of,
    agenda_of,
    decisions_of,
    minutes_visible_to,
)
from taskforce.models import ActionItem

ADOPTED = (MinutesState.APPROVED, MinutesState.PUBLISHED)

_MEETINGS = "SELECT id FROM meetings_meeting WHERE task_force_id = %(body)s"
_ACTIONS = "SELECT id FROM taskforce_actionitem WHERE task_force_id = %(body)s"
# Every table that `get_context` reads. Coarse where that is cheaper: all meetings and actions of the body.
STAMP = RowStamp(
    {
        "taskforce_country": "r.id = %(country)s",
        "taskforce_taskforce": "r.id = %(body)s",
        "taskforce_seat": "r.task_force_id = %(body)s",
        "taskforce_agency": "true",
        "taskforce_person": (
            "r.id IN (SELECT person_id FROM meetings_attendance WHERE meeting_id = %(meeting)s"
            " UNION SELECT owner_person_id FROM taskforce_actionitem WHERE task_force_id = %(body)s"
            " UNION SELECT presenter_person_id FROM meetings_agendaitem WHERE meeting_id = %(meeting)s"
            " UNION SELECT unnest(ARRAY[chair_id, rapporteur_id]) FROM meetings_meeting WHERE id = %(meeting)s)"
        ),
        "meetings_meeting": "r.task_force_id = %(body)s",
        "meetings_minutes": "r.id = %(minutes)s",
        "meetings_minutesversion": "r.minutes_id = %(minutes)s",
        "meetings_minutesapproval": "r.minutes_id = %(minutes)s",
        "meetings_erratum": "r.minutes_id = %(minutes)s",
        "meetings_minutessection": "r.minutes_id = %(minutes)s",
        "meetings_agendaitem": (
            "r.meeting_id = %(meeting)s OR r.id IN (SELECT link.agenda_item_id FROM meetings_meetingaction link"
            " JOIN meetings_meeting m ON m.id = link.meeting_id WHERE m.task_force_id = %(body)s)"
        ),
        "meetings_attendance": "r.meeting_id = %(meeting)s",
        "meetings_agencyupdate": "r.meeting_id = %(meeting)s",
        "meetings_meetingdecision": "r.meeting_id = %(meeting)s",
        "taskforce_decision": "r.id IN (SELECT decision_id FROM meetings_meetingdecision WHERE meeting_id = %(meeting)s)",
        "meetings_meetingaction": f"r.meeting_id IN ({_MEETINGS})",
        "taskforce_actionitem": "r.task_force_id = %(body)s",
        "taskforce_actionowner": f"r.action_id IN ({_ACTIONS})",
        "core_transitionrecord": (
            f"(r.content_type_id = %(action_type)s AND r.object_id IN ({_ACTIONS}))"
            f" OR (r.content_type_id = %(minutes_type)s AND r.object_id = %(minutes)s)"
        ),
    }
)


@documents.register
class MinutesDocument(Document):
    slug = "minutes"
    title = gettext_lazy("Compte rendu")
    model = Minutes
    template = "meetings/documents/minutes.html"
    stylesheet = "css/print-document.css"
    permission = "meetings.view_minutes"
    scope_path = "meeting__task_force"
    formats = ("pdf", "docx")

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
        preview = pgettext("nom de fichier", "apercu-") if self.is_preview(obj) else ""
        name = pgettext("nom de fichier", "compte-rendu")
        return f"{preview}{name}-{obj.meeting.task_force.slug}-{obj.meeting.date:%Y-%m-%d}"

    def page_context(self, obj: Minutes) -> dict[str, Any]:
        return {
            "body": obj.meeting.task_force,
            "label": title_of(obj.meeting),
            "back_url": obj.meeting.get_absolute_url(),
            "back_label": _("Réunion du %(date)s") % {"date": date_fr(obj.meeting.date)},
        }

    def stamp(self, obj: Minutes) -> str:
        types = ContentType.objects.get_for_models(Minutes, ActionItem)
        return STAMP.of(
            {
                "minutes": obj.pk,
                "meeting": obj.meeting_id,
                "body": obj.meeting.task_force_id,
                "country": obj.meeting.task_force.country_id,
                "minutes_type": types[Minutes].pk,
                "action_type": types[ActionItem].pk,
            }
        )

    def get_context(self, obj: Minutes) -> dict[str, Any]:
        """The text that stands: as it was kept once shared, as it is written before; and what it is."""
        version = kept_version(obj)
        text = self.written(obj) if version is None else kept_text(version)
        adopted_on = _adopted_on(obj)
        return text | {
            "state": obj.state,
            "state_label": str(obj.get_state_display()),
            "is_preview": self.is_preview(obj),
            "is_adopted": obj.state in ADOPTED,
            "adopted_on": adopted_on,
            "status": _status(obj, adopted_on),
            "errata": errata_of(obj) if obj.state in ADOPTED else [],
            "verify_url": verify_url() if version is not None else "",
        }

    def fingerprint(self, canonical: dict[str, Any]) -> str:
        """Of a kept text its own, which stays the same when its state moves on."""
        return canonical["content"].get("text_sha256") or super().fingerprint(canonical)

    def written(self, obj: Minutes) -> dict[str, Any]:
        """The text as its rows say it now."""
        meeting = obj.meeting
        body = meeting.task_force
        # Restricted points, and all that was said or decided under them, go before anything is printed.
        agenda = list(agenda_of(meeting, restricted=False))
        readable = {None, *(item.pk for item in agenda)}
        sections = [s for s in obj.sections.select_related("agenda_item") if s.agenda_item_id in readable]
        updates = list(meeting.updates.select_related("agency", "reported_by"))
        actions = [(link.action, link.owner_acronyms) for link in actions_of(meeting, restricted=False)]
        presence, attendances = presence_part(meeting)
        states = states_at([action for action, _owners in actions], closed_at(meeting))
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
            "text_version": text_version,
            "presence": presence,
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
            "follow_up": earlier_actions(meeting),
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
                    "mode": mode_words(link.decision),
                    "item": link.agenda_item.position if link.agenda_item else None,
                }
                for link in decisions_of(meeting, restricted=False)
            ],
            "actions": [action_row(action, acronyms, states[action.pk]) for action, acronyms in actions],
            "conclusions_text": bodies[SectionKind.CONCLUSIONS],
            "next_meeting": next_meeting_part(meeting.next_meeting),
            "next_meeting_text": bodies[SectionKind.NEXT_MEETING],
            "acronyms": acronym_list(meeting, attendances, updates),
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


def _adopted_on(minutes: Minutes) -> Any:
    if minutes.state not in ADOPTED:
        return None
    approval = MinutesApproval.objects.filter(minutes=minutes).first()
    if approval is not None:
        return approval.adopted_on
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
