"""What a test that commits leaves behind: as much as after `flush`, and the same triggers."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from tests.emptied import KEPT, empty, filled, tables
from tests.project.world import build
from tests.taskforce.factories import TaskForceFactory


def triggers() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger ORDER BY 1, 2")
        return cursor.fetchall()


def kept() -> tuple[set, set]:
    return (
        set(ContentType.objects.values_list("app_label", "model")),
        set(Permission.objects.values_list("content_type__model", "codename")),
    )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_a_world_and_its_histories():
    before = triggers()
    build()
    assert len(filled()) > 80

    empty()

    assert filled() == []
    assert triggers() == before
    # Histories are still written.
    TaskForceFactory()
    assert {"taskforce_taskforce", "taskforce_taskforceevent"} <= set(filled())


@pytest.mark.django_db(transaction=True)
def test_what_stays_is_what_flush_writes_anew():
    before = kept()
    call_command("flush", verbosity=0, interactive=False)
    assert kept() == before
    assert filled() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables")
        existing = {name for (name,) in cursor.fetchall()}
    assert existing >= KEPT
    assert set(tables()) <= existing
