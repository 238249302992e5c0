"""Eight worker processes and several beats at once, on a real mail server: each reminder leaves once."""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from meetings.enums import MeetingState
from meetings.models import Invitation
from meetings.notifications.reminder import MeetingReminder
from meetings.services.reminders import queue_due_reminders
from taskforce.models import Person
from tests.meetings.factories import MeetingFactory
from tests.processes import in_processes, process
from tests.taskforce.factories import TaskForceFactory

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


def due_reminders(count, *, bodies=25):
    """`count` invitations to meetings of six days from now, whose J-7 reminder is due."""
    now = timezone.now()
    people = Person.objects.bulk_create(
        Person(given_name="Prénom", family_name=f"Nom{n}", email=f"membre{n}@example.org") for n in range(count)
    )
    meetings = [
        MeetingFactory(
            task_force=TaskForceFactory(),
            starts_at=now + timedelta(days=6),
            state=MeetingState.CONVENED,
            convened_at=now - timedelta(days=30),
        )
        for _ in range(bodies)
    ]
    Invitation.objects.bulk_create(
        Invitation(meeting=meetings[n % bodies], person=person, created_at=now - timedelta(days=30))
        for n, person in enumerate(people)
    )


def work_like_a_celery_worker():
    """Take every id that was queued, in an order of one's own, as if each message had come to all workers."""
    pks = list(OutgoingEmail.objects.values_list("pk", flat=True))
    random.Random(os.getpid()).shuffle(pks)
    for pk in pks[:60]:
        outbox.send_email(pk)
    while outbox.send_due():
        pass


def test_a_thousand_reminders_leave_once_with_two_beats_and_eight_workers(smtp):
    due_reminders(1000)

    assert in_processes(queue_due_reminders, queue_due_reminders) == [0, 0]
    assert OutgoingEmail.objects.filter(kind=MeetingReminder.slug).count() == 1000
    assert in_processes(*[work_like_a_celery_worker] * WORKERS, queue_due_reminders) == [0] * (WORKERS + 1)

    received = Counter(smtp.recipients)
    assert len(received) == 1000
    assert set(received.values()) == {1}
    assert len({message["Message-ID"] for message in smtp.messages}) == 1000
    assert set(OutgoingEmail.objects.values_list("state", "attempts")) == {(EmailState.SENT, 1)}


def test_a_worker_killed_in_the_middle_of_a_mail_is_followed_by_another(smtp):
    due_reminders(5, bodies=1)
    queue_due_reminders()
    smtp.delay = 5
    victim = process(outbox.send_due)
    victim.start()
    deadline = time.monotonic() + 10
    while not OutgoingEmail.objects.filter(state=EmailState.SENDING).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(5)
    smtp.delay = 0

    assert outbox.send_due() == 4, "the others do not wait for the dead"
    assert outbox.due(timezone.now()).count() == 0
    # Four minutes later the claim has lapsed.
    OutgoingEmail.objects.filter(state=EmailState.SENDING).update(claimed_until=timezone.now())
    assert outbox.send_due() == 1
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {EmailState.SENT}
    assert connection.in_atomic_block is False
