"""Made-up meetings."""

from datetime import UTC, date, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from meetings.enums import (
    AttendanceStatus,
    Capacity,
    ItemKind,
    MeetingState,
    MinutesState,
    SectionKind,
)
from meetings.models import (
    AgencyUpdate,
    AgendaItem,
    Attendance,
    Invitation,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingSeries,
    Minutes,
    MinutesSection,
)
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    PersonFactory,
    TaskForceFactory,
)


class MeetingSeriesFactory(DjangoModelFactory):
    class Meta:
        model = MeetingSeries

    task_force = factory.SubFactory(TaskForceFactory)
    rrule = "FREQ=MONTHLY;BYDAY=2TU"
    starts_on = date(2016, 3, 8)
    start_time = time(10, 30)
    duration_minutes = 120
    place = "Salle de conférence"


class MeetingFactory(DjangoModelFactory):
    """10:30–12:30 in Niamey on 8 March 2016, unless told."""

    class Meta:
        model = Meeting

    task_force = factory.SubFactory(TaskForceFactory)
    starts_at = datetime(2016, 3, 8, 9, 30, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    place = "Salle de conférence"
    state = MeetingState.DRAFT


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Point {n}")
    kind = ItemKind.DISCUSSION


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)
    agency = factory.SubFactory(AgencyFactory)
    capacity = Capacity.WITHOUT_MANDATE
    status = AttendanceStatus.PRESENT


class MinutesFactory(DjangoModelFactory):
    class Meta:
        model = Minutes

    meeting = factory.SubFactory(MeetingFactory, state=MeetingState.HELD)
    state = MinutesState.DRAFT


class MinutesSectionFactory(DjangoModelFactory):
    class Meta:
        model = MinutesSection

    minutes = factory.SubFactory(MinutesFactory)
    kind = SectionKind.CONTEXT
    position = factory.Sequence(lambda n: n)
    body = "<p>Texte.</p>"
    version = 1


class AgencyUpdateFactory(DjangoModelFactory):
    class Meta:
        model = AgencyUpdate

    meeting = factory.SubFactory(MeetingFactory)
    agency = factory.SubFactory(AgencyFactory)
    position = factory.Sequence(lambda n: n)
    body = "<p>L’appui se poursuit.</p>"
    version = 1


class MeetingDecisionFactory(DjangoModelFactory):
    class Meta:
        model = MeetingDecision

    meeting = factory.SubFactory(MeetingFactory)
    decision = factory.SubFactory(DecisionFactory, task_force=factory.SelfAttribute("..meeting.task_force"))


class MeetingActionFactory(DjangoModelFactory):
    class Meta:
        model = MeetingAction

    meeting = factory.SubFactory(MeetingFactory)
    action = factory.SubFactory(ActionItemFactory, task_force=factory.SelfAttribute("..meeting.task_force"))
