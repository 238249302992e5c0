"""Checks of one value."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("« %(value)s » n’est pas un fuseau horaire. Exemple : Africa/Niamey."), params={"value": value}
        )
