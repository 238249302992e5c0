"""What each may see: the list filter and the object rule are one policy."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from core.fields import period
from meetings.enums import MeetingState, MinutesState
from meetings.queries import meetings_visible_to, minutes_visible_to
from taskforce.models import Mandate
from tests.meetings.factories import MeetingFactory, MinutesFactory
from tests.taskforce.factories import (
    LONG_AGO,
    CountryFactory,
    PersonFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

# neighbour: secretariat of another body of the country; abroad: of a body of another country;
# former_rapporteur: named rapporteur of the meeting, mandate ended since.
PEOPLE = [
    "anonymous", "nobody", "ended", "observer", "substitute", "titular", "chair", "resident_coordinator",
    "rapporteur", "former_rapporteur", "secretariat", "neighbour", "neighbour_titular", "abroad", "data_manager",
    "administrator",
]  # fmt: skip
MEMBERS = {"observer", "substitute", "titular", "chair", "resident_coordinator", "rapporteur", "secretariat"}
# Who reads of the country's other bodies what they publish; an administrator of all.
READS_PUBLISHED = {"neighbour", "data_manager", "administrator"}

MAY_READ_MINUTES = {
    MinutesState.DRAFT: {"secretariat", "chair", "rapporteur"},
    MinutesState.CIRCULATED: MEMBERS,
    MinutesState.APPROVED: MEMBERS,
    MinutesState.PUBLISHED: MEMBERS | READS_PUBLISHED,
}


def person_as(who, meeting):
    """The account of somebody who stands so towards `meeting`."""
    body = meeting.task_force
    match who:
        case "anonymous":
            return AnonymousUser()
        case "nobody":
            return PersonFactory(account=True).user
        case "administrator":
            return UserFactory(administrator=True)
        case "neighbour":
            return member(TaskForceFactory(country=body.country), role="secretariat").user
        case "neighbour_titular":
            return member(TaskForceFactory(country=body.country), role="titular").user
        case "abroad":
            return member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user
        case "rapporteur" | "former_rapporteur":
            person = member(body, role="titular" if who == "rapporteur" else "ended")
            meeting.rapporteur = person
            meeting.save()
            return person.user
    return member(body, role=who).user


def test_the_table_speaks_of_every_state():
    assert set(MAY_READ_MINUTES) == set(MinutesState)


@pytest.mark.parametrize("state", list(MinutesState))
@pytest.mark.parametrize("who", PEOPLE)
def test_the_list_shows_exactly_the_minutes_that_may_be_read(who, state):
    minutes = MinutesFactory(state=state)
    user = person_as(who, minutes.meeting)

    listed = minutes_visible_to(user).filter(pk=minutes.pk).exists()

    assert listed == user.has_perm("meetings.view_minutes", minutes)
    assert listed == (who in MAY_READ_MINUTES[state])


@pytest.mark.parametrize("state", [*MinutesState, None])
@pytest.mark.parametrize("who", PEOPLE)
def test_the_list_shows_exactly_the_meetings_that_may_be_opened(who, state):
    """`state` of the minutes; None: a meeting without any."""
    meeting = MeetingFactory(state=MeetingState.HELD)
    if state is not None:
        MinutesFactory(meeting=meeting, state=state)
    user = person_as(who, meeting)

    listed = meetings_visible_to(user).filter(pk=meeting.pk).exists()

    assert listed == user.has_perm("meetings.view_meeting", meeting)
    expected = MEMBERS | (READS_PUBLISHED if state == MinutesState.PUBLISHED else set())
    assert listed == (who in expected)


@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_reads_the_minutes_may_open_the_meeting(who):
    for state in MinutesState:
        minutes = MinutesFactory(state=state)
        user = person_as(who, minutes.meeting)
        if user.has_perm("meetings.view_minutes", minutes):
            assert user.has_perm("meetings.view_meeting", minutes.meeting), state


def test_a_meeting_is_listed_once_whatever_one_holds():
    body = TaskForceFactory()
    person = member(body, role="secretariat")
    meeting = MeetingFactory(task_force=body, rapporteur=person)
    MinutesFactory(meeting=meeting, state=MinutesState.PUBLISHED)
    person.user.is_administrator = True

    assert list(meetings_visible_to(person.user)) == [meeting]
    assert minutes_visible_to(person.user).count() == 1


def test_a_mandate_that_ends_takes_the_minutes_away():
    minutes = MinutesFactory(state=MinutesState.APPROVED)
    person = member(minutes.meeting.task_force, role="titular")
    assert minutes_visible_to(person.user).exists()

    Mandate.objects.filter(person=person).update(period=period(LONG_AGO, date(2026, 1, 31)))
    user = type(person.user).objects.get(pk=person.user.pk)

    assert not minutes_visible_to(user).exists()
    assert not meetings_visible_to(user).exists()


@pytest.mark.parametrize("row_count", [1, 3])
def test_reading_lists_takes_the_grants_and_one_query(row_count, django_assert_num_queries):
    body = TaskForceFactory()
    for _ in range(row_count):
        MinutesFactory(meeting__task_force=body, state=MinutesState.PUBLISHED)
    user = member(body, role="titular").user
    user = type(user).objects.get(pk=user.pk)

    with django_assert_num_queries(2 + 1):
        assert len({str(meeting.task_force.country) for meeting in meetings_visible_to(user)}) == 1
    with django_assert_num_queries(1):
        assert len({str(minutes.meeting.task_force.country) for minutes in minutes_visible_to(user)}) == 1
