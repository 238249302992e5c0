"""Results of an activity: its indicators, and who its lines target and reach, by place, sex and age."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from core.typography import date_fr
from interventions.enums import Counted, FigureKind, Precision
from interventions.figures import hidden
from interventions.iati import codes
from interventions.iati.elements import add, narratives, number, period
from interventions.iati.sheets import has_figures
from interventions.models import CoverageFigure, CoverageLine, Indicator, IndicatorValue, Intervention

BENEFICIARIES = gettext_noop("Bénéficiaires")
NOT_A_SUM = gettext_noop(
    "Les mêmes personnes peuvent figurer sur plusieurs lignes : ces chiffres ne s’additionnent pas."
)


def write_results(activity: Any, sheet: Intervention, *, today: date) -> None:
    if has_figures(sheet):
        _coverage(activity, sheet, today)
    for indicator in sheet.indicators.all():
        _indicator(activity, sheet, indicator)


def _both(message: str) -> tuple[str, str]:
    """A text of ours in French and in English."""
    found = []
    for language in ("fr", "en"):
        with override(language):
            found.append(_(message))
    return found[0], found[1]


def _labels(counted: str) -> tuple[str, str]:
    found = []
    for language in ("fr", "en"):
        with override(language):
            found.append(str(Counted(counted).label))
    return found[0], found[1]


def _coverage(activity: Any, sheet: Intervention, today: date) -> None:
    """One result: an indicator an instrument and unit counted. Households and people are never one number."""
    groups: dict[tuple[str, str, str], list[tuple[CoverageLine, list[CoverageFigure]]]] = {}
    for line in sheet.lines.all():
        for counted in Counted.values:
            figures = [one for one in _told(line) if one.counted == counted]
            if figures:
                key = (line.instrument.name_fr, line.instrument.name_en, counted)
                groups.setdefault(key, []).append((line, figures))
    if not groups:
        return
    result = add(activity, "result", type=codes.OUTPUT, aggregation_status="0")
    narratives(add(result, "title"), *_both(BENEFICIARIES))
    narratives(add(result, "description"), *_both(NOT_A_SUM))
    for (french, english, counted), entries in groups.items():
        indicator = add(result, "indicator", measure=codes.UNIT, ascending="1", aggregation_status="0")
        labels = _labels(counted)
        narratives(add(indicator, "title"), f"{french} – {labels[0].lower()}", f"{english} – {labels[1].lower()}")
        for line, figures in entries:
            element = add(indicator, "period")
            as_of = max((one.as_of for one in figures if one.as_of), default=None)
            period(element, line.starts_on, line.ends_on or as_of or sheet.end or today)
            # Targets before what was reached: the order of the schema.
            for kind, tag in ((FigureKind.TARGETED, "target"), (FigureKind.REACHED, "actual")):
                for figure in figures:
                    if figure.kind == kind:
                        _value(element, tag, line, figure)


def _told(line: CoverageLine) -> list[CoverageFigure]:
    """A figure in need is no result; one from 1 to 4 points at people, as do those that would give it away."""
    figures = list(line.figures.all())
    kept_back = hidden({one.cell: one.value for one in figures})
    return [one for one in figures if one.kind != FigureKind.IN_NEED and one.cell not in kept_back]


def _value(parent: Any, tag: str, line: CoverageLine, figure: CoverageFigure) -> None:
    element = add(parent, tag, value=number(figure.value))
    if line.unit is not None:
        add(element, "location", ref=line.unit.pcode)
    if figure.sex:
        add(element, "dimension", name="sex", value=codes.SEXES[figure.sex])  # type: ignore[index]
    if figure.age_band:
        add(element, "dimension", name="age", value=codes.AGES[figure.age_band])  # type: ignore[index]
    if figure.with_disability:
        add(element, "dimension", name="disability", value="yes")
    narratives(add(element, "comment"), *(_words(figure, language) for language in ("fr", "en")))


def _words(figure: CoverageFigure, language: str) -> str:
    """« Illustratif, source : rapport, au 30 juin 2017 »."""
    with override(language):
        parts = [str(Precision(figure.precision).label)]
        if figure.source:
            parts.append(_("source : %(source)s") % {"source": figure.source})
        if figure.as_of:
            parts.append(_("au %(day)s") % {"day": date_fr(figure.as_of)})
        return ", ".join(parts)


def _indicator(activity: Any, sheet: Intervention, indicator: Indicator) -> None:
    result = add(activity, "result", type=codes.RESULTS[indicator.kind], aggregation_status="0")  # type: ignore[index]
    narratives(add(result, "title"), indicator.name)
    measure = codes.PERCENTAGE if "%" in indicator.measure or "pourcent" in indicator.measure.lower() else codes.UNIT
    element = add(result, "indicator", measure=measure, aggregation_status="0")
    narratives(add(element, "title"), indicator.name)
    words = ", ".join(part for part in (indicator.measure, indicator.source) if part)
    narratives(add(element, "description"), words)
    if indicator.baseline is not None:
        day = indicator.baseline_on or sheet.start
        if day is not None:
            add(
                element,
                "baseline",
                iso_date=day.isoformat() if indicator.baseline_on else "",
                year=str(day.year),
                value=number(indicator.baseline),
            )
    _target(element, sheet, indicator)
    by_period: dict[tuple[date, date], list[IndicatorValue]] = {}
    for value in indicator.values.all():
        by_period.setdefault((value.starts_on, value.ends_on), []).append(value)
    for (start, end), values in sorted(by_period.items()):
        inside = add(element, "period")
        period(inside, start, end)
        _actuals(inside, values)


def _target(element: Any, sheet: Intervention, indicator: Indicator) -> None:
    """From the beginning to the day of the target; without that day it says nothing that a period holds."""
    if indicator.target is None or indicator.target_on is None:
        return
    begun = indicator.baseline_on or sheet.start or indicator.target_on
    inside = add(element, "period")
    period(inside, min(begun, indicator.target_on), indicator.target_on)
    add(inside, "target", value=number(indicator.target))


def _actuals(inside: Any, values: Iterable[IndicatorValue]) -> None:
    for value in values:
        actual = add(inside, "actual", value=number(value.value))
        if value.unit is not None:
            add(actual, "location", ref=value.unit.pcode)
        if value.source:
            narratives(add(actual, "comment"), value.source)
