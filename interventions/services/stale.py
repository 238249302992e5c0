"""Writing over what one has not seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _


class Stale(ValidationError):
    """Somebody else saved in the meantime. `current` is what the database holds now: the page shows both."""

    def __init__(self, current: Any) -> None:
        super().__init__(
            _("Quelqu’un d’autre a enregistré entre-temps. Comparez les deux saisies, puis enregistrez la bonne."),
            code="stale",
        )
        self.current = current


def check_version(current: Any, version: int | None) -> None:
    """Raise Stale unless `version` is that of `current`; None asks for no check (imports hold the row)."""
    if version is not None and version != current.version:
        raise Stale(current)


def imprint(entry: Model, fields: Iterable[str], **listed: Iterable[Any]) -> str:
    """Which values of `entry` somebody saw, in a few letters: for what is corrected too seldom to count versions.

    `listed` are the values that stand in other tables (other names, instruments).
    """
    kinds: dict[str, Any] = {name: entry._meta.get_field(name) for name in fields}
    values = {name: kind.value_from_object(entry) for name, kind in kinds.items()}
    beside = {name: sorted(str(one) for one in rows) for name, rows in listed.items()}
    text = json.dumps([values, beside], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def lock_as_seen(entry: Model, seen: str | None, imprint_of: Any) -> None:
    """Hold the row of `entry` and read it again; raise Stale unless it is still as it was `seen`. None: no check."""
    entry.refresh_from_db(from_queryset=type(entry)._default_manager.select_for_update())
    if seen is not None and seen != imprint_of(entry):
        raise Stale(entry)
