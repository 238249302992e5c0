"""The Celery application: carries ids; the truth is a row in PostgreSQL.

celery -A config.celery worker
celery -A config.celery beat
"""

import os
import time

from celery import Celery
from celery.signals import beat_init, before_task_publish, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("socle")
# Also in threads: a task sent from one must not fall back to an application without settings.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

HEARTBEAT_SECONDS = 30.0


@app.task(name="core.heartbeat")
def heartbeat() -> None:
    """Shows that the worker takes tasks and finishes them."""
    from core import heartbeat as signs

    signs.record(signs.WORKER)


@worker_ready.connect
def _worker_is_ready(**_: object) -> None:
    from django.db import connection

    from core import heartbeat as signs

    signs.record(signs.WORKER)
    # The processes of the pool are forked from this one, later ones too: it keeps no connection.
    connection.close()


@beat_init.connect
def _beat_has_started(**_: object) -> None:
    """From here on, every message that beat sends is a sign of life, written at most every 30 seconds."""
    from core import heartbeat as signs

    signs.record(signs.BEAT)
    last = time.monotonic()

    def sign(**_: object) -> None:
        nonlocal last
        if time.monotonic() - last >= HEARTBEAT_SECONDS:
            last = time.monotonic()
            signs.record(signs.BEAT)

    before_task_publish.connect(sign, weak=False)
