"""The meeting in which a decision or an action of the register was taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from core.origins import Origin, OriginSource, origin_sources
from core.typography import date_fr
from meetings.models import Erratum, MeetingAction, MeetingDecision
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
        if model is Decision:
            errata = Erratum.objects.filter(minutes__meeting=OuterRef("meeting")).order_by("number")
            rows = rows.select_related("meeting__task_force", "decision").annotate(
                errata=ArraySubquery(errata.values(data=JSONObject(place="place", number="number")))
            )
        return {
            getattr(row, column): Origin(
                label=_label(row),
                url=row.meeting.get_absolute_url(),
                theme=row.meeting.theme,
            )
            for row in rows
        }

    def about(self, model: type[Any], words: str) -> QuerySet[Any]:
        link, column = LINKS[model]
        return link._default_manager.filter(meeting__theme__unaccent__icontains=words).order_by().values(column)


def _label(row: Any) -> str:
    """The meeting, and which errata of its minutes rewrote the decision: the register keeps the text as adopted."""
    said = [_("Réunion du %(date)s") % {"date": date_fr(row.meeting.date)}]
    for erratum in getattr(row, "errata", ()):
        if erratum["place"] == f"decision:{row.decision.reference}":
            said.append(_("Rectificatif n° %(number)d") % {"number": erratum["number"]})
    return " · ".join(said)
