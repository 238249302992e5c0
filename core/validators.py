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


# What a scanner or a phone makes of a sheet of paper, by its first bytes.
SCAN_TYPES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
SCAN_LIMIT = 10 * 1024 * 1024


def scan_type(start: bytes) -> str:
    """The media type of a scan by its first bytes; empty for anything that is none."""
    return next((name for magic, name in SCAN_TYPES.items() if start.startswith(magic)), "")


def validate_scan(file: Any) -> None:
    """A scanned sheet: PDF, JPEG or PNG by its content (never by its name), 10 MiB at most. Raises ValidationError."""
    if file.size > SCAN_LIMIT:
        raise ValidationError(
            _("Ce fichier est trop lourd (%(size)d Mo). 10 Mo au plus : numérisez en noir et blanc, ou en PDF."),
            code="too-large",
            params={"size": -(-file.size // (1024 * 1024))},
        )
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    if not scan_type(start):
        raise ValidationError(
            _("Ce fichier n’est ni un PDF, ni une image JPEG ou PNG. Choisissez la numérisation elle-même."),
            code="not-a-scan",
        )
