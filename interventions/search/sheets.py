"""Intervention sheets: who, what, where, in words; never a figure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.search.base import Findable, SearchSource, search_sources
from interventions.models import Intervention
from interventions.queries.visibility import interventions_visible_to

# Sheets are written in French, with an English title beside.
LANGUAGE = "fr"


@search_sources.register
class Sheets(SearchSource):
    slug, order, icon = "intervention", 25, "file"
    label, plural = _("Intervention"), _("Interventions")
    model = Intervention
    watches = {
        "taskforce_agency": "roles__agency",
        "taskforce_country": "country",
        "interventions_adminunit": "lines__unit",
        "interventions_instrument": "lines__instrument",
    }

    def visible_to(self, user: Any) -> Any:
        return interventions_visible_to(user)

    def rows(self) -> Any:
        return Intervention.objects.select_related("country").prefetch_related(
            "roles__agency", "lines__unit", "lines__instrument"
        )

    def findable(self, row: Intervention) -> Findable:
        lines = list(row.lines.all())
        with override(LANGUAGE):
            facts = [row.code, str(row.get_kind_display()), str(row.country)]
            facts += dict.fromkeys(str(role.agency) for role in row.roles.all())
            facts += dict.fromkeys(line.instrument.name_fr for line in lines)
        places = dict.fromkeys(line.unit.name for line in lines if line.unit is not None)
        texts = [row.summary, row.vulnerability_definition, row.registry, row.legal_basis]
        return Findable(
            title=row.title,
            facts=" · ".join(facts),
            # The English title last: extracts are read in French.
            text="\n".join(filter(None, [*texts, ", ".join(places), row.title_en])),
            date=row.start,
            url_name="interventions:intervention_detail",
            url_arg=row.pk,
            language=LANGUAGE,
        )
