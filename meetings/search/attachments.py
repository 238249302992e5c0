"""Files joined to meetings, by their name, the point they belong to and their words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search.base import Findable, SearchSource, search_sources
from core.search.models import SearchEntry
from meetings.models import Attachment
from meetings.queries.search import attachments_visible_to
from meetings.search.meetings import of_day


@search_sources.register
class Attachments(SearchSource):
    slug, order, icon = "attachment", 65, "file"
    label, plural = _("Pièce jointe"), _("Pièces jointes")
    model = Attachment
    watches = {
        "meetings_meeting": "meeting",
        "meetings_agendaitem": "agenda_item",
        "taskforce_taskforce": "meeting__task_force",
    }

    def visible_to(self, user: Any) -> Any:
        return attachments_visible_to(user)

    def rows(self) -> Any:
        return Attachment.objects.select_related("meeting__task_force", "agenda_item", "words")

    def findable(self, row: Attachment) -> Findable:
        meeting = row.meeting
        facts = [of_day(meeting, _("Réunion du %(day)s")), row.agenda_item.title if row.agenda_item else ""]
        words = getattr(row, "words", None)
        return Findable(
            title=row.name,
            facts=" · ".join(filter(None, facts)),
            text=words.text if words else "",
            date=meeting.date,
            url_name="meetings:file_list",
            url_arg=meeting.pk,
            url_suffix=f"#fichier-{row.pk}",
            language=meeting.task_force.language,
            scope_id=meeting.task_force_id,
        )

    def links(self, entry: SearchEntry) -> list[tuple[Any, str]]:
        return [
            (_("Ouvrir le fichier"), reverse("meetings:file_download", args=[entry.url_arg, entry.object_id])),
            (_("Voir la réunion"), reverse("meetings:meeting_detail", args=[entry.url_arg])),
        ]
