"""What is known of places beside interventions (population, poverty, food-security phase…), with its source and date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.validators import validate_texts
from interventions.models import AdminUnit, AreaProfile
from interventions.services.stale import imprint, lock_as_seen
from taskforce.models import Country


@dataclass(frozen=True)
class Entered:
    """What a table of values changed; `same` stood there already."""

    added: int
    corrected: int
    same: int


def enter_profiles(
    country: Country,
    values: Iterable[tuple[AdminUnit, Decimal]],
    *,
    actor: Any,
    measure: str,
    source: str,
    as_of: date,
) -> Entered:
    """One measure at one date for many places; a value of the same date is corrected. All or nothing. Idempotent.

    Raises ValidationError by field.
    """
    measure, source = " ".join(measure.split()), " ".join(source.split())
    _check(measure, source, as_of)
    pairs = list(values)
    if any(unit.country_id != country.pk for unit, _value in pairs):
        raise ValidationError({"values": _("Choisissez des lieux de ce pays.")})
    if len({unit.pk for unit, _value in pairs}) < len(pairs):
        raise ValidationError({"values": _("Un lieu figure deux fois.")})
    known = {
        profile.unit_id: profile
        for profile in AreaProfile.objects.filter(unit__country=country, measure=measure, as_of=as_of)
    }
    added = corrected = same = 0
    with conflict_as_validation_error("area_profile_once"), recorded(actor):
        for unit, value in pairs:
            profile = known.get(unit.pk)
            if profile is None:
                _save(AreaProfile(unit=unit, measure=measure, as_of=as_of), value=value, source=source)
                added += 1
            elif (profile.value, profile.source) != (value, source):
                _save(profile, value=value, source=source)
                corrected += 1
            else:
                same += 1
    return Entered(added, corrected, same)


def correct_profile(
    profile: AreaProfile,
    *,
    actor: Any,
    measure: str,
    value: Decimal,
    source: str,
    as_of: date,
    seen: str | None = None,
) -> AreaProfile:
    """Correct one figure. Raises ValidationError by field; Stale when it is no longer as `seen` (`profile_imprint`)."""
    measure, source = " ".join(measure.split()), " ".join(source.split())
    _check(measure, source, as_of)
    with conflict_as_validation_error("area_profile_once"), recorded(actor):
        lock_as_seen(profile, seen, profile_imprint)
        return _save(profile, measure=measure, value=value, source=source, as_of=as_of)


def profile_imprint(profile: AreaProfile) -> str:
    """What the page of a figure shows to be corrected, in a few letters."""
    return imprint(profile, ("measure", "value", "source", "as_of"))


def remove_profile(profile: AreaProfile, *, actor: Any) -> None:
    """Take a figure away that was entered by mistake; the history keeps it."""
    with recorded(actor):
        profile.delete()


def _check(measure: str, source: str, as_of: date) -> None:
    validate_texts({"measure": measure, "source": source})
    if as_of > timezone.localdate():
        raise ValidationError({"as_of": _("Cette date est à venir. Donnez celle à laquelle la valeur a été établie.")})


def _save(profile: AreaProfile, **fields: Any) -> AreaProfile:
    for name, value in fields.items():
        setattr(profile, name, value)
    profile.full_clean()
    profile.save()
    return profile
