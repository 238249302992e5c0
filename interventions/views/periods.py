"""What pages with a period share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone


def today_of(shell: dict[str, Any]) -> date:
    """Today where the country's body is."""
    return shell["body"].today() if shell["body"] else timezone.localdate()
