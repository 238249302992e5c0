"""What every test may count on; nothing of a run stays behind in Redis or on disk."""

import os
import shutil

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import translation


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind():
    """Remove this process's queues and files at the end (databases are removed by pytest-django)."""
    # Under other settings (DJANGO_SETTINGS_MODULE exported for a server) this would remove the whole of var/.
    assert os.environ["SOCLE_TEST_RUN"] in settings.MEDIA_ROOT.parts, "tests run with config.settings.test only"
    yield
    shutil.rmtree(settings.MEDIA_ROOT.parent, ignore_errors=True)
    prefix = os.environ["SOCLE_REDIS_PREFIX"]
    url = settings.REDIS_URL.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"{prefix}*", count=1000):
            client.delete(key)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Test databases are copies of one that was migrated before."""
    from tests.template_database import template_database

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template_database()


@pytest.fixture(scope="session", autouse=True)
def tables_emptied_one_by_one(nothing_left_behind):
    """After tests that commit."""
    from tests.emptied import instead_of_flush

    instead_of_flush()


@pytest.fixture(autouse=True)
def one_language():
    """A page asked for in English leaves the thread in English: the next test begins in the portal's own language."""
    yield
    translation.deactivate()


@pytest.fixture
def smtp(settings):
    """The portal's mail server for this test: real SMTP on loopback, that can refuse or be slow."""
    from tests.smtp import StubServer

    with StubServer() as server:
        server.wire(settings)
        yield server
