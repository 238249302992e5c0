"""The meeting of 11 February 2016: its real facts, in words of our own."""

from __future__ import annotations

from datetime import date, time

from core.actors import Actor
from meetings.demo_held import close, enter_task
from meetings.demo_parts import PLACE, local, write
from meetings.demo_sessions import Task
from meetings.enums import (
    AttendanceStatus,
    Capacity,
    ItemKind,
    ItemOutcome,
    MeetingKind,
    MeetingState,
    SectionKind,
)
from meetings.models import (
    AgencyUpdate,
    AgendaItem,
    Attendance,
    Meeting,
    Minutes,
)
from taskforce.demo import FIRST_MEETING, address
from taskforce.models import Agency, Person, TaskForce

FIRST_AGENDA = [
    ("Point de situation depuis la dernière réunion", ItemKind.INFORMATION),
    ("Partage des termes de référence entre agences", ItemKind.DISCUSSION),
    ("Plan de travail du groupe pour 2016", ItemKind.DISCUSSION),
    ("Divers", ItemKind.OTHER),
]
FIRST_SECTIONS = {
    SectionKind.CONTEXT: (
        "<p>La rencontre précédente avait ouvert la voie à une Task Force du système des Nations Unies consacrée à la "
        "protection sociale et demandé que ses termes de référence soient écrits. Le groupe inter-agences se retrouve "
        "dans les locaux de l’UNICEF pour en suivre l’avancement.</p>"
        "<p>Cinq agences sont autour de la table : le BIT, le PAM, la FAO, le PNUD et l’UNICEF. Aucun mandat n’existe "
        "encore : chacune est représentée par une personne venue sans désignation.</p>"
    ),
    1: (
        "<p>Les termes de référence de la future Task Force ont été écrits puis transmis aux agences. L’équipe-pays les "
        "a examinés lors de sa réunion du 1er février 2016.</p>"
        "<p>Chaque agence présente ensuite ses activités ; elles figurent au tour de table ci-dessous.</p>"
        "<p>Deux informations concernent des acteurs absents :</p>"
        "<ul><li>la Banque mondiale construit, dans son programme de protection sociale adaptative au Sahel, une "
        "cartographie et des outils de suivi : le groupe souhaite s’y coordonner ;</li>"
        "<li>à la suite de l’atelier du METSS des 8 et 9 février, des groupes thématiques nationaux vont se former sur "
        "trois sujets : la cohérence des travaux à haute intensité de main-d’œuvre entre acteurs, l’extension de la "
        "protection sociale à l’économie informelle, et les mécanismes de cette extension. Le METSS les pilote ; "
        "d’autres ministères, la CFS et le HC3N y prennent part.</li></ul>"
    ),
    2: (
        "<p>Le texte partagé entre agences a été discuté au sein de l’équipe-pays. Il reste à le formaliser, puis à "
        "l’adresser aux directeurs et directrices d’agence, à qui il reviendra de désigner un ou une titulaire et un "
        "ou une suppléante.</p>"
        "<p>La place de la Task Force est précisée : dans un premier temps, elle porte une réflexion stratégique "
        "commune. Elle n’a pas la vocation opérationnelle des groupes d’effets ni du GTTR.</p>"
    ),
    3: (
        "<p>Le groupe se réunira chaque mois, le deuxième mardi. Chaque séance approfondira un grand thème de la "
        "protection sociale, par exemple le ciblage et le suivi de la vulnérabilité ou les travaux à haute intensité "
        "de main-d’œuvre, et s’ouvrira aux spécialistes de ce thème dans les agences.</p>"
        "<p>L’agence chef de file n’est pas encore choisie ; elle pourrait changer avec le thème de la séance.</p>"
    ),
    4: "<p>Aucun autre point n’est soulevé.</p>",
    SectionKind.CONCLUSIONS: (
        "<ol><li>Les premières réunions de la Task Force servent à penser ensemble les grands thèmes de la protection "
        "sociale.</li>"
        "<li>La prochaine réunion a lieu le mardi 8 mars 2016. Elle traite du ciblage et du suivi des ménages pauvres et "
        "vulnérables : s’entendre sur la définition de ces ménages, puis comparer les stratégies et les outils de "
        "ciblage des agences.</li>"
        "<li>Des démarches seront engagées pour formaliser la création de la Task Force : finaliser les termes de "
        "référence et les envoyer aux directions d’agence, qui désigneront leurs représentants.</li></ol>"
    ),
}
# agency or None for a joint one, label, reported by, axis, text
FIRST_UPDATES = [
    (
        "BIT",
        "",
        None,
        "PNPS, axe 2",
        "<p>Le BIT continue d’accompagner la Politique nationale de protection sociale. Avec son appui, le METSS a réuni "
        "les 8 et 9 février un atelier sur l’extension de la sécurité sociale à l’économie informelle et sur le passage "
        "des travaux à haute intensité de main-d’œuvre vers une sécurité durable du revenu et de l’emploi. Des groupes "
        "techniques en tireront des propositions pour le socle de protection sociale.</p>",
    ),
    (
        "UNICEF",
        "",
        None,
        "PNPS, axe 4",
        "<p>L’UNICEF soutient les actions destinées aux groupes vulnérables, en particulier les Centres de promotion, "
        "prévention et protection, qui orientent certaines populations vers les dispositifs existants.</p>",
    ),
    ("PAM", "", None, "", "<p>Les filets sociaux destinés aux activités productives se poursuivent.</p>"),
    (
        "FAO",
        "",
        None,
        "",
        "<p>La FAO travaille sur les liens entre agriculture et protection sociale : un projet associe protection sociale "
        "et sécurité alimentaire et nutritionnelle, et des connaissances sur ce lien sont en cours de production.</p>",
    ),
    (
        "PNUD",
        "",
        None,
        "",
        "<p>Le PNUD mène des travaux à haute intensité de main-d’œuvre, notamment la fixation de dunes contre "
        "l’ensablement. Une étude vient d’être lancée, dans plusieurs communes, sur les moyens de subsistance des ménages "
        "exposés aux chocs.</p>",
    ),
    (
        None,
        "Contribution commune au plan d’action I3N 2016-2020",
        None,
        "",
        "<p>Plusieurs agences participent aux groupes de travail qui préparent le plan d’action 2016-2020 de l’I3N, où la "
        "protection sociale sert la sécurité alimentaire et nutritionnelle.</p>",
    ),
    (
        "Banque mondiale",
        "",
        "UNICEF",
        "",
        "<p>Un travail de cartographie et d’outils de suivi est en cours dans le programme de protection sociale "
        "adaptative au Sahel. Un échange est à organiser pour relier les deux démarches.</p>",
    ),
]


def first_meeting(body: TaskForce, *, actor: Actor) -> Meeting:
    day = date(2016, 2, 11)
    begins, ends = local(body, day, time(10, 30)), local(body, day, time(12, 30))
    meeting = Meeting.objects.create(
        task_force=body,
        kind=MeetingKind.HISTORICAL,
        starts_at=begins,
        ends_at=ends,
        started_at=begins,
        ended_at=ends,
        place=PLACE,
        theme="Création de la Task Force",
        state=MeetingState.HELD,
    )
    minutes = Minutes.objects.create(meeting=meeting)
    write(minutes, SectionKind.CONTEXT, 1, FIRST_SECTIONS[SectionKind.CONTEXT])
    # The original gives no durations: none are made up.
    for position, (title, kind) in enumerate(FIRST_AGENDA, start=1):
        item = AgendaItem.objects.create(
            meeting=meeting, position=position, title=title, kind=kind, outcome=ItemOutcome.TREATED
        )
        write(minutes, SectionKind.ITEM, 10 + position, FIRST_SECTIONS[position], item)
    write(minutes, SectionKind.ROUND_TABLE, 80, "")
    write(minutes, SectionKind.CONCLUSIONS, 90, FIRST_SECTIONS[SectionKind.CONCLUSIONS])
    # Printed from the link to the next meeting, which the text need not repeat.
    write(minutes, SectionKind.NEXT_MEETING, 100, "")
    agencies = {a.acronym: a for a in Agency.objects.all()}
    for acronym, _civility, given, family in FIRST_MEETING:
        Attendance.objects.create(
            meeting=meeting,
            person=Person.objects.get(email=address(given, family)),
            agency=agencies[acronym],
            capacity=Capacity.WITHOUT_MANDATE,
            status=AttendanceStatus.PRESENT,
        )
    for position, (acronym, label, reporter, axis, text) in enumerate(FIRST_UPDATES, start=1):
        AgencyUpdate.objects.create(
            meeting=meeting,
            position=position,
            agency=agencies[acronym] if acronym else None,
            label=label,
            reported_by=agencies[reporter] if reporter else None,
            policy_axis=axis,
            body=text,
            version=1,
        )
    # The original names neither owner nor date: both stay empty, and are flagged.
    task = Task(
        "Finaliser les termes de référence de la Task Force et les adresser aux directions d’agence.", days=None
    )
    enter_task(meeting, task, agencies, item=meeting.agenda.get(position=2), today=body.today(), actor=actor)
    close(meeting, actor=actor)
    return meeting
