"""The facts that come with the portal: places, instruments, groups, axes, guarantees, SDG targets, complementarities."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from core.text import normalise
from interventions.enums import UnitLevel
from interventions.models import (
    AdminUnit,
    AdminUnitAlias,
    Complementarity,
    FormerCode,
    Instrument,
    InstrumentAlias,
    PolicyAxis,
    SdgTarget,
    SpfGuarantee,
    TargetGroup,
)
from taskforce.models import Country

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


@dataclass(frozen=True)
class Loaded:
    """What a load added; what stood there already is not counted."""

    units: int = 0
    instruments: int = 0
    groups: int = 0
    axes: int = 0
    guarantees: int = 0
    sdg_targets: int = 0
    complementarities: int = 0


@transaction.atomic
def load_reference() -> Loaded:
    """Bring in the facts of `interventions/reference/`. Idempotent.

    Only what lacks is added, by its code: a name that somebody corrected, a thing set aside or an alias taken away
    stays so. Places and axes of a country that the portal does not know are left out.
    """
    countries = {country.iso3: country for country in Country.objects.all()}
    return Loaded(
        units=_load_units(countries),
        instruments=_load_instruments(),
        groups=_load_groups(),
        axes=_load_axes(countries),
        guarantees=_load_guarantees(),
        sdg_targets=_load_sdg_targets(),
        complementarities=_load_complementarities(),
    )


def _load_units(countries: dict[str, Country]) -> int:
    """With their other names and the former meanings of their codes."""
    units = {unit.pcode: unit for unit in AdminUnit.objects.all()}
    rows = [row for row in _rows("units.csv") if row["country"] in countries and row["pcode"] not in units]
    for level in UnitLevel:
        new = [
            AdminUnit(
                country=countries[row["country"]],
                pcode=row["pcode"],
                level=level,
                name=row["name"],
                parent=units.get(row["parent"]),
                valid_from=row["valid_from"] or None,
                vintage=row["vintage"],
                latitude=row["latitude"] or None,
                longitude=row["longitude"] or None,
            )
            for row in rows
            if int(row["level"]) == level
        ]
        units |= {unit.pcode: unit for unit in AdminUnit.objects.bulk_create(new)}
    named = set(AdminUnitAlias.objects.values_list("unit_id", flat=True))
    AdminUnitAlias.objects.bulk_create(
        AdminUnitAlias(unit=units[row["pcode"]], label=label, normalised=normalise(label))
        for row in _rows("unit_aliases.csv")
        if row["pcode"] in units and units[row["pcode"]].pk not in named
        for label in row["aliases"].split("|")
    )
    for row in _rows("former_codes.csv"):
        if row["unit"] in units and row["country"] in countries:
            FormerCode.objects.get_or_create(
                pcode=row["pcode"],
                vintage=row["vintage"],
                defaults={"country": countries[row["country"]], "name": row["name"], "unit": units[row["unit"]]},
            )
    return len(rows)


def _load_instruments() -> int:
    known = set(Instrument.objects.values_list("code", flat=True))
    taken = set(InstrumentAlias.objects.values_list("normalised", flat=True))
    new, aliases = [], []
    for position, row in enumerate(_rows("instruments.csv"), start=1):
        labels = row.pop("aliases").split("|")
        if row["code"] in known:
            continue
        instrument = Instrument(position=position, **row)
        new.append(instrument)
        for label in labels:
            if normalise(label) not in taken:
                taken.add(normalise(label))
                aliases.append(InstrumentAlias(instrument=instrument, label=label, normalised=normalise(label)))
    Instrument.objects.bulk_create(new)
    InstrumentAlias.objects.bulk_create(aliases)
    return len(new)


def _load_groups() -> int:
    groups = {group.code: group for group in TargetGroup.objects.all()}
    rows = list(_rows("target_groups.csv"))
    new = []
    for position, row in enumerate(rows, start=1):
        if row["code"] not in groups:
            fields = {name: row[name] for name in ("code", "name_fr", "name_en", "life_stage", "counted", "sex")}
            ages = {name: int(row[name]) if row[name] else None for name in ("age_from", "age_to")}
            groups[row["code"]] = TargetGroup.objects.create(position=position, **fields, **ages)
            new.append(row)
    # After all are there: a group may stand above its parent in the list.
    for row in new:
        if row["parent"]:
            group = groups[row["code"]]
            group.parent = groups[row["parent"]]
            group.save(update_fields=["parent"])
    return len(new)


def _load_axes(countries: dict[str, Country]) -> int:
    known = set(PolicyAxis.objects.values_list("code", flat=True))
    numbered = set(PolicyAxis.objects.values_list("country__iso3", "policy", "number"))
    added = 0
    for position, row in enumerate(_rows("policy_axes.csv"), start=1):
        number = int(row["number"])
        if row["country"] not in countries or row["code"] in known:
            continue
        if (row["country"], row["policy"], number) in numbered:
            continue
        PolicyAxis.objects.create(
            code=row["code"],
            country=countries[row["country"]],
            policy=row["policy"],
            number=number,
            name_fr=row["name_fr"],
            name_en=row["name_en"],
            to_check=bool(row["to_check"]),
            position=position,
        )
        added += 1
    return added


def _load_guarantees() -> int:
    known = set(SpfGuarantee.objects.values_list("code", flat=True))
    instruments = {instrument.code: instrument for instrument in Instrument.objects.all()}
    added = 0
    for position, row in enumerate(_rows("guarantees.csv"), start=1):
        if row["code"] in known:
            continue
        guarantee = SpfGuarantee.objects.create(
            code=row["code"],
            name_fr=row["name_fr"],
            name_en=row["name_en"],
            life_stages=row["life_stages"].split("|"),
            position=position,
        )
        guarantee.instruments.set(instruments[code] for code in row["instruments"].split("|"))
        added += 1
    return added


def _load_sdg_targets() -> int:
    known = set(SdgTarget.objects.values_list("code", flat=True))
    new = [
        SdgTarget(position=position, **row)
        for position, row in enumerate(_rows("sdg_targets.csv"), start=1)
        if row["code"] not in known
    ]
    SdgTarget.objects.bulk_create(new)
    return len(new)


def _load_complementarities() -> int:
    instruments = {instrument.code: instrument for instrument in Instrument.objects.all()}
    known = set(Complementarity.objects.values_list("first__code", "second__code", "kind"))
    new = [
        Complementarity(
            first=instruments[row["first"]],
            second=instruments[row["second"]],
            kind=row["kind"],
            rationale_fr=row["rationale_fr"],
            rationale_en=row["rationale_en"],
        )
        for row in _rows("complementarities.csv")
        if (row["first"], row["second"], row["kind"]) not in known
    ]
    Complementarity.objects.bulk_create(new)
    return len(new)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
