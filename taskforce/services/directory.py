"""Bring a directory in: people by organisation and duty station, from rows of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.history import recorded
from core.text import normalise
from taskforce.enums import Civility
from taskforce.models import AgencyOffice, Person
from taskforce.queries import agency_named
from taskforce.services.people import create_person

COLUMNS = ("organisation", "civilite", "prenom", "nom", "adresse", "lieu", "poste", "telephone")
CIVILITIES = {normalise(str(label)): value for value, label in Civility.choices} | {
    "m": "mr",
    "mme.": "ms",
    "dr.": "dr",
}


@dataclass(frozen=True)
class DirectoryRow:
    """A line of a directory, as it is written; `organisation` by any of its names."""

    organisation: str
    family_name: str
    given_name: str = ""
    civility: str = ""
    email: str = ""
    duty_station: str = ""
    job_title: str = ""
    phone: str = ""


@dataclass
class Loaded:
    """What came of a directory: people entered, people known already, and the lines that were refused and why."""

    created: list[Person] = field(default_factory=list)
    known: list[Person] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def load_directory(rows: Iterable[DirectoryRow], *, actor: Any) -> Loaded:
    """Enter the people of a directory; whoever is known by the address (or, without one, by name and organisation)
    stays as they are. A line whose organisation is unknown, or which says something impossible, is refused with
    its number and reason, and the others are entered."""
    result = Loaded()
    with recorded(actor):
        for number, row in enumerate(rows, start=1):
            try:
                _load(row, result, actor)
            except ValidationError as error:
                result.refused.append(
                    _("Ligne %(number)d (%(name)s) : %(reason)s")
                    % {"number": number, "name": row.family_name or "—", "reason": " ".join(error.messages)}
                )
    return result


def _load(row: DirectoryRow, result: Loaded, actor: Any) -> None:
    agency = agency_named(row.organisation)
    if agency is None:
        raise ValidationError(_("organisation inconnue « %(label)s ».") % {"label": row.organisation})
    known = (
        Person.objects.filter(email__iexact=row.email.strip())
        if row.email.strip()
        else Person.objects.filter(
            agency=agency, family_name__iexact=row.family_name, given_name__iexact=row.given_name
        )
    )
    found = known.first()
    if found is not None:
        result.known.append(found)
        return
    civility = CIVILITIES.get(normalise(row.civility), "")
    if row.civility and not civility:
        raise ValidationError(_("civilité inconnue « %(label)s ».") % {"label": row.civility})
    office = None
    if row.duty_station.strip():
        station = " ".join(row.duty_station.split())
        office = next(
            (one for one in agency.offices.all() if normalise(one.duty_station) == normalise(station)), None
        ) or AgencyOffice.objects.create(agency=agency, duty_station=station)
    person = create_person(
        actor=actor,
        civility=civility,
        given_name=row.given_name,
        family_name=row.family_name,
        email=row.email.strip(),
        job_title=row.job_title,
        phone=row.phone,
        agency=agency,
        office=office,
    )
    result.created.append(person)


def read_directory(text: str) -> Iterator[DirectoryRow]:
    """The rows of a CSV text with the headings of `COLUMNS` (semicolons or commas). Raises ValidationError without them."""
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = ";" if lines and ";" in lines[0] else ","
    reader = csv.DictReader(lines, delimiter=delimiter)
    headings = {normalise(name): name for name in reader.fieldnames or ()}
    missing = [name for name in ("organisation", "nom") if name not in headings]
    if missing:
        raise ValidationError(
            _("Il manque à ce fichier la colonne %(names)s.") % {"names": ", ".join(missing)}, code="headings"
        )
    for line in reader:
        value = {name: (line.get(headings[name]) or "").strip() for name in COLUMNS if name in headings}
        yield DirectoryRow(
            organisation=value["organisation"],
            family_name=value["nom"],
            given_name=value.get("prenom", ""),
            civility=value.get("civilite", ""),
            email=value.get("adresse", ""),
            duty_station=value.get("lieu", ""),
            job_title=value.get("poste", ""),
            phone=value.get("telephone", ""),
        )
