"""Pages at ten years' volume, over a real gunicorn: latency, queries, bytes, memory. `python -m bench.pages`

Prints Markdown. Aims are those of docs/performance.md.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bench import database, generate
from bench.server import CLIENTS, WORKERS, Latency, Server, in_turns, load, serve

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "200"))
PDF_SECONDS = 20.0
CSRF = "b" * 32


@dataclass(frozen=True)
class Page:
    """A measured page. `aim_ms` and `aim_queries` are the issue's, where there is one."""

    name: str
    path: str
    aim_ms: float | None = None
    aim_queries: int = 12


@dataclass(frozen=True)
class Cast:
    """Who reads what."""

    pages: list[Page]
    meeting: int
    # Minutes nobody has asked a document of: one a request.
    minutes: list[int]
    reader: str
    secretary: str
    list_path: str
    bare_path: str


def cast() -> Cast:
    """The pages of one body, its titular as reader; cookies of sessions written here."""
    from django.urls import reverse

    from meetings.enums import MinutesState
    from meetings.models import Meeting, Minutes
    from taskforce.enums import OfficeRole
    from taskforce.models import Mandate, Office, TaskForce

    body = TaskForce.objects.get(slug="tf-01")
    meeting = Meeting.objects.filter(task_force=body, minutes__state=MinutesState.PUBLISHED).order_by("-starts_at")[0]
    reader = (
        Mandate.objects.filter(seat__task_force=body, rank=0, period__contains=body.today())
        .order_by("pk")[0]
        .person.user
    )
    secretary = Office.objects.get(task_force=body, role=OfficeRole.SECRETARIAT).person.user
    listed = reverse("meetings:meeting_list", args=[body.slug])
    pages = [
        Page("Meeting with its minutes", reverse("meetings:meeting_detail", args=[meeting.pk]), 20, 12),
        Page("List of 120 meetings", listed, 25, 8),
        Page("Home of the body", reverse("taskforce:body_home", args=[body.slug])),
        Page("Roster (20 structures, 40 people)", reverse("taskforce:roster", args=[body.slug])),
        Page("Decisions and actions", reverse("taskforce:register", args=[body.slug])),
    ]
    recent = (
        Minutes.objects.filter(meeting__task_force=body).order_by("-meeting__starts_at").values_list("pk", flat=True)
    )
    return Cast(pages, meeting.pk, list(recent), cookie_of(reader), cookie_of(secretary), listed, f"/{meeting.pk}/")


def cookie_of(user) -> str:
    """The Cookie header of a browser in which `user` is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


# Queries -----------------------------------------------------------------------------------


def queries(path: str, cookie: str) -> int:
    """Queries of the page, session and account included, once the process is warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"cookie": cookie})
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path, secure=True)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")
    return len(captured)


# Bytes -------------------------------------------------------------------------------------


LINKS = re.compile(
    r"""<link\b(?=[^>]*\brel=["'](?:stylesheet|icon|modulepreload|preload|manifest)["'])[^>]*\bhref=["']([^"']+)["']"""
    r"""|<(?:script|img)\b[^>]*\bsrc=["']([^"']+)["']"""
)
IN_CSS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)""")


@dataclass(frozen=True)
class Visit:
    """Bytes over the line (heads included) and requests."""

    size: int
    requests: int
    parts: list[tuple[str, int]]


def visit(server: Server, path: str, cookie: str, seen: set[str]) -> Visit:
    """What a browser fetches to show the page, but for what it has `seen`: hashed files never change."""
    import gzip

    def text_of(answer) -> str:
        body = answer.body
        return (gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body).decode(
            errors="replace"
        )

    page = server.get(path, cookie=cookie)
    parts = [(path, page.size)]
    waiting = [urljoin(path, one or two) for one, two in LINKS.findall(text_of(page))]
    while waiting:
        address = urlsplit(waiting.pop(0))
        if address.netloc or address.path in seen:
            continue
        seen.add(address.path)
        answer = server.get(address.path, cookie=cookie)
        if answer.status != 200:
            raise RuntimeError(f"{path} needs {address.path}, which answered {answer.status}")
        parts.append((address.path, answer.size))
        if address.path.endswith(".css"):
            waiting += [urljoin(address.path, found) for found in IN_CSS.findall(text_of(answer))]
    return Visit(sum(size for _, size in parts), len(parts), parts)


# Documents in the background -----------------------------------------------------------------


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


def list_under_documents(server: Server, people: Cast) -> UnderDocuments:
    """The list's latency alone, then while two people ask for one PDF after the other."""
    from core.models import DocumentJob

    with worker():
        time.sleep(3)
        idle = load(server, people.list_path, cookie=people.reader, requests=REQUESTS).latency
        minutes = iter(people.minutes)
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
                results.append(ask_for_pdfs(server, people.secretary, one_by_one(), finished.is_set))
            finally:
                from django.db import connection

                connection.close()

        askers = [threading.Thread(target=person) for _ in range(2)]
        for asker in askers:
            asker.start()
        time.sleep(1)
        busy = load(server, people.list_path, cookie=people.reader, requests=100_000, limit=PDF_SECONDS, warm=0).latency
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


# The report --------------------------------------------------------------------------------------


def verdict(value: float, aim: float | None) -> str:
    if aim is None:
        return ""
    return "✓" if value <= aim else "**over**"


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def measure() -> str:
    """Everything, as Markdown."""
    from django.conf import settings
    from django.core.management import call_command

    from config.prepare import collect_static

    call_command("migrate", verbosity=0)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    collect_static()
    forget_documents()
    people = cast()
    lines: list[str] = []

    with serve("bench.bare_urls:application", DJANGO_SETTINGS_MODULE="bench.bare") as reference, serve() as server:
        asked = [(reference, people.bare_path, ""), *((server, page.path, people.reader) for page in people.pages)]
        bare, *measured = in_turns(asked, requests=REQUESTS)
        latencies = dict(zip(people.pages, measured, strict=True))
        seen: set[str] = set()
        first = visit(server, people.pages[0].path, people.reader, seen)
        nexts = [(page, visit(server, page.path, people.reader, seen)) for page in people.pages[1:]]
        again = visit(server, people.pages[0].path, people.reader, seen)
        under = list_under_documents(server, people)
    forget_documents()

    lines += [
        "### Latency and queries",
        "",
        f"gunicorn with {WORKERS} sync workers, {CLIENTS} clients, {REQUESTS} requests a page after 10 to warm up, signed in as a titular. Milliseconds from connecting to the last byte.",
        "",
        row("Page", "median", "p95", "aim", "", "× bare", "processor", "queries", "aim", ""),
        row("---", "---:", "---:", "---:", "---", "---:", "---:", "---:", "---:", "---"),
    ]
    for page, latency in latencies.items():
        count = queries(page.path, people.reader)
        aim = f"≤ {page.aim_ms:.0f}" if page.aim_ms else ""
        lines.append(
            row(
                page.name,
                f"{latency.median:.1f}",
                f"{latency.p95:.1f}",
                aim,
                verdict(latency.median, page.aim_ms),
                f"{latency.median / bare.median:.1f}",
                f"{latency.processor:.1f}",
                count,
                f"≤ {page.aim_queries}",
                verdict(count, page.aim_queries),
            )
        )
    lines += [
        row(
            "A bare Django page with the same meeting",
            f"{bare.median:.1f}",
            f"{bare.p95:.1f}",
            *("", "", "1"),
            f"{bare.processor:.1f}",
            *("", "", ""),
        ),
        "",
        "All in turns, a fifth at a time, so that a machine busy for a moment slows every row alike. « Processor » is what "
        "a worker computes for one request. Where the aims were set, the bare page took 5–14 ms"
        + (f"; here {bare.median:.0f}: compare the ratios, not the milliseconds." if bare.median > 14 else "."),
        "",
        "### While two people ask for PDFs",
        "",
        row("List of 120 meetings", "median", "p95", "aim (p95)", ""),
        row("---", "---:", "---:", "---:", "---"),
        row("alone", f"{under.idle.median:.1f}", f"{under.idle.p95:.1f}", "", ""),
        row(
            f"while {under.documents} PDFs were made in {PDF_SECONDS:.0f} s",
            f"{under.busy.median:.1f}",
            f"{under.busy.p95:.1f}",
            f"≤ {2 * under.idle.p95:.1f}",
            verdict(under.busy.p95, 2 * under.idle.p95),
        ),
        "",
        "### Bytes",
        "",
        "Bytes over the line with gzip, heads included.",
        "",
        row("Visit", "kB", "aim", "", "requests", "aim", ""),
        row("---", "---:", "---:", "---", "---:", "---:", "---"),
        row(
            "First visit (a meeting)",
            f"{first.size / 1000:.1f}",
            "≤ 75",
            verdict(first.size, 75_000),
            first.requests,
            "≤ 10",
            verdict(first.requests, 10),
        ),
    ]
    for page, seen_page in [(people.pages[0], again), *nexts]:
        lines.append(
            row(
                f"Next page: {page.name}",
                f"{seen_page.size / 1000:.1f}",
                "≤ 12",
                verdict(seen_page.size, 12_000),
                seen_page.requests,
                "",
                "",
            )
        )
    lines += [
        "",
        "First visit, part by part: " + ", ".join(f"`{path}` {size / 1000:.1f}" for path, size in first.parts) + " kB.",
    ]
    heaviest = max(worker["rss_kb"] for worker in server.workers) / 1000
    with_weasyprint = any(worker["weasyprint"] for worker in server.workers)
    lines += [
        "",
        "### Memory of a web worker",
        "",
        row("", "MB", "aim", ""),
        row("---", "---:", "---:", "---"),
        row("Resident, at the end of all the above", f"{heaviest:.0f}", "≤ 105", verdict(heaviest, 105)),
        "",
        f"WeasyPrint in web workers: {'**loaded**' if with_weasyprint else 'not loaded ✓'}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    database.use_bench_database()
    generate.ensure(log=lambda line: print(line, file=sys.stderr))
    print(measure())
    return 0


if __name__ == "__main__":
    sys.exit(main())
