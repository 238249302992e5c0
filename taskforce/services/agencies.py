"""Agencies, their other names, their offices, and the reference data that comes with the portal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.fields import last_day as last_day_of
from core.fields import period
from core.history import recorded
from core.text import normalise
from core.typography import date_fr
from core.validators import validate_texts
from taskforce.models import Agency, AgencyAlias, AgencyOffice, Country, OfficeHead, Person
from taskforce.queries import agency_called
from taskforce.services.mandates import check_order

ONE_DAY = timedelta(days=1)
REFERENCE = Path(__file__).resolve().parent.parent / "reference"
FIELDS = frozenset({"acronym", "name_fr", "name_en", "kind", "country", "parent", "iati_ref", "website"})


def create_agency(*, actor: Any, aliases: Iterable[str] = (), **fields: Any) -> Agency:
    """Enter an agency or structure with its other names; `fields` are those of `FIELDS`.

    Raises ValidationError by field: an acronym taken in its country, or written for another agency.
    """
    with recorded(actor):
        agency = _save(Agency(), fields)
        for label in aliases:
            add_alias(agency, label, actor=actor)
    return agency


def update_agency(agency: Agency, *, actor: Any, **fields: Any) -> Agency:
    """Correct what is known of an agency; the history keeps the former facts. Raises ValidationError by field."""
    with recorded(actor):
        return _save(agency, fields)


def add_alias(agency: Agency, label: str, *, actor: Any) -> AgencyAlias:
    """Let `agency` be found under another name too. One that it already has is returned as it is.

    Raises ValidationError naming the agency that already goes by this name.
    """
    label = " ".join(label.split())
    if not label:
        raise ValidationError({"label": _("Écrivez l’autre nom.")})
    validate_texts({"label": label})
    with conflict_as_validation_error(), recorded(actor):
        # The one row that two people adding the same name to two agencies both wait for.
        list(Agency.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)[:1])
        own = agency.aliases.filter(normalised=normalise(label)).first()
        if own is not None:
            return own
        holder = agency_called(label, country_id=agency.country_id, other_than=agency)
        if holder is not None:
            raise ValidationError(
                {
                    "label": _("« %(label)s » désigne déjà %(agency)s. Un nom ne mène qu’à une structure.")
                    % {"label": label, "agency": holder.label}
                },
                code="alias-taken",
            )
        alias = AgencyAlias(agency=agency, label=label, normalised=normalise(label))
        alias.full_clean(validate_unique=False)
        alias.save()
    return alias


def remove_alias(alias: AgencyAlias, *, actor: Any) -> None:
    """Forget another name of an agency."""
    with recorded(actor):
        AgencyAlias.objects.filter(pk=alias.pk).delete()


def open_office(agency: Agency, duty_station: str, *, actor: Any, country: Country | None = None) -> AgencyOffice:
    """Enter an agency's office in a place. Raises ValidationError when it is known."""
    duty_station = " ".join(duty_station.split())
    validate_texts({"duty_station": duty_station})
    with conflict_as_validation_error("agency_office_once"), recorded(actor):
        office = AgencyOffice(agency=agency, duty_station=duty_station, country=country)
        office.full_clean()
        office.save()
    return office


def begin_head(
    office: AgencyOffice,
    person: Person,
    *,
    address_of_record: str,
    starts_on: date,
    actor: Any,
    is_interim: bool = False,
    ends_on: date | None = None,
) -> OfficeHead:
    """Let `person` head an office from `starts_on`; whoever heads it then ends the day before, in one act.

    `address_of_record` is where letters to the head go. Raises ValidationError.
    """
    check_order(starts_on, ends_on)
    with conflict_as_validation_error("office_head_once"), recorded(actor):
        AgencyOffice.objects.select_for_update(no_key=True).get(pk=office.pk)
        for former in office.heads.select_for_update(no_key=True).filter(
            period__contains=starts_on, period__startswith__lt=starts_on
        ):
            former.period = period(former.period.lower, starts_on - ONE_DAY)
            former.save(update_fields=["period"])
        head = OfficeHead(
            office=office,
            person=person,
            address_of_record=address_of_record.strip().lower(),
            is_interim=is_interim,
            period=period(starts_on, ends_on),
        )
        head.full_clean()
        head.save()
    return head


def end_head(head: OfficeHead, last_day: date, *, actor: Any) -> OfficeHead:
    """End the headship on `last_day`. Raises ValidationError for a day before its beginning or after its end."""
    with conflict_as_validation_error("office_head_period"), recorded(actor):
        locked = OfficeHead.objects.select_for_update(no_key=True).get(pk=head.pk)
        check_order(locked.period.lower, last_day, "last_day")
        last = last_day_of(locked.period)
        if last is not None and last_day > last:
            raise ValidationError(
                {"last_day": _("Cette direction se termine déjà le %(end)s.") % {"end": date_fr(last)}}
            )
        locked.period = period(locked.period.lower, last_day)
        locked.save(update_fields=["period"])
    head.period = locked.period
    return head


@dataclass(frozen=True)
class Loaded:
    """What a load added; what stood there already is not counted."""

    countries: int
    agencies: int
    aliases: int


@transaction.atomic
def load_reference() -> Loaded:
    """Bring in the countries and organisations that come with the portal. Idempotent.

    Only what lacks is added: a name that an administrator corrected or an alias moved to another agency stays.
    """
    before = (Country.objects.count(), Agency.objects.count(), AgencyAlias.objects.count())
    for row in _rows("countries.csv"):
        Country.objects.get_or_create(iso3=row.pop("iso3"), defaults=row)
    countries = {country.iso3: country for country in Country.objects.all()}
    agencies: dict[tuple[str, str], Agency] = {
        (agency.acronym, agency.country.iso3 if agency.country else ""): agency
        for agency in Agency.objects.select_related("country")
    }
    taken = set(AgencyAlias.objects.values_list("normalised", flat=True))
    for row in _rows("agencies.csv"):
        key = (row["acronym"], row["country"])
        if key not in agencies:
            agencies[key] = Agency.objects.create(
                acronym=row["acronym"],
                name_fr=row["name_fr"],
                name_en=row["name_en"],
                kind=row["kind"],
                country=countries[row["country"]] if row["country"] else None,
                parent=agencies.get((row["parent"], row["country"])) or agencies.get((row["parent"], "")),
                iati_ref=row["iati_ref"],
            )
        for label in filter(None, row["aliases"].split("|")):
            if normalise(label) not in taken:
                taken.add(normalise(label))
                AgencyAlias.objects.create(agency=agencies[key], label=label)
    after = (Country.objects.count(), Agency.objects.count(), AgencyAlias.objects.count())
    return Loaded(*(now - then for now, then in zip(after, before, strict=True)))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _save(agency: Agency, fields: dict[str, Any]) -> Agency:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        setattr(agency, name, " ".join(value.split()) if isinstance(value, str) else value)
    validate_texts({name: getattr(agency, name) for name in fields})
    if agency.parent is not None and agency.pk is not None and _is_below(agency.parent, agency):
        raise ValidationError(
            {"parent": _("Une structure ne peut pas être rattachée à elle-même ni à l’une des siennes.")}
        )
    for name in ("acronym", "name_fr", "name_en"):
        label = getattr(agency, name)
        holder = agency_called(label, country_id=agency.country_id, other_than=agency) if label else None
        if holder is not None:
            raise ValidationError(
                {name: _("« %(label)s » désigne déjà %(agency)s.") % {"label": label, "agency": holder.label}},
                code="name-taken",
            )
    with conflict_as_validation_error("agency_acronym_once"):
        agency.full_clean()
        agency.save()
    return agency


def _is_below(agency: Agency | None, top: Agency) -> bool:
    """`agency` is `top` or hangs under it. Bounded: a chain of parents is short."""
    for _step in range(20):
        if agency is None:
            return False
        if agency.pk == top.pk:
            return True
        agency = agency.parent
    return True
