"""The agenda (« ordre du jour ») on its own, with the hour of each point."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from core.choices import choice_label
from core.documents.base import documents
from meetings.documents.common import MeetingDocument, presenter_words, subject_part
from meetings.enums import AttachmentKind, ItemKind
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda_of
from meetings.queries.attachments import origin_files, with_origin_files


@documents.register
class AgendaDocument(MeetingDocument):
    slug = "agenda"
    name = pgettext_lazy("nom de fichier", "ordre-du-jour")
    title = gettext_lazy("Ordre du jour")
    template = "meetings/documents/agenda.html"
    permission = "meetings.view_meeting"

    def get_context(self, obj: Meeting) -> dict[str, Any]:
        return {**self.head(obj), **subject_part(obj), **agenda_part(obj)}


def agenda_part(meeting: Meeting) -> dict[str, Any]:
    """The points that every member reads, each with the hour at which it begins."""
    items = list(with_origin_files(agenda_of(meeting, restricted=False)))
    hours = hours_of(meeting, items)
    names = {
        item: [file.name for file in files if not file.is_restricted] for item, files in origin_files(items).items()
    }
    for attachment in meeting.attachments.filter(kind=AttachmentKind.DOCUMENT, agenda_item__in=items):
        names.setdefault(attachment.agenda_item_id or 0, []).append(attachment.name)
    return {
        "items": [
            {
                "number": item.position,
                "at": hour,
                "title": item.title,
                "nature": "" if item.kind in {ItemKind.DISCUSSION, ItemKind.OTHER} else choice_label(item, "kind"),
                "presenter": presenter_words(item),
                "minutes": item.minutes,
                "files": names.get(item.pk, []),
            }
            for item, hour in zip(items, hours, strict=True)
        ],
        "total": sum(item.minutes or 0 for item in items),
        "has_hours": any(item.minutes for item in items),
    }


def hours_of(meeting: Meeting, items: list[AgendaItem]) -> list[time | None]:
    """When each point begins, from the planned beginning; None after a point whose length is not known.

    Restricted points are not printed, but the time they take is: the hours are those of the whole agenda.
    """
    begins: dict[int, time | None] = {}
    at: datetime | None = meeting.local_start
    for item in meeting.agenda.order_by("position", "pk").values("pk", "minutes"):
        begins[item["pk"]] = at.time() if at is not None else None
        at = at + timedelta(minutes=item["minutes"]) if at is not None and item["minutes"] else None
    return [begins.get(item.pk) for item in items]
