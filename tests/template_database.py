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
# Being migrated; renamed when this is done.
DRAFT = "socle_draft_"
# Other checkouts on the same server may still use theirs.
KEPT = 4
# Any number, the same in every run: of those who miss one and the same template, one makes it and the others wait.
LOCK = 4_271_905


def fingerprint() -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {django.VERSION}".encode())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements" / "base.txt", Path(__file__)]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def template_database() -> str:
    """The name of the migrated database, made if absent. Raises RuntimeError when a migration fails."""
    state = fingerprint()
    with connection._nodb_cursor() as cursor:
        # Nobody waits for what stands there already.
        if PREFIX + state not in _existing(cursor, PREFIX):
            # Waiting for another run that migrates may take longer than a page may.
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", _key(state))
            try:
                existing = _existing(cursor, PREFIX)
                if PREFIX + state not in existing:
                    _make(cursor, state)
                    _drop_old(cursor, existing)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _key(state))
    return PREFIX + state


def _key(state: str) -> list[int]:
    return [LOCK, int(state[:7], 16)]


def _existing(cursor, prefix: str) -> list[str]:
    """The oldest first."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [prefix])
    return [name for (name,) in cursor.fetchall()]


def _make(cursor, state):
    draft = DRAFT + state
    cursor.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{draft}"')
    # The checks have their own place (bin/quality.py), and read every address of the portal.
    for command in (("migrate", "--no-input", "--skip-checks"), ("createcachetable",)):
        result = subprocess.run(
            [sys.executable, "manage.py", *command, "--verbosity", "0"],
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
            raise RuntimeError(f"{command[0]} fails on an empty database:\n{result.stdout}{result.stderr}")
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{PREFIX}{state}"')


def _drop_old(cursor, existing):
    """Templates of states long past, and drafts that nobody finished."""
    for name in existing[: -KEPT + 1]:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
        if cursor.fetchone()[0] == 0:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
    for name in _existing(cursor, DRAFT):
        key = _key(name.removeprefix(DRAFT))
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        if cursor.fetchone()[0]:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
