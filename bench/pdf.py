"""PDF of minutes: what WeasyPrint takes by itself, what the portal takes, and memory. `python -m bench.pdf`

Prints Markdown. Bare and ours take turns, so that a busy machine slows both; each run of ours is a whole
job (rights, queries, HTML, forked rendering under limits, file flushed to the disk, rows).
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from bench import database, generate

ROUNDS = int(os.environ.get("BENCH_PDF_ROUNDS", "9"))


def processor_ms() -> float:
    """Processor time of this process and of the child that renders, so far."""
    from core.documents import pdf

    own = time.process_time()
    fields = Path(f"/proc/{pdf.RENDERER.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")) * 1000


def processor(function: Callable[[], Any]) -> float:
    began = processor_ms()
    function()
    return processor_ms() - began


def milliseconds(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def bare(html: str, stylesheet: str) -> bytes:
    """The same page with nothing of ours but the fonts: parse, lay out, write."""
    from core.documents import pdf

    configuration = pdf.font_configuration()
    return pdf.HTML(string=html).write_pdf(
        font_config=configuration,
        stylesheets=[pdf.CSS(string=stylesheet, font_config=configuration)],
        pdf_variant="pdf/ua-1",
    )


def pages_of(content: bytes) -> int:

    import pypdf

    return len(pypdf.PdfReader(BytesIO(content)).pages)


@contextlib.contextmanager
def short_minutes(source: Any) -> Iterator[Any]:
    """Closed minutes of three pages, made from longer ones, and gone at the end."""
    from meetings.enums import MeetingState, MinutesState
    from meetings.models import Meeting, Minutes

    meeting = Meeting.objects.create(
        task_force=source.meeting.task_force,
        starts_at=source.meeting.starts_at + timedelta(days=1),
        ends_at=source.meeting.ends_at + timedelta(days=1),
        place=source.meeting.place,
        theme=source.meeting.theme,
        state=MeetingState.CLOSED,
        closed_at=source.meeting.ends_at + timedelta(days=2),
    )
    minutes = Minutes.objects.create(meeting=meeting, state=MinutesState.DRAFT)
    try:
        copies = {}
        for item in source.meeting.agenda.all():
            original, item.pk, item.meeting = item.pk, None, meeting
            item.save()
            copies[original] = item
        for row in source.meeting.attendances.filter(represented_by=None)[:10]:
            row.pk, row.meeting = None, meeting
            row.save()
        for section in source.sections.all():
            section.pk, section.minutes, section.agenda_item = None, minutes, copies.get(section.agenda_item_id)
            section.body = "</p>".join(section.body.split("</p>")[:2]) + "</p>"
            section.save()
        yield minutes
    finally:
        minutes.delete()
        meeting.delete()


def sized(canonical: dict[str, Any], pages: int, count: Callable[[], int]) -> None:
    """Repeat the sections of a canonical content until the document has `pages` pages."""
    items = canonical["content"]["items"]
    canonical["content"]["items"] = items * 10
    ten = count()
    canonical["content"]["items"] = items * (10 * pages // max(ten - 2, 1) + 1)


def forget(document: Any, obj: Any) -> None:
    """As if the document had never been asked for."""
    from core.models import Artefact, DocumentJob

    asked = {"document": document.slug, "object_id": obj.pk}
    DocumentJob.objects.filter(**asked).delete()
    for artefact in Artefact.objects.filter(**asked):
        artefact.delete()
        artefact.file.storage.delete(artefact.file.name)


def memory(pages: int) -> tuple[float, float]:
    """MB: a warm worker, and the most that its child holds once it has made a document of `pages` pages."""
    out = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.pdf", "memory", str(pages)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return float(out[-2]), float(out[-1])


def setting() -> tuple[Any, Any, Any]:
    import django

    django.setup()
    from core.documents import pdf
    from core.documents.base import documents
    from meetings.enums import MinutesState
    from meetings.models import Minutes
    from taskforce.enums import OfficeRole
    from taskforce.models import Office

    document = documents.get("minutes")()
    obj = Minutes.objects.filter(meeting__task_force__slug="tf-01", state=MinutesState.PUBLISHED).order_by("pk")[0]
    user = Office.objects.get(task_force__slug="tf-01", role=OfficeRole.SECRETARIAT).person.user
    pdf.warm_up()
    pdf.RENDERER.start()
    return document, document.queryset(user).get(pk=obj.pk), user


def measure_memory(pages: int) -> None:
    from core.documents import pdf

    document, source, _user = setting()
    html = long_html(document, source, pages) if pages > 10 else document.render_html(document.canonical(source))
    gc.collect()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pdf.render_pdf(html, stylesheet=document.stylesheet, identifier=bytes(16))
    # The child stays, so that its peak is asked of the kernel and not of a wait; a fresh one each time.
    status = Path(f"/proc/{pdf.RENDERER.pid}/status").read_text()
    print(held, int(status.split("VmHWM:")[1].split()[0]) / 1024)


def long_html(document: Any, obj: Any, pages: int) -> str:
    from core.documents import pdf

    canonical = document.canonical(obj)
    sized(
        canonical,
        pages,
        lambda: pages_of(
            pdf.write_pdf(document.render_html(canonical), stylesheet=document.stylesheet, identifier=bytes(16))
        ),
    )
    return document.render_html(canonical)


def report() -> str:
    document, source, user = setting()
    with short_minutes(source) as obj:
        return measure(document, document.queryset(user).get(pk=obj.pk), source, user)


def measure(document: Any, obj: Any, source: Any, user: Any) -> str:
    from django.conf import settings

    from core.documents import pdf, services

    stylesheet = (settings.BASE_DIR / "static" / document.stylesheet).read_text()
    canonical = document.canonical(obj)
    html = document.render_html(canonical)
    count = pages_of(bare(html, stylesheet))

    def first() -> None:
        job = services.request_document(user, document, obj, "pdf")
        services.run_job(job.pk)
        job.refresh_from_db()
        if job.state != "done":
            raise RuntimeError(job.error)

    def repeat() -> None:
        if services.request_document(user, document, obj, "pdf").state != "done":
            raise RuntimeError("a repeat was not answered from the stored file")

    bare_ms, first_ms, repeat_ms = [], [], []
    for _ in range(ROUNDS):
        forget(document, obj)
        bare_ms.append(milliseconds(lambda: bare(html, stylesheet)))
        first_ms.append(milliseconds(first))
        repeat_ms += [milliseconds(repeat) for _ in range(3)]
    bare_cpu, first_cpu = [], []
    for _ in range(ROUNDS):
        forget(document, obj)
        bare_cpu.append(processor(lambda: bare(html, stylesheet)))
        first_cpu.append(processor(first))
    bare_work, first_work = statistics.median(bare_cpu), statistics.median(first_cpu)
    forget(document, obj)
    bare_time, first_time, repeat_time = map(statistics.median, (bare_ms, first_ms, repeat_ms))

    lengthy = long_html(document, source, 40)
    long_count = pages_of(bare(lengthy, stylesheet))
    long_bare, long_ours = [], []
    for _ in range(3):
        long_bare.append(milliseconds(lambda: bare(lengthy, stylesheet)))
        long_ours.append(
            milliseconds(lambda: pdf.render_pdf(lengthy, stylesheet=document.stylesheet, identifier=bytes(16)))
        )
    long_bare_time, long_time = statistics.median(long_bare), statistics.median(long_ours)
    worker, small = memory(count)
    _worker, large = memory(40)
    rows = [
        ("Bare WeasyPrint, the same HTML", f"{count} pages", f"{bare_time:.0f} ms", ""),
        (
            "First PDF in a warm worker, job and file included",
            f"{count} pages",
            f"{first_time:.0f} ms",
            _against(first_time, bare_time, 1.25),
        ),
        ("Bare WeasyPrint, processor time", f"{count} pages", f"{bare_work:.0f} ms", ""),
        (
            "First PDF, processor time of worker and child",
            f"{count} pages",
            f"{first_work:.0f} ms",
            _against(first_work, bare_work, 1.25),
        ),
        (
            "The same again (stored file)",
            f"{count} pages",
            f"{repeat_time:.1f} ms",
            _against(repeat_time, first_time, 0.05),
        ),
        ("Bare WeasyPrint, the same HTML", f"{long_count} pages", f"{long_bare_time:.0f} ms", ""),
        (
            "Rendering in a warm worker",
            f"{long_count} pages",
            f"{long_time:.0f} ms",
            _against(long_time, long_bare_time, 1.25),
        ),
        ("Memory of the worker, at rest", "", f"{worker:.0f} MB", ""),
        ("Memory of the child that renders", f"{count} pages", f"{small:.0f} MB", ""),
        ("Memory of the child that renders", f"{long_count} pages", f"{large:.0f} MB", ""),
    ]
    lines = [
        f"Medians of {ROUNDS} runs, bare and ours in turn.",
        "",
        "| | Length | Measured | Against the aim |",
        "|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def _against(value: float, reference: float, aim: float) -> str:
    ratio = value / reference
    return f"× {ratio:.2f}, aim ≤ {aim}" + ("" if ratio <= aim else " (missed)")


def main() -> int:
    database.use_bench_database()
    generate.ensure(log=lambda line: print(line, file=sys.stderr))
    if sys.argv[1:2] == ["memory"]:
        measure_memory(int(sys.argv[2]))
    else:
        print(report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
