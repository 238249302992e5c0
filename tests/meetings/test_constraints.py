"""What the database of meetings refuses, and in which words."""

from datetime import date, time, timedelta

import pytest

from meetings.enums import AttendanceStatus, Capacity, ReplyOutcome, SectionKind
from meetings.models import (
    ActivityMeeting,
    AgencyUpdate,
    AgendaItem,
    AgendaProposal,
    Attendance,
    Invitation,
    Meeting,
    MinutesSection,
    ReceivedReply,
    SectionVersion,
)
from taskforce.models import Activity, WorkPlan
from tests.constraints import assert_accepted, assert_refused, declared
from tests.meetings import constraint_cases
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    InvitationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import AgencyFactory, MandateFactory, PersonFactory, TaskForceFactory, UserFactory

pytestmark = pytest.mark.django_db

START = MeetingFactory.build(task_force=None).starts_at


def series(**fields):
    return MeetingSeriesFactory.build(task_force=TaskForceFactory(), **fields)


def meeting(**fields):
    return MeetingFactory.build(**{"task_force": TaskForceFactory(), **fields})


def same_slot(**fields):
    first = MeetingFactory(series=MeetingSeriesFactory(), slot=date(2016, 3, 8))
    return Meeting(
        **{
            "task_force": first.task_force,
            "series": first.series,
            "slot": first.slot,
            "starts_at": START,
            "ends_at": START + timedelta(hours=2),
            **fields,
        }
    )


def proposal(**fields):
    return AgendaProposal(**{"meeting": MeetingFactory(), "title": "Ciblage", "proposed_by": PersonFactory(), **fields})


def same_proposal(**fields):
    first = proposal()
    first.save()
    return proposal(meeting=first.meeting, proposed_by=first.proposed_by, **fields)


def same_reply(**fields):
    first = ReceivedReply.objects.create(message_id="<a@example.org>", outcome=ReplyOutcome.values[0])
    return ReceivedReply(**{"message_id": first.message_id, "outcome": first.outcome, **fields})


def same_activity(**fields):
    body = TaskForceFactory()
    plan = WorkPlan.objects.create(task_force=body, year=2026)
    activity = Activity.objects.create(plan=plan, title="Étude", months=[2])
    first = ActivityMeeting.objects.create(activity=activity, meeting=MeetingFactory(task_force=body))
    return ActivityMeeting(**{"activity": activity, "meeting": first.meeting, **fields})


def item(**fields):
    return AgendaItem(**{"meeting": MeetingFactory(), "position": 1, "title": "Ciblage", **fields})


def attendance(**fields):
    defaults = {
        "meeting": MeetingFactory(),
        "person": PersonFactory(),
        "agency": AgencyFactory(),
        "capacity": Capacity.WITHOUT_MANDATE,
        "status": AttendanceStatus.PRESENT,
    }
    return Attendance(**{**defaults, **fields})


def same_person(**fields):
    first = AttendanceFactory()
    return attendance(
        **{"meeting": first.meeting, "person": first.person, "status": AttendanceStatus.EXCUSED, **fields}
    )


def same_invitation(**fields):
    first = InvitationFactory()
    return Invitation(**{"meeting": first.meeting, "person": first.person, **fields})


def section(**fields):
    return MinutesSection(**{"minutes": MinutesFactory(), "kind": SectionKind.CONTEXT, "position": 1, **fields})


def same_section(**fields):
    return section(minutes=MinutesSectionFactory(kind=SectionKind.CONTEXT).minutes, **fields)


def version(**fields):
    first = SectionVersion.objects.create(section=MinutesSectionFactory(), number=1)
    return SectionVersion(**{"section": first.section, "number": 1, "author": UserFactory(), **fields})


def update(**fields):
    return AgencyUpdate(**{"meeting": MeetingFactory(), "agency": AgencyFactory(), "position": 1, **fields})


def same_update(**fields):
    first = AgencyUpdateFactory()
    return update(**{"meeting": first.meeting, "agency": first.agency, **fields})


REFUSED = [
    ("received_reply_once", same_reply),
    ("activity_meeting_once", same_activity),
    ("proposal_minutes", lambda: proposal(minutes=0)),
    ("proposal_minutes", lambda: proposal(minutes=601)),
    ("proposal_once", same_proposal),
    ("series_duration", lambda: series(duration_minutes=4)),
    ("series_duration", lambda: series(duration_minutes=1441)),
    ("series_until", lambda: series(starts_on=date(2016, 3, 8), until=date(2016, 3, 7))),
    ("meeting_ends_after_start", lambda: meeting(ends_at=START)),
    ("meeting_ends_after_start", lambda: meeting(ends_at=START - timedelta(hours=1))),
    ("meeting_really_ends_after_start", lambda: meeting(started_at=START, ended_at=START)),
    ("meeting_slot_once", same_slot),
    ("agenda_position_once", lambda: item(meeting=AgendaItemFactory(position=1).meeting)),
    ("agenda_minutes", lambda: item(minutes=0)),
    ("agenda_minutes", lambda: item(minutes=601)),
    ("invitation_once", same_invitation),
    ("attendance_once", same_person),
    ("attendance_capacity_has_a_mandate", lambda: attendance(capacity=Capacity.TITULAR)),
    ("attendance_capacity_has_a_mandate", lambda: attendance(capacity=Capacity.SUBSTITUTE)),
    ("attendance_leaves_after_arriving", lambda: attendance(arrived_at=time(11), left_at=time(10, 30))),
    ("attendance_leaves_after_arriving", lambda: attendance(arrived_at=time(11), left_at=time(11))),
    ("attendance_represented_by_someone", lambda: attendance(status=AttendanceStatus.REPRESENTED)),
    ("attendance_represented_by_someone", lambda: attendance(represented_by=AttendanceFactory())),
    ("attendance_represents_an_agency", lambda: attendance(agency=None)),
    (
        "attendance_represents_an_agency",
        lambda: attendance(agency=None, capacity=Capacity.TITULAR, proxy_granted_by="Mme Oumarou"),
    ),
    ("section_kind_once", same_section),
    ("section_item_has_an_item", lambda: section(kind=SectionKind.ITEM)),
    ("section_item_has_an_item", lambda: section(agenda_item=AgendaItemFactory())),
    ("section_version_once", version),
    ("agency_update_once", same_update),
    ("agency_update_named", lambda: update(agency=None)),
]

ACCEPTED = {
    "a series of one day": lambda: series(starts_on=date(2016, 3, 8), until=date(2016, 3, 8)),
    "five minutes": lambda: series(duration_minutes=5),
    "a day long": lambda: series(duration_minutes=1440),
    "a meeting that began and goes on": lambda: meeting(started_at=START),
    "the next slot": lambda: same_slot(slot=date(2016, 4, 12)),
    "meetings without a slot": lambda: (MeetingFactory(), meeting())[1],
    "the same place in two agendas": lambda: (AgendaItemFactory(position=1), item())[1],
    "a point of a minute": lambda: item(minutes=1),
    "a point without a length": lambda: item(minutes=None),
    "the same person at the next meeting": lambda: same_person(meeting=MeetingFactory()),
    "two people of an agency": lambda: same_person(person=PersonFactory(), agency=AgencyFactory()),
    "a titular with a mandate": lambda: attendance(capacity=Capacity.TITULAR, mandate=MandateFactory()),
    "a one-off proxy": lambda: attendance(capacity=Capacity.SUBSTITUTE, proxy_granted_by="Mme Oumarou"),
    "who arrived and stayed": lambda: attendance(arrived_at=time(11)),
    "a guest of no agency": lambda: attendance(agency=None, capacity=Capacity.GUEST),
    "the secretariat": lambda: attendance(agency=None, capacity=Capacity.SECRETARIAT),
    "represented by somebody": lambda: attendance(
        status=AttendanceStatus.REPRESENTED, represented_by=AttendanceFactory()
    ),
    "two sections of points": lambda: section(kind=SectionKind.ITEM, agenda_item=AgendaItemFactory()),
    "another kind of section": lambda: same_section(kind=SectionKind.CONCLUSIONS),
    "the next version": lambda: version(number=2),
    "a joint update": lambda: update(agency=None, label="Plan commun"),
    "another point of the same person": lambda: same_proposal(title="Plan de travail"),
    "the point of somebody else": lambda: proposal(),
    "another answer of one message": lambda: same_reply(position=1),
    "another meeting of one activity": lambda: same_activity(meeting=MeetingFactory()),
    "two joint updates": lambda: same_update(agency=None, label="Plan commun"),
}


REFUSED += constraint_cases.REFUSED
ACCEPTED |= constraint_cases.ACCEPTED


@pytest.mark.parametrize(
    ("name", "make"), REFUSED, ids=[f"{number}-{name}" for number, (name, _) in enumerate(REFUSED)]
)
def test_refused(name, make):
    assert_refused(make, name)


@pytest.mark.parametrize("make", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(make):
    assert_accepted(make)


def test_every_constraint_is_tried():
    assert {name for name, _ in REFUSED} == set(declared("meetings"))


def test_points_may_change_places_in_one_transaction():
    """The positions are checked at commit: reordering needs no detour."""
    first = AgendaItemFactory(position=1)
    second = AgendaItemFactory(meeting=first.meeting, position=2)

    AgendaItem.objects.filter(pk=first.pk).update(position=2)
    AgendaItem.objects.filter(pk=second.pk).update(position=1)

    assert list(first.meeting.agenda.all()) == [second, first]
