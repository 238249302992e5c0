"""Demonstration: the meetings of Niger's task force from 11 February 2016 to the coming ones.

The first meeting carries the facts of its minutes (date, hours, place, agencies, agenda, updates,
conclusions; no mandate, no quorum, no owner where there was none), told anew. All that follows is
illustrative and says so.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from core.demo import World, demo_step
from meetings.demo_first import first_meeting
from meetings.demo_parts import PLACE, add_action, attend, held_meeting, local, write
from meetings.demo_recent import recent_and_coming
from meetings.enums import (
    AttendanceStatus,
    Capacity,
    ItemKind,
    ItemOutcome,
    MeetingState,
    MinutesState,
    SectionKind,
)
from meetings.models import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingDecision,
    MeetingSeries,
    Minutes,
)
from meetings.recurrence import occurrences
from taskforce.demo import FIRST_MEETING, address
from taskforce.enums import ActionState
from taskforce.models import Agency, Decision, Person, TaskForce

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


@demo_step(20)
def load_meetings(world: World) -> None:
    body = world.things.get("niger")
    if body is None:
        return
    if not Meeting.objects.filter(task_force=body).exists():
        first = first_meeting(body)
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
        recent_and_coming(world, body, series)
    senegal = world.things.get("senegal")
    if senegal is not None and not Meeting.objects.filter(task_force=senegal).exists():
        _senegal(world, senegal)


def _march_2016(body: TaskForce, series: MeetingSeries) -> Meeting:
    agencies = {a.acronym: a for a in Agency.objects.all()}
    meeting = held_meeting(
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
        add_action(body, meeting, 2016, number, text, due, owners, everyone, state, agencies)
    return meeting


def _plain_meeting(body: TaskForce, series: MeetingSeries, day: date, theme: str) -> Meeting:
    meeting = held_meeting(body, series, day, theme, state=MeetingState.CLOSED)
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
    attend(meeting, excused=("UNICEF",) if day.month % 3 == 0 else (), absent=("PNUD",) if day.month == 8 else ())
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
    meeting = held_meeting(
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
    attend(meeting, excused=("DGPSN",), absent=("CICODEV", "FAO"))
    for coming in occurrences(series, after=world.today + timedelta(days=1), count=2):
        Meeting.objects.create(
            task_force=body,
            series=series,
            slot=coming,
            starts_at=local(body, coming, time(9, 0)),
            ends_at=local(body, coming, time(11, 30)),
            place=series.place,
        )
