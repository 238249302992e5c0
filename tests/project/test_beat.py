"""The clock: whatever is started by it exists, and does nothing when nothing is due."""

import pytest
from celery import current_app
from django.conf import settings

from core.models import OutgoingEmail

ENTRIES = sorted(settings.CELERY_BEAT_SCHEDULE.items())


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    current_app.loader.import_default_modules()


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _entry in ENTRIES])
def test_what_the_clock_starts_is_a_task(name, entry):
    assert entry["task"] in current_app.tasks
    assert float(entry["schedule"]) >= 10


@pytest.mark.django_db
@pytest.mark.parametrize(
    "task",
    [entry["task"] for _name, entry in ENTRIES if entry["task"] not in {"core.heartbeat"}],
)
def test_it_is_quiet_in_an_empty_portal(task):
    current_app.tasks[task].apply(throw=True)
    assert not OutgoingEmail.objects.exists()
