"""HXL tags (hxlstandard.org, 1.1): which field a tag names. Attributes come in any order and any case."""

from __future__ import annotations

import re
from typing import Any

from interventions.enums import AgeBand, Counted, FigureKind, Sex
from interventions.imports.coverage.columns import IGNORED, Figure

TAG = re.compile(r"^#\s*([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)$")
# The dictionary of 2014, before attributes.
LEGACY = {
    "adm1_id": "adm1_code", "adm2_id": "adm2_code", "adm3_id": "adm3_code", "country_id": "country", "loc_id": "place_code",
    "period_date": "period", "from_date": "start", "to_date": "end", "start_date": "start", "end_date": "end",
    "report_date": "reported", "activity_id": IGNORED, "sector_id": "sector", "subsector_id": "subsector",
    "org_id": "lead_acronym", "capacity_num": IGNORED, "aff_num": IGNORED,
}  # fmt: skip
_PEOPLE = {"f", "m", "i", "ind", "infants", "children", "adolescents", "adults", "elderly", "disabled", "people"}
_KINDS = {"targeted": FigureKind.TARGETED, "reached": FigureKind.REACHED, "inneed": FigureKind.IN_NEED}


def is_tag(value: Any) -> bool:
    return isinstance(value, str) and bool(TAG.match(value.strip().lower()))


def is_activity(tag: str) -> bool:
    match = TAG.match(tag.strip().lower())
    return match is not None and match.group(1) == "activity"


def is_bare(tag: str) -> bool:
    """A tag without attributes."""
    return "+" not in tag


def is_tag_row(cells: list[Any]) -> bool:
    """A row of tags: at least two, at most a quarter of the others empty words (libhxl reads « fuzzy » rows alike)."""
    texts = [cell for cell in cells if cell is not None and str(cell).strip()]
    tags = sum(is_tag(text) for text in texts)
    return tags >= 2 and tags * 2 > len(texts)


def field_of(tag: str) -> str | None:
    """The field that a tag names; None for one of no use here, which the heading may still explain."""
    match = TAG.match(tag.strip().lower())
    if match is None:
        return None
    name = match.group(1)
    attributes = {one.strip() for one in match.group(2).split("+") if one.strip()}
    if name in LEGACY:
        return LEGACY[name]
    if name in _KINDS:
        return _figure(_KINDS[name], attributes)
    rule = _RULES.get(name)
    return rule(attributes) if rule else None


def _place(level: str) -> Any:
    return lambda attributes: f"{level}_code" if attributes & {"code", "id", "pcode", "v_pcode"} else f"{level}_name"


def _organisation(attributes: set[str]) -> str:
    if attributes & {"type", "contact"}:
        return IGNORED
    role = "lead"
    if attributes & {"funder", "funding", "donor"}:
        role = "funder"
    elif attributes & {"impl", "impl2", "implementing", "partner"}:
        role = "implementer"
    elif "extending" in attributes:
        role = "extending"
    elif "ministry" in attributes:
        role = "ministry"
    return (
        f"{role}_acronym"
        if attributes & {"acronym", "code", "id", "abbrev"} and role not in ("ministry", "extending")
        else role
    )


def _activity(attributes: set[str]) -> str:
    if attributes & {"code", "id"}:
        return "intervention_code"
    if attributes & {"project", "programme"} or "name" in attributes:
        return "intervention_title"
    return "activity"


def _project(attributes: set[str]) -> str:
    return "intervention_code" if attributes & {"code", "id"} else "intervention_title"


def _date(attributes: set[str]) -> str:
    for attribute, found in (
        ("start", "start"), ("end", "end"), ("reported", "reported"), ("year", "year"), ("month", "month"),
    ):  # fmt: skip
        if attribute in attributes:
            return found
    return "period"


def _value(attributes: set[str]) -> str:
    if attributes & {"currency", "code"}:
        return "currency"
    if attributes & {"transfer", "transferred"}:
        return "transfer_value"
    return "budget" if attributes & {"budget", "committed", "required", "funding"} or not attributes else IGNORED


def _meta(attributes: set[str]) -> str:
    if "source" in attributes:
        return "source"
    return "note" if attributes & {"comment", "comments", "note", "notes"} else IGNORED


def _beneficiary(attributes: set[str]) -> str | None:
    if attributes & {"num", "ind", "hh", "f", "m"}:
        return _figure(None, attributes)
    return "group"


def _indicator(attributes: set[str]) -> str:
    if attributes & {"value", "num"}:
        return Figure().as_field()
    return "measure" if attributes & {"unit", "name"} or not attributes else IGNORED


def _figure(kind: FigureKind | None, attributes: set[str]) -> str:
    if attributes & {"pct", "percent", "percentage", "rate"}:
        return IGNORED
    # Ages that the portal does not count apart.
    if attributes & {"infants", "adolescents"} or any(re.fullmatch(r"(?:age_)?\d+_?\d*", one) for one in attributes):
        return IGNORED
    counted = None
    if attributes & {"hh", "households", "household"}:
        counted = Counted.HOUSEHOLD
    elif attributes & {"communities", "community"}:
        counted = Counted.COMMUNITY
    elif attributes & _PEOPLE:
        counted = Counted.PERSON
    sex = Sex.FEMALE if "f" in attributes else Sex.MALE if "m" in attributes else Sex.ALL
    age = next((AgeBand(one) for one in ("children", "adults", "elderly") if one in attributes), AgeBand.ALL)
    return Figure(kind, counted, sex, age, bool(attributes & {"disabled", "disability"})).as_field()


_RULES: dict[str, Any] = {
    "adm1": _place("adm1"),
    "adm2": _place("adm2"),
    "adm3": _place("adm3"),
    "loc": _place("place"),
    "country": lambda attributes: "country",
    "org": _organisation,
    "sector": lambda attributes: IGNORED if attributes & {"code", "id"} else "sector",
    "subsector": lambda attributes: "subsector" if not attributes & {"code", "id"} else "instrument",
    "activity": _activity,
    "project": _project,
    "modality": lambda attributes: "modality",
    "service": lambda attributes: "instrument",
    "output": lambda attributes: "activity",
    "item": lambda attributes: IGNORED,
    "date": _date,
    "status": lambda attributes: "status",
    "value": _value,
    "currency": lambda attributes: "currency",
    "frequency": lambda attributes: "frequency",
    "beneficiary": _beneficiary,
    "population": lambda attributes: IGNORED,
    "affected": lambda attributes: IGNORED,
    "indicator": _indicator,
    "meta": _meta,
    "description": lambda attributes: "note",
    "contact": lambda attributes: IGNORED,
    "geo": lambda attributes: IGNORED,
    "region": lambda attributes: IGNORED,
}
