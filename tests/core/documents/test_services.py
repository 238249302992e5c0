"""The life of a document: asked for, made once, stored for ever."""

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from core.documents import services
from core.documents.base import UnknownFormat, canonical_json, content_sha256
from core.models import Artefact, DocumentJob, JobState
from tests.taskforce.factories import CountryFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(note, country, reader):
    """`ask(user=reader, extension="pdf")` → the job, its document asked for."""
    return lambda user=reader, extension="pdf": services.request_document(user, note(), country, extension)


@pytest.fixture
def made(ask):
    """`made()` → the artefact, asked for and rendered."""

    def make(**kwargs):
        job = ask(**kwargs)
        services.run_job(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error
        return job.artefact

    return make


def test_a_document_is_made_and_kept(made, country):
    artefact = made()
    content = artefact.file.open("rb").read()
    assert content.startswith(b"%PDF-1.7")
    assert hashlib.sha256(content).hexdigest() == artefact.sha256
    assert (artefact.version, artefact.size, artefact.filename) == (1, len(content), "note-ner.pdf")
    assert Path(artefact.file.path).stat().st_mode & 0o777 == 0o640
    assert not list(Path(artefact.file.path).parent.glob(".*"))


def test_same_content_is_the_same_file_for_everybody(made, ask, note):
    artefact = made()
    again = ask()
    assert (again.state, again.artefact) == (JobState.DONE, artefact)
    other = UserFactory()
    note.readers.add(other.pk)
    theirs = ask(user=other)
    assert (theirs.state, theirs.artefact, theirs.requested_by) == (JobState.DONE, artefact, other)
    assert ask(user=other) == theirs
    assert Artefact.objects.count() == 1


def test_new_content_is_a_new_version_and_the_old_file_stays(made, country):
    first = made()
    country.name_fr = "Niger, la suite"
    country.save()
    second = made()
    assert [first.version, second.version] == [1, 2]
    assert first.file.open("rb").read() != second.file.open("rb").read()
    country.name_fr = "Niger"
    country.save()
    assert made() == first


def test_a_double_click_is_one_job(ask):
    assert ask() == ask()
    assert DocumentJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_job(note, country, reader):
    start, jobs = threading.Barrier(8), []

    def click():
        start.wait()
        jobs.append(services.request_document(reader, note(), country, "pdf").pk)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 8
    assert len(set(jobs)) == 1


def test_unknown_format(ask):
    with pytest.raises(UnknownFormat):
        ask(extension="docx")


def test_rights_are_asked_again_by_the_worker(ask, note):
    job = ask()
    note.readers.clear()
    services.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.artefact) == (JobState.FAILED, None)
    assert "accès" in job.error


def test_object_gone_or_document_withdrawn(ask, note, country, monkeypatch):
    job = ask()
    country.delete()
    services.run_job(job.pk)
    job.refresh_from_db()
    assert "n’existe plus" in job.error
    DocumentJob.objects.update(state=JobState.QUEUED, document="gone")
    services.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Ce document n’est plus proposé.")


def test_refusal_is_said_and_may_be_tried_again(ask, note):
    note.html = "<p>x</p>" * 500_000
    job = ask()
    services.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "trop long" in job.error
    note.html = "<!doctype html><html lang='fr'><title>Note</title><p>{name}</p></html>"
    again = ask()
    assert again != job
    services.run_job(again.pk)
    again.refresh_from_db()
    assert again.state == JobState.DONE


def test_unexpected_error_is_logged_and_said_in_french(ask, note, caplog):
    note.html = "{missing}"
    job = ask()
    services.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "inattendue" in job.error
    assert "missing" not in job.error
    assert "KeyError" in caplog.text


def test_a_job_is_run_once(ask):
    job = ask()
    services.run_job(job.pk)
    finished = DocumentJob.objects.get(pk=job.pk).finished_at
    services.run_job(job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.finished_at) == (1, finished)


def test_a_claimed_job_is_left_alone_until_its_claim_ends(ask):
    job = ask()
    DocumentJob.objects.update(state=JobState.RUNNING, attempts=1, claimed_until=timezone.now() + timedelta(seconds=30))
    services.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    DocumentJob.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    services.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_worker_that_lost_its_claim_does_not_write(ask):
    job = services._claim(ask().pk)
    DocumentJob.objects.update(attempts=2)
    services._finish(job, state=JobState.FAILED, error="late")
    services._renew(job)
    row = DocumentJob.objects.get()
    assert (row.state, row.error) == (JobState.RUNNING, "")


def test_three_interruptions_end_the_job(ask):
    job = ask()
    DocumentJob.objects.update(state=JobState.RUNNING, attempts=3, claimed_until=timezone.now() - timedelta(seconds=1))
    services.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "interrompue 3 fois" in job.error


def test_lost_jobs_are_sent_again(ask, note, country, django_capture_on_commit_callbacks):
    def sent():
        with django_capture_on_commit_callbacks() as callbacks:
            count = services.requeue_lost_jobs()
        assert len(callbacks) == count
        return count

    ask()
    assert sent() == 0
    long_ago = timezone.now() - timedelta(minutes=1)
    DocumentJob.objects.update(created_at=long_ago)
    assert sent() == 1
    # Its new message is on its way.
    assert sent() == 0
    DocumentJob.objects.update(claimed_until=long_ago)
    assert sent() == 1
    DocumentJob.objects.update(state=JobState.RUNNING, claimed_until=timezone.now() + timedelta(seconds=40))
    assert sent() == 0
    DocumentJob.objects.update(claimed_until=long_ago)
    assert sent() == 1
    DocumentJob.objects.update(state=JobState.FAILED)
    assert sent() == 0


def test_previews_take_no_version_and_go_after_a_week(made, note, country):
    note.previews = True
    preview = made()
    assert (preview.version, preview.is_preview) == (0, True)
    country.name_fr = "Niger bis"
    country.save()
    assert made().version == 0
    note.previews = False
    country.name_fr = "Niger ter"
    country.save()
    official = made()
    assert official.version == 1
    Artefact.objects.update(created_at=timezone.now() - services.PREVIEWS_KEPT - timedelta(hours=1))
    path = Path(preview.file.path)
    assert path.exists()
    assert services.purge_documents() == 2
    assert not path.exists()
    assert list(Artefact.objects.all()) == [official]
    assert Path(official.file.path).exists()


def test_old_jobs_go_and_artefacts_stay(made):
    artefact = made()
    DocumentJob.objects.update(finished_at=timezone.now() - services.JOBS_KEPT - timedelta(hours=1))
    services.purge_documents()
    assert not DocumentJob.objects.exists()
    assert list(Artefact.objects.all()) == [artefact]


def test_a_lost_file_is_made_again_when_it_comes_out_the_same(made, note):
    artefact = made()
    Path(artefact.file.path).unlink()
    assert made() == artefact
    assert Path(artefact.file.path).exists()


def test_a_lost_file_is_never_replaced_by_another(made, ask, note):
    artefact = made()
    Path(artefact.file.path).unlink()
    note.html = "<!doctype html><html lang='fr'><title>Autre</title><p>Autre mise en page</p></html>"
    job = ask()
    services.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "à l’identique" in job.error
    assert not Path(artefact.file.path).exists()


def test_who_may_take_a_file_away(made, note, country):
    artefact = made()
    stranger, colleague = UserFactory(), UserFactory()
    note.readers.add(colleague.pk)
    assert not services.downloadable(stranger, artefact)
    assert services.downloadable(colleague, artefact)
    Artefact.objects.update(is_preview=True)
    artefact.refresh_from_db()
    # A preview is for whoever asked for it, even when others may read the object by now.
    assert not services.downloadable(colleague, artefact)


def test_canonical_writing():
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert content_sha256({"a": [1, None, True]}) == hashlib.sha256(b'{"a":[1,null,true]}').hexdigest()
    with pytest.raises(TypeError):
        canonical_json({"a": CountryFactory.build()})
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})
