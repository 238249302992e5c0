"""A broker that is not there."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app

from core import jobs


@contextmanager
def dead_broker() -> Iterator[None]:
    """Messages of this process go to a port where nobody listens, as when Redis is stopped."""
    conf = current_app.conf
    before = conf.broker_write_url
    _switch("redis://127.0.0.1:1/0")
    try:
        yield
    finally:
        _switch(before)


def _switch(url: str) -> None:
    current_app.conf.broker_write_url = url
    # The pools are made anew for the new address, as in a forked worker.
    current_app._after_fork()
    jobs._paused_until = 0.0
