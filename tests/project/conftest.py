"""The world of the sweeps, written once by each process into a database of its own."""

import pickle
from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.project.databases import a_database, undone, used
from tests.project.refusals import refusals_drawn_once  # noqa: F401
from tests.project.world import World, build


@pytest.fixture(scope="session")
def _world_database(django_db_setup, django_db_blocker) -> Iterator[tuple[BaseDatabaseWrapper, bytes]]:
    """(the database of the world, the world as it was when it was written)."""
    usual = connections["default"].settings_dict
    with django_db_blocker.unblock(), a_database(f"{usual['NAME']}_world", usual["TEST"]["TEMPLATE"]) as database:
        with used(database), transaction.atomic():
            written = pickle.dumps(build())
            # Nobody is told of it, as of nothing that a test writes.
            database.run_on_commit.clear()
        yield database, written


@pytest.fixture(scope="module")
def _world(_world_database) -> World:
    """Its objects, read anew by each file: what a test does to them is seen by its own file at most."""
    return pickle.loads(_world_database[1])


@pytest.fixture
def world(_world, _world_database, django_db_blocker) -> Iterator[World]:
    """The fixed world; what a test changes in it is undone after the test."""
    with django_db_blocker.unblock(), undone(_world_database[0]):
        yield _world
