"""Demonstration: a directory of global focal points, 25 people in 16 organisations.

How many each organisation names, and where two of them are posted, are facts; every person is invented. One name
and its address are spelt differently, as happens: the directory says so.
"""

from __future__ import annotations

from datetime import date

from core.actors import SYSTEM
from core.demo import World, demo_step
from taskforce.demo import address
from taskforce.models import Agency, LeadAgency, Person, TaskForce, Theme
from taskforce.services.bodies import begin_lead
from taskforce.services.directory import DirectoryRow, load_directory

# organisation, civility, given name, family name, duty station
PEOPLE = [
    ("Banque mondiale", "Mme", "Elena", "Petrova", ""),
    ("FAO", "Mme", "Giulia", "Conti", ""),
    ("FMI", "M.", "Peter", "Hughes", ""),
    ("FNUAP", "Mme", "Joan", "Mallory", ""),
    ("HCDH", "M.", "Marco", "Dalmeida", ""),
    ("OIT", "M.", "Martin", "Keller", "Genève"),
    ("OIT", "M.", "Christophe", "Janvier", "Genève"),
    ("OIT", "Mme", "Verena", "Wagner", "Genève"),
    ("OIT", "Mme", "Greet", "Kaeters", "New York"),
    ("OMM", "M.", "Claude", "Blanchard", ""),
    ("OMS", "M.", "Daniel", "Evers", ""),
    ("OMS", "Dr", "Vikram", "Desai", ""),
    ("OMS", "M.", "Pieter", "Martens", ""),
    ("CCS", "Mme", "Felicia", "Lim", ""),
    ("DAES", "M.", "Rainer", "Huber-Stein", ""),
    ("ONU-Habitat", "Mme", "Yasmina", "Djebar", ""),
    ("ONU-Habitat", "Mme", "Abeba", "Gebre", ""),
    ("ONUSIDA", "M.", "Étienne", "Lamarche", ""),
    ("PAM", "M.", "Ugo", "Gentili", ""),
    ("PNUD", "Mme", "Daniela", "Alameda", ""),
    ("UNESCO", "Mme", "Celia", "Goldman", ""),
    ("UNESCO", "Mme", "Raphaëlle", "Martin-Lanza", ""),
    ("UNESCO", "Mme", "Karoline", "Sieber", ""),
    ("UNICEF", "M.", "Gaspard", "Fajardo", ""),
    ("UNICEF", "Mme", "Jennifer", "Yablon", ""),
]
# The family name, and the mailbox that spells it otherwise.
MISSPELT = {"Kaeters": "keaters@example.org"}

# A coming meeting deals with it: its lead and its specialists are proposed.
UNIFIED_REGISTER = "Registre social unifié"
REGISTER_SPECIALISTS = [("Elena", "Petrova"), ("Jennifer", "Yablon")]


@demo_step(17)
def load_focal_points(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce):
        return
    rows = (
        DirectoryRow(
            organisation,
            family,
            given,
            civility,
            MISSPELT.get(family) or address(given, family),
            station,
            "Point focal mondial, socle de protection sociale",
        )
        for organisation, civility, given, family, station in PEOPLE
    )
    theme, _created = Theme.objects.get_or_create(name=UNIFIED_REGISTER)
    refused = load_directory(rows, actor=SYSTEM).refused
    if refused:
        raise ValueError(f"the demonstration's directory: {refused}")
    for given, family in REGISTER_SPECIALISTS:
        theme.specialists.add(Person.objects.get(email=address(given, family)))
    if not LeadAgency.objects.filter(task_force=body, theme=theme).exists():
        begin_lead(body, Agency.objects.get(acronym="UNICEF"), theme=theme, starts_on=date(2024, 1, 1), actor=SYSTEM)
