"""The meeting in which a decision or an action of the register was taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.origins import Origin, OriginSource, origin_sources
from core.typography import date_fr
from meetings.models import MeetingAction, MeetingDecision
from meetings.queries.visible import meetings_visible_to
from taskforce.models import ActionItem, Decision

# By model: the row of the link, and its column that points at the register.
LINKS: dict[type[Any], tuple[type[Any], str]] = {
    ActionItem: (MeetingAction, "action_id"),
    Decision: (MeetingDecision, "decision_id"),
}


@origin_sources.register
class FromMeeting(OriginSource):
    slug = "meeting"

    def origins(self, user: Any, model: type[Any], pks: Collection[int]) -> Mapping[int, Origin]:
        if model not in LINKS:
            return {}
        link, column = LINKS[model]
        rows = (
            link._default_manager.filter(**{f"{column}__in": pks}, meeting__in=meetings_visible_to(user).order_by())
            .select_related("meeting__task_force")
            .order_by()
        )
        return {
            getattr(row, column): Origin(
                label=_("Réunion du %(date)s") % {"date": date_fr(row.meeting.date)},
                url=row.meeting.get_absolute_url(),
                theme=row.meeting.theme,
            )
            for row in rows
        }

    def about(self, model: type[Any], words: str) -> QuerySet[Any]:
        link, column = LINKS[model]
        return link._default_manager.filter(meeting__theme__unaccent__icontains=words).order_by().values(column)
