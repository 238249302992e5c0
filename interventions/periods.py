"""A period that views and documents speak of, and which lines fall into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from core.typography import date_fr


def typed(day: date) -> str:
    """« 1/6/2026 »."""
    return f"{day.day}/{day.month}/{day.year}"


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    start: date
    end: date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def label(self) -> str:
        """« 2026 », « du 1er janvier au 30 juin 2026 »."""
        if self == Period.year(self.start.year):
            return str(self.start.year)
        return _("du %(start)s au %(end)s") % {"start": date_fr(self.start), "end": date_fr(self.end)}

    @property
    def query(self) -> dict[str, str]:
        """As an address asks for it, in the form in which people type dates."""
        return {"du": typed(self.start), "au": typed(self.end)}

    @property
    def before(self) -> Period:
        """The year before, or the same number of days just before."""
        if self == Period.year(self.start.year) and self.start.year > 1:
            return Period.year(self.start.year - 1)
        length = self.end - self.start
        return Period(self.start - length - timedelta(days=1), self.start - timedelta(days=1))

    def lines(self) -> Q:
        """Coverage lines that are active on some day of the period; one without an end goes on."""
        return Q(starts_on__lte=self.end) & (Q(ends_on__isnull=True) | Q(ends_on__gte=self.start))
