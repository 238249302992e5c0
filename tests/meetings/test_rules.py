"""Who may do what with meetings and minutes. The table is the domain page's, not the code's."""

import pytest

from meetings.enums import MeetingState, MinutesState
from meetings.rules import meeting_of, minutes_of
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.meetings.test_visibility import PEOPLE, person_as
from tests.taskforce.factories import AgencyFactory, MandateFactory, PersonFactory, SeatFactory, member

pytestmark = pytest.mark.django_db

LOGS = {"secretariat", "rapporteur"}
SITS = {"observer", "substitute", "titular", "rapporteur"}

OPEN_STATES = set(MeetingState) - {MeetingState.CLOSED, MeetingState.CANCELLED}


@pytest.mark.parametrize("who", PEOPLE)
def test_rights_on_an_open_meeting(who):
    meeting = MeetingFactory(state=MeetingState.IN_PROGRESS)
    MinutesFactory(meeting=meeting)
    user = person_as(who, meeting)
    expected = {
        "meetings.manage_series": {"secretariat"},
        "meetings.add_meeting": {"secretariat"},
        "meetings.manage_meeting": {"secretariat"},
        "meetings.edit_meeting": {"secretariat"},
        "meetings.log_meeting": LOGS,
        "meetings.close_meeting": LOGS,
        "meetings.reopen_meeting": {"secretariat"},
        "meetings.write_minutes": LOGS,
        # Of some agency: which one is asked again with the update itself.
        "meetings.write_update": LOGS | SITS,
    }

    held = {perm for perm in expected if user.has_perm(perm, meeting)}

    assert held == {perm for perm, people in expected.items() if who in people}


@pytest.mark.parametrize("state", list(MeetingState))
@pytest.mark.parametrize("who", ["secretariat", "rapporteur"])
def test_a_closed_or_cancelled_meeting_is_not_logged(who, state):
    meeting = MeetingFactory(state=state)
    user = person_as(who, meeting)

    assert user.has_perm("meetings.log_meeting", meeting) == (state in OPEN_STATES)
    assert user.has_perm("meetings.edit_meeting", meeting) == (state in OPEN_STATES and who == "secretariat")


@pytest.mark.parametrize("state", list(MinutesState))
@pytest.mark.parametrize("who", ["secretariat", "rapporteur", "titular"])
def test_text_is_written_while_it_is_a_draft_only(who, state):
    """A shared text changes by accepted observations, an adopted one by an erratum: never in place."""
    minutes = MinutesFactory(state=state)
    meeting = minutes.meeting
    user = person_as(who, meeting)
    if who == "titular":
        agency = user.person.mandates.get().seat.agency
    else:
        agency = AgencyFactory()
    update = AgencyUpdateFactory(meeting=meeting, agency=agency)
    section = MinutesSectionFactory(minutes=minutes)
    is_draft = state == MinutesState.DRAFT

    for obj in (meeting, minutes, section):
        assert user.has_perm("meetings.write_minutes", obj) == (is_draft and who in LOGS), obj
    for obj in (meeting, minutes, update):
        assert user.has_perm("meetings.write_update", obj) == is_draft, obj


def test_before_there_are_minutes_text_may_be_begun():
    meeting = MeetingFactory()

    assert person_as("secretariat", meeting).has_perm("meetings.write_minutes", meeting)
    assert person_as("titular", meeting).has_perm("meetings.write_update", meeting)


class TestAgencyUpdates:
    def test_each_writes_for_the_agency_they_sit_for(self):
        meeting = MeetingFactory()
        mine, theirs = SeatFactory(task_force=meeting.task_force), SeatFactory(task_force=meeting.task_force)
        for rank in (0, 1):
            user = MandateFactory(seat=mine, rank=rank, person=PersonFactory(account=True)).person.user
            assert user.has_perm(
                "meetings.write_update", AgencyUpdateFactory.build(meeting=meeting, agency=mine.agency)
            )
            assert not user.has_perm(
                "meetings.write_update", AgencyUpdateFactory.build(meeting=meeting, agency=theirs.agency)
            )

    def test_a_joint_update_is_the_secretariat_s_and_the_rapporteur_s(self):
        meeting = MeetingFactory()
        joint = AgencyUpdateFactory(meeting=meeting, agency=None, label="Plan commun")

        for who, expected in [("secretariat", True), ("rapporteur", True), ("titular", False), ("observer", False)]:
            assert person_as(who, meeting).has_perm("meetings.write_update", joint) == expected, who

    def test_the_same_agency_in_another_body_gives_nothing(self):
        meeting, elsewhere = MeetingFactory(), MeetingFactory()
        person = member(elsewhere.task_force, role="titular")
        update = AgencyUpdateFactory(meeting=meeting, agency=person.mandates.get().seat.agency)

        assert not person.user.has_perm("meetings.write_update", update)
        assert not person.user.has_perm("meetings.write_update", meeting)


def test_a_rapporteur_is_one_of_that_meeting_only():
    meeting = MeetingFactory()
    user = person_as("rapporteur", meeting)
    next_month = MeetingFactory(task_force=meeting.task_force)

    assert user.has_perm("meetings.log_meeting", meeting)
    assert not user.has_perm("meetings.log_meeting", next_month)


def test_a_meeting_without_a_rapporteur_is_nobody_s():
    meeting = MeetingFactory()
    without_a_mandate = PersonFactory(account=True).user

    assert meeting.rapporteur_id is None
    assert not without_a_mandate.has_perm("meetings.log_meeting", meeting)


def test_the_meeting_and_the_minutes_of_an_object_are_found():
    minutes = MinutesFactory()
    meeting = minutes.meeting

    for obj in (
        meeting,
        minutes,
        # An agenda item has `minutes` too: its length.
        AgendaItemFactory(meeting=meeting, minutes=15),
        MinutesSectionFactory(minutes=minutes),
        AgencyUpdateFactory(meeting=meeting),
        AttendanceFactory(meeting=meeting),
    ):
        assert meeting_of(obj) == meeting, obj
        assert minutes_of(obj) == minutes, obj
    assert meeting_of(None) is None
    assert minutes_of(None) is None
    assert minutes_of(MeetingFactory()) is None
    assert meeting_of(AgencyFactory()) is None


@pytest.mark.parametrize(
    "perm", ["meetings.view_meeting", "meetings.log_meeting", "meetings.view_minutes", "meetings.write_update"]
)
def test_no_meeting_no_right(perm):
    user = person_as("secretariat", MeetingFactory())

    assert not user.has_perm(perm, None)
    assert not user.has_perm(perm)
