"""What the documents of a meeting share: who may have them, and what stands at their head."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.documents.base import Document
from core.typography import date_fr
from meetings.enums import MeetingKind, MeetingState
from meetings.models import Meeting
from meetings.queries import meetings_visible_to


class MeetingDocument(Document):
    """A document of one meeting; `name` is the beginning of its file's name."""

    model = Meeting
    stylesheet = "css/print-document.css"
    scope_path = "task_force"
    formats = ("pdf", "docx")
    name: ClassVar[Any]

    def queryset(self, user: Any) -> QuerySet[Meeting]:
        return meetings_visible_to(user).select_related("lead_agency", "chair", "rapporteur", "next_meeting")

    def language(self, obj: Meeting) -> str:
        return obj.task_force.language

    def is_preview(self, obj: Meeting) -> bool:
        """While the meeting is being prepared nothing of it is official."""
        return obj.state == MeetingState.DRAFT and not obj.is_historical

    def filename(self, obj: Meeting) -> str:
        preview = pgettext("nom de fichier", "apercu-") if self.is_preview(obj) else ""
        return f"{preview}{slugify(self.name)}-{obj.task_force.slug}-{obj.date:%Y-%m-%d}"

    def page_context(self, obj: Meeting) -> dict[str, Any]:
        return {
            "body": obj.task_force,
            "label": _("%(document)s – réunion du %(date)s") % {"document": self.title, "date": date_fr(obj.date)},
            "back_url": obj.get_absolute_url(),
            "back_label": _("Réunion du %(date)s") % {"date": date_fr(obj.date)},
        }

    def head(self, obj: Meeting) -> dict[str, Any]:
        """The facts at the head of each of them; hours in the body's time zone."""
        body = obj.task_force
        return {
            "body": {"name": body.name, "acronym": body.acronym, "country": str(body.country)},
            "heading": str(self.title),
            "meeting": meeting_words(obj),
            "date": obj.date,
            "start": obj.local_start.time(),
            "end": obj.local_end.time(),
            "place": obj.place or (_("En visioconférence") if obj.link else ""),
            "is_preview": self.is_preview(obj),
            "is_cancelled": obj.state == MeetingState.CANCELLED,
        }


def subject_part(meeting: Meeting) -> dict[str, str]:
    """What the meeting is about and who runs it, for the documents that say so."""
    return {
        "theme": meeting.theme,
        "lead": str(meeting.lead_agency or ""),
        "chair": meeting.chair.full_name if meeting.chair is not None else "",
    }


def meeting_words(meeting: Meeting) -> str:
    """« Réunion du 11 février 2016 »."""
    if meeting.kind == MeetingKind.EXTRAORDINARY:
        return _("Réunion extraordinaire du %(date)s") % {"date": date_fr(meeting.date)}
    return _("Réunion du %(date)s") % {"date": date_fr(meeting.date)}


def presenter_words(item: Any) -> str:
    """Who presents a point: the person and the agency, as far as they are known."""
    names = [item.presenter_person.full_name if item.presenter_person else "", str(item.presenter_agency or "")]
    return ", ".join(name for name in names if name)
