"""What figures of one coverage line must hold among themselves. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from interventions.enums import AgeBand, Counted, FigureKind, Sex

# Reached above this share of targeted asks for confirmation: a typing error more often than a success.
MUCH_MORE = 1.2
# Below this, a figure points at people.
SMALL = 5


class Cell(NamedTuple):
    """What a figure counts. Empty `sex` and `age_band`, and no disability: everybody."""

    kind: str
    counted: str
    sex: str = ""
    age_band: str = ""
    with_disability: bool = False

    @property
    def is_total(self) -> bool:
        return not (self.sex or self.age_band or self.with_disability)

    def covers(self, other: Cell) -> bool:
        """Whether `other` counts some of those that this cell counts."""
        return (
            self != other
            and (self.kind, self.counted) == (other.kind, other.counted)
            and self.sex in ("", other.sex)
            and self.age_band in ("", other.age_band)
            and (not self.with_disability or other.with_disability)
        )


def parts_above_total(values: Mapping[Cell, int]) -> Iterator[tuple[Cell, Cell]]:
    """Pairs (part, whole) in which the part counts more than the whole. Unknown cells are absent, never zero."""
    for whole, total in values.items():
        for part, value in values.items():
            if value > total and whole.covers(part):
                yield part, whole


def sums_above_total(values: Mapping[Cell, int]) -> Iterator[tuple[str, Cell, int]]:
    """("sex" or "age", whole, sum) where women and men, or the age bands, add up to more than their whole."""
    for whole, total in values.items():
        if not whole.sex:
            known = [values.get(whole._replace(sex=sex.value)) for sex in Sex if sex.value]
            if sum(value or 0 for value in known) > total:
                yield "sex", whole, sum(value or 0 for value in known)
        if not whole.age_band:
            known = [values.get(whole._replace(age_band=band.value)) for band in AgeBand if band.value]
            if sum(value or 0 for value in known) > total:
                yield "age", whole, sum(value or 0 for value in known)


def reached_well_above_targeted(values: Mapping[Cell, int]) -> list[tuple[Cell, int, int]]:
    """(cell of the reached, reached, targeted) where more than 1.2 times the targeted were reached."""
    found = []
    for cell, reached in values.items():
        if cell.kind == FigureKind.REACHED:
            targeted = values.get(cell._replace(kind=FigureKind.TARGETED.value))
            if targeted is not None and reached > MUCH_MORE * targeted:
                found.append((cell, reached, targeted))
    return found


def is_possible(cell: Cell) -> bool:
    """Households and communities have neither sex nor age."""
    return cell.is_total or cell.counted == Counted.PERSON


def hidden(values: Mapping[Cell, int]) -> set[Cell]:
    """The figures of one line that who may not see small ones does not get.

    Those from 1 to 4; and where a part is kept back and its whole is told, every part of this whole: else it would be
    their difference.
    """
    found = {cell for cell, value in values.items() if 0 < value < SMALL}
    while True:
        wholes = [cell for cell in values if cell not in found and any(cell.covers(part) for part in found)]
        more = {part for part in values if any(whole.covers(part) for whole in wholes)} - found
        if not more:
            return found
        found |= more


def told(values: Mapping[Cell, int], *, small: bool) -> dict[Cell, str | int]:
    """The figures of one line as they are shown: unless `small` ones may be, as `hidden` says."""
    kept_back = set() if small else hidden(values)
    return {
        cell: value if cell not in kept_back else "< 5" if 0 < value < SMALL else _("masqué")
        for cell, value in values.items()
    }


def shown(value: int | None, *, small: bool) -> str | int | None:
    """The figure as it is shown: unless `small` figures may be, 1 to 4 become « < 5 ». None stays unknown, 0 is 0."""
    return "< 5" if value is not None and 0 < value < SMALL and not small else value
