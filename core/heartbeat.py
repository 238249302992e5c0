"""Signs of life of the processes in the background, kept in the database and read by `/sante/`."""

import logging
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from core.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

WORKER = "worker"
BEAT = "beat"
# Both write every 30 seconds; a worker may be busy with two documents of 150 seconds at most.
FRESH_FOR = timedelta(seconds=180)


def record(name: str) -> None:
    """Note that `name` is alive now. A database that is down is logged, never raised: life goes on."""
    try:
        WorkerHeartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
    except DatabaseError as error:
        logger.warning("heartbeat of %s not written: %s", name, error)
        connection.close()


def alive() -> dict[str, bool]:
    """Which of worker and beat gave a sign of life in the last three minutes. Raises DatabaseError."""
    since = timezone.now() - FRESH_FOR
    fresh = set(WorkerHeartbeat.objects.filter(at__gte=since).values_list("name", flat=True))
    return {name: name in fresh for name in (WORKER, BEAT)}
