"""Views of interventions at the volume of a country: 20,000 interventions, 100,000 lines over ten years.

python -m bench.interventions [--reads 15] [--departments FILE.geojson]

One process, the test client: what each page costs without the network and the server in front of it. Without a file of
departments, the shapes that the portal brings are drawn.
"""

import argparse
import contextlib
import gzip
import os
import resource
import statistics
import sys
import time
from datetime import date
from pathlib import Path

from bench import database
from bench.country import COUNTRY, YEARS, ensure, reader_of
from bench.measuring import cookie_of, queries, verdict

MOST_QUERIES = 12
MAP_KB = 60
MATRIX_MS, MAP_MS, LIST_MS = 150, 100, 40


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reads", type=int, default=15)
    parser.add_argument("--departments", type=Path)
    options = parser.parse_args()
    database.use_bench_database()
    import django

    django.setup()
    from django.core.management import call_command

    # Beside the ten years of meetings, or alone.
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    ensure(log=lambda line: print(line, file=sys.stderr))
    print(measure(options.reads, options.departments))
    return 0


# Reading it ------------------------------------------------------------------------------------


def pages(country) -> list[tuple[str, str, float]]:
    """(name, address, aim in milliseconds)."""
    from django.db.models import Count
    from django.urls import reverse

    from interventions.models import AdminUnit, Intervention, InterventionRole

    iso3 = country.iso3.lower()
    matrix, drawn, listed, lines = (
        reverse(f"interventions:{name}", args=[iso3]) for name in ("matrix", "map", "intervention_list", "line_list")
    )
    unit = AdminUnit.objects.filter(country=country, level=2).order_by("pcode")[0]
    agency = InterventionRole.objects.filter(intervention__country=country).order_by("pk")[0].agency_id
    longest = Intervention.objects.filter(country=country, state="published", visibility="public")
    longest = longest.annotate(found=Count("lines")).order_by("-found", "pk")[0]
    whole = f"du=1/1/{date.today().year - YEARS + 1}&au=31/12/{date.today().year}"
    return [
        ("Matrix, department × instrument, this year", matrix, MATRIX_MS),
        ("Matrix, department × instrument, households", f"{matrix}?mesure=menages", MATRIX_MS),
        ("Matrix, department × structure", f"{matrix}?par=structure", MATRIX_MS),
        ("Matrix, policy axis × structure", f"{matrix}?par=axe", MATRIX_MS),
        ("Matrix, life stage × guarantee", f"{matrix}?par=garantie", MATRIX_MS),
        ("Matrix, department × instrument, all ten years", f"{matrix}?{whole}", 0),
        ("Map of departments, this year", drawn, MAP_MS),
        ("Map of departments, households", f"{drawn}?mesure=menages", MAP_MS),
        ("Map of regions, people", f"{drawn}?niveau=1&mesure=personnes", MAP_MS),
        ("Map of departments, two years compared", f"{drawn}?{compared()}", 0),
        ("List of interventions", listed, LIST_MS),
        ("List, one department, ongoing", f"{listed}?lieu={unit.pk}&statut=ongoing", LIST_MS),
        ("List, words", f"{listed}?mots=cantines", LIST_MS),
        ("Lines behind a number", f"{lines}?lieu={unit.pcode}", 0),
        ("Sheet of a department", reverse("interventions:area_sheet", args=[iso3, unit.pcode]), 0),
        ("Sheet of a structure", reverse("interventions:agency_sheet", args=[iso3, agency]), 0),
        (f"Sheet with {longest.found} lines", reverse("interventions:intervention_detail", args=[longest.pk]), 0),
        ("To verify this month", reverse("interventions:verification", args=[iso3]), 0),
        ("Statistics of interventions", reverse("interventions:sheet_statistics", args=[iso3]), 0),
        ("Targeting and transfers compared", reverse("interventions:intervention_comparison", args=[iso3]), 0),
    ]


def compared() -> str:
    year = date.today().year
    return f"du=1/1/{year}&au=31/12/{year}&du2=1/1/{year - 1}&au2=31/12/{year - 1}"


def measure(reads: int, departments: Path | None) -> str:
    """Markdown. Raises AssertionError above MOST_QUERIES, or for a page of the map above MAP_KB."""
    from django.test import Client

    from interventions.models import BoundarySet, CoverageLine, Intervention
    from taskforce.models import Country

    country = Country.objects.get(iso3=COUNTRY)
    if departments is not None:
        load(country, departments)
    cookie = cookie_of(reader_of(country))
    client = Client(headers={"cookie": cookie})
    rows = []
    for name, path, aim in pages(country):
        asked = queries(path, cookie)
        times, worked = [], processor_seconds()
        for _ in range(reads):
            began = time.perf_counter()
            answer = client.get(path, secure=True)
            times.append(time.perf_counter() - began)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        assert asked <= MOST_QUERIES, f"{name}: {asked} queries"
        worked = (processor_seconds() - worked) / reads * 1000
        size = len(gzip.compress(answer.content, 6)) / 1000
        if "map" in name.lower() and "compared" not in name:
            assert size <= MAP_KB, f"{name}: {size:.0f} kB"
        median = statistics.median(times) * 1000
        shown = f"≤ {aim:.0f} {verdict(median, aim)}" if aim else ""
        rows.append(f"| {name} | {median:.0f} ms | {shown} | {worked:.0f} ms | {asked} | {size:.0f} kB |")
    limits = BoundarySet.objects.filter(country=country, level=2).order_by("is_schematic", "-created_at").first()
    return (
        f"{Intervention.objects.filter(country=country).count():,} interventions and "
        f"{CoverageLine.objects.filter(intervention__country=country).count():,} lines of one country, ten years. Median of "
        f"{reads}, a titular, in one process; at most {MOST_QUERIES} queries, {MAP_KB} kB compressed for the page of a map. "
        "« Processor » is what this process and its PostgreSQL backend computed for one page: on a busy machine, compare that. "
        f"Limits: {limits.source if limits else 'none, tiles'}.\n\n"
        "| Page | Time | Aim (ms) | Processor | Queries | Compressed |\n|---|---:|---|---:|---:|---:|\n"
        + "\n".join(rows)
        + "\n\n"
        + exports(country, client)
    )


def exports(country, client) -> str:
    """Every line of the country as files, and a page of the API. Markdown."""
    from django.urls import reverse

    rows = []
    for ending in ("csv", "xlsx"):
        path = reverse("exports:download", args=["couverture", country.pk, ending])
        before, worked, began = peak(), processor_seconds(), time.perf_counter()
        answer = client.get(path, secure=True)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        size = sum(len(part) for part in answer.streaming_content)
        took, worked = time.perf_counter() - began, processor_seconds() - worked
        rows.append(f"| {ending} | {size / 1e6:.1f} MB | {took:.1f} s | {worked:.1f} s | {peak() - before:.0f} MB |")
    return (
        "All lines that the reader sees, in the standard columns; « memory » is how much the process grew beyond its highest before.\n\n"
        "| File | Size | Time | Processor | Memory |\n|---|---:|---:|---:|---:|\n" + "\n".join(rows)
    )


def peak() -> float:
    """The most memory of this process so far, in megabytes; Linux counts in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor_seconds() -> float:
    """Processor time of this process and of the database's, where /proc tells (a database on the same machine)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    seconds = time.process_time()
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def load(country, path: Path) -> None:
    from interventions.imports.boundaries import read
    from interventions.services.boundaries import store_boundaries

    limits = read(path, country, level=2)
    store_boundaries(country, limits.shapes, level=2, source=path.name, licence="—")


if __name__ == "__main__":
    raise SystemExit(main())
