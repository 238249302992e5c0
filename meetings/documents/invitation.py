"""The letter that invites the members to a meeting (« convocation »)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.documents.base import documents
from meetings.documents.agenda import agenda_part
from meetings.documents.common import MeetingDocument, subject_part
from meetings.models import Meeting
from taskforce.enums import OfficeRole
from taskforce.queries.roster import offices_on


@documents.register
class InvitationLetter(MeetingDocument):
    slug = "invitation"
    name = pgettext_lazy("nom de fichier", "convocation")
    title = gettext_lazy("Convocation")
    template = "meetings/documents/invitation.html"
    permission = "meetings.view_files"

    def get_context(self, obj: Meeting) -> dict[str, Any]:
        body = obj.task_force
        signatories = [
            {"name": office.person.full_name, "agency": str(office.person.agency or "")}
            for office in offices_on(body, obj.date)
            if office.role == OfficeRole.SECRETARIAT
        ]
        convened = timezone.localtime(obj.convened_at, body.tz).date() if obj.convened_at else None
        return {
            **self.head(obj),
            **subject_part(obj),
            **agenda_part(obj),
            "written_on": convened,
            "convened_by": body.convened_by.name if body.convened_by else "",
            "city": body.time_zone.rpartition("/")[2].replace("_", " "),
            # The link itself is in the mail of each: a letter is printed and lies on tables.
            "is_remote_possible": bool(obj.link),
            "signatories": signatories,
        }
