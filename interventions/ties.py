"""What the registers of decisions and actions show of interventions (the board of `core.ties`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.ties import Tie, TieSource, tie_sources
from interventions.models import DecisionLink
from interventions.queries.visibility import interventions_visible_to
from taskforce.models import ActionItem, Decision

COLUMNS: dict[type[Any], str] = {Decision: "decision", ActionItem: "action"}


@tie_sources.register
class TiedInterventions(TieSource):
    slug = "interventions"
    label = _("Interventions")

    def select(self, user: Any, model: type[Any], key: str) -> QuerySet[Any] | None:
        if model not in COLUMNS:
            return None
        instrument = "name_en" if (get_language() or "fr").startswith("en") else "name_fr"
        return (
            DecisionLink.objects.filter(
                **{COLUMNS[model]: OuterRef(key)},
                intervention__in=interventions_visible_to(user).order_by().values("pk"),
            )
            .order_by("intervention__title", "intervention", F("line__unit__name").asc(nulls_first=True), "pk")
            .values(
                data=JSONObject(
                    sheet="intervention_id",
                    title="intervention__title",
                    line="line_id",
                    place="line__unit__name",
                    instrument=f"line__instrument__{instrument}",
                )
            )
        )

    def say(self, data: Mapping[str, Any]) -> Tie:
        url = reverse("interventions:intervention_detail", args=[data["sheet"]])
        if data["line"] is None:
            return Tie(data["title"], url)
        place = data["place"] or _("national")
        return Tie(data["title"], f"{url}?ligne={data['line']}#ligne-{data['line']}", f"{place}, {data['instrument']}")

    def change_url(self, user: Any, row: Any) -> str:
        if not isinstance(row, Decision | ActionItem) or not user.has_perm("taskforce.manage_register", row):
            return ""
        name = "action_interventions" if isinstance(row, ActionItem) else "decision_interventions"
        return reverse(f"interventions:{name}", args=[row.pk])
