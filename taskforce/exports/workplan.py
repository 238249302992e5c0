"""The work plan of a year: a line an activity, a column a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.exports.base import Column, Export, exports
from taskforce.models import Activity, WorkPlan
from taskforce.queries.workplan import activities_of, plans_visible_to

# Seen when the sheet is printed in black and white.
MARK = "■"


def _in_month(number: int) -> Callable[[Activity], str | None]:
    return lambda activity: MARK if number in activity.months else None


@exports.register
class WorkPlanExport(Export):
    slug = "plan-de-travail"
    title = _("Plan de travail")
    permission = "taskforce.view_workplan"
    columns = (
        Column(_("Activité"), "text", lambda activity: activity.title, 50),
        Column(_("Thème"), "text", lambda activity: str(activity.theme or ""), 28),
        Column(_("Axe de la politique nationale"), "text", lambda activity: activity.axis, 24),
        *(Column(name, "text", _in_month(number), 9) for number, name in MONTHS.items()),
        Column(_("Chef de file"), "text", lambda activity: str(activity.lead_agency or ""), 16),
        Column(
            _("Partenaires"), "text", lambda activity: ", ".join(str(agency) for agency in activity.partners.all()), 28
        ),
        Column(_("État"), "text", lambda activity: activity.get_state_display(), 14),
        Column(_("Avancement (%)"), "integer", lambda activity: activity.progress, 12),
        Column(_("Précisions"), "text", lambda activity: activity.note, 50),
    )

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[WorkPlan]:
        return plans_visible_to(user)

    def rows(self) -> Iterable[Activity]:
        # A plan is a few dozen lines: read whole, with the partners in one query.
        return list(activities_of(self.obj))

    def filename(self) -> str:
        name = pgettext("nom de fichier", "plan-de-travail")
        return f"{name}-{self.obj.task_force.slug}-{self.obj.year}"
