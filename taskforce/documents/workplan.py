"""The work plan of a year on one wide page: activities by theme, twelve months, who leads, how far."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.documents.base import Document, documents
from taskforce.enums import ActivityState
from taskforce.models import WorkPlan
from taskforce.queries.workplan import activities_of, by_theme, plans_visible_to


@documents.register
class WorkPlanDocument(Document):
    slug = "work-plan"
    title = gettext_lazy("Plan de travail")
    model = WorkPlan
    template = "taskforce/documents/workplan.html"
    stylesheet = "css/print-workplan.css"
    permission = "taskforce.view_workplan"
    scope_path = "task_force"
    formats = ("pdf",)

    def queryset(self, user: Any) -> QuerySet[WorkPlan]:
        return plans_visible_to(user)

    def language(self, obj: WorkPlan) -> str:
        return obj.task_force.language

    def filename(self, obj: WorkPlan) -> str:
        name = pgettext("nom de fichier", "plan-de-travail")
        return f"{name}-{obj.task_force.slug}-{obj.year}"

    def page_context(self, obj: WorkPlan) -> dict[str, Any]:
        return {
            "body": obj.task_force,
            "label": title_of(obj),
            "back_url": obj.get_absolute_url(),
            "back_label": title_of(obj),
        }

    def get_context(self, obj: WorkPlan) -> dict[str, Any]:
        body = obj.task_force
        activities = list(activities_of(obj))
        counted = [activity.progress for activity in activities if activity.state != ActivityState.CANCELLED]
        return {
            "body": {"name": body.name, "country": str(body.country)},
            "title": title_of(obj),
            "is_closed": obj.is_closed,
            "months": [{"short": str(MONTHS_3[n])[:1].upper(), "name": str(MONTHS[n])} for n in MONTHS],
            "themes": [
                {
                    "label": group.label,
                    "activities": [
                        {
                            "title": activity.title,
                            "months": [number in activity.months for number in MONTHS],
                            "lead": str(activity.lead_agency or ""),
                            "partners": [str(agency) for agency in activity.partners.all()],
                            "state": activity.state,
                            "state_label": str(activity.get_state_display()),
                            "progress": activity.progress,
                            "note": activity.note,
                        }
                        for activity in group.activities
                    ],
                }
                for group in by_theme(activities)
            ],
            "total": len(activities),
            "done": sum(1 for activity in activities if activity.state == ActivityState.DONE),
            "progress": round(sum(counted) / len(counted)) if counted else 0,
        }


def title_of(plan: WorkPlan) -> str:
    """« Plan de travail 2016 »."""
    return _("Plan de travail %(year)d") % {"year": plan.year}
