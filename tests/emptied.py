"""Empties the tables after a test that committed, as `flush` does, in a hundredth of its time.

`flush` truncates every table there is (a file for each and for each of its indexes) and writes all permissions anew.
A test writes to a few tables: these are emptied row by row, and nothing else is touched.
"""

from __future__ import annotations

import functools

from django.db import connection
from django.test import TransactionTestCase

# `flush` has them written anew, the same: by nobody but the migrations.
KEPT = {"django_content_type", "auth_permission"}


@functools.cache
def tables() -> tuple[str, ...]:
    """The tables that `flush` empties, but for those that it fills again."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(sorted(set(names) - KEPT))


def filled() -> list[str]:
    """Those that hold a row."""
    query = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables())
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [name for (name,) in cursor.fetchall()]


def empty() -> None:
    """Delete every row, whatever its triggers say: adopted minutes refuse it, and histories would note it."""
    found = filled()
    if not found:
        return
    statements = [
        "BEGIN",
        *(f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in found),
        *(f'DELETE FROM "{name}"' for name in found),
        # References are checked now: a table whose checks are due may not be altered.
        "SET CONSTRAINTS ALL IMMEDIATE",
        *(f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in found),
        "COMMIT",
    ]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements))


def instead_of_flush() -> None:
    """From now on, for this process."""
    TransactionTestCase._fixture_teardown = lambda self: empty()
