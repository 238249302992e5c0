"""What is due in the interventions of a body's country, for its secretariat: to publish, to confirm, to verify, to collect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from core.todos import Todo, TodoRow, TodoSource, Urgency, todos
from interventions.enums import InterventionState
from interventions.models import Intervention
from interventions.queries.campaigns import campaigns_with_answers, campaigns_without_end
from interventions.queries.sheets import VERIFIED_FOR
from taskforce.models import TaskForce

SHOWN = 120
URGENCY: dict[str, Urgency] = {"submitted": "soon", "answers": "soon", "over": "late"}


@todos.register
class InterventionTodos(TodoSource):
    slug = "interventions"
    label = gettext_lazy("Interventions")
    order = 45

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        sheets = Intervention.objects.filter(country=scope.country_id)
        published = sheets.filter(state=InterventionState.PUBLISHED)
        named = StringAgg(Cast("on_behalf_of__acronym", TextField()), ", ", distinct=True)
        return [
            self.total(sheets.filter(state=InterventionState.SUBMITTED), "submitted"),
            self.total(
                sheets.exclude(state=InterventionState.ARCHIVED).exclude(on_behalf_of=None), "behalf", detail=named
            ),
            self.total(published.filter(Q(verified_at=None) | Q(verified_at__date__lt=today - VERIFIED_FOR)), "stale"),
            self.each(campaigns_with_answers([scope.country_id]), "answers", detail=F("name"), count=F("to_look_at")),
            self.each(
                campaigns_without_end([scope.country_id], today),
                "over",
                due=F("answer_by"),
                detail=F("name"),
                count=F("missing"),
            ),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        texts = {
            "submitted": ngettext(
                "Relire et publier %(count)d fiche d’intervention transmise",
                "Relire et publier %(count)d fiches d’intervention transmises",
                row.count,
            ),
            "behalf": ngettext(
                "Faire confirmer %(count)d fiche saisie pour le compte d’une structure",
                "Faire confirmer %(count)d fiches saisies pour le compte de structures",
                row.count,
            ),
            "stale": ngettext(
                "Faire vérifier %(count)d fiche que personne n’a confirmée depuis un mois",
                "Faire vérifier %(count)d fiches que personne n’a confirmées depuis un mois",
                row.count,
            ),
            "answers": ngettext(
                "Relire et enregistrer %(count)d réponse à une collecte",
                "Relire et enregistrer %(count)d réponses à une collecte",
                row.count,
            ),
            "over": ngettext(
                "Relancer ou clore une collecte échue : %(count)d structure n’a pas répondu",
                "Relancer ou clore une collecte échue : %(count)d structures n’ont pas répondu",
                row.count,
            ),
        }
        iso3 = scope.country.iso3.lower()
        sheets = reverse("interventions:intervention_list", args=[iso3])
        urls = {
            **dict.fromkeys(("answers", "over"), reverse("interventions:campaign_detail", args=[row.ref])),
            "submitted": f"{sheets}?etat=submitted",
            "behalf": f"{sheets}?verifier=on",
            # By structure: who is to be reminded.
            "stale": reverse("interventions:verification", args=[iso3]),
        }
        return Todo(
            label=texts[row.kind] % {"count": row.count},
            url=urls[row.kind],
            urgency=URGENCY.get(row.kind, "month"),
            due=row.due,
            count=row.count,
            detail=_short(row.detail),
        )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rpartition(',')[0]}…"
