"""The names that the host's gate lets in; nothing else about the people, nothing about the meeting's subject."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from core.documents.base import documents
from meetings.documents.common import MeetingDocument
from meetings.models import Meeting
from meetings.queries.expected import expected_at


@documents.register
class GateList(MeetingDocument):
    slug = "gate-list"
    name = pgettext_lazy("nom de fichier", "liste-accueil")
    title = gettext_lazy("Liste pour l’accueil")
    template = "meetings/documents/gate_list.html"
    # Names for strangers: the secretariat and the rapporteur hand them out.
    permission = "meetings.add_files"

    def get_context(self, obj: Meeting) -> dict[str, Any]:
        people = [one for one in expected_at(obj).people if not one.is_remote]
        return {
            **self.head(obj),
            "people": [
                {
                    "family": one.person.family_name,
                    "given": one.person.given_name,
                    "agency": one.agency,
                    "is_sure": one.is_sure,
                }
                for one in people
            ],
        }
