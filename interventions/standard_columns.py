"""The columns of our own coverage files: what exports and templates write, and imports read back."""

from __future__ import annotations

from collections.abc import Iterator

from interventions.enums import AgeBand, Counted, FigureKind, Sex
from interventions.figures import Cell

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

# Columns that a file has when it needs them: (field, French, English, tag).
COMMUNE = (
    ("adm3_code", "P-code de la commune", "Commune P-code", "#adm3+code"),
    ("adm3_name", "Commune", "Commune", "#adm3+name"),
)
MORE_ROLES = (
    ("extending", "Intermédiaire", "Extending organisation", "#org+extending+name"),
    ("ministry", "Ministère de tutelle", "Line ministry", "#org+ministry+name"),
)
# Of features of a map whose own words name no place: what their geometry lies in, and where that is.
DEDUCED_PLACE = ("P-code déduit du point", "Lieu déduit du point", "Point (latitude, longitude)")

# What our files say besides, and the import passes over.
SAID_BESIDES = (
    ("precision", "Précision des chiffres", "Precision of figures", "#meta+precision"),
    ("provenance", "Source des chiffres", "Source of figures", "#meta+provenance"),
    ("verified", "Vérifiée le", "Verified on", "#meta+verified"),
)

_NOUNS = {
    ("", ""): ("Personnes", "People"),
    (Sex.FEMALE, ""): ("Femmes", "Females"),
    (Sex.MALE, ""): ("Hommes", "Males"),
    ("", AgeBand.CHILDREN): ("Enfants", "Children"),
    (Sex.FEMALE, AgeBand.CHILDREN): ("Filles", "Girls"),
    (Sex.MALE, AgeBand.CHILDREN): ("Garçons", "Boys"),
    ("", AgeBand.ADULTS): ("Adultes", "Adults"),
    (Sex.FEMALE, AgeBand.ADULTS): ("Femmes adultes", "Adult females"),
    (Sex.MALE, AgeBand.ADULTS): ("Hommes adultes", "Adult males"),
    ("", AgeBand.ELDERLY): ("Personnes âgées", "Elderly people"),
    (Sex.FEMALE, AgeBand.ELDERLY): ("Femmes âgées", "Elderly females"),
    (Sex.MALE, AgeBand.ELDERLY): ("Hommes âgés", "Elderly males"),
}
_KINDS = {
    FigureKind.TARGETED: ("ciblé", "targeted", "targeted"),
    FigureKind.REACHED: ("atteint", "reached", "reached"),
    FigureKind.IN_NEED: ("dans le besoin", "in need", "inneed"),
}
_MASCULINE = {"Ménages", "Hommes", "Enfants", "Garçons", "Adultes", "Hommes adultes", "Hommes âgés"}


def field_of_cell(cell: Cell) -> str:
    """« targeted.person.f.children »: the name of the column that holds a figure."""
    parts = [cell.kind, cell.counted, cell.sex, cell.age_band, "disability" if cell.with_disability else ""]
    return ".".join(part for part in parts if part)


def figure_column(cell: Cell) -> tuple[str, str, str, str]:
    """(field, heading in French, heading in English, HXL tag) of a figure, standard or not."""
    field = field_of_cell(cell)
    for standard in STANDARD:
        if standard[0] == field:
            return standard
    if cell.counted == Counted.HOUSEHOLD:
        french, english, attributes = "Ménages", "Households", ["hh"]
    elif cell.counted == Counted.COMMUNITY:
        french, english, attributes = "Communautés", "Communities", ["communities"]
    else:
        french, english = _NOUNS[cell.sex, cell.age_band]
        attributes = [cell.sex, cell.age_band] if cell.sex or cell.age_band else ["ind"]
    word, word_en, tag = _KINDS[FigureKind(cell.kind)]
    if cell.kind != FigureKind.IN_NEED:
        word += "s" if french in _MASCULINE else "es"
    if cell.with_disability:
        french, english = f"{french} en situation de handicap", f"{english} with disabilities"
        attributes.append("disabled")
    tags = "".join(f"+{one}" for one in attributes if one)
    return field, f"{french} {word}", f"{english} {word_en}", f"#{tag}{tags}"


def possible_cells() -> Iterator[Cell]:
    """Everything that a figure may count."""
    for kind in FigureKind.values:
        yield Cell(kind, Counted.HOUSEHOLD.value)
        yield Cell(kind, Counted.COMMUNITY.value)
        for sex in Sex.values:
            for age in AgeBand.values:
                yield Cell(kind, Counted.PERSON.value, sex, age)
                yield Cell(kind, Counted.PERSON.value, sex, age, True)
