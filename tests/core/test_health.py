"""`/sante/` tells what works, quickly, whatever does not."""

import socket
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from config.version import VERSION
from core import heartbeat
from core.models import EmailState, OutgoingEmail, WorkerHeartbeat


def _mail(key, *, age, **values):
    now = timezone.now()
    return OutgoingEmail.objects.create(
        **{
            "unique_key": key,
            "kind": "test",
            "recipient": "a@example.org",
            "subject": "s",
            "text": "t",
            "message_id": f"<{key}@example.org>",
            "created_at": now - age,
            "next_attempt_at": now - age,
            **values,
        }
    )


@pytest.mark.django_db
def test_everything_well(client):
    heartbeat.record(heartbeat.WORKER)
    heartbeat.record(heartbeat.BEAT)

    response = client.get("/sante/")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "version": VERSION,
        "database": True,
        "broker": True,
        "worker": True,
        "beat": True,
        "oldest_unsent_mail_seconds": None,
    }
    assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_worker_without_a_sign_of_life_is_degraded(client):
    heartbeat.record(heartbeat.BEAT)
    WorkerHeartbeat.objects.create(name=heartbeat.WORKER, at=timezone.now() - 2 * heartbeat.FRESH_FOR)

    report = client.get("/sante/").json()

    assert (report["status"], report["worker"], report["beat"]) == ("degraded", False, True)


@pytest.mark.django_db
def test_the_oldest_mail_that_should_have_left(client):
    _mail("waiting", age=timedelta(seconds=90))
    _mail("later", age=timedelta(hours=3), next_attempt_at=timezone.now() + timedelta(hours=1))
    _mail("sent", age=timedelta(days=1), state=EmailState.SENT, next_attempt_at=None)

    assert 90 <= client.get("/sante/").json()["oldest_unsent_mail_seconds"] < 120


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["refuses", "keeps silent"])
def test_a_broker_that_is_down_costs_less_than_a_second(client, settings, kind):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        if kind == "keeps silent":
            silent.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        # The best of three: another process may hold the processor for a while.
        times = []
        for _ in range(3):
            started = time.monotonic()
            response = client.get("/sante/")
            times.append(time.monotonic() - started)

    assert min(times) < 1
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["broker"]) == ("degraded", False)


@pytest.mark.django_db
def test_without_its_database_it_says_so(client):
    def no_database(*_):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(no_database):
        response = client.get("/sante/")

    assert response.status_code == 503
    assert response.json() == {
        "status": "down",
        "version": VERSION,
        "database": False,
        "broker": True,
        "worker": False,
        "beat": False,
        "oldest_unsent_mail_seconds": None,
    }


@pytest.mark.django_db
def test_asking_changes_nothing(client):
    assert client.post("/sante/").status_code == 405
