"""« À faire ce mois-ci » and « À commenter »: what shared minutes wait for."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.todos import todos_for
from meetings.models import Minutes
from meetings.queries.observers import minutes_of_home
from meetings.services.adoption import adopt_minutes
from meetings.services.circulation import mark_read
from meetings.services.corrections import propose_correction, refuse_correction
from taskforce.queries.todos import month_ahead
from tests.meetings.circulating import circulated, next_meeting
from tests.meetings.factories import MeetingFactory, MinutesFactory
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db


def lines(body):
    today = body.today()
    groups = todos_for(body, today=today, until=month_ahead(today))
    return [todo for group in groups if group.slug == "minutes" for todo in group.todos]


def observe(made):
    return propose_correction(
        made.minutes,
        made.agency,
        target=None,
        body="<p>Merci.</p>",
        is_remark=True,
        person=made.titular,
        actor=SYSTEM,
    )


def test_observations_wait_for_an_answer():
    made = circulated()
    assert lines(made.body) == []
    correction = observe(made)
    [line] = lines(made.body)
    assert "Répondre à 1 observation" in line.label
    assert (line.due, line.urgency) == (made.minutes.observations_until, "soon")
    assert line.url.endswith("/observations/")
    refuse_correction(correction, answer="Non.", actor=made.secretary.user)
    assert lines(made.body) == []


def test_minutes_are_adopted_at_the_first_meeting_after_the_delay():
    made = circulated()
    MeetingFactory(task_force=made.body, starts_at=timezone.now() + timedelta(hours=1), state="convened")
    coming = MeetingFactory(task_force=made.body, starts_at=timezone.now() + timedelta(days=12), state="convened")
    [line] = lines(made.body)
    assert "Faire adopter le compte rendu" in line.label
    assert line.due == coming.date
    coming.state = "cancelled"
    coming.save()
    assert lines(made.body) == []
    Minutes.objects.update(observations_until=made.body.today() - timedelta(days=5))
    after = next_meeting(made.minutes)
    [line] = lines(made.body)
    assert (line.due, line.urgency) == (after.date, "late")
    adopt_minutes(
        Minutes.objects.get(), mode="consensus", adopted_on=after.date, at_meeting=after, actor=made.secretary.user
    )
    assert lines(made.body) == []


def to_comment(user, body):
    return [minutes.pk for minutes in minutes_of_home(user, body, latest=1) if minutes.to_comment]


def test_members_have_minutes_to_comment_until_they_say_something():
    made = circulated()
    user = made.titular.user
    assert to_comment(user, made.body) == [made.minutes.pk]
    assert to_comment(made.secretary.user, made.body) == [], "nobody's seat"
    client = Client()
    client.force_login(user)
    page = client.get(made.body.get_absolute_url()).content.decode()
    assert "À commenter" in page
    other = member(made.body, role="titular")
    mark_read(Minutes.objects.get(), person=other, actor=SYSTEM)
    assert to_comment(other.user, made.body) == []
    observe(made)
    assert to_comment(user, made.body) == []


def test_after_the_last_day_nobody_is_asked_any_more():
    made = circulated()
    Minutes.objects.update(observations_until=made.body.today() - timedelta(days=1))
    assert to_comment(made.titular.user, made.body) == []


def test_what_waits_longest_is_told_with_the_latest_in_one_query(django_assert_num_queries):
    made = circulated()
    user = made.titular.user
    later = [next_meeting(made.minutes, days_ago=days) for days in (5, 4, 3, 2)]
    for meeting in later:
        MinutesFactory(meeting=meeting, state="published")
    with django_assert_num_queries(3):  # what the user may, in two, and the minutes
        found = minutes_of_home(user, made.body, latest=3)
    assert [minutes.meeting for minutes in found] == [*later[:0:-1], made.minutes.meeting]
    assert [minutes.to_comment for minutes in found] == [False, False, False, True]
