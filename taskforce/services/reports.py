"""Lists and years as documents: what was asked for is kept, so that a worker can make it."""

from __future__ import annotations

from typing import Any

from taskforce.models import Report, TaskForce
from taskforce.queries.reports import rights_in


def list_report(body: TaskForce, kind: str, query: str, *, reader: Any) -> Report:
    """The list that `reader` asks for, with the rights held at this moment; one row however often it is asked."""
    report, _created = Report.objects.get_or_create(
        task_force=body, kind=kind, query=query, year=None, reader=reader, rights=rights_in(reader, body)
    )
    return report


def year_report(body: TaskForce, kind: str, year: int) -> Report:
    """The year of the body, the same for everybody: it holds nothing restricted."""
    report, _created = Report.objects.get_or_create(
        task_force=body, kind=kind, year=year, query="", reader=None, rights=""
    )
    return report
