"""What meetings bring to a body's home."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dashboard import blocks_for, facts_for
from meetings.enums import MeetingState, MinutesState
from tests.meetings.factories import MeetingFactory, MinutesFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


def block(user, body, slug):
    blocks = blocks_for(user, body)
    return next(block for column in blocks.values() for block in column if block.slug == slug)


def coming(body, days, **facts):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=days), **facts)


def test_the_next_meeting_and_those_after(body, django_assert_num_queries):
    user = member(body).user
    later, soon, last = (coming(body, days) for days in (30, 7, 60))
    coming(body, 3, state=MeetingState.CANCELLED)
    coming(body, 90)
    MeetingFactory(task_force=body)
    data = block(user, body, "next-meeting").context
    assert data["next_meeting"] == soon
    assert data["later_meetings"] == [later, last]
    assert not data["may_add_meeting"]


def test_a_running_meeting_is_still_the_next(body):
    running = MeetingFactory(
        task_force=body, starts_at=timezone.now() - timedelta(minutes=30), state=MeetingState.IN_PROGRESS
    )
    assert block(member(body).user, body, "next-meeting").context["next_meeting"] == running


def test_only_minutes_one_may_read(body):
    shared = MinutesFactory(meeting__task_force=body, state=MinutesState.CIRCULATED)
    draft = MinutesFactory(meeting__task_force=body)
    MinutesFactory(state=MinutesState.CIRCULATED)
    assert block(member(body).user, body, "latest-minutes").context["latest_minutes"] == [shared]
    office = member(body, role="secretariat").user
    assert set(block(office, body, "latest-minutes").context["latest_minutes"]) == {shared, draft}


def test_the_blocks_stand_on_the_home_page(body, office):
    meeting = coming(body, 7, theme="Ciblage")
    page = office.get(body.get_absolute_url()).content.decode()
    assert meeting.get_absolute_url() in page
    assert "Ciblage" in page
    assert "Derniers comptes rendus" in page


def test_one_query_for_the_facts_of_many_bodies(body, django_assert_num_queries):
    person = member(body)
    other = TaskForceFactory()
    soon = coming(body, 7)
    coming(body, 30)
    coming(other, 7)
    user = person.user
    user.has_perm("taskforce.view_body", body)
    with django_assert_num_queries(1):
        facts = facts_for(user, [body, other])
    assert [fact.url for fact in facts[body.pk]] == [soon.get_absolute_url()]
    assert facts[other.pk] == []
