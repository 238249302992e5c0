"""Bodies, their terms of reference, and the activities of their work plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.richtext import richtext_to_text
from core.search.base import Findable, SearchSource, search_sources
from taskforce.models import Activity, TaskForce, TermsSection
from taskforce.queries import bodies_visible_to
from taskforce.queries.terms import terms_visible_to
from taskforce.queries.workplan import activities_visible_to


@search_sources.register
class Bodies(SearchSource):
    slug, order, icon = "body", 5, "people"
    label, plural = _("Instance"), _("Instances")
    model = TaskForce
    watches = {"taskforce_country": "country"}

    def visible_to(self, user: Any) -> Any:
        return bodies_visible_to(user)

    def rows(self) -> Any:
        return TaskForce.objects.select_related("country")

    def findable(self, row: TaskForce) -> Findable:
        with override(row.language):
            facts = [row.acronym, str(row.get_kind_display()), str(row.country)]
        return Findable(
            title=row.name,
            facts=" · ".join(filter(None, facts)),
            url_name="taskforce:body_home",
            url_arg=row.slug,
            language=row.language,
            scope_id=row.pk,
        )


@search_sources.register
class TermsSections(SearchSource):
    """The sections of every version; those taken out of the text are not found."""

    slug, order, icon = "terms", 70, "file"
    label, plural = _("Termes de référence"), _("Termes de référence")
    model = TermsSection
    watches = {"taskforce_termsofreference": "terms", "taskforce_taskforce": "terms__task_force"}

    def visible_to(self, user: Any) -> Any:
        return TermsSection.objects.filter(terms__in=terms_visible_to(user).order_by().values("pk"))

    def rows(self) -> Any:
        return TermsSection.objects.filter(removed_at__isnull=True).select_related("terms__task_force")

    def findable(self, row: TermsSection) -> Findable | None:
        # Without words the page may not show it, and there is no anchor to lead to.
        if row.is_empty:
            return None
        terms, body = row.terms, row.terms.task_force
        with override(body.language):
            facts = str(terms)
        day = terms.adopted_on or (terms.shared_at or terms.created_at).astimezone(body.tz).date()
        return Findable(
            title=row.title,
            facts=facts,
            text=richtext_to_text(row.body),
            date=day,
            url_name="taskforce:terms_detail",
            url_arg=terms.pk,
            url_suffix=f"#section-{row.pk}",
            language=body.language,
            scope_id=body.pk,
        )


@search_sources.register
class Activities(SearchSource):
    slug, order, icon = "activity", 80, "calendar"
    label, plural = _("Activité du plan de travail"), _("Activités du plan de travail")
    model = Activity
    watches = {
        "taskforce_taskforce": "plan__task_force",
        "taskforce_theme": "theme",
        "taskforce_agency": "lead_agency",
    }

    def visible_to(self, user: Any) -> Any:
        return activities_visible_to(user)

    def rows(self) -> Any:
        return Activity.objects.select_related("plan__task_force", "theme", "lead_agency")

    def findable(self, row: Activity) -> Findable:
        body = row.plan.task_force
        with override(body.language):
            plan = said("Plan de travail %(year)d") % {"year": row.plan.year}
        facts = [plan, str(row.theme or ""), row.axis, str(row.lead_agency or "")]
        return Findable(
            title=row.title,
            facts=" · ".join(filter(None, facts)),
            text=row.note,
            date=date(row.plan.year, min(row.months), 1),
            url_name="taskforce:activity_detail",
            url_arg=row.pk,
            language=body.language,
            scope_id=body.pk,
        )
