"""Fields and range helpers shared by the apps."""

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from psycopg2.extras import DateRange


def period(start: date, last: date | None = None) -> DateRange:
    """The days from `start` to `last`, both included; without `last`, open. Stored as `[start, last + 1)`."""
    return DateRange(start, last + timedelta(days=1) if last else None, "[)")


def last_day(days: DateRange) -> date | None:
    """The last day of a stored period, included; None when it is open."""
    return days.upper - timedelta(days=1) if days.upper else None


class PeriodField(DateRangeField):
    """Days during which something is in force. PostgreSQL keeps `[start, day after the last)`."""


def no_overlap(*fields: str, name: str, message, condition: models.Q | None = None) -> ExclusionConstraint:
    """No two rows with the same `fields` whose `period`s share a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[*((field, RangeOperators.EQUAL) for field in fields), ("period", RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message,
    )


def starts_before_end(*, name: str, message) -> models.CheckConstraint:
    """The period has a first day and is not empty."""
    return models.CheckConstraint(
        condition=models.Q(period__isempty=False, period__startswith__isnull=False),
        name=name,
        violation_error_message=message,
    )
