"""Files joined to meetings, by their name and the point they belong to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.search.base import Findable, SearchSource, search_sources
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
        return Attachment.objects.select_related("meeting__task_force", "agenda_item")

    def findable(self, row: Attachment) -> Findable:
        meeting = row.meeting
        facts = [of_day(meeting, _("Réunion du %(day)s")), row.agenda_item.title if row.agenda_item else ""]
        return Findable(
            title=row.name,
            facts=" · ".join(filter(None, facts)),
            date=meeting.date,
            url_name="meetings:file_list",
            url_arg=meeting.pk,
            language=meeting.task_force.language,
            scope_id=meeting.task_force_id,
        )
