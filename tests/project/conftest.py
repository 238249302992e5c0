"""The world of the sweeps, written once per file and thrown away."""

import pytest
from django.db import transaction

from tests.project.world import World, build


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(_world, db) -> World:
    """The fixed world; what a test changes in it is undone after the test."""
    return _world
