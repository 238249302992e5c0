"""What a column of a 4W may hold, and the columns that our own files have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from interventions.enums import AgeBand, Counted, FigureKind, Sex
from interventions.standard_columns import STANDARD

__all__ = [
    "ACTIVITIES",
    "DATES",
    "FIELDS",
    "IGNORED",
    "MARK_HEADING",
    "MATRIX_PLACE",
    "ORGANISATIONS",
    "OTHERS",
    "PLACES",
    "STANDARD",
    "Figure",
    "figure_of",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of whom a column counts. `counted` None: the row or the cell says it."""

    kind: FigureKind | None = None
    counted: Counted | None = None
    sex: Sex = Sex.ALL
    age_band: AgeBand = AgeBand.ALL
    with_disability: bool = False

    @property
    def is_total(self) -> bool:
        return not self.sex and not self.age_band and not self.with_disability

    def as_field(self) -> str:
        """« targeted.person.f.children », as a mapping stores it."""
        parts = [self.kind or "any", self.counted or "any", self.sex, self.age_band]
        parts += ["disability"] if self.with_disability else []
        return ".".join(str(part) for part in parts if part)


@cache
def figure_of(name: str) -> Figure | None:
    """The figure that a field's name stands for; None for other fields."""
    parts = name.split(".")
    if len(parts) < 2:
        return None
    kinds, counted = {*FigureKind.values, "any"}, {*Counted.values, "any"}
    if parts[0] not in kinds or parts[1] not in counted:
        return None
    rest = set(parts[2:])
    return Figure(
        FigureKind(parts[0]) if parts[0] != "any" else None,
        Counted(parts[1]) if parts[1] != "any" else None,
        next((Sex(one) for one in (Sex.FEMALE, Sex.MALE) if one in rest), Sex.ALL),
        next((AgeBand(one) for one in AgeBand.values if one and one in rest), AgeBand.ALL),
        "disability" in rest,
    )


# Where a row is.
PLACES = (
    "country", "adm1_code", "adm1_name", "adm2_code", "adm2_name", "adm3_code", "adm3_name", "place_code", "place_name",
)  # fmt: skip
ORGANISATIONS = (
    "lead", "lead_acronym", "funder", "funder_acronym", "implementer", "implementer_acronym", "extending", "ministry",
)  # fmt: skip
# What is done: the most precise is read first.
ACTIVITIES = ("instrument", "activity", "modality", "subsector", "programme", "sector")
DATES = ("start", "end", "year", "month", "period", "reported")
OTHERS = (
    "intervention_code", "intervention_title", "group", "status", "measure", "budget", "transfer_value", "frequency",
    "currency", "source", "note", "vintage", "position",
)  # fmt: skip
# Columns that are known and say nothing that a coverage line holds.
IGNORED = "ignored"

# One column a place: what a matrix is made of.
MATRIX_PLACE = "matrix_place"
# Over what every marked cell says.
MARK_HEADING = "Marque de la matrice"

FIELDS = frozenset({*PLACES, *ORGANISATIONS, *ACTIVITIES, *DATES, *OTHERS, MATRIX_PLACE, IGNORED})
