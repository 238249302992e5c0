"""Fields and form parts shared by the apps."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from core.validators import validate_characters


class CharactersMixin:
    """Every text of the form is checked for characters that PostgreSQL cannot hold (NUL, lone surrogates)."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        # Before a model form compares with the database: the query itself could not be sent.
        for name, value in list(self.cleaned_data.items()):  # type: ignore[attr-defined]
            if isinstance(value, str):
                try:
                    validate_characters(value)
                except ValidationError as error:
                    self.add_error(name, error)  # type: ignore[attr-defined]
        return cleaned
