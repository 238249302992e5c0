"""Search at ten years' volume: time of the page, queries, the plan's index. `python -m bench.search [--reads 15]`

One process, the test client: what the page costs without the network and the server in front of it.
"""

import argparse
import statistics
import time

from bench import database, generate
from bench.measuring import cookie_of, queries

# The frame of an administrator asks six of them, that of a titular four.
MOST_QUERIES = 9
AIM_MS = 100
INDEX = "search_entry_vector"
# What is looked for: rare, common, a phrase, an acronym with its other names, a name, a beginning, nothing found.
LOOKED_FOR = {
    "common word": "ciblage",
    "two common words": "protection sociale",
    "phrase": '"filets sociaux adaptatifs"',
    "word and exclusion": "assurance -trimestre",
    "acronym": "ORG07",
    "number": "A-2020-15",
    "beginning of a word": "calend",
    "person": "Oumarou",
    "misspelt": "registtre",
    "nothing": "zibeline",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reads", type=int, default=15)
    options = parser.parse_args()
    database.use_bench_database()
    generate.ensure(log=lambda line: None)
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    print(measure(options.reads))
    return 0


def fill() -> tuple[int, float]:
    """Index what is not yet indexed; return the entries there are and the seconds it took."""
    from django.db import connection

    from core.models import SearchEntry
    from core.search.indexing import index_marked

    began = time.perf_counter()
    index_marked()
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_searchentry")
    return SearchEntry.objects.count(), seconds


def uses_the_index(user, text: str) -> bool:
    """Whether the count of the matches reads the GIN index."""
    from core.search.queries import entries_visible_to, matching
    from core.search.words import read_words
    from taskforce.queries import visible_bodies

    return (
        INDEX
        in matching(entries_visible_to(user, [body.pk for body in visible_bodies(user)]), read_words(text)).explain()
    )


def readers() -> dict:
    """A titular of one body, the secretariat of one, an administrator."""
    from taskforce.models import Mandate, Office, User

    titular = (
        Mandate.objects.filter(rank=0, period__upper_inf=True, person__user__isnull=False).order_by("pk").first()
        or Mandate.objects.filter(rank=0, person__user__isnull=False).order_by("-period").first()
    )
    secretary = Office.objects.filter(role="secretariat", person__user__isnull=False).order_by("pk").first()
    administrator, _ = User.objects.get_or_create(email="bench-search@example.org", is_administrator=True)
    return {"titular": titular.person.user, "secretariat": secretary.person.user, "administrator": administrator}


def measure(reads: int) -> str:
    """Markdown: milliseconds and queries of the page. Raises AssertionError beyond the aims."""
    from urllib.parse import urlencode

    from django.test import Client
    from django.urls import reverse

    from core.search.queries import find
    from core.search.words import read_words
    from taskforce.queries.names import other_names

    entries, seconds = fill()
    lines, slow = [], []
    for role, user in readers().items():
        cookie = cookie_of(user)
        client = Client(headers={"cookie": cookie})
        for name, text in LOOKED_FOR.items():
            path = f"{reverse('taskforce:search')}?{urlencode({'q': text})}"
            asked = queries(path, cookie)
            assert asked <= MOST_QUERIES, f"{asked} queries for {text}"
            times = []
            for _ in range(reads):
                began = time.perf_counter()
                page = client.get(path, secure=True)
                times.append((time.perf_counter() - began) * 1000)
            median = statistics.median(times)
            assert page.status_code == 200, page.status_code
            found = find(user, read_words(text, synonyms=other_names)).total
            index = "yes" if uses_the_index(user, text) else "no"
            lines.append(f"| {role} | {name} | {found:,} | {median:.0f} | {max(times):.0f} | {asked} | {index} |")
            if median > AIM_MS:
                slow.append(f"{role}, {name}: {median:.0f} ms")
    made = f", made in {seconds:.0f} s" if seconds > 1 else ""
    report = (
        f"{entries:,} entries{made}; median and slowest of {reads} reads of the page, in milliseconds, in one process. "
        f"Aims: at most {AIM_MS} ms and {MOST_QUERIES} queries.\n\n"
        "| Reader | Looked for | Found | Median | Slowest | Queries | GIN index |\n|---|---|---:|---:|---:|---:|---|\n"
        + "\n".join(lines)
    )
    return report + (f"\n\nAbove the aim: {'; '.join(slow)}." if slow else "")


if __name__ == "__main__":
    raise SystemExit(main())
