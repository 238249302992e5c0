"""Checks of one value."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_characters(text: str) -> None:
    """Refuse what PostgreSQL cannot hold: NUL and lone surrogates. Raises ValidationError naming the place."""
    for place, char in enumerate(text):
        if char == "\x00" or "\ud800" <= char <= "\udfff":
            around = "".join(c for c in text[max(0, place - 12) : place] if c.isprintable())
            raise ValidationError(
                _(
                    "Ce texte contient un caractère illisible (position %(place)d, après « %(around)s »). Effacez-le ou retapez ce passage."
                ),
                code="unreadable-character",
                params={"place": place + 1, "around": around or "…"},
            )


def validate_texts(values: dict[str, Any]) -> None:
    """`validate_characters` on every text of `values`; raises ValidationError by field."""
    errors = {}
    for name, value in values.items():
        if isinstance(value, str):
            try:
                validate_characters(value)
            except ValidationError as error:
                errors[name] = error
    if errors:
        raise ValidationError(errors)
