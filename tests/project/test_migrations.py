"""The migrations say what the models say."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_all_migrations_are_applied_and_none_conflicts():
    executor = MigrationExecutor(connection)

    assert executor.loader.detect_conflicts() == {}
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_the_triggers_of_history_are_installed():
    """django-pghistory keeps every change: a tracked model without its triggers keeps none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%%'")
        tables = {name for (name,) in cursor.fetchall()}
    from django.apps import apps

    tracked = {
        model.pgh_tracked_model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "pgh_tracked_model", None) is not None
    }
    assert tracked
    assert tracked <= tables
