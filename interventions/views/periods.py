"""What pages with a period share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from interventions.enums import Measure
from taskforce.models import Country


def today_of(shell: dict[str, Any]) -> date:
    """Today where the country's body is."""
    return shell["body"].today() if shell["body"] else timezone.localdate()


def shows_small(request: HttpRequest, country: Country, measure: Measure | None = None) -> bool:
    """Whether 1 to 4 people are shown as they are; what counts interventions or structures hides nobody."""
    if measure is not None and not measure.counts_beneficiaries:
        return True
    return request.user.has_perm("interventions.view_small_figures", country)
