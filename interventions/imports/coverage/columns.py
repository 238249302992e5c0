"""What a column of a 4W may hold, and the columns that our own files have."""

from __future__ import annotations

from dataclasses import dataclass

from interventions.enums import AgeBand, Counted, FigureKind, Sex


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
    "currency", "source", "note", "vintage",
)  # fmt: skip
# Columns that are known and say nothing that a coverage line holds.
IGNORED = "ignored"

FIELDS = frozenset({*PLACES, *ORGANISATIONS, *ACTIVITIES, *DATES, *OTHERS, IGNORED})

# Our own file: (field, heading in French, heading in English, HXL tag), in this order. The import reads them back.
STANDARD = (
    ("intervention_code", "Code de l’intervention", "Intervention code", "#activity+code"),
    ("intervention_title", "Intitulé de l’intervention", "Intervention title", "#activity+name"),
    ("lead", "Structure responsable", "Lead organisation", "#org+prog+name"),
    ("funder", "Financement", "Funder", "#org+funder+name"),
    ("implementer", "Mise en œuvre", "Implementing partner", "#org+impl+name"),
    ("instrument", "Instrument", "Instrument", "#subsector+name"),
    ("group", "Groupe cible", "Target group", "#beneficiary+type+name"),
    ("adm1_code", "P-code de la région", "Region P-code", "#adm1+code"),
    ("adm1_name", "Région", "Region", "#adm1+name"),
    ("adm2_code", "P-code du département", "Department P-code", "#adm2+code"),
    ("adm2_name", "Département", "Department", "#adm2+name"),
    ("start", "Début", "Start date", "#date+start"),
    ("end", "Fin", "End date", "#date+end"),
    ("status", "État", "Status", "#status+code"),
    ("targeted.household", "Ménages ciblés", "Households targeted", "#targeted+hh"),
    ("targeted.person", "Personnes ciblées", "People targeted", "#targeted+ind"),
    ("targeted.person.f", "Femmes ciblées", "Females targeted", "#targeted+f"),
    ("targeted.person.m", "Hommes ciblés", "Males targeted", "#targeted+m"),
    ("targeted.person.f.children", "Filles ciblées", "Girls targeted", "#targeted+f+children"),
    ("targeted.person.m.children", "Garçons ciblés", "Boys targeted", "#targeted+m+children"),
    ("reached.household", "Ménages atteints", "Households reached", "#reached+hh"),
    ("reached.person", "Personnes atteintes", "People reached", "#reached+ind"),
    ("reached.person.f", "Femmes atteintes", "Females reached", "#reached+f"),
    ("reached.person.m", "Hommes atteints", "Males reached", "#reached+m"),
    ("reached.person.f.children", "Filles atteintes", "Girls reached", "#reached+f+children"),
    ("reached.person.m.children", "Garçons atteints", "Boys reached", "#reached+m+children"),
    ("in_need.household", "Ménages dans le besoin", "Households in need", "#inneed+hh"),
    ("in_need.person", "Personnes dans le besoin", "People in need", "#inneed+ind"),
    ("transfer_value", "Valeur du transfert", "Transfer value", "#value+transfer"),
    ("frequency", "Fréquence", "Frequency", "#frequency"),
    ("modality", "Modalité", "Modality", "#modality"),
    ("budget", "Budget", "Budget", "#value+budget"),
    ("currency", "Monnaie", "Currency", "#value+currency"),
    ("reported", "À la date du", "Date reported", "#date+reported"),
    ("source", "Source", "Source", "#meta+source"),
    ("note", "Note", "Note", "#meta+comment"),
)
