"""The meetings around the day of loading, illustrative, so that the trial is alive."""

from __future__ import annotations

from datetime import date, time, timedelta

from core.actors import SYSTEM, Actor
from core.demo import World
from meetings.demo_held import enter_task, one_after_the_other, say
from meetings.demo_parts import answered, attend, held_meeting, local, write
from meetings.demo_sessions import RECENT_SESSIONS, Task
from meetings.enums import ItemKind, ItemOutcome, MeetingKind, MeetingState, SectionKind
from meetings.models import AgendaItem, Meeting, MeetingSeries, Minutes
from meetings.recurrence import occurrences
from meetings.services.convening import convene_meeting
from meetings.services.register import log_decision
from taskforce.demo import address
from taskforce.models import Agency, Person, TaskForce

COMING_THEMES = [
    "Coordination des transferts monétaires",
    "Registre social unifié : état d’avancement",
    "Bilan de l’année et plan de travail",
]


def recent_and_coming(world: World, body: TaskForce, series: MeetingSeries, actor: Actor) -> None:
    agencies = {a.acronym: a for a in Agency.objects.all()}
    past = [day for day in occurrences(series, after=world.today - timedelta(days=300), count=12) if day < world.today]
    *before, latest = past[-len(RECENT_SESSIONS) - 1 :]
    sessions = zip(before, RECENT_SESSIONS[-len(before) :], strict=True)
    held = one_after_the_other(body, series, None, sessions, today=world.today, actor=actor)
    after = occurrences(series, after=world.today + timedelta(days=1), count=3)
    last = _being_written(body, series, latest, agencies, previous=held[-1], actor=actor)
    held[-1].next_meeting = last
    held[-1].save(update_fields=["next_meeting"])
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
    last.next_meeting = coming[0]
    last.save(update_fields=["next_meeting"])
    for position, (title, kind, duration) in enumerate(
        [
            ("Suivi des actions", ItemKind.STANDING, 10),
            ("Montants et calendriers des transferts monétaires", ItemKind.DISCUSSION, 40),
            ("Tour de table des agences", ItemKind.INFORMATION, 15),
            ("Divers", ItemKind.OTHER, 5),
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


def _being_written(
    body: TaskForce, series: MeetingSeries, day: date, agencies: dict[str, Agency], *, previous: Meeting, actor: Actor
) -> Meeting:
    """The latest session: held, its minutes half written, one point carried to the next one."""
    meeting = held_meeting(
        body,
        series,
        day,
        "Outils de suivi partagés",
        state=MeetingState.HELD,
        lead_agency=agencies["FAO"],
        rapporteur=Person.objects.get(email=address("Issoufou", "Laouali")),
    )
    minutes = Minutes.objects.create(meeting=meeting)
    write(minutes, SectionKind.CONTEXT, 1, "<p>Séance illustrative, ouverte par le secrétariat.</p>")
    rows = []
    for position, (title, kind, duration, outcome, text) in enumerate(
        [
            ("Adoption du compte rendu précédent", ItemKind.DECISION, 10, ItemOutcome.OPEN, ""),
            ("Suivi des actions", ItemKind.STANDING, 20, ItemOutcome.TREATED, ""),
            (
                meeting.theme,
                ItemKind.DECISION,
                50,
                ItemOutcome.TREATED,
                "<p>La FAO et l’UNICEF montrent deux tableaux de suivi. Le groupe préfère le plus simple, que chacun peut "
                "remplir sans formation.</p>",
            ),
            ("Carte commune des interventions", ItemKind.DISCUSSION, 15, ItemOutcome.OPEN, ""),
            ("Tour de table des agences", ItemKind.INFORMATION, 10, ItemOutcome.OPEN, ""),
            ("Divers", ItemKind.OTHER, 10, ItemOutcome.OPEN, ""),
        ],
        start=1,
    ):
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            title=title,
            kind=kind,
            minutes=duration,
            outcome=outcome,
            previous_minutes=previous.minutes if position == 1 else None,
        )
        write(minutes, SectionKind.ITEM, 10 + position, text, item)
        rows.append(item)
    write(minutes, SectionKind.ROUND_TABLE, 80, "")
    write(minutes, SectionKind.CONCLUSIONS, 90, "")
    write(minutes, SectionKind.NEXT_MEETING, 100, "")
    attend(meeting, excused=("UNICEF",), absent=("FNUAP",), remote=("PNUD",))
    answered(meeting)
    say(
        meeting,
        (
            ("BIT", "Une note sur les mutuelles de santé est en relecture."),
            ("UNICEF", "La mise à jour du registre avance dans cinq communes."),
        ),
        agencies,
    )
    log_decision(
        meeting,
        text="Un seul tableau de suivi, celui de la FAO, est rempli par toutes les agences.",
        agenda_item=rows[2],
        actor=actor,
    )
    today = body.today()
    for task in (
        Task("Envoyer le tableau de suivi aux agences.", ("FAO",), days=6, from_today=True, state="not_started"),
        Task("Remplir le tableau pour le trimestre.", who="toutes", days=30, from_today=True, state="not_started"),
        Task("Trouver une salle plus grande.", who="Secrétariat", days=None, state="not_started"),
    ):
        enter_task(meeting, task, agencies, item=rows[2], today=today, actor=actor)
    return meeting
