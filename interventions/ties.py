"""What the registers of decisions and actions show of interventions (the board of `core.ties`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.ties import Tie, TieSource, tie_sources
from interventions.models import CoverageLine, DecisionLink
from interventions.queries.decisions import links_of_subjects
from taskforce.models import ActionItem, Decision


@tie_sources.register
class TiedInterventions(TieSource):
    slug = "interventions"
    label = _("Interventions")

    def ties(self, user: Any, rows: Sequence[Any]) -> Mapping[Any, Sequence[Tie]]:
        subjects = {(type(row), row.pk): row for row in rows if isinstance(row, Decision | ActionItem)}
        found: dict[Any, list[Tie]] = {}
        for link in links_of_subjects(user, subjects.values()) if subjects else []:
            key = (Decision, link.decision_id) if link.decision_id is not None else (ActionItem, link.action_id)
            found.setdefault(subjects[key], []).append(_tie(link))
        return found

    def change_url(self, user: Any, row: Any) -> str:
        if not isinstance(row, Decision | ActionItem) or not user.has_perm("taskforce.manage_register", row):
            return ""
        name = "action_interventions" if isinstance(row, ActionItem) else "decision_interventions"
        return reverse(f"interventions:{name}", args=[row.pk])


def _tie(link: DecisionLink) -> Tie:
    url = reverse("interventions:intervention_detail", args=[link.intervention_id])
    if link.line is None:
        return Tie(link.intervention.title, url)
    return Tie(link.intervention.title, f"{url}#ligne-{link.line.pk}", line_words(link.line))


def line_words(line: CoverageLine) -> str:
    """« Tahoua, transferts monétaires »: a line beside its intervention's title."""
    return ", ".join([str(line.unit.name if line.unit else _("national")), line.instrument.name])
