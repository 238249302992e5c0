"""Demonstration: decisions and actions of the meetings of Niger, tied to the interventions that they speak of."""

from __future__ import annotations

from core.actors import Actor
from core.demo import World, demo_step
from interventions.models import DecisionLink, Intervention
from interventions.services.decisions import tie
from taskforce.demo import SECRETARY_EMAIL
from taskforce.models import ActionItem, Decision, TaskForce, User

DECISIONS = {
    "Chaque agence décrit ses outils de ciblage dans une grille commune.": ("PAM-FSP-2", "CFS-PSA"),
    "Les agences échangent leurs tarifs journaliers avant d’ouvrir un nouveau chantier.": ("PAM-FSP-2", "PNUD-DUNES"),
}
ACTIONS = {
    "Organiser la visite des sites de fixation de dunes.": ("PNUD-DUNES",),
    "Dresser le tableau des tarifs journaliers par commune.": ("PAM-FSP-2", "PNUD-DUNES", "METSS-HIMO"),
    "Transmettre les montants des transferts en vigueur.": ("CFS-PSA", "FAO-PS-SAN"),
}
# One that speaks of a single line of its intervention.
OF_A_LINE = {"Comparer les listes de bénéficiaires de deux départements.": ("PAM-FSP-2", "Tanout")}


@demo_step(70)
def tie_decisions(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or DecisionLink.objects.filter(intervention__country=body.country).exists():
        return
    actor = Actor.of(User.objects.get(email=SECRETARY_EMAIL))
    sheets = {sheet.code: sheet for sheet in Intervention.objects.filter(country=body.country)}
    for model, told in ((Decision, DECISIONS), (ActionItem, ACTIONS)):
        for subject in model._default_manager.filter(task_force=body, text__in=told):
            for code in told[subject.text]:
                tie(subject, sheets[code], actor=actor)
    for action in ActionItem.objects.filter(task_force=body, text__in=OF_A_LINE):
        code, place = OF_A_LINE[action.text]
        line = sheets[code].lines.filter(unit__name=place).order_by("-starts_on", "pk").first()
        tie(action, sheets[code], line=line, actor=actor)
