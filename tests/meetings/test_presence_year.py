"""Presence of a year: compared with a slow count on random data, and case by case."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from core.fields import period
from meetings.enums import Capacity, MeetingState
from meetings.models import Attendance
from meetings.queries.presence_year import presence_of_year
from tests.meetings.factories import AttendanceFactory, MeetingFactory
from tests.taskforce.factories import (
    AgencyFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db

YEAR = 2025


def at(day, **fields):
    """A meeting held at 10:30 in Niamey on `day`."""
    start = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
    return MeetingFactory(starts_at=start, **{"state": MeetingState.HELD, **fields})


def line(lines, label):
    return next(one for one in lines if one.label == label)


# By naive count --------------------------------------------------------------------------------


def naive(body, year):
    """{agency: (attended, expected)} and {mandate: (attended, expected)}, one question to the database at a time."""
    from taskforce.models import Mandate

    agencies, people = {}, {}
    held = [m for m in body.meetings.all() if m.state in ("held", "closed") and m.date.year == year]
    for mandate in Mandate.objects.filter(seat__task_force=body):
        agency = mandate.seat.agency
        for meeting in held:
            if not (mandate.starts_on <= meeting.date and (mandate.ends_on is None or meeting.date <= mandate.ends_on)):
                continue
            there = meeting.attendances.filter(status__in=["present", "remote"])
            expected, attended = agencies.setdefault(agency.acronym, (set(), set()))
            expected.add(meeting.pk)
            if there.filter(agency=agency, capacity__in=["titular", "substitute", "without_mandate"]).exists():
                attended.add(meeting.pk)
            counted = people.setdefault(mandate.pk, [0, 0])
            counted[1] += 1
            counted[0] += there.filter(person=mandate.person, agency=agency).exists()
    return {name: (len(came), len(due)) for name, (due, came) in agencies.items()}, people


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_a_slow_count_finds(seed):
    chance = random.Random(seed)
    body = TaskForceFactory()
    first = date(YEAR, 1, 1)
    meetings = [
        at(
            first + timedelta(days=chance.randrange(-40, 400)),
            task_force=body,
            state=chance.choice(["held", "closed", "held", "cancelled", "postponed", "draft"]),
        )
        for _ in range(14)
    ]
    seats = [SeatFactory(task_force=body) for _ in range(5)]
    mandates = []
    for seat in seats:
        for rank in range(chance.randrange(1, 4)):
            # Two terms of a rank follow each other, with a gap.
            begins = first + timedelta(days=chance.randrange(-100, 150))
            ends = begins + timedelta(days=chance.randrange(20, 200))
            mandates.append(MandateFactory(seat=seat, rank=rank, period=period(begins, ends)))
            mandates.append(MandateFactory(seat=seat, rank=rank, period=period(ends + timedelta(days=30))))
    strangers = [PersonFactory() for _ in range(4)]
    for meeting in meetings:
        for mandate in mandates:
            if chance.random() < 0.5:
                continue
            capacity = Capacity.TITULAR if mandate.rank == 0 else Capacity.SUBSTITUTE
            Attendance.objects.create(
                meeting=meeting,
                person=mandate.person,
                agency=mandate.seat.agency,
                mandate=mandate,
                capacity=chance.choice([capacity, capacity, Capacity.GUEST]),
                status=chance.choice(["present", "remote", "excused", "absent"]),
            )
        for person in strangers:
            if chance.random() < 0.3:
                Attendance.objects.create(
                    meeting=meeting,
                    person=person,
                    agency=chance.choice(seats).agency,
                    capacity=Capacity.WITHOUT_MANDATE,
                    status=chance.choice(["present", "absent"]),
                )
    agencies, people = naive(body, YEAR)
    found = presence_of_year(body, YEAR)

    assert {one.label: (one.attended, one.expected) for one in found.agencies if one.expected} == agencies
    counted = sorted((one.attended, one.expected) for one in found.people if one.expected)
    assert counted == sorted(tuple(value) for value in people.values())


# Case by case ----------------------------------------------------------------------------------


def test_titular_and_substitute_together_count_their_agency_once():
    body = TaskForceFactory()
    seat = SeatFactory(task_force=body, agency__acronym="BIT")
    meeting = at(date(YEAR, 3, 11), task_force=body)
    for rank, capacity in ((0, Capacity.TITULAR), (1, Capacity.SUBSTITUTE)):
        mandate = MandateFactory(seat=seat, rank=rank)
        AttendanceFactory(
            meeting=meeting, agency=seat.agency, person=mandate.person, mandate=mandate, capacity=capacity
        )
    bit = line(presence_of_year(body, YEAR).agencies, "BIT")
    assert (bit.attended, bit.expected, bit.percent) == (1, 1, 100)


def test_meetings_outside_of_mandates_and_cancelled_ones_do_not_count():
    body = TaskForceFactory()
    seat = SeatFactory(task_force=body, agency__acronym="PAM")
    MandateFactory(seat=seat, period=period(date(YEAR, 3, 1), date(YEAR, 6, 30)))
    before, within, missed, after = (at(date(YEAR, month, 10), task_force=body) for month in (2, 3, 4, 9))
    at(date(YEAR, 5, 13), task_force=body, state=MeetingState.CANCELLED)
    for meeting in (before, within, after):
        AttendanceFactory(meeting=meeting, agency=seat.agency)
    pam = line(presence_of_year(body, YEAR).agencies, "PAM")
    assert (pam.attended, pam.expected, pam.percent) == (1, 2, 50)
    # Seen in the matrix all the same.
    assert [(cell.mark, cell.counts) for cell in pam.cells] == [
        ("present", False),
        ("present", True),
        ("absent", True),
        ("present", False),
    ]
    assert [cell.meeting.pk for cell in pam.cells] == [before.pk, within.pk, missed.pk, after.pk]


def test_without_a_meeting_between_the_dates_there_is_no_rate():
    body = TaskForceFactory()
    seat = SeatFactory(task_force=body, agency__acronym="FAO")
    MandateFactory(seat=seat, period=period(date(YEAR, 11, 1)))
    at(date(YEAR, 3, 11), task_force=body)
    found = presence_of_year(body, YEAR)
    assert line(found.agencies, "FAO").percent is None
    assert found.rate is None


def test_an_observer_is_there_and_counts_in_no_rate_of_members():
    body = TaskForceFactory()
    seat = SeatFactory(task_force=body, agency__acronym="BM", observer=True)
    person = MandateFactory(seat=seat).person
    meeting = at(date(YEAR, 3, 11), task_force=body)
    AttendanceFactory(meeting=meeting, agency=seat.agency, person=person, capacity=Capacity.OBSERVER)
    found = presence_of_year(body, YEAR)
    assert line(found.agencies, "BM").is_observer
    assert line(found.agencies, "BM").attended == 1
    assert found.rate is None
    assert found.represented == {meeting.pk: 0}


def test_the_year_is_that_of_the_bodys_own_midnight():
    body = TaskForceFactory()
    SeatFactory(task_force=body)
    # 23:30 UTC on 31 December is half past midnight in Niamey.
    MeetingFactory(task_force=body, state=MeetingState.HELD, starts_at=datetime(YEAR, 12, 31, 23, 30, tzinfo=UTC))
    assert len(presence_of_year(body, YEAR).meetings) == 0
    assert len(presence_of_year(body, YEAR + 1).meetings) == 1


# The page --------------------------------------------------------------------------------------


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


def test_the_page_by_agency_and_by_person(client, body):
    person = member(body, family_name="Oumarou")
    seat = person.mandates.get().seat
    AttendanceFactory(meeting=at(date(YEAR, 3, 11), task_force=body), agency=seat.agency, person=person)
    at(date(YEAR, 4, 8), task_force=body)
    client.force_login(person.user)
    url = reverse("meetings:presence_year", args=["niger", YEAR])
    page = client.get(url).content.decode()
    assert str(seat.agency) in page
    assert "50\N{NO-BREAK SPACE}%" in page
    assert "1/2" in page
    assert "Oumarou" in client.get(url, {"par": "personne"}).content.decode()
    # The latest year is where the short address leads.
    assert client.get(reverse("meetings:presence", args=["niger"])).url == url
    assert client.get(reverse("meetings:presence_year", args=["niger", 1800])).status_code == 404


@pytest.mark.parametrize("count", [1, 3, 30])
def test_it_costs_the_same_whatever_its_length(client, body, count, django_assert_num_queries):
    person = member(body)
    meetings = [at(date(YEAR, 3, 11) + timedelta(days=7 * n), task_force=body) for n in range(count)]
    for n in range(count):
        seat = SeatFactory(task_force=body)
        held = MandateFactory(seat=seat)
        AttendanceFactory(meeting=meetings[n], agency=seat.agency, person=held.person)
    client.force_login(person.user)
    client.get("/")
    for query in ({}, {"par": "personne"}):
        with django_assert_num_queries(7):
            client.get(reverse("meetings:presence_year", args=["niger", YEAR]), query)


def test_nobody_is_named_whose_agency_does_not_sit(body):
    AttendanceFactory(meeting=at(date(YEAR, 3, 11), task_force=body), agency=AgencyFactory(acronym="CICR"))
    assert presence_of_year(body, YEAR).agencies == ()
