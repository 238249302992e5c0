"""Writing over what one has not seen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
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
