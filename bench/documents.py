"""A page while a worker makes documents in the background."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.measuring import CSRF
from bench.server import Latency, Server, load

PDF_SECONDS = 20.0


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """A Celery worker as the portal runs it."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "celery", "--app", "config.celery", "--quiet", "worker"),
            *("--loglevel", "ERROR", "--concurrency", "2", "--without-gossip", "--without-mingle"),
        ],
        # What it says is no part of the report.
        stdout=sys.stderr,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def ask_for_pdfs(
    server: Server, cookie: str, minutes: Iterator[int], until: Callable[[], bool]
) -> tuple[int, list[str]]:
    """One person after the other document: ask, wait on its page until it is ready, take it. Returns how many."""
    from django.urls import reverse

    done, failures = 0, []
    while not until():
        pk = next(minutes, None)
        if pk is None:
            break
        asked = server.get(
            reverse("documents:request", args=["minutes", pk, "pdf"]),
            cookie=cookie,
            method="POST",
            body=f"csrfmiddlewaretoken={CSRF}",
            Referer=f"https://127.0.0.1:{server.port}/",
            Host=f"127.0.0.1:{server.port}",
        )
        if asked.status != 302:
            failures.append(f"asked: {asked.status}")
            break
        job = urlsplit(asked.headers["Location"]).path
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not until():
            answer = server.get(job, cookie=cookie, HX_Request="true")
            if answer.status != 200:
                failures.append(f"job: {answer.status}")
                break
            from core.models import DocumentJob, JobState

            state = DocumentJob.objects.values_list("state", flat=True).get(pk=job.strip("/").split("/")[-1])
            if state in {JobState.DONE, JobState.FAILED}:
                if state == JobState.FAILED:
                    failures.append("a document failed")
                else:
                    done += 1
                break
            time.sleep(0.5)
    return done, failures


@dataclass(frozen=True)
class UnderDocuments:
    idle: Latency
    busy: Latency
    documents: int


def list_under_documents(
    server: Server, path: str, reader: str, secretary: str, minutes_of: list[int], requests: int
) -> UnderDocuments:
    """The list's latency alone, then while two people ask for one PDF after the other."""
    from core.models import DocumentJob

    with worker():
        time.sleep(3)
        idle = load(server, path, cookie=reader, requests=requests).latency
        minutes = iter(minutes_of)
        lock = threading.Lock()
        finished = threading.Event()

        def one_by_one() -> Iterator[int]:
            while True:
                with lock:
                    pk = next(minutes, None)
                if pk is None:
                    return
                yield pk

        results: list[tuple[int, list[str]]] = []

        def person() -> None:
            try:
                results.append(ask_for_pdfs(server, secretary, one_by_one(), finished.is_set))
            finally:
                from django.db import connection

                connection.close()

        askers = [threading.Thread(target=person) for _ in range(2)]
        for asker in askers:
            asker.start()
        time.sleep(1)
        busy = load(server, path, cookie=reader, requests=100_000, limit=PDF_SECONDS, warm=0).latency
        finished.set()
        for asker in askers:
            asker.join()
    failures = [failure for _, found in results for failure in found]
    if failures:
        raise RuntimeError(f"documents: {failures}")
    DocumentJob.objects.filter(state__in=["queued", "running"]).delete()
    return UnderDocuments(idle, busy, sum(done for done, _ in results))


def forget_documents() -> None:
    """The next run makes them again."""
    from core.models import Artefact, DocumentJob

    DocumentJob.objects.all().delete()
    for artefact in Artefact.objects.all():
        artefact.file.delete(save=False)
    Artefact.objects.all().delete()
