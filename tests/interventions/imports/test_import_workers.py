"""Workers that meet or die in the middle of an import: one effect, or none."""

import os
import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from interventions.enums import ImportState
from interventions.imports import batches
from interventions.models import CoverageLine, ImportBatch, ImportEffect, Intervention
from interventions.services import imports
from interventions.services.reference import load_reference
from taskforce.models import Country
from taskforce.services.agencies import load_reference as load_agencies
from tests.interventions.imports.test_import_batches import table
from tests.processes import in_processes, process
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def niger():
    load_agencies()
    load_reference()
    country = Country.objects.get(iso3="NER")
    body = TaskForceFactory(country=country, slug="ner")
    country.users = [member(body, role=role).user for role in ("data_manager", "secretariat")]
    return country


def confirmed(country, user):
    batch, _new = imports.receive(country, table(), provider="PAM", actor=user)
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    return imports.confirm(batch, version=batch.version, actor=user)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_another_finishes(niger, monkeypatch):
    batch = confirmed(niger, niger.users[0])
    write = batches.write

    def write_and_die(*args):
        write(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(batches, "write", write_and_die)
        killed = process(lambda: batches.work_on(batch.pk))
        killed.start()
        killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    batch.refresh_from_db()
    assert batch.state == ImportState.APPLYING
    assert not Intervention.objects.exists()
    assert not CoverageLine.objects.exists()
    # Its claim stands a moment longer; nobody else takes the batch meanwhile.
    assert imports.claim(batch.pk) is None
    assert imports.requeue_lost() == 0
    ImportBatch.objects.filter(pk=batch.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert imports.requeue_lost() == 1
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (ImportState.APPLIED, 2)
    assert CoverageLine.objects.count() == 3


def test_two_workers_with_one_batch_write_it_once(niger):
    batch = confirmed(niger, niger.users[0])
    assert in_processes(*[lambda: batches.work_on(batch.pk)] * 2) == [0, 0]
    batch.refresh_from_db()
    assert batch.state == ImportState.APPLIED
    assert CoverageLine.objects.count() == 3
    assert ImportEffect.objects.count() == 5


def test_two_batches_of_one_file_at_once_have_one_effect(niger):
    first, second = (confirmed(niger, user) for user in niger.users)
    assert in_processes(lambda: batches.work_on(first.pk), lambda: batches.work_on(second.pk)) == [0, 0]
    states = {ImportBatch.objects.get(pk=one.pk).state for one in (first, second)}
    assert states == {ImportState.APPLIED, ImportState.READ}
    assert (Intervention.objects.count(), CoverageLine.objects.count()) == (2, 3)


def test_a_worker_that_slept_too_long_has_lost_the_batch(niger, monkeypatch):
    batch = confirmed(niger, niger.users[0])
    write = batches.write

    def write_late(*args):
        # Another worker took over while this one slept.
        ImportBatch.objects.filter(pk=batch.pk).update(attempts=2)
        return write(*args)

    monkeypatch.setattr(batches, "write", write_late)
    batches.work_on(batch.pk)
    assert not CoverageLine.objects.exists()
