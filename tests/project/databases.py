"""Databases beside the test's own, and a look into one of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def used(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Every query goes to `database` for a while."""
    usual = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = usual


@contextmanager
def undone(database: BaseDatabaseWrapper) -> Iterator[None]:
    """As in any test: all is in one transaction, its constraints are checked at the end and nothing stays."""
    outermost = transaction.atomic()
    # Views may then ask for a transaction that is the outermost one.
    outermost._from_testcase = True
    with used(database), outermost:
        yield
        if not database.needs_rollback:
            database.check_constraints()
        transaction.set_rollback(True)


@contextmanager
def a_database(name: str, template: str) -> Iterator[BaseDatabaseWrapper]:
    """A copy of the database `template`, dropped in the end."""
    usual = connections["default"]
    with usual._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    database = type(usual)({**usual.settings_dict, "NAME": name}, "default")
    try:
        yield database
    finally:
        database.close()
        with usual._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
