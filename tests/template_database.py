"""A migrated database to copy test databases from: migrating takes 15 seconds of a processor, a copy none.

The real migrations make it, once for each state of their files and of the locked packages.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
PREFIX = "socle_template_"
# Other checkouts on the same server may still use theirs.
KEPT = 4
# Any number, the same in every run: one of them makes the template, the others wait.
LOCK = 4_271_905


def fingerprint() -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {django.VERSION}".encode())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements" / "base.txt"]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def template_database() -> str:
    """The name of the migrated database, made if absent. Raises RuntimeError when a migration fails."""
    name = PREFIX + fingerprint()
    with connection._nodb_cursor() as cursor:
        # Waiting for another run that migrates may take longer than a page may.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [PREFIX])
            existing = [row[0] for row in cursor.fetchall()]
            if name not in existing:
                _make(cursor, name)
                for old in [other for other in existing if other != f"{PREFIX}draft"][: -KEPT + 1]:
                    _drop(cursor, old)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _make(cursor, name):
    draft = f"{PREFIX}draft"
    cursor.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{draft}"')
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": settings.DATABASE_URL,
            "REDIS_URL": settings.REDIS_URL,
            "SOCLE_TEST_DATABASE": draft,
        },
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"The migrations fail on an empty database:\n{result.stdout}{result.stderr}")
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def _drop(cursor, name):
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
    if cursor.fetchone()[0] == 0:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
