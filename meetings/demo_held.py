"""Sessions of the past as the portal would hold them: entered, closed, shared, adopted at the next one, published.

What nobody is to be told of any more sends no mail; the rest goes through the services that the pages use.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType

from core.actors import Actor
from core.history import recorded
from core.models import TransitionRecord
from core.notifications.base import without_mail
from core.workflow import transition
from meetings.demo_parts import answered, attend, held_meeting, local, write
from meetings.demo_sessions import Session, Task
from meetings.enums import AdoptionMode, ItemKind, ItemOutcome, MeetingState, MinutesState, SectionKind, VersionKind
from meetings.models import AgencyUpdate, AgendaItem, Meeting, MeetingSeries, Minutes
from meetings.services.adoption import adopt_minutes
from meetings.services.circulation import keep_version, publish_minutes
from meetings.services.closing import close_meeting
from meetings.services.register import log_action, log_decision
from taskforce.demo import address
from taskforce.enums import ActionState
from taskforce.models import ActionItem, ActionUpdate, Agency, Person, TaskForce
from taskforce.services.register_updates import tell_of_action

# Days between a session and the sharing of its minutes, and those left for observations.
SHARED_AFTER, OBSERVED_FOR = 3, 14
# Minutes of the latest sessions are adopted and wait for their publication.
UNPUBLISHED_FOR = 85


def hold_session(
    body: TaskForce,
    series: MeetingSeries,
    day: date,
    session: Session,
    *,
    previous: Meeting | None,
    today: date,
    actor: Actor,
) -> Meeting:
    """One session of the rule: agenda with its standing points, presence, texts, a decision, actions; closed."""
    agencies = {agency.acronym: agency for agency in Agency.objects.all()}
    meeting = held_meeting(
        body,
        series,
        day,
        session.theme,
        state=MeetingState.HELD,
        lead_agency=agencies[session.lead],
        rapporteur=Person.objects.get(
            email=address("Laurent", "Mercier") if day.year == 2016 else address("Issoufou", "Laouali")
        ),
    )
    minutes = Minutes.objects.create(meeting=meeting)
    rows = [
        ("Adoption du compte rendu précédent", ItemKind.DECISION, 10, "Le compte rendu précédent est adopté."),
        ("Suivi des actions", ItemKind.STANDING, 20, "Les actions en cours sont passées en revue."),
        (session.theme, ItemKind.DECISION, 60, session.text),
        ("Tour de table des agences", ItemKind.INFORMATION, 20, ""),
        ("Divers", ItemKind.OTHER, 10, ""),
    ]
    if previous is None:
        del rows[0]
    write(minutes, SectionKind.CONTEXT, 1, "<p>Séance illustrative, ouverte par le secrétariat à l’heure prévue.</p>")
    items = {}
    for position, (title, kind, duration, text) in enumerate(rows, start=1):
        items[title] = item = AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            title=title,
            kind=kind,
            minutes=duration,
            outcome=ItemOutcome.TREATED,
            previous_minutes=previous.minutes if previous and position == 1 else None,
        )
        write(minutes, SectionKind.ITEM, 10 + position, f"<p>{text}</p>" if text else "", item)
    write(minutes, SectionKind.ROUND_TABLE, 80, "")
    write(minutes, SectionKind.CONCLUSIONS, 90, f"<ul><li>{session.decision}</li></ul>")
    write(minutes, SectionKind.NEXT_MEETING, 100, "")
    say(meeting, session.updates, agencies)
    attend(meeting, excused=session.excused, absent=session.absent, remote=session.remote)
    if day.year > 2016:
        answered(meeting)
    if previous is not None:
        log_decision(
            meeting,
            text=f"Le compte rendu de la séance précédente ({previous.date:%d/%m/%Y}) est adopté.",
            agenda_item=items["Adoption du compte rendu précédent"],
            actor=actor,
        )
    log_decision(meeting, text=session.decision, agenda_item=items[session.theme], actor=actor)
    for task in session.tasks:
        enter_task(meeting, task, agencies, item=items[session.theme], today=today, actor=actor)
    close(meeting, actor=actor)
    return meeting


def say(meeting: Meeting, updates: tuple[tuple[str, str], ...], agencies: dict[str, Agency]) -> None:
    """The round table, written when the meeting took place."""
    for position, (acronym, text) in enumerate(updates, start=1):
        AgencyUpdate.objects.create(
            meeting=meeting,
            position=position,
            agency=agencies[acronym],
            body=f"<p>{text}</p>",
            version=1,
            updated_at=meeting.starts_at,
        )


def enter_task(
    meeting: Meeting,
    task: Task,
    agencies: dict[str, Agency],
    *,
    item: AgendaItem | None,
    today: date,
    actor: Actor,
) -> ActionItem:
    """The action under the next number of its year, then moved to where it stands."""
    since = today if task.from_today else meeting.date
    owners = [agencies[acronym] for acronym in task.owners]
    link, _created = log_action(
        meeting,
        text=task.text,
        agenda_item=item,
        owners=owners,
        owner_all=task.who == "toutes",
        owner_function="" if task.who == "toutes" else task.who,
        due_on=None if task.days is None else since + timedelta(days=task.days),
        actor=actor,
    )
    action = link.action
    told: list[tuple[Agency | None, str]] = []
    if task.state == "part":
        told = [(owners[0], ActionState.DONE)]
    elif task.state != ActionState.NOT_STARTED:
        told = [(None, task.state)]
    for agency, state in told:
        update = tell_of_action(action, agency, state=state, note=task.note, actor=actor)
        _date_back(action, update, _told_at(meeting, action, state, today))
    return action


def _told_at(meeting: Meeting, action: ActionItem, state: str, today: date) -> datetime:
    """What ended, some days before it was due; what is under way, ten days after the session; never after today."""
    body, hour = meeting.task_force, meeting.starts_at.time()
    day = meeting.date + timedelta(days=10)
    if state != ActionState.IN_PROGRESS and action.due_on is not None:
        day = max(min(action.due_on, meeting.date + timedelta(days=28)) - timedelta(days=4), meeting.date)
    return local(body, min(day, today - timedelta(days=1)), hour)


def _date_back(action: ActionItem, update: ActionUpdate | None, moment: datetime) -> None:
    """The follow-up table of later minutes shows each action as it stood on their day."""
    rows = [action, *action.owners.all()]
    for row in rows:
        TransitionRecord.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=row.pk).update(
            at=moment
        )
    if update is not None:
        ActionUpdate.objects.filter(pk=update.pk).update(at=moment)


def close(meeting: Meeting, *, actor: Actor) -> None:
    close_meeting(meeting, actor=actor)
    meeting.closed_at = meeting.ends_at + timedelta(days=2)
    meeting.save(update_fields=["closed_at"])


def share_as_then(minutes: Minutes, *, actor: Actor) -> None:
    """Shared some days after the session, as its facts say; nobody is written to about it today."""
    meeting = minutes.meeting
    with recorded(actor) as who:
        transition(
            minutes,
            MinutesState.CIRCULATED,
            actor=actor,
            circulated_at=meeting.ends_at + timedelta(days=SHARED_AFTER),
            observations_until=meeting.date + timedelta(days=SHARED_AFTER + OBSERVED_FOR),
        )
        keep_version(minutes, VersionKind.CIRCULATED, who=who)


def adopt_as_then(minutes: Minutes, at_meeting: Meeting, *, actor: Actor, publish: bool = True) -> None:
    """Adopted by consensus at the following session, and published unless told otherwise; without a mail."""
    with without_mail():
        adopt_minutes(
            minutes, mode=AdoptionMode.CONSENSUS, adopted_on=at_meeting.date, at_meeting=at_meeting, actor=actor
        )
        if publish:
            publish_minutes(minutes, actor=actor)


def follow(previous: Meeting, meeting: Meeting, *, actor: Actor, publish: bool = True) -> None:
    """`meeting` came after `previous`, whose minutes were shared in between and adopted there."""
    previous.next_meeting = meeting
    previous.save(update_fields=["next_meeting"])
    share_as_then(previous.minutes, actor=actor)
    adopt_as_then(previous.minutes, meeting, actor=actor, publish=publish)


def one_after_the_other(
    body: TaskForce,
    series: MeetingSeries,
    previous: Meeting | None,
    sessions: Iterable[tuple[date, Session]],
    *,
    today: date,
    actor: Actor,
) -> list[Meeting]:
    """The sessions, each adopting the minutes of the one before; those of the last one are left as a draft."""
    held = []
    for day, session in sessions:
        meeting = hold_session(body, series, day, session, previous=previous, today=today, actor=actor)
        if previous is not None:
            follow(previous, meeting, actor=actor, publish=previous.date < today - timedelta(days=UNPUBLISHED_FOR))
        previous = meeting
        held.append(meeting)
    return held
