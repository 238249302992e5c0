"""The list of meetings: by year, what is to come first, at one price whatever its length."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.enums import MeetingState, MinutesState
from tests.meetings.factories import (
    AttendanceFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MinutesFactory,
)
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


def url(body, **query):
    return reverse("meetings:meeting_list", args=[body.slug], query=query)


def held_on(body, day, **facts):
    start = datetime(*day, 9, 30, tzinfo=UTC)
    return MeetingFactory(task_force=body, starts_at=start, state=MeetingState.HELD, **facts)


@pytest.mark.parametrize("meeting_count", [1, 120])
def test_as_many_queries_whatever_the_length(body, office, django_assert_num_queries, meeting_count):
    MeetingSeriesFactory(task_force=body)
    for number in range(meeting_count):
        meeting = held_on(body, (2016, 3, 8), theme=f"Thème {number}")
        if number < 12:
            MinutesFactory(meeting=meeting)
            AttendanceFactory(meeting=meeting)
            MeetingDecisionFactory(meeting=meeting)
            MeetingActionFactory(meeting=meeting)
    office.get(url(body))
    with django_assert_num_queries(7):
        response = office.get(url(body))
    assert response.content.count(b"/reunions/") >= meeting_count


def test_what_is_to_come_first_and_soonest_then_years_backwards(body, office):
    now = timezone.now()
    far, near = (MeetingFactory(task_force=body, starts_at=now + timedelta(days=days)) for days in (60, 30))
    old, older = held_on(body, (2016, 4, 12)), held_on(body, (2015, 4, 12))
    cancelled = MeetingFactory(task_force=body, starts_at=now + timedelta(days=40), state=MeetingState.CANCELLED)
    context = office.get(url(body)).context
    assert context["coming"] == [near, far]
    assert [(year, meetings) for year, meetings in context["years"]] == [
        (cancelled.date.year, [cancelled]),
        (2016, [old]),
        (2015, [older]),
    ]


def test_each_row_counts(body, office):
    meeting = held_on(body, (2016, 3, 8))
    agency = AttendanceFactory(meeting=meeting).agency
    AttendanceFactory(meeting=meeting, agency=agency)
    AttendanceFactory(meeting=meeting, capacity="guest")
    AttendanceFactory(meeting=meeting, status="excused")
    MeetingDecisionFactory(meeting=meeting)
    MinutesFactory(meeting=meeting, state=MinutesState.CIRCULATED)
    response = office.get(url(body))
    (row,) = response.context["years"][0][1]
    assert (row.agencies_represented, row.decision_count, row.action_count) == (1, 1, None)
    cells = re.findall(r'<td class="num" data-label="[^"]+">([^<]+)</td>', response.content.decode())
    assert cells == ["1", "1"], "who is represented, and decisions; no action"
    assert "Partagé pour observations</span></td>" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "ciblage"}, {"Ciblage"}),
        ({"q": "UNICEF"}, {"Registre"}),
        ({"state": "held"}, {"Ciblage", "Registre"}),
        ({"state": "draft"}, {"Brouillon"}),
        ({"minutes": "none"}, {"Registre", "Brouillon"}),
        ({"minutes": "draft"}, {"Ciblage"}),
        # What is no choice filters nothing.
        ({"state": "asleep"}, {"Ciblage", "Registre", "Brouillon"}),
    ],
)
def test_filters(body, office, query, expected):
    MinutesFactory(meeting=held_on(body, (2016, 3, 8), theme="Ciblage"))
    held_on(body, (2016, 4, 12), theme="Registre", place="Locaux de l’UNICEF")
    MeetingFactory(task_force=body, theme="Brouillon")
    context = office.get(url(body, **query)).context
    assert {meeting.theme for meeting in context["page"]} == expected


def test_a_second_page_past_120(body, office):
    for _number in range(121):
        held_on(body, (2016, 3, 8))
    assert len(office.get(url(body)).context["page"]) == 120
    assert len(office.get(url(body, page=2)).context["page"]) == 1
    # A page that is none is the last or the first: no 404, no 500.
    assert len(office.get(url(body, page=99)).context["page"]) == 1
    assert len(office.get(url(body, page="x")).context["page"]) == 120


def test_other_bodies_meetings_are_not_there(body, office):
    held_on(TaskForceFactory(country=body.country), (2016, 3, 8))
    assert not office.get(url(body)).context["page"].object_list


def test_the_empty_list_says_what_to_do_first(body, office, signed_in):
    assert reverse("meetings:series_add", args=[body.slug]) in office.get(url(body)).content.decode()
    seated = signed_in(member(body).user).get(url(body)).content.decode()
    assert "Aucune réunion" in seated
    assert reverse("meetings:series_add", args=[body.slug]) not in seated


def test_neighbours_see_what_is_published_only(body, signed_in):
    published = held_on(body, (2016, 3, 8))
    MinutesFactory(meeting=published, state=MinutesState.PUBLISHED)
    MinutesFactory(meeting=held_on(body, (2016, 4, 12)), state=MinutesState.CIRCULATED)
    neighbour = member(TaskForceFactory(country=body.country), role="secretariat").user
    assert list(signed_in(neighbour).get(url(body)).context["page"]) == [published]


def test_strangers_find_nothing(body, signed_in):
    assert signed_in(member(TaskForceFactory()).user).get(url(body)).status_code == 404
    assert signed_in(member(body).user).get(reverse("meetings:meeting_list", args=["ailleurs"])).status_code == 404


def test_ics_of_the_body(body, office):
    MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=3))
    response = office.get(reverse("meetings:meeting_calendar", args=[body.slug]))
    assert response["Content-Type"].startswith("text/calendar")
    assert "reunions-protection-sociale.ics" in response["Content-Disposition"]
    assert b"BEGIN:VEVENT" in response.content
