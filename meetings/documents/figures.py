"""The presence of a year, and « Bilan de l’année »: official documents without anything restricted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.documents.base import Document, documents
from core.typography import date_fr, number_fr
from meetings.queries.presence_year import as_data, presence_of_year
from meetings.queries.statistics import figures_of
from meetings.wording_presence import SIGNS, legend
from taskforce.enums import ReportKind
from taskforce.models import Report
from taskforce.queries.reports import reports_visible_to


class _YearDocument(Document):
    model = Report
    permission = "meetings.view_presence"
    scope_path = "task_force"
    formats = ("pdf",)
    kind: ClassVar[str]
    page: ClassVar[str]
    file: ClassVar[Any]

    def queryset(self, user: Any) -> QuerySet[Report]:
        return reports_visible_to(user, self.kind)

    def is_preview(self, obj: Report) -> bool:
        """While the year runs, its figures still change: the file is neither numbered nor kept."""
        return obj.year is None or obj.year >= obj.task_force.today().year

    def language(self, obj: Report) -> str:
        return obj.task_force.language

    def filename(self, obj: Report) -> str:
        return f"{self.file}-{obj.task_force.slug}-{obj.year}"

    def page_context(self, obj: Report) -> dict[str, Any]:
        label = f"{self.title} – {obj.year}"
        return {
            "body": obj.task_force,
            "label": label,
            "back_url": reverse(self.page, args=[obj.task_force.slug, obj.year]),
            "back_label": label,
        }

    def head(self, obj: Report) -> dict[str, Any]:
        body = obj.task_force
        return {"body": {"name": body.name, "country": str(body.country)}, "year": obj.year}


@documents.register
class PresenceOfYear(_YearDocument):
    slug = "presence-year"
    title = gettext_lazy("Présence de l’année")
    template = "meetings/documents/presence_year.html"
    stylesheet = "css/print-figures.css"
    kind = ReportKind.PRESENCE
    page = "meetings:presence_year"
    file = pgettext_lazy("nom de fichier", "presence")

    def get_context(self, obj: Report) -> dict[str, Any]:
        presence = presence_of_year(obj.task_force, obj.year or 0)
        return {
            **self.head(obj),
            "title": _("Présence en %(year)d") % {"year": obj.year},
            "days": [f"{meeting.date.day}/{meeting.date.month}" for meeting in presence.meetings],
            "dates": [date_fr(meeting.date) for meeting in presence.meetings],
            "rate": presence.rate,
            "tables": [
                {"title": _("Par agence"), "people": False, "lines": [_line(line) for line in presence.agencies]},
                {"title": _("Par personne"), "people": True, "lines": [_line(line) for line in presence.people]},
            ],
            "legend": [[sign, words] for _mark, sign, words in legend()],
        }


def _line(line: Any) -> dict[str, Any]:
    data = as_data(line)
    data["signs"] = [SIGNS[mark] for mark in data["marks"]]
    return data


@documents.register
class YearReview(_YearDocument):
    slug = "year-review"
    title = gettext_lazy("Bilan de l’année")
    template = "meetings/documents/year_review.html"
    stylesheet = "css/print-figures.css"
    kind = ReportKind.REVIEW
    page = "meetings:statistics_year"
    file = pgettext_lazy("nom de fichier", "bilan")

    def get_context(self, obj: Report) -> dict[str, Any]:
        figures = figures_of(obj.task_force, obj.year or 0)
        return {
            **self.head(obj),
            "title": _("Bilan de l’année %(year)d") % {"year": obj.year},
            "facts": [
                [_("Réunions tenues"), str(figures.meetings)],
                [_("Présence des agences membres"), "–" if figures.rate is None else number_fr(figures.rate, "%")],
                [_("Décisions"), str(figures.decisions)],
                [_("Actions décidées"), str(figures.actions)],
                [_("Actions réalisées"), str(figures.done)],
                [_("Actions en retard"), str(figures.overdue)],
            ],
            "charts": [chart.as_data() for chart in figures.charts],
        }
