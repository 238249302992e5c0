"""Classes of a choropleth: few, with bounds that are values of the data or that somebody typed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from interventions.figures import SMALL

Method = Literal["quantiles", "equal", "given"]
MOST = 5


@dataclass(frozen=True)
class Classes:
    """Upper bounds, each included in its class, in ascending order; `least` opens the first class."""

    least: int
    bounds: tuple[int, ...]

    def of(self, value: int | None) -> int | None:
        """The class of a value, from 0; None for what is not filled in."""
        if value is None or not self.bounds:
            return None
        return next((index for index, bound in enumerate(self.bounds) if value <= bound), len(self.bounds) - 1)

    def labels(self, *, small: bool = True) -> list[str]:
        """« 1 », « 2 à 5 »; without `small`, what counts fewer than five people is « < 5 »."""
        found, first = [], self.least
        for bound in self.bounds:
            if not small and bound < SMALL:
                found.append(f"< {SMALL}")
            elif bound <= first:
                found.append(grouped(bound))
            else:
                found.append(_("%(first)s à %(last)s") % {"first": grouped(first), "last": grouped(bound)})
            first = bound + 1
        return found


def classes_of(
    values: Iterable[int | None], count: int = 4, method: Method = "quantiles", given: Iterable[int] = ()
) -> Classes:
    """Classes over all `values` (of both periods, when two are compared). `given`: bounds that somebody chose."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return Classes(0, ())
    least, most = known[0], known[-1]
    count = max(1, min(count, MOST))
    if method == "given":
        bounds = sorted({bound for bound in given if least <= bound < most})[: MOST - 1]
    elif method == "equal":
        step = (most - least + 1) / count
        bounds = [math.ceil(least + step * part) - 1 for part in range(1, count)]
    else:
        bounds = [known[math.ceil(len(known) * part / count) - 1] for part in range(1, count)]
    return Classes(least, tuple(sorted({bound for bound in bounds if bound < most} | {most})))


def grouped(number: int) -> str:
    """« 12 500 » with narrow no-break spaces; "12,500" in English."""
    text = f"{number:,}"
    # Most numbers of a page are small, and asking for the language takes longer than writing them.
    if number < 1000 or not (get_language() or "fr").startswith("fr"):
        return text
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}")
