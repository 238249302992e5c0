"""Demonstration: the meetings of Niger's task force from 11 February 2016 to the coming ones.

The first meeting carries the facts of its minutes (date, hours, place, agencies, agenda, updates,
conclusions; no mandate, no quorum, no owner where there was none), told anew. All that follows is
illustrative and says so.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from core.actors import Actor
from core.demo import World, demo_step
from core.notifications.base import without_mail
from meetings.demo_first import first_meeting
from meetings.demo_held import close, enter_task, follow, one_after_the_other, share_as_then
from meetings.demo_parts import PLACE, attend, held_meeting, local, secretary, write
from meetings.demo_recent import recent_and_coming
from meetings.demo_sessions import SESSIONS_2016, Task
from meetings.enums import (
    AdoptionMode,
    AttendanceStatus,
    Capacity,
    ItemKind,
    ItemOutcome,
    MeetingState,
    SectionKind,
)
from meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries, Minutes
from meetings.recurrence import occurrences
from meetings.services.adoption import adopt_minutes
from meetings.services.circulation import publish_minutes
from meetings.services.register import log_decision
from taskforce.demo import FIRST_MEETING, address
from taskforce.models import Agency, Person, TaskForce


@demo_step(20)
def load_meetings(world: World) -> None:
    body = world.things.get("niger")
    if body is None:
        return
    if not Meeting.objects.filter(task_force=body).exists():
        actor = secretary()
        first = first_meeting(body, actor=actor)
        series = MeetingSeries.objects.create(
            task_force=body,
            rrule="FREQ=MONTHLY;BYDAY=2TU",
            starts_on=date(2016, 3, 8),
            start_time=time(10, 30),
            duration_minutes=120,
            place=PLACE,
        )
        march = _march_2016(body, series, first, today=world.today, actor=actor)
        follow(first, march, actor=actor)
        held = one_after_the_other(body, series, march, SESSIONS_2016.items(), today=world.today, actor=actor)
        _adopt_tacitly(held[-1].minutes, actor)
        recent_and_coming(world, body, series, actor)
    senegal = world.things.get("senegal")
    if senegal is not None and not Meeting.objects.filter(task_force=senegal).exists():
        _senegal(world, senegal)


MARCH_TASKS = (
    Task("Préparer un glossaire commun du ciblage.", ("FAO", "PAM"), note="Glossaire de quarante termes."),
    Task("Remplir la grille de comparaison des outils de ciblage.", who="toutes", note="Cinq grilles reçues."),
    Task("Organiser la visite des sites de fixation de dunes.", ("PNUD",), days=84, state="cancelled"),
)


def _march_2016(body: TaskForce, series: MeetingSeries, first: Meeting, *, today: date, actor: Actor) -> Meeting:
    agencies = {a.acronym: a for a in Agency.objects.all()}
    meeting = held_meeting(
        body,
        series,
        date(2016, 3, 8),
        "Ciblage et suivi des ménages pauvres et vulnérables",
        state=MeetingState.HELD,
        lead_agency=agencies["PAM"],
        rapporteur=Person.objects.get(email=address("Laurent", "Mercier")),
    )
    minutes = Minutes.objects.create(meeting=meeting)
    write(
        minutes,
        SectionKind.CONTEXT,
        1,
        "<p>Séance illustrative. Elle ouvre le cycle thématique décidé le 11 février. Les désignations par les directions "
        "d’agence sont attendues : les personnes présentes siègent encore sans mandat.</p>",
    )
    items = [
        (
            "Adoption du compte rendu précédent",
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
            meeting=meeting,
            position=position,
            title=title,
            kind=kind,
            minutes=duration,
            outcome=ItemOutcome.TREATED,
            previous_minutes=first.minutes if position == 1 else None,
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
    for text, item in (
        ("Le compte rendu du 11 février 2016 est adopté.", rows[0]),
        ("Chaque agence décrit ses outils de ciblage dans une grille commune.", rows[2]),
    ):
        log_decision(meeting, text=text, agenda_item=item, actor=actor)
    for task in MARCH_TASKS:
        enter_task(meeting, task, agencies, item=rows[2], today=today, actor=actor)
    close(meeting, actor=actor)
    return meeting


def _adopt_tacitly(minutes: Minutes, actor: Actor) -> None:
    """The year’s last ones: nobody answered before the last day, and the body’s rules take that as a yes."""
    share_as_then(minutes, actor=actor)
    last_day = minutes.observations_until
    assert last_day is not None
    with without_mail():
        adopt_minutes(minutes, mode=AdoptionMode.TACIT, adopted_on=last_day + timedelta(days=1), actor=actor)
        publish_minutes(minutes, actor=actor)


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
