"""Sharing minutes for observations: what hinders it, what is kept, who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from core.models import OutgoingEmail
from core.workflow import TransitionRefused
from meetings.enums import MeetingState, MinutesState, VersionKind
from meetings.models import Minutes, MinutesSection
from meetings.queries.circulation import sharing_conditions
from meetings.services.circulation import circulate_minutes, mark_read, publish_minutes, take_minutes_back
from tests.meetings.circulating import adopted, circulated, tomorrow, written_minutes
from tests.meetings.factories import MeetingActionFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


def test_sharing_keeps_a_version_and_tells_every_member():
    made = circulated()
    made.minutes.refresh_from_db()
    assert made.minutes.state == MinutesState.CIRCULATED
    assert made.minutes.observations_until == tomorrow(made.body)
    version = made.minutes.versions.get()
    assert (version.number, version.kind, version.created_by) == (1, VersionKind.CIRCULATED, made.secretary.user)
    assert "Premier alinéa de context." in version.content
    told = OutgoingEmail.objects.filter(kind="minutes-shared")
    assert {row.recipient for row in told} == {made.secretary.email, made.titular.email}


def test_nobody_to_send_to_is_refused():
    minutes = written_minutes()
    with pytest.raises(ValidationError, match="personne ne recevrait"):
        circulate_minutes(minutes, until=tomorrow(minutes.meeting.task_force), actor=SYSTEM)
    assert Minutes.objects.get().state == MinutesState.DRAFT


def test_a_past_day_a_meeting_to_come_and_an_empty_text_are_refused():
    body = TaskForceFactory()
    secretary = member(body, role="secretariat")
    minutes = written_minutes(body)
    with pytest.raises(ValidationError, match="Cette date est passée"):
        circulate_minutes(minutes, until=body.today() - timedelta(days=1), actor=secretary.user)
    minutes.meeting.state = MeetingState.IN_PROGRESS
    minutes.meeting.save()
    with pytest.raises(ValidationError, match="n’est pas encore tenue"):
        circulate_minutes(minutes, until=tomorrow(body), actor=secretary.user)
    minutes.meeting.state = MeetingState.HELD
    minutes.meeting.save()
    MinutesSection.objects.update(body="")
    minutes.meeting.updates.update(body="")
    with pytest.raises(ValidationError, match="rien à partager"):
        circulate_minutes(minutes, until=tomorrow(body), actor=secretary.user)


def test_an_action_without_owner_or_date_and_an_empty_section_are_flagged_not_refused():
    body = TaskForceFactory()
    member(body, role="secretariat")
    minutes = written_minutes(body)
    action = MeetingActionFactory(meeting=minutes.meeting, action__due_on=None).action
    MinutesSection.objects.filter(kind="conclusions").update(body="")
    said = {condition.code: condition for condition in sharing_conditions(minutes)}
    assert set(said) == {"actions", "section"}
    assert action.reference in said["actions"].text
    assert not any(condition.is_blocking for condition in said.values())


def test_taking_back_needs_a_reason_and_sharing_again_numbers_on():
    made = circulated()
    with pytest.raises(TransitionRefused, match="raison"):
        take_minutes_back(made.minutes, comment=" ", actor=made.secretary.user)
    take_minutes_back(made.minutes, comment="Il manque une page.", actor=made.secretary.user)
    circulate_minutes(made.minutes, until=tomorrow(made.body), actor=made.secretary.user)
    assert list(made.minutes.versions.values_list("number", flat=True)) == [2, 1]


def test_sharing_twice_is_refused():
    made = circulated()
    with pytest.raises(TransitionRefused):
        circulate_minutes(made.minutes, until=tomorrow(made.body), actor=made.secretary.user)
    assert made.minutes.versions.count() == 1


def test_publication_follows_adoption_only():
    made = circulated()
    with pytest.raises(TransitionRefused):
        publish_minutes(made.minutes, actor=made.secretary.user)
    made = adopted()
    publish_minutes(made.minutes, actor=made.secretary.user)
    assert Minutes.objects.get(pk=made.minutes.pk).state == MinutesState.PUBLISHED


def test_reading_is_noted_once_for_a_version():
    made = circulated()
    first = mark_read(made.minutes, person=made.titular, actor=made.titular.user)
    assert mark_read(made.minutes, person=made.titular, actor=made.titular.user) == first
    assert first.version == 1
