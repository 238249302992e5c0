#!/usr/bin/env python3
"""Health checks of the containers: exit code 0 when well.

bin/healthcheck.py web              does this container serve pages from the database?
bin/healthcheck.py worker|beat URL  does /sante/ of the web container know a fresh sign of life?
"""

import json
import os
import sys
import urllib.error
import urllib.request


def main(part: str, base: str = "") -> int:
    base = base or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    # The portal answers to its public names only.
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
    request = urllib.request.Request(f"{base}/sante/", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as response:
            report = json.load(response)
    except (OSError, ValueError) as error:
        print(error)
        return 1
    print(json.dumps(report))
    return 0 if report.get("database" if part == "web" else part) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
