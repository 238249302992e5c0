"""The portal's own gunicorn settings; each worker leaves a note of what it became."""

import json
import os
import sys
from pathlib import Path

from config.gunicorn import *  # noqa: F403

wsgi_app = os.environ.get("BENCH_WSGI_APP", "config.wsgi:application")
# Measured workers are not replaced in the middle.
max_requests = 0


def worker_exit(server, worker):
    """Write `{pid}.json`: resident memory and whether the maker of PDFs was loaded."""
    status = Path("/proc/self/status")
    resident = 0
    if status.exists():
        resident = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    note = {"rss_kb": resident, "weasyprint": "weasyprint" in sys.modules}
    Path(os.environ["BENCH_NOTES"], f"{os.getpid()}.json").write_text(json.dumps(note))
