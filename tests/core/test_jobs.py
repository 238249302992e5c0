"""Tasks leave on commit, and no request waits for a broker that is down."""

import time

import pytest
from celery import current_app
from django.db import transaction

from core import jobs
from tests.broker import dead_broker


def waiting() -> int:
    with current_app.connection_for_read() as connection:
        return connection.default_channel._size("celery")


@pytest.mark.django_db(transaction=True)
def test_sent_on_commit_only():
    before = waiting()
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("tests.nothing", "1")
        raise RuntimeError
    assert waiting() == before
    with transaction.atomic():
        jobs.enqueue("tests.nothing", "1")
        assert waiting() == before
    assert waiting() == before + 1


@pytest.mark.django_db(transaction=True)
def test_dead_broker_is_logged_and_costs_little(caplog):
    with dead_broker():
        started = time.monotonic()
        with transaction.atomic():
            jobs.enqueue("tests.nothing", "1")
        assert time.monotonic() - started < 1.5
        assert "waits for the sweeper" in caplog.text
        # The next ones do not even try for a moment.
        started = time.monotonic()
        for _ in range(100):
            jobs.enqueue("tests.nothing", "1")
        assert time.monotonic() - started < 0.5
    before = waiting()
    jobs.enqueue("tests.nothing", "1")
    assert waiting() == before + 1
