"""Who stands behind a change, in the history that the database's triggers keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import transaction

from core.actors import Actor


@contextmanager
def recorded(actor: Any) -> Iterator[Actor]:
    """One atomic act of `actor`, whose name goes into the history of every row it changes."""
    who = Actor.of(actor)
    with transaction.atomic(), pghistory.context(actor=str(who)):
        yield who
