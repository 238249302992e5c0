"""Demonstration: the meetings of Niger's task force from 11 February 2016 to the coming ones.

The first meeting carries the facts of its minutes (date, hours, place, agencies, agenda, updates,
conclusions; no mandate, no quorum, no owner where there was none), told anew. All that follows is
illustrative and says so.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.actors import SYSTEM
from core.demo import World, demo_step
from meetings.enums import (
    AttendanceStatus,
    Capacity,
    ItemKind,
    ItemOutcome,
    MeetingKind,
    MeetingState,
    MinutesState,
    SectionKind,
)
from meetings.models import (
    AgencyUpdate,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingSeries,
    Minutes,
    MinutesSection,
    SectionVersion,
)
from meetings.recurrence import occurrences
from meetings.services.convening import convene_meeting
from taskforce.demo import FIRST_MEETING, address
from taskforce.enums import ActionState
from taskforce.models import ActionItem, ActionOwner, Agency, Decision, Person, TaskForce
from taskforce.queries import mandates_on

PLACE = "Locaux de l’UNICEF"

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

# Themes of 2016 after March, in the order of the rule's dates. Illustrative.
THEMES_2016 = {
    date(2016, 4, 12): "Travaux à haute intensité de main-d’œuvre",
    date(2016, 5, 10): "Extension de la protection sociale à l’économie informelle",
    date(2016, 6, 14): "Filets sociaux et saison de soudure",
    date(2016, 7, 12): "Cantines scolaires et nutrition",
    date(2016, 8, 9): "Registre social et partage des données",
    date(2016, 9, 13): "Protection sociale et moyens d’existence agricoles",
    date(2016, 10, 11): "Assurance santé et mutuelles",
    date(2016, 11, 8): "Protection sociale adaptative et chocs climatiques",
    date(2016, 12, 13): "Bilan de 2016 et plan de travail de 2017",
}

COMING_THEMES = [
    "Coordination des transferts monétaires",
    "Registre social unifié : état d’avancement",
    "Bilan de l’année et plan de travail",
]


def local(body: TaskForce, day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=body.tz)


def write(minutes: Minutes, kind: str, position: int, body: str, item: AgendaItem | None = None) -> MinutesSection:
    """A section with its first version, written when the meeting ended."""
    at = minutes.meeting.ends_at if body else None
    section = MinutesSection.objects.create(
        minutes=minutes,
        kind=kind,
        agenda_item=item,
        position=position,
        body=body,
        version=1 if body else 0,
        updated_at=at,
    )
    if at is not None:
        SectionVersion.objects.create(section=section, number=1, body=body, created_at=at)
    return section


@demo_step(20)
def load_meetings(world: World) -> None:
    body = world.things.get("niger")
    if body is None:
        return
    if not Meeting.objects.filter(task_force=body).exists():
        first = _first_meeting(body)
        series = MeetingSeries.objects.create(
            task_force=body,
            rrule="FREQ=MONTHLY;BYDAY=2TU",
            starts_on=date(2016, 3, 8),
            start_time=time(10, 30),
            duration_minutes=120,
            place=PLACE,
        )
        march = _march_2016(body, series)
        first.next_meeting = march
        first.save(update_fields=["next_meeting"])
        previous = march
        for day, theme in THEMES_2016.items():
            meeting = _plain_meeting(body, series, day, theme)
            previous.next_meeting = meeting
            previous.save(update_fields=["next_meeting"])
            previous = meeting
        _recent_and_coming(world, body, series)
    senegal = world.things.get("senegal")
    if senegal is not None and not Meeting.objects.filter(task_force=senegal).exists():
        _senegal(world, senegal)


def _first_meeting(body: TaskForce) -> Meeting:
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
    action = ActionItem.objects.create(
        task_force=body,
        year=2016,
        number=1,
        text="Finaliser les termes de référence de la Task Force et les adresser aux directions d’agence.",
        state=ActionState.DONE,
    )
    MeetingAction.objects.create(meeting=meeting, action=action, agenda_item=meeting.agenda.get(position=2))
    return meeting


def _attend(meeting: Meeting, *, excused: tuple[str, ...] = (), absent: tuple[str, ...] = ()) -> None:
    """The titular of each seat that day is present, or replaced by the first substitute when excused."""
    by_seat: dict[int, list] = {}
    for mandate in mandates_on(meeting.task_force, meeting.date):
        by_seat.setdefault(mandate.seat_id, []).append(mandate)
    for mandates in by_seat.values():
        titular, *substitutes = mandates
        acronym = titular.seat.agency.acronym
        observer = titular.seat.status == "observer"
        away = acronym in excused or acronym in absent
        substitute = substitutes[0] if away and acronym in excused and substitutes else None
        row = {"meeting": meeting, "agency": titular.seat.agency}
        Attendance.objects.create(
            person=titular.person,
            mandate=titular,
            capacity=Capacity.OBSERVER if observer else Capacity.TITULAR,
            status=AttendanceStatus.PRESENT
            if not away
            else (AttendanceStatus.EXCUSED if acronym in excused else AttendanceStatus.ABSENT),
            **row,
        )
        if substitute is not None:
            Attendance.objects.create(
                person=substitute.person,
                mandate=substitute,
                capacity=Capacity.SUBSTITUTE,
                status=AttendanceStatus.PRESENT,
                **row,
            )


def _held(body: TaskForce, series: MeetingSeries | None, day: date, theme: str, *, state: str, **fields) -> Meeting:
    begins, ends = local(body, day, time(10, 30)), local(body, day, time(12, 30))
    return Meeting.objects.create(
        task_force=body,
        series=series,
        slot=day if series else None,
        starts_at=begins,
        ends_at=ends,
        started_at=begins,
        ended_at=ends,
        place=series.place if series else fields.pop("place", ""),
        theme=theme,
        state=state,
        convened_at=begins - timedelta(days=14),
        closed_at=ends + timedelta(days=3) if state == MeetingState.CLOSED else None,
        **fields,
    )


def _march_2016(body: TaskForce, series: MeetingSeries) -> Meeting:
    agencies = {a.acronym: a for a in Agency.objects.all()}
    meeting = _held(
        body,
        series,
        date(2016, 3, 8),
        "Ciblage et suivi des ménages pauvres et vulnérables",
        state=MeetingState.CLOSED,
        lead_agency=agencies["PAM"],
        rapporteur=Person.objects.get(email=address("Laurent", "Mercier")),
    )
    minutes = Minutes.objects.create(meeting=meeting, state=MinutesState.PUBLISHED)
    write(
        minutes,
        SectionKind.CONTEXT,
        1,
        "<p>Séance illustrative. Elle ouvre le cycle thématique décidé le 11 février. Les désignations par les directions "
        "d’agence sont attendues : les personnes présentes siègent encore sans mandat.</p>",
    )
    items = [
        (
            "Adoption du compte rendu du 11 février",
            ItemKind.DECISION,
            10,
            "<p>Le compte rendu est adopté sans modification. Le secrétariat signale qu’il mentionnait par erreur l’année "
            "2015 dans son introduction.</p>",
        ),
        (
            "Qu’entend-on par ménage pauvre et vulnérable ?",
            ItemKind.DISCUSSION,
            60,
            "<p>Trois façons de définir ces ménages coexistent entre les agences :</p>"
            "<table><thead><tr><th>Agence</th><th>Méthode</th><th>Source</th></tr></thead><tbody>"
            "<tr><td>PAM</td><td>Score de consommation alimentaire et ciblage communautaire</td><td>Enquêtes de ménages</td></tr>"
            "<tr><td>FAO</td><td>Analyse de l’économie des ménages</td><td>Profils par zone de moyens d’existence</td></tr>"
            "<tr><td>UNICEF</td><td>Privations de l’enfant</td><td>Enquêtes à indicateurs multiples</td></tr>"
            "</tbody></table>"
            "<p>Les participants conviennent d’un vocabulaire commun avant toute comparaison de chiffres.</p>",
        ),
        (
            "Comparaison des outils de ciblage",
            ItemKind.DECISION,
            40,
            "<p>Le PAM propose une grille de comparaison en une page. Elle sera remplie par chaque agence avant la séance "
            "d’avril.</p>",
        ),
        ("Divers", ItemKind.OTHER, 10, "<p>Le PNUD accueillera une visite des sites de fixation de dunes.</p>"),
    ]
    rows = []
    for position, (title, kind, duration, text) in enumerate(items, start=1):
        item = AgendaItem.objects.create(
            meeting=meeting, position=position, title=title, kind=kind, minutes=duration, outcome=ItemOutcome.TREATED
        )
        write(minutes, SectionKind.ITEM, 10 + position, text, item)
        rows.append(item)
    write(minutes, SectionKind.ROUND_TABLE, 80, "")
    write(
        minutes,
        SectionKind.CONCLUSIONS,
        90,
        "<ul><li>Un glossaire commun du ciblage est préparé par la FAO et le PAM.</li>"
        "<li>Chaque agence remplit la grille de comparaison.</li></ul>",
    )
    write(minutes, SectionKind.NEXT_MEETING, 100, "")
    for acronym, _civility, given, family in FIRST_MEETING:
        Attendance.objects.create(
            meeting=meeting,
            person=Person.objects.get(email=address(given, family)),
            agency=agencies[acronym],
            capacity=Capacity.WITHOUT_MANDATE,
            status=AttendanceStatus.REMOTE if acronym == "PNUD" else AttendanceStatus.PRESENT,
        )
    for number, (text, item) in enumerate(
        [
            ("Le compte rendu du 11 février 2016 est adopté.", rows[0]),
            ("Chaque agence décrit ses outils de ciblage dans une grille commune.", rows[2]),
        ],
        start=1,
    ):
        decision = Decision.objects.create(
            task_force=body, year=2016, number=number, text=text, decided_on=meeting.date
        )
        MeetingDecision.objects.create(meeting=meeting, decision=decision, agenda_item=item)
    for number, (text, due, owners, everyone, state) in enumerate(
        [
            ("Préparer un glossaire commun du ciblage.", date(2016, 4, 5), ["FAO", "PAM"], False, ActionState.DONE),
            ("Remplir la grille de comparaison des outils de ciblage.", date(2016, 4, 5), [], True, ActionState.DONE),
            (
                "Organiser la visite des sites de fixation de dunes.",
                date(2016, 5, 31),
                ["PNUD"],
                False,
                ActionState.CANCELLED,
            ),
        ],
        start=2,
    ):
        _action(body, meeting, 2016, number, text, due, owners, everyone, state, agencies)
    return meeting


def _action(body, meeting, year, number, text, due, owners, everyone, state, agencies) -> None:
    action = ActionItem.objects.create(
        task_force=body, year=year, number=number, text=text, due_on=due, owner_all=everyone, state=state
    )
    for acronym in owners:
        ActionOwner.objects.create(action=action, agency=agencies[acronym], state=state)
    MeetingAction.objects.create(meeting=meeting, action=action)


def _plain_meeting(body: TaskForce, series: MeetingSeries, day: date, theme: str) -> Meeting:
    meeting = _held(body, series, day, theme, state=MeetingState.CLOSED)
    minutes = Minutes.objects.create(meeting=meeting, state=MinutesState.PUBLISHED)
    write(minutes, SectionKind.CONTEXT, 1, "<p>Séance illustrative, consacrée au thème du mois.</p>")
    for position, (title, kind, duration) in enumerate(
        [
            ("Suivi des actions", ItemKind.STANDING, 20),
            (theme, ItemKind.DISCUSSION, 85),
            ("Divers", ItemKind.OTHER, 15),
        ],
        start=1,
    ):
        item = AgendaItem.objects.create(
            meeting=meeting, position=position, title=title, kind=kind, minutes=duration, outcome=ItemOutcome.TREATED
        )
        text = (
            "<p>Les agences partagent leurs expériences et leurs documents sur ce thème.</p>" if position == 2 else ""
        )
        write(minutes, SectionKind.ITEM, 10 + position, text, item)
    _attend(meeting, excused=("UNICEF",) if day.month % 3 == 0 else (), absent=("PNUD",) if day.month == 8 else ())
    return meeting


def _recent_and_coming(world: World, body: TaskForce, series: MeetingSeries) -> None:
    agencies = {a.acronym: a for a in Agency.objects.all()}
    before = [day for day in occurrences(series, after=world.today - timedelta(days=100), count=4) if day < world.today]
    after = occurrences(series, after=world.today + timedelta(days=1), count=3)
    last = None
    for index, day in enumerate(before[-2:]):
        closed = index == 0 and len(before) > 1
        last = _recent(body, series, day, agencies, state=MeetingState.CLOSED if closed else MeetingState.HELD)
    coming = []
    for day, theme in zip(after, COMING_THEMES, strict=True):
        meeting = Meeting.objects.create(
            task_force=body,
            series=series,
            slot=day,
            starts_at=local(body, day, time(10, 30)),
            ends_at=local(body, day, time(12, 30)),
            place=series.place,
            theme=theme,
        )
        coming.append(meeting)
    if last is not None:
        last.next_meeting = coming[0]
        last.save(update_fields=["next_meeting"])
    for position, (title, kind, duration) in enumerate(
        [
            ("Adoption du compte rendu précédent", ItemKind.DECISION, 10),
            ("Suivi des actions", ItemKind.STANDING, 20),
            ("Montants et calendriers des transferts monétaires", ItemKind.DISCUSSION, 50),
            ("Tour de table des agences", ItemKind.INFORMATION, 30),
            ("Divers", ItemKind.OTHER, 10),
        ],
        start=1,
    ):
        AgendaItem.objects.create(meeting=coming[0], position=position, title=title, kind=kind, minutes=duration)
    coming[0].lead_agency = agencies["PAM"]
    coming[0].rapporteur = Person.objects.get(email=address("Issoufou", "Laouali"))
    coming[0].save(update_fields=["lead_agency", "rapporteur"])
    convene_meeting(coming[0], actor=SYSTEM)
    # Close enough for a reminder to be due as soon as the portal runs.
    day = world.today + timedelta(days=6)
    extra = Meeting.objects.create(
        task_force=body,
        kind=MeetingKind.EXTRAORDINARY,
        starts_at=local(body, day, time(15, 0)),
        ends_at=local(body, day, time(16, 0)),
        place="En ligne",
        theme="Préparation de la mission conjointe à Maradi",
    )
    AgendaItem.objects.create(
        meeting=extra,
        position=1,
        title="Calendrier et participants de la mission",
        kind=ItemKind.DISCUSSION,
        minutes=40,
    )
    AgendaItem.objects.create(meeting=extra, position=2, title="Divers", kind=ItemKind.OTHER, minutes=20)
    convene_meeting(extra, actor=SYSTEM)


def _recent(body: TaskForce, series: MeetingSeries, day: date, agencies, *, state: str) -> Meeting:
    closed = state == MeetingState.CLOSED
    meeting = _held(
        body,
        series,
        day,
        "Préparation de la campagne de soudure" if closed else "Outils de suivi partagés",
        state=state,
        lead_agency=agencies["PAM" if closed else "FAO"],
        rapporteur=Person.objects.get(email=address("Issoufou", "Laouali")),
    )
    minutes = Minutes.objects.create(meeting=meeting, state=MinutesState.PUBLISHED if closed else MinutesState.DRAFT)
    write(minutes, SectionKind.CONTEXT, 1, "<p>Séance illustrative, ouverte par le secrétariat.</p>" if closed else "")
    rows = []
    for position, (title, kind, duration) in enumerate(
        [
            ("Suivi des actions", ItemKind.STANDING, 20),
            (meeting.theme, ItemKind.DECISION, 70),
            ("Tour de table des agences", ItemKind.INFORMATION, 20),
            ("Divers", ItemKind.OTHER, 10),
        ],
        start=1,
    ):
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            title=title,
            kind=kind,
            minutes=duration,
            outcome=ItemOutcome.TREATED if closed or position < 3 else ItemOutcome.OPEN,
        )
        text = ""
        if closed and position == 2:
            text = (
                "<p>Les agences croisent leurs calendriers de distribution. Deux départements reçoivent des transferts au "
                "même moment ; le PAM et la FAO accordent leurs listes avant juin.</p>"
            )
        write(minutes, SectionKind.ITEM, 10 + position, text, item)
        rows.append(item)
    write(minutes, SectionKind.ROUND_TABLE, 80, "")
    write(
        minutes,
        SectionKind.CONCLUSIONS,
        90,
        "<p>Un calendrier commun est tenu à jour par le PAM.</p>" if closed else "",
    )
    write(minutes, SectionKind.NEXT_MEETING, 100, "")
    _attend(meeting, excused=("UNICEF",), absent=("FNUAP",))
    if closed:
        decision = Decision.objects.create(
            task_force=body,
            year=day.year,
            number=1,
            text="Tenir un calendrier commun des distributions, mis à jour chaque mois.",
            decided_on=day,
        )
        MeetingDecision.objects.create(meeting=meeting, decision=decision, agenda_item=rows[1])
        today = timezone.localdate()
        for number, (text, due, owners, everyone, action_state) in enumerate(
            [
                (
                    "Publier le calendrier commun des distributions.",
                    today - timedelta(days=12),
                    ["PAM"],
                    False,
                    ActionState.IN_PROGRESS,
                ),
                (
                    "Comparer les listes de bénéficiaires de deux départements.",
                    today + timedelta(days=20),
                    ["PAM", "FAO"],
                    False,
                    ActionState.NOT_STARTED,
                ),
                (
                    "Transmettre les montants des transferts en vigueur.",
                    today + timedelta(days=35),
                    [],
                    True,
                    ActionState.NOT_STARTED,
                ),
            ],
            start=1,
        ):
            _action(body, meeting, day.year, number, text, due, owners, everyone, action_state, agencies)
    return meeting


def _senegal(world: World, body: TaskForce) -> None:
    series = MeetingSeries.objects.create(
        task_force=body,
        rrule="FREQ=MONTHLY;BYDAY=1TH",
        starts_on=date(2017, 5, 4),
        start_time=time(9, 0),
        duration_minutes=150,
        place="DGPSN, Dakar",
    )
    agencies = {a.acronym: a for a in Agency.objects.all()}
    past = [day for day in occurrences(series, after=world.today - timedelta(days=70), count=3) if day < world.today]
    day = past[-1]
    meeting = _held(
        body,
        series,
        day,
        "Cartographie des interventions par département",
        state=MeetingState.HELD,
        lead_agency=agencies["DGPSN"],
        chair=Person.objects.get(email=address("Aminata", "Diop")),
    )
    minutes = Minutes.objects.create(meeting=meeting)
    write(minutes, SectionKind.CONTEXT, 1, "")
    for position, (title, kind, duration) in enumerate(
        [
            ("Ouverture et quorum", ItemKind.STANDING, 10),
            ("Fiches de collecte par structure", ItemKind.DECISION, 80),
            ("Zones de convergence : premiers constats", ItemKind.DISCUSSION, 60),
        ],
        start=1,
    ):
        item = AgendaItem.objects.create(meeting=meeting, position=position, title=title, kind=kind, minutes=duration)
        write(minutes, SectionKind.ITEM, 10 + position, "", item)
    write(minutes, SectionKind.ROUND_TABLE, 80, "")
    write(minutes, SectionKind.CONCLUSIONS, 90, "")
    write(minutes, SectionKind.NEXT_MEETING, 100, "")
    _attend(meeting, excused=("DGPSN",), absent=("CICODEV", "FAO"))
    for coming in occurrences(series, after=world.today + timedelta(days=1), count=2):
        Meeting.objects.create(
            task_force=body,
            series=series,
            slot=coming,
            starts_at=local(body, coming, time(9, 0)),
            ends_at=local(body, coming, time(11, 30)),
            place=series.place,
        )
