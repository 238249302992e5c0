"""Pages at ten years' volume, over a real gunicorn: latency, queries, bytes, memory. `python -m bench.pages`

Prints Markdown. Aims are those of docs/performance.md.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import database, generate
from bench.documents import PDF_SECONDS, forget_documents, list_under_documents
from bench.measuring import cookie_of, queries, row, verdict
from bench.server import CLIENTS, WORKERS, in_turns, serve
from bench.visits import visit

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "200"))


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


# The report --------------------------------------------------------------------------------------


def measure() -> str:
    """Everything, as Markdown."""
    from django.conf import settings
    from django.core.management import call_command

    from config.prepare import collect_static

    call_command("migrate", verbosity=0)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # What it tells is no part of the report.
    with contextlib.redirect_stdout(sys.stderr):
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
        under = list_under_documents(
            server, people.list_path, people.reader, people.secretary, people.minutes, REQUESTS
        )
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
