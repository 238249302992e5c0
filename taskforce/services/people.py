"""People known to the portal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.validators import validate_texts
from taskforce.models import Person, Theme

FIELDS = frozenset(
    {"civility", "given_name", "family_name", "job_title", "email", "phone", "language", "agency", "office"}
)


def create_person(*, actor: Any, themes: Iterable[Theme] = (), **fields: Any) -> Person:
    """Enter a person; `fields` are those of `FIELDS`. Raises ValidationError by field (an address used twice…)."""
    return _save(Person(), fields, themes, actor)


def update_person(person: Person, *, actor: Any, themes: Iterable[Theme] | None = None, **fields: Any) -> Person:
    """Correct what is known of a person; the history keeps the former facts. `themes` None leaves them.

    Raises ValidationError by field.
    """
    return _save(person, fields, themes, actor)


def _save(person: Person, fields: dict[str, Any], themes: Iterable[Theme] | None, actor: Any) -> Person:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        setattr(person, name, " ".join(value.split()) if isinstance(value, str) else value)
    person.email = person.email.lower()
    validate_texts({name: getattr(person, name) for name in fields})
    if person.office is not None and person.office.agency_id != person.agency_id:
        raise ValidationError({"office": _("Ce bureau n’est pas de la même agence que la personne.")})
    with conflict_as_validation_error("person_email_once"), recorded(actor):
        person.full_clean()
        person.save()
        if themes is not None:
            person.themes.set(themes)
    return person
