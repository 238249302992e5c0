"""How far ahead the secretariat's list looks."""

from __future__ import annotations

from datetime import date, timedelta

MONTH = timedelta(days=31)


def month_ahead(today: date) -> date:
    """The last day of « ce mois-ci »: a month from today, so that its end does not hide what begins the next."""
    return today + MONTH
