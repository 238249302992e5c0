"""What was agreed to be done in a meeting, and what earlier ones left open, on one sheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from core.documents.base import documents
from meetings.documents.common import MeetingDocument
from meetings.documents.minutes_parts import action_row, closed_at, earlier_actions, states_at
from meetings.models import Meeting
from meetings.queries import actions_of


@documents.register
class ActionList(MeetingDocument):
    slug = "meeting-actions"
    name = pgettext_lazy("nom de fichier", "actions")
    title = gettext_lazy("Liste des actions")
    template = "meetings/documents/action_list.html"
    permission = "meetings.view_meeting"

    def get_context(self, obj: Meeting) -> dict[str, Any]:
        links = list(actions_of(obj, restricted=False))
        states = states_at([link.action for link in links], closed_at(obj))
        return {
            **self.head(obj),
            "actions": [action_row(link.action, link.owner_acronyms, states[link.action_id]) for link in links],
            "follow_up": earlier_actions(obj),
        }
