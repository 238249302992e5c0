"""When: the days of a line; or the days that a row reports on, where it says nothing of the work's beginning."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import normalise
from core.typography import date_fr
from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.dates import Moment, read_moment

# An end that is none yet.
_OPEN = re.compile(
    r"^(?:en cours|ongoing|on going|continu\w*|continuous|permanent\w*|indetermine\w*|indefini\w*|open|open ended|sans fin|illimite\w*|"
    r"a ce jour|ce jour|present|to date|jusqu'a present|jusqu'a ce jour|actuel\w*|non defini\w*)$"
)
# How long, and not when.
_DURATION = re.compile(
    r"^(?:\d+(?:[.,]\d+)?|un|une|deux|trois|quatre|cinq|six)\s*(?:mois|months?|ans?|annees?|years?|semaines?|weeks?|jours?|days?)\b.*$"
)
_MESSAGES = {
    "text": gettext_lazy("« %(text)s » n’est pas une date : écrivez par exemple 15/03/2016."),
    "formula": gettext_lazy("Cette formule n’a pas de valeur enregistrée : copiez sa valeur."),
    "error": gettext_lazy("La cellule montre une erreur au lieu d’une date."),
    "date_impossible": gettext_lazy("« %(text)s » n’existe pas dans le calendrier."),
    "date_far": gettext_lazy("« %(text)s » est trop loin dans le temps : vérifiez l’année."),
}


def read_dates(cells: Cells, orders: dict[str, str], default_year: int | None) -> None:
    """Set `starts_on`, `ends_on`, or `reports`; refuse a row without a year.

    `orders`: « dmy » or « mdy » by field, as the whole column shows.
    """
    out = cells.out
    moments = {field: _read(cells, field, orders) for field in ("start", "end", "period", "month", "year", "reported")}
    if any(moment is None for moment in moments.values()):
        return
    year = _year(moments["year"]) or default_year
    start, end, period, month = (_with_year(moments[field], year) for field in ("start", "end", "period", "month"))
    reported = moments["reported"]
    if reported.first is not None:
        out.as_of = reported.last
    if start.first is not None:
        out.starts_on, out.ends_on = start.first, end.last
        if end.last is None and moments["start"].last_month == 0 and _is_range(start):
            out.ends_on = start.last if not _is_year(start) else None
        out.as_of = out.as_of or month.last or (period.last if _is_report(period) else None)
    elif period.first is not None and not _is_report(period):
        out.starts_on, out.ends_on = period.first, end.last or period.last
    elif month.first is not None or period.first is not None:
        _report(cells, month if month.first is not None else period, end)
    elif _is_without_year(moments):
        cells.refuse(
            "year_missing",
            _("L’année n’est pas indiquée. Donnez l’année du fichier, ou complétez les dates."),
            next((field for field in ("start", "month", "period", "end") if moments[field].month), ""),
        )
    elif moments["year"].first is not None or (default_year and reported.first is None):
        last = moments["year"].last or date(year, 12, 31)
        out.starts_on, out.ends_on = date(year, 1, 1), end.last or last
    elif reported.first is not None:
        _report(cells, Moment(reported.first.replace(day=1), reported.last), end)
    else:
        field = next((name for name in ("start", "period", "month", "year", "end") if name in cells.columns), "")
        cells.refuse(
            "date_missing", _("La date de début n’est pas indiquée. Complétez-la, ou donnez l’année du fichier."), field
        )
    if out.starts_on and out.ends_on and out.ends_on < out.starts_on:
        cells.refuse(
            "end_before_start",
            _("La fin (%(end)s) précède le début (%(start)s).")
            % {"end": date_fr(out.ends_on), "start": date_fr(out.starts_on)},
            "end" if cells.text("end") else "period",
        )


def _read(cells: Cells, field: str, orders: dict[str, str]) -> Moment | None:
    moment = read_moment(cells.value(field), order=orders.get(field, "dmy"), epoch=cells.epoch)
    if not moment.code:
        return moment
    if moment.code == "text" and _is_no_day(cells, field):
        return Moment()
    if (
        field in ("reported", "year", "month", "period")
        and moment.code in ("text", "error", "formula")
        and cells.value("start") is not None
    ):
        # Said in passing: the line has its beginning without it.
        cells.tell(moment.code if moment.code != "text" else "date_unread", _said(cells, field, moment.code), field)
        return Moment()
    cells.refuse("date_unread" if moment.code == "text" else moment.code, _said(cells, field, moment.code), field)
    return None


def _is_no_day(cells: Cells, field: str) -> bool:
    """« En cours » for an end, « 12 mois » for a period: words that are right and name no day."""
    text = cells.text(field)
    words = normalise(text).strip(" .")
    if field == "end" and _OPEN.match(words):
        return True
    if field == "period" and _DURATION.match(words):
        cells.notice(
            "duration_ignored", _("« %(text)s » est une durée : elle n’est pas reprise.") % {"text": text}, field
        )
        return True
    return False


def _said(cells: Cells, field: str, code: str) -> str:
    return str(_MESSAGES[code]) % {"text": cells.raw[cells.columns[field].index]}


def _with_year(moment: Moment, year: int | None) -> Moment:
    return moment.in_year(year) if year is not None else moment


def _year(moment: Moment) -> int | None:
    return moment.first.year if moment.first is not None else None


def _is_range(moment: Moment) -> bool:
    return moment.first != moment.last


def _is_year(moment: Moment) -> bool:
    return (moment.last is not None and moment.first.year == moment.last.year) and (
        (moment.first.month, moment.first.day, moment.last.month, moment.last.day) == (1, 1, 12, 31)
    )


def _is_report(moment: Moment) -> bool:
    """A day, a month or a quarter alone is what somebody reports on; longer, it is how long the work lasts."""
    return moment.first is not None and moment.last is not None and (moment.last - moment.first).days <= 92


def _is_without_year(moments: dict[str, Moment]) -> bool:
    return any(moments[field].month and moments[field].first is None for field in ("start", "month", "period", "end"))


def _report(cells: Cells, moment: Moment, end: Moment) -> None:
    out = cells.out
    out.reports = (moment.first, moment.last)
    out.starts_on = moment.first
    out.ends_on = end.last
    out.as_of = out.as_of or moment.last
