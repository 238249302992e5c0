"""Meetings, the points of their agenda, the sections of their minutes, what agencies contributed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.richtext import richtext_to_text
from core.search.base import Findable, SearchSource, search_sources
from core.typography import date_fr
from meetings.models import AgencyUpdate, AgendaItem, Meeting, MinutesSection
from meetings.queries import meetings_visible_to
from meetings.queries.search import items_visible_to, sections_visible_to, updates_visible_to


def of_day(meeting: Meeting, words: Any) -> str:
    """« Réunion du 8 mars 2016 » in the body's language; `words` (lazy) have the place of the day."""
    with override(meeting.task_force.language):
        return str(words) % {"day": date_fr(meeting.date)}


@search_sources.register
class Meetings(SearchSource):
    slug, order, icon = "meeting", 30, "calendar"
    label, plural = _("Réunion"), _("Réunions")
    model = Meeting
    watches = {
        "taskforce_taskforce": "task_force",
        "taskforce_agency": "lead_agency",
        "taskforce_person": "chair",
    }

    def visible_to(self, user: Any) -> Any:
        return meetings_visible_to(user)

    def rows(self) -> Any:
        return Meeting.objects.select_related("task_force", "lead_agency", "chair")

    def findable(self, row: Meeting) -> Findable:
        body = row.task_force
        with override(body.language):
            kind = str(row.get_kind_display())
        facts = [kind, row.place, str(row.lead_agency or ""), str(row.chair or "")]
        return Findable(
            title=" · ".join(filter(None, [of_day(row, _("Réunion du %(day)s")), row.theme])),
            facts=" · ".join(filter(None, facts)),
            date=row.date,
            url_name="meetings:meeting_detail",
            url_arg=row.pk,
            language=body.language,
            scope_id=body.pk,
        )


@search_sources.register
class AgendaItems(SearchSource):
    slug, order, icon = "item", 45, "menu"
    label, plural = _("Point d’ordre du jour"), _("Points d’ordre du jour")
    model = AgendaItem
    watches = {
        "meetings_meeting": "meeting",
        "taskforce_taskforce": "meeting__task_force",
        "taskforce_agency": "presenter_agency",
        "taskforce_person": "presenter_person",
    }

    def visible_to(self, user: Any) -> Any:
        return items_visible_to(user)

    def rows(self) -> Any:
        return AgendaItem.objects.select_related("meeting__task_force", "presenter_person", "presenter_agency")

    def findable(self, row: AgendaItem) -> Findable:
        meeting = row.meeting
        facts = [
            of_day(meeting, _("Ordre du jour du %(day)s")),
            str(row.presenter_person or ""),
            str(row.presenter_agency or ""),
        ]
        return Findable(
            title=row.title,
            facts=" · ".join(filter(None, facts)),
            date=meeting.date,
            url_name="meetings:meeting_detail",
            url_arg=meeting.pk,
            language=meeting.task_force.language,
            scope_id=meeting.task_force_id,
        )


@search_sources.register
class Sections(SearchSource):
    slug, order, icon = "minutes", 40, "file"
    label, plural = _("Compte rendu"), _("Comptes rendus")
    model = MinutesSection
    watches = {
        "meetings_agendaitem": "agenda_item",
        "meetings_meeting": "minutes__meeting",
        "taskforce_taskforce": "minutes__meeting__task_force",
    }

    def visible_to(self, user: Any) -> Any:
        return sections_visible_to(user)

    def rows(self) -> Any:
        return MinutesSection.objects.exclude(body="").select_related("minutes__meeting__task_force", "agenda_item")

    def findable(self, row: MinutesSection) -> Findable:
        meeting = row.minutes.meeting
        with override(meeting.task_force.language):
            title = row.title
        return Findable(
            title=title,
            facts=of_day(meeting, _("Compte rendu du %(day)s")),
            text=richtext_to_text(row.body),
            date=meeting.date,
            url_name="meetings:minutes_detail",
            url_arg=meeting.pk,
            url_suffix=f"#section-{row.pk}",
            language=meeting.task_force.language,
            scope_id=meeting.task_force_id,
        )


@search_sources.register
class Updates(SearchSource):
    slug, order, icon = "update", 60, "people"
    label, plural = _("Contribution d’agence"), _("Contributions d’agences")
    model = AgencyUpdate
    watches = {
        "meetings_meeting": "meeting",
        "taskforce_taskforce": "meeting__task_force",
        "taskforce_agency": "agency",
    }

    def visible_to(self, user: Any) -> Any:
        return updates_visible_to(user)

    def rows(self) -> Any:
        return AgencyUpdate.objects.exclude(body="").select_related("meeting__task_force", "agency")

    def findable(self, row: AgencyUpdate) -> Findable:
        meeting = row.meeting
        facts = [of_day(meeting, _("Tour de table du %(day)s")), row.label if row.agency_id else "", row.policy_axis]
        return Findable(
            title=str(row),
            facts=" · ".join(filter(None, facts)),
            text=richtext_to_text(row.body),
            date=meeting.date,
            url_name="meetings:update_list",
            url_arg=meeting.pk,
            url_suffix=f"#contribution-{row.pk}",
            language=meeting.task_force.language,
            scope_id=meeting.task_force_id,
        )
