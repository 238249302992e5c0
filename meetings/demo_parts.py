"""What the steps of the demonstration write alike: texts, presence, held meetings, actions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from core.actors import Actor
from meetings.enums import AttendanceStatus, AttendMode, Capacity, MeetingState, PartStat
from meetings.models import (
    AgendaItem,
    Attendance,
    Invitation,
    Meeting,
    MeetingSeries,
    Minutes,
    MinutesSection,
    SectionVersion,
)
from taskforce.demo import SECRETARY_EMAIL
from taskforce.models import TaskForce, User
from taskforce.queries import mandates_on

PLACE = "Locaux de l’UNICEF"


def secretary() -> Actor:
    """The account that entered what the portal holds."""
    return Actor.of(User.objects.select_related("person").get(email=SECRETARY_EMAIL))


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


def attend(
    meeting: Meeting, *, excused: tuple[str, ...] = (), absent: tuple[str, ...] = (), remote: tuple[str, ...] = ()
) -> None:
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
            status=_status(acronym, excused, absent, remote),
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


def answered(meeting: Meeting) -> None:
    """Who was there had said so; who was excused had too; the others never answered."""
    said = {
        AttendanceStatus.PRESENT: (PartStat.ACCEPTED, AttendMode.IN_PERSON),
        AttendanceStatus.REMOTE: (PartStat.ACCEPTED, AttendMode.REMOTE),
        AttendanceStatus.EXCUSED: (PartStat.DECLINED, ""),
    }
    for row in meeting.attendances.all():
        partstat, mode = said.get(AttendanceStatus(row.status), (PartStat.NEEDS_ACTION, ""))
        Invitation.objects.create(
            meeting=meeting,
            person_id=row.person_id,
            partstat=partstat,
            attend_mode=mode,
            answered_at=None if partstat == PartStat.NEEDS_ACTION else meeting.starts_at - timedelta(days=5),
            created_at=meeting.starts_at - timedelta(days=14),
        )


def _status(acronym: str, excused: tuple[str, ...], absent: tuple[str, ...], remote: tuple[str, ...]) -> str:
    for agencies, status in (
        (excused, AttendanceStatus.EXCUSED),
        (absent, AttendanceStatus.ABSENT),
        (remote, AttendanceStatus.REMOTE),
    ):
        if acronym in agencies:
            return status
    return AttendanceStatus.PRESENT


def held_meeting(
    body: TaskForce, series: MeetingSeries | None, day: date, theme: str, *, state: str, **fields
) -> Meeting:
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
