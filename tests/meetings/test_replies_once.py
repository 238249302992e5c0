"""The same answer read by several readers at the same moment is one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from core.actors import SYSTEM
from meetings.enums import ReplyOutcome
from meetings.models import InvitationAnswer, Meeting, ReceivedReply
from meetings.services.convening import convene_meeting
from meetings.services.replies import receive
from taskforce.services.feeds import create_feed
from tests.meetings.factories import MeetingFactory
from tests.meetings.services.test_replies import answer
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)
READERS = 6


def at_once(act):
    """`act` in threads that start together; what each returned."""
    start = Barrier(READERS)

    def run(_number):
        start.wait(20)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(run, range(READERS)))


def test_one_answer():
    body = TaskForceFactory()
    member(body, email="titulaire@example.org")
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=20))
    convene_meeting(meeting, actor=SYSTEM)
    content = answer(Meeting.objects.get(pk=meeting.pk), "DECLINED")
    seen = at_once(lambda: [row.outcome for row in receive(content)])
    assert seen == [[ReplyOutcome.RECORDED]] * READERS
    assert ReceivedReply.objects.count() == 1
    assert InvitationAnswer.objects.count() == 1


def test_one_calendar_address():
    user = member(TaskForceFactory()).user
    assert len({feed.pk for feed in at_once(lambda: create_feed(owner=user, body=None, actor=user))}) == 1
