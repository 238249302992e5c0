"""Sending work to the background. The truth is a row; a message that is lost is sent again by `core.sweep`."""

import logging
import time
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a refused message, requests do not wait for the broker again before this many seconds.
BROKER_PAUSE_SECONDS = 5.0
_paused_until = 0.0


def enqueue(task_name: str, *args: Any) -> None:
    """Send the task registered as `task_name` once the transaction commits; `args` are ids (JSON).

    Never raises: when the broker is down this is logged, and the row that the task is about waits
    for the sweeper.
    """

    def send() -> None:
        _send(task_name, args)

    # Robust: what the request has saved stands, whatever happens to the message.
    transaction.on_commit(send, robust=True)


def _send(task_name: str, args: tuple[Any, ...]) -> None:
    global _paused_until
    if time.monotonic() < _paused_until:
        logger.warning("broker unreachable a moment ago: %s%r waits for the sweeper", task_name, args)
        return
    try:
        current_app.send_task(task_name, args=args, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        _paused_until = time.monotonic() + BROKER_PAUSE_SECONDS
        logger.warning("broker unreachable (%s): %s%r waits for the sweeper", error, task_name, args)
