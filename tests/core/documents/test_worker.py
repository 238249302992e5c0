"""Real Celery workers: killed in the middle, or without a broker, a job is finished once."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.documents import services
from core.documents.base import documents
from core.models import Artefact, DocumentJob, JobState
from meetings.enums import MeetingState, SectionKind
from tests.broker import dead_broker
from tests.meetings.factories import MeetingFactory, MinutesFactory, MinutesSectionFactory
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(tmp_path):
    """`worker()` starts a real worker on this test's database and queues; all end with the test."""
    started = []

    def start():
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "SOCLE_TEST_DATABASE": connection.settings_dict["NAME"],
            "DATABASE_URL": os.environ.get("DATABASE_URL") or settings.DATABASE_URL,
            "REDIS_URL": os.environ.get("REDIS_URL") or settings.REDIS_URL,
        }
        name = f"documents{len(started)}"
        with (tmp_path / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "celery",
                    "-A",
                    "config.celery",
                    "worker",
                    "-c",
                    "1",
                    "-l",
                    "INFO",
                    "-n",
                    f"{name}@%h",
                ],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def long_minutes():
    """Minutes that take a second or more to lay out."""
    minutes = MinutesFactory(meeting=MeetingFactory(state=MeetingState.CLOSED))
    MinutesSectionFactory(
        minutes=minutes, kind=SectionKind.CONTEXT, body="<p>Un paragraphe du compte rendu.</p>" * 1000
    )
    return minutes


def ask(minutes):
    user = member(minutes.meeting.task_force, role="secretariat").user
    return services.request_document(user, documents.get("minutes")(), minutes, "pdf")


def until(job, *states, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.state in states:
            return job
        time.sleep(0.05)
    pytest.fail(f"job is {job.state!r} after {seconds} s: {job.error}")


def test_killed_in_the_middle_finished_once(worker, long_minutes):
    first = worker()
    job = ask(long_minutes)
    until(job, JobState.RUNNING)
    # The claim ends soon enough for the sweeper, which passes every 30 s: two minutes at most in all.
    assert job.claimed_until - timezone.now() <= services.CLAIM <= timedelta(seconds=60)
    family = [first.pid, *(child.pid for child in psutil.Process(first.pid).children(recursive=True))]
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    psutil.wait_procs([psutil.Process(pid) for pid in family if psutil.pid_exists(pid)], timeout=10)
    assert not any(psutil.pid_exists(pid) for pid in family)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING

    worker()
    # Time passes: the claim ends, then the sweeper comes.
    DocumentJob.objects.filter(pk=job.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert services.requeue_lost_jobs() == 1
    until(job, JobState.DONE)
    assert job.attempts == 2
    assert Artefact.objects.count() == 1
    # Celery's own redelivery of the first message finds nothing to do.
    services.run_job(job.pk)
    job.refresh_from_db()
    assert job.attempts == 2


def test_asked_while_the_broker_is_down_made_after(worker, long_minutes):
    with dead_broker():
        job = ask(long_minutes)
        assert job.state == JobState.QUEUED
    worker()
    DocumentJob.objects.update(created_at=timezone.now() - services.PATIENCE - timedelta(seconds=1))
    assert services.requeue_lost_jobs() == 1
    assert until(job, JobState.DONE).attempts == 1
