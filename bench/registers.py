"""Registers, presence and statistics at ten years' volume: queries and time of each page, in one process.

python -m bench.registers [--reads 20]
"""

import argparse
import statistics
import sys
import time

from bench import database, generate
from bench.measuring import cookie_of, queries

MOST_QUERIES = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reads", type=int, default=20)
    options = parser.parse_args()
    database.use_bench_database()
    generate.ensure(log=lambda line: print(line, file=sys.stderr))
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    print(measure(options.reads))
    return 0


def pages(body, year: int) -> list[tuple[str, str]]:
    """What is read, by name and address."""
    from django.urls import reverse

    register = reverse("taskforce:register", args=[body.slug])
    return [
        ("Actions, open", register),
        ("Actions, all, filtered by words and theme", f"{register}?etat=toutes&mots=a&theme=a"),
        ("Decisions", f"{register}?liste=decisions"),
        ("Presence of a year, by agency", reverse("meetings:presence_year", args=[body.slug, year])),
        ("Presence of a year, by person", reverse("meetings:presence_year", args=[body.slug, year]) + "?par=personne"),
        ("Statistics, seven charts", reverse("meetings:statistics_year", args=[body.slug, year])),
        ("Reminders, choice", reverse("taskforce:action_remind", args=[body.slug])),
    ]


def measure(reads: int) -> str:
    """Markdown. Raises AssertionError above MOST_QUERIES."""
    from django.test import Client
    from django.urls import reverse

    from taskforce.enums import OfficeRole
    from taskforce.models import Office, TaskForce

    body = TaskForce.objects.get(slug="tf-01")
    secretary = Office.objects.get(task_force=body, role=OfficeRole.SECRETARIAT).person.user
    cookie = cookie_of(secretary)
    client = Client(headers={"cookie": cookie})
    year = body.today().year - 1
    rows = []
    for name, path in pages(body, year):
        asked = queries(path, cookie)
        assert asked <= MOST_QUERIES, f"{name}: {asked} queries"
        times = []
        for _ in range(reads):
            began = time.perf_counter()
            client.get(path, secure=True)
            times.append(time.perf_counter() - began)
        rows.append(f"| {name} | {asked} | {statistics.median(times) * 1000:.0f} ms |")
    began = time.perf_counter()
    table = client.get(reverse("exports:download", args=["actions", body.pk, "xlsx"]) + "?etat=toutes", secure=True)
    size = len(b"".join(table.streaming_content))
    rows.append(
        f"| All actions as a spreadsheet ({size / 1024:.0f} KB) | | {(time.perf_counter() - began) * 1000:.0f} ms |"
    )
    return (
        f"One body of ten years: {body.actions.count():,} actions, {body.decisions.count():,} decisions, "
        f"{body.meetings.count():,} meetings. Median of {reads}, in one process; at most {MOST_QUERIES} queries.\n\n"
        "| Page | Queries | Time |\n|---|---:|---:|\n" + "\n".join(rows)
    )


if __name__ == "__main__":
    raise SystemExit(main())
