"""Regions and departments, by every name and code: they lead to the sheet of the place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.search.base import Findable, SearchSource, search_sources
from interventions.enums import UnitLevel
from interventions.models import AdminUnit
from taskforce.queries import has_any_grant


@search_sources.register
class Places(SearchSource):
    slug, order, icon = "place", 28, "flag"
    label, plural = _("Région ou département"), _("Régions et départements")
    model = AdminUnit
    is_name = True
    watches = {"taskforce_country": "country"}

    def visible_to(self, user: Any) -> Any:
        return self._shown() if has_any_grant(user) else AdminUnit.objects.none()

    def rows(self) -> Any:
        return self._shown().select_related("country", "parent").prefetch_related("aliases")

    def _shown(self) -> Any:
        return AdminUnit.objects.filter(level__lte=UnitLevel.DEPARTMENT)

    def findable(self, row: AdminUnit) -> Findable:
        with override("fr"):
            facts = [str(row.get_level_display()), str(row.parent or ""), str(row.country), row.pcode]
        return Findable(
            title=row.name,
            facts=" · ".join(filter(None, facts)),
            text=", ".join(alias.label for alias in row.aliases.all()),
            url_name="interventions:place",
            url_arg=row.pcode,
        )
