"""The meetings around the day of loading, illustrative, so that the trial is alive."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from core.actors import SYSTEM
from core.demo import World
from meetings.demo_parts import add_action, attend, held_meeting, local, write
from meetings.enums import (
    ItemKind,
    ItemOutcome,
    MeetingKind,
    MeetingState,
    MinutesState,
    SectionKind,
)
from meetings.models import (
    AgendaItem,
    Meeting,
    MeetingDecision,
    MeetingSeries,
    Minutes,
)
from meetings.recurrence import occurrences
from meetings.services.convening import convene_meeting
from taskforce.demo import address
from taskforce.enums import ActionState
from taskforce.models import Agency, Decision, Person, TaskForce

COMING_THEMES = [
    "Coordination des transferts monétaires",
    "Registre social unifié : état d’avancement",
    "Bilan de l’année et plan de travail",
]


def recent_and_coming(world: World, body: TaskForce, series: MeetingSeries) -> None:
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
    meeting = held_meeting(
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
    attend(meeting, excused=("UNICEF",), absent=("FNUAP",))
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
            add_action(body, meeting, day.year, number, text, due, owners, everyone, action_state, agencies)
    return meeting
