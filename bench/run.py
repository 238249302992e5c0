"""All benchmarks, one after the other; prints the report and writes docs/performance.md. `make bench`

Each part is a module of its own, run in its own process, that prints Markdown: `python -m bench.pages` alone
does as well. ARGS: names of parts (`make bench ARGS=pages`); then the report is printed and not written.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from bench import database, generate

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "performance.md"
PARTS = {
    "pages": "Pages",
    "pdf": "Documents",
    "reminders": "Reminders",
    "convocation": "Convocation",
    "designations": "Designations",
    "registers": "Registers, presence, statistics",
    "search": "Search",
    "imports": "Minutes of the past",
    "interventions": "Interventions of a country",
    "coverage_import": "Coverage files",
}

HEAD = """# Performance

Written by `make bench` (`python -m bench.run`); every number below is of one run. The aims are the project's own: what
a slow link and an old laptop can bear, and what comparable software was measured to take on such a machine.

"""


def conditions() -> str:
    """Machine, versions and volume: what a reader needs to compare."""
    import django
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    volume = ", ".join(f"{count:,} {name}" for name, count in generate.counts().items())
    return "\n".join(
        [
            "## Conditions",
            "",
            f"- {date.today():%Y-%m-%d}; {os.cpu_count()} cores ({_processor()}), {_memory()}; {platform.system()} {platform.machine()}.",
            f"- Python {platform.python_version()}, Django {django.get_version()}, PostgreSQL {server}, on the same machine as the clients.",
            f"- Ten years: {volume}; the tables of history with them.",
            f"- Load of the machine when it began: {os.getloadavg()[0]:.1f}.",
            "",
        ]
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory() -> str:
    info = Path("/proc/meminfo")
    if not info.exists():
        return "memory unknown"
    kilobytes = int(info.read_text().split("MemTotal:")[1].split()[0])
    return f"{kilobytes / 1e6:.0f} GB"


def run_part(name: str) -> str:
    """The Markdown that the part prints. Raises CalledProcessError when it fails: no report of half a run."""
    began = time.monotonic()
    print(f"bench.{name} …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    print(f"bench.{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return done.stdout.strip() + "\n"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[], metavar="part", help=", ".join(PARTS))
    chosen = parser.parse_args(argv).parts or list(PARTS)
    database.use_bench_database()
    seconds = generate.ensure(log=lambda line: print(line, file=sys.stderr))
    report = HEAD + conditions()
    if seconds:
        print(f"ten years made in {seconds:.0f} s", file=sys.stderr)
    for name in chosen:
        report += f"\n## {PARTS[name]}\n\n`python -m bench.{name}`\n\n{run_part(name)}"
    print(report)
    if chosen == list(PARTS):
        REPORT.write_text(report, encoding="utf-8")
        print(f"written to {REPORT.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
