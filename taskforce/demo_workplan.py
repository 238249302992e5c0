"""Demonstration: the work plan of Niger's task force, and its thematic group on public works.

That a plan for 2016 stood on the agenda of 11 February, the subjects the group meant to think about, and that the
ministry METSS leads national groups on public works are facts; the activities, their months and what became of
them are illustrative.
"""

from __future__ import annotations

from datetime import date

from core.actors import SYSTEM
from core.demo import World, demo_step
from taskforce.demo import THEMES, address
from taskforce.enums import ActivityState, BodyState, PlanState
from taskforce.models import Agency, Person, TaskForce, Theme, WorkPlan
from taskforce.services.bodies import change_body_state
from taskforce.services.groups import create_group
from taskforce.services.workplan import add_activity, change_plan_state, report_activity

TARGETING, WORKS, INFORMAL, FLOOR, FOOD, ADAPTIVE = THEMES
GROUP_NAME = "Groupe thématique HIMO – Niger"

# title, theme, months, lead, partners, state, progress, note
FIRST_YEAR = [
    (
        "Formaliser les termes de référence et obtenir la désignation des titulaires et suppléants",
        None,
        [2, 3, 4],
        "UNICEF",
        [],
        "done",
        100,
        "Les premiers mandats ont commencé au printemps.",
    ),
    (
        "Comparer les méthodes de ciblage et de suivi des ménages pauvres et vulnérables",
        TARGETING,
        [3, 4],
        "PAM",
        ["UNICEF", "FAO", "BIT", "PNUD"],
        "done",
        100,
        "",
    ),
    (
        "Mettre en regard les programmes de travaux à haute intensité de main-d’œuvre",
        WORKS,
        [4, 5, 6],
        "PNUD",
        ["PAM", "BIT", "FAO"],
        "done",
        100,
        "",
    ),
    (
        "Nourrir la réflexion nationale sur l’extension au secteur informel",
        INFORMAL,
        [5, 9, 10],
        "BIT",
        ["UNICEF"],
        "in_progress",
        60,
        "La suite dépend des groupes nationaux.",
    ),
    (
        "Rapprocher la cartographie des agences de celle de la Banque mondiale",
        ADAPTIVE,
        [6, 7, 8, 9],
        "UNICEF",
        ["PAM", "Banque mondiale"],
        "postponed",
        20,
        "Reportée : les outils ne sont pas encore prêts.",
    ),
    (
        "Écrire une note commune sur la protection sociale et la sécurité alimentaire",
        FOOD,
        [10, 11],
        "FAO",
        ["PAM"],
        "done",
        100,
        "",
    ),
    ("Faire le bilan de l’année et préparer le plan suivant", None, [12], "UNICEF", [], "done", 100, ""),
]
# The same for the year of loading: it is under way in autumn.
THIS_YEAR = [
    ("Mettre à jour les critères de ciblage communs", TARGETING, [2, 3, 4], "PAM", ["UNICEF", "PNUD"], "done", 100, ""),
    (
        "Visiter ensemble trois chantiers à haute intensité de main-d’œuvre",
        WORKS,
        [5, 10],
        "PNUD",
        ["PAM", "BIT"],
        "in_progress",
        50,
        "Une visite faite, deux à venir après les pluies.",
    ),
    (
        "Former les points focaux aux outils de suivi",
        TARGETING,
        [6, 7],
        "UNICEF",
        ["FNUAP"],
        "done",
        100,
        "",
    ),
    (
        "Préparer une position commune sur l’extension au secteur informel",
        INFORMAL,
        [9, 10, 11, 12],
        "BIT",
        ["UNICEF", "PNUD"],
        "in_progress",
        40,
        "",
    ),
    ("Actualiser la carte des interventions", ADAPTIVE, [11, 12], "UNICEF", ["PAM", "FAO"], "planned", 0, ""),
    ("Rendre compte au Coordonnateur résident", None, [12], None, [], "planned", 0, ""),
]
SPECIALISTS = [
    (TARGETING, "Mariama", "Djibo"),
    (TARGETING, "Abdou", "Chaibou"),
    (WORKS, "Moussa", "Tchangari"),
    (INFORMAL, "Rahila", "Adamou"),
    (FOOD, "Fati", "Amadou"),
]


@demo_step(16)
def load_work_plan(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce):
        return
    agencies = {agency.acronym: agency for agency in Agency.objects.all()}
    themes = {theme.name: theme for theme in Theme.objects.all()}
    for name, given, family in SPECIALISTS:
        for person in Person.objects.filter(email=address(given, family)):
            person.themes.add(themes[name])
    _group(body, agencies)
    if body.work_plans.exists():
        return
    _fill(body, 2016, FIRST_YEAR, agencies, themes)
    change_plan_state(WorkPlan.objects.get(task_force=body, year=2016), PlanState.CLOSED, actor=SYSTEM)
    _fill(body, world.today.year, THIS_YEAR, agencies, themes)


def _fill(body: TaskForce, year: int, rows: list, agencies: dict[str, Agency], themes: dict[str, Theme]) -> None:
    for title, theme, months, lead, partners, state, progress, note in rows:
        activity = add_activity(
            body,
            year,
            actor=SYSTEM,
            title=title,
            theme=themes[theme] if theme else None,
            months=months,
            lead_agency=agencies[lead] if lead else None,
            partners=[agencies[name] for name in partners],
        )
        if state != ActivityState.PLANNED:
            report_activity(activity, state=state, progress=progress, note=note, actor=SYSTEM)


def _group(parent: TaskForce, agencies: dict[str, Agency]) -> None:
    """The group on public works: the ministry pilots it, agencies of the task force sit in it."""
    if parent.children.exists():
        return
    group = create_group(
        parent,
        name=GROUP_NAME,
        acronym="GT-HIMO",
        starts_on=date(2016, 4, 1),
        pilot=agencies["METSS"],
        members=[agencies[name] for name in ("METSS", "CFS", "HC3N", "PNUD", "PAM", "BIT")],
        actor=SYSTEM,
    )
    change_body_state(group, BodyState.ACTIVE, actor=SYSTEM)
