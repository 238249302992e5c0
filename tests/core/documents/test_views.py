"""Asking, waiting, downloading: over HTTP."""

import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from core.documents import services
from core.models import Artefact, DocumentJob, JobState
from tests.taskforce.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask_url(note, country):
    return reverse("documents:request", args=[note.slug, country.pk, "pdf"])


@pytest.fixture
def signed_in(client, reader):
    client.force_login(reader)
    return client


def run(job):
    services.run_job(job.pk)
    job.refresh_from_db()
    return job


def test_ask_wait_download(signed_in, ask_url, note):
    response = signed_in.post(ask_url)
    job = DocumentJob.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("documents:job", args=[job.pk])
    page = signed_in.get(response.url)
    html = page.content.decode()
    assert page.status_code == 200
    assert 'hx-trigger="every 1s"' in html
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    # A second click while it waits.
    assert signed_in.post(ask_url).url == response.url

    run(job)
    part = signed_in.get(response.url, headers={"HX-Request": "true"})
    html = part.content.decode()
    assert "<html" not in html
    assert "hx-get" not in html
    assert reverse("documents:download", args=[job.artefact_id]) in html
    assert "meta http-equiv" not in signed_in.get(response.url).content.decode()

    file = signed_in.get(reverse("documents:download", args=[job.artefact_id]))
    content = b"".join(file.streaming_content)
    assert content.startswith(b"%PDF")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="note-ner.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Cache-Control"] == "private, no-store"
    assert job.artefact.sha256 in file["ETag"]
    # The same content again: no page in between.
    assert signed_in.post(ask_url).url == reverse("documents:download", args=[job.artefact_id])


def test_name_with_accents(signed_in, ask_url, reader, note, monkeypatch):
    monkeypatch.setattr(note, "filename", lambda self, obj: "compte-rendu-éàœ")
    signed_in.post(ask_url)
    job = run(DocumentJob.objects.get())
    file = signed_in.get(reverse("documents:download", args=[job.artefact_id]))
    assert file["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('compte-rendu-éàœ.pdf')}"


def test_unchanged_file_is_not_sent_twice(signed_in, ask_url):
    signed_in.post(ask_url)
    job = run(DocumentJob.objects.get())
    url = reverse("documents:download", args=[job.artefact_id])
    tag = signed_in.get(url)["ETag"]
    assert signed_in.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_failure_offers_to_try_again(signed_in, ask_url, note):
    note.html = "{missing}"
    signed_in.post(ask_url)
    job = run(DocumentJob.objects.get())
    html = signed_in.get(reverse("documents:job", args=[job.pk])).content.decode()
    assert "Réessayer" in html
    assert f'<form method="post" action="{ask_url}">' in html
    assert "csrfmiddlewaretoken" in html
    assert job.error.split(".")[0] in html


def test_late_worker_is_said(signed_in, ask_url):
    signed_in.post(ask_url)
    job = DocumentJob.objects.get()
    url = reverse("documents:job", args=[job.pk])
    assert "tarde à répondre" not in signed_in.get(url).content.decode()
    DocumentJob.objects.update(created_at=timezone.now() - timedelta(seconds=20))
    assert "tarde à répondre" in signed_in.get(url).content.decode()


@pytest.mark.parametrize("name", ["request", "job", "download"])
def test_anonymous_signs_in_first(client, note, country, name):
    args = [note.slug, country.pk, "pdf"] if name == "request" else [uuid.uuid4()]
    response = getattr(client, "post" if name == "request" else "get")(reverse(f"documents:{name}", args=args))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_only_post_asks_and_only_get_reads(signed_in, ask_url):
    assert signed_in.get(ask_url).status_code == 405
    assert signed_in.post(reverse("documents:job", args=[uuid.uuid4()])).status_code == 405
    assert signed_in.post(reverse("documents:download", args=[uuid.uuid4()])).status_code == 405
    assert not DocumentJob.objects.exists()


def test_what_does_not_exist_is_not_found(signed_in, note, country):
    for slug, pk, extension in (
        ("nothing", country.pk, "pdf"),
        (note.slug, 0, "pdf"),
        (note.slug, 10**30, "pdf"),
        (note.slug, country.pk, "docx"),
        (note.slug, country.pk, "html"),
    ):
        assert signed_in.post(reverse("documents:request", args=[slug, pk, extension])).status_code == 404
    assert signed_in.get(reverse("documents:job", args=[uuid.uuid4()])).status_code == 404
    assert signed_in.get(reverse("documents:download", args=[uuid.uuid4()])).status_code == 404


def test_others_see_neither_job_nor_file(signed_in, ask_url, client, note):
    signed_in.post(ask_url)
    job = run(DocumentJob.objects.get())
    job_url = reverse("documents:job", args=[job.pk])
    file_url = reverse("documents:download", args=[job.artefact_id])
    stranger = UserFactory()
    client.force_login(stranger)
    assert [client.post(ask_url).status_code, client.get(job_url).status_code, client.get(file_url).status_code] == [
        404
    ] * 3
    # A colleague may read the official file, but has no business with my job.
    note.readers.add(stranger.pk)
    assert [client.get(job_url).status_code, client.get(file_url).status_code] == [404, 200]


def test_rights_that_end_end_everything(signed_in, ask_url, note):
    signed_in.post(ask_url)
    job = run(DocumentJob.objects.get())
    note.readers.clear()
    for url in (reverse("documents:job", args=[job.pk]), reverse("documents:download", args=[job.artefact_id])):
        assert signed_in.get(url).status_code == 404
    assert signed_in.post(ask_url).status_code == 404


def test_visible_but_not_allowed(signed_in, ask_url, note, reader):
    import rules

    rules.remove_perm(note.permission)
    rules.add_perm(note.permission, rules.always_deny)
    assert signed_in.post(ask_url).status_code == 403


def test_lost_file_is_not_an_error(signed_in, ask_url):
    signed_in.post(ask_url)
    job = run(DocumentJob.objects.get())
    Artefact.objects.get().file.storage.delete(job.artefact.file.name)
    assert signed_in.get(reverse("documents:download", args=[job.artefact_id])).status_code == 404
    # Asked for again, it is made again.
    assert signed_in.post(ask_url).url.startswith("/documents/preparation/")
    again = run(DocumentJob.objects.get(state=JobState.QUEUED))
    assert signed_in.get(reverse("documents:download", args=[again.artefact_id])).status_code == 200
