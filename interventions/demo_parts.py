"""What the demonstration's sheets are written with, and how many people the demonstration invents for a place.

No figure here is a fact: each is marked « illustratif », and is the same whenever it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from zlib import crc32

from interventions.enums import (
    Counted,
    FigureKind,
    Frequency,
    InterventionKind,
    Precision,
    Sex,
    TargetingMethod,
    TransferModality,
    Visibility,
)
from interventions.models import AdminUnit, CoverageFigure, CoverageLine

ILLUSTRATIVE = "Illustratif (démonstration)"

# A day as (years before the year of loading, month, day).
Day = tuple[int, int, int]


@dataclass(frozen=True)
class Work:
    """Lines alike but for their place: one for each P-code of `places`; none: one « national » line."""

    instrument: str
    group: str
    places: str
    since: Day
    until: Day | None = None
    counted: str = Counted.HOUSEHOLD
    # About how many are targeted in one department; None: no figures.
    about: int | None = None
    # What one gets: value in the currency of the sheet (None: in kind), frequency, modality.
    pay: tuple[int | None, str, str] = (None, "", "")
    # For each household or person targeted, in the same currency.
    cost: int | None = None


@dataclass(frozen=True)
class Measured:
    """An indicator with its values, one for each half-year past."""

    name: str
    kind: str
    measure: str
    over_areas: str
    over_periods: str
    baseline: int
    target: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class Sheet:
    code: str
    title: str
    title_en: str
    lead: str
    summary: str
    summary_en: str
    works: tuple[Work, ...]
    kind: str = InterventionKind.PROGRAMME
    # (acronym, role)
    others: tuple[tuple[str, str], ...] = ()
    axes: tuple[tuple[str, int], ...] = ()
    sdg: tuple[str, ...] = ("1.3",)
    since: Day = (2, 1, 1)
    until: Day | None = None
    targeting: str = TargetingMethod.GEOGRAPHIC
    definition: str = ""
    registry: str = ""
    visibility: str = Visibility.PARTNERS
    indicators: tuple[Measured, ...] = field(default_factory=tuple)


def day(of: Day | None, today: date) -> date | None:
    """The calendar day; years are counted back from the one of `today`."""
    if of is None:
        return None
    years, month, number = of
    return date(today.year - years, month, number)


def lines_of(work: Work, units: dict[str, AdminUnit], today: date) -> list[CoverageLine]:
    """The lines of `work`, unsaved and without intervention, instrument or group."""
    start, end = day(work.since, today), day(work.until, today)
    assert start is not None
    made = []
    for pcode in work.places.split() or [""]:
        unit = units[pcode] if pcode else None
        if unit is not None and not unit.exists_on(start):
            continue
        targeted = _about(work, pcode) if work.about else None
        value, frequency, modality = work.pay
        line = CoverageLine(
            unit=unit,
            starts_on=start,
            ends_on=end,
            transfer_value=value,
            frequency=frequency,
            modality=modality,
            budget=targeted * work.cost if targeted and work.cost else None,
            source=ILLUSTRATIVE,
        )
        made.append(line)
    return made


def figures_of(work: Work, line: CoverageLine, today: date) -> list[CoverageFigure]:
    """Targeted and reached of a saved line; of persons also women and men, who add up to their total."""
    if not work.about:
        return []
    pcode = line.unit.pcode if line.unit else ""
    targeted = _about(work, pcode)
    as_of = min(line.ends_on or today, today - timedelta(days=today.day))
    counts = [(FigureKind.TARGETED, Sex.ALL, targeted)]
    if line.starts_on <= as_of:
        reached = targeted * (62 + _chance(work.instrument, pcode, "reached") % 36) // 100
        counts.append((FigureKind.REACHED, Sex.ALL, reached))
        if work.counted == Counted.PERSON:
            women = reached * (48 + _chance(work.group, pcode, "women") % 9) // 100
            counts += [(FigureKind.REACHED, Sex.FEMALE, women), (FigureKind.REACHED, Sex.MALE, reached - women)]
    return [
        CoverageFigure(
            line=line,
            kind=kind,
            counted=work.counted,
            sex=sex,
            value=value,
            precision=Precision.ILLUSTRATIVE,
            as_of=as_of if kind == FigureKind.REACHED else None,
            source=ILLUSTRATIVE,
        )
        for kind, sex, value in counts
    ]


def _about(work: Work, pcode: str) -> int:
    """Between half and one and a half times as many, in tens where there are many."""
    assert work.about is not None
    value = work.about * (50 + _chance(work.instrument, work.group, pcode) % 101) // 100
    return value // 10 * 10 if value >= 100 else max(value, 1)


def _chance(*words: str) -> int:
    """Always the same number for the same words."""
    return crc32("/".join(words).encode())


CASH, MOBILE, VOUCHER, FOOD = (
    TransferModality.CASH,
    TransferModality.MOBILE,
    TransferModality.VOUCHER,
    TransferModality.FOOD,
)
DAILY, MONTHLY, QUARTERLY, YEARLY, ONCE = (
    Frequency.DAY,
    Frequency.MONTH,
    Frequency.QUARTER,
    Frequency.YEAR,
    Frequency.ONCE,
)
