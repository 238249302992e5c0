"""Checks of one value."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# First parts of other addresses: a body's slug is the first part of its own. A test compares them with the URLconf.
RESERVED_SLUGS = frozenset(
    """
    actions activites admin agences annuaire api aide bureaux carte comptes compte courriels decisions demo designations demonstration documents exports
    fonctions instances interventions mandats membres pays personnes recherche reunions sante series static style
    lien reponse invitation invitations profil ateliers agenda agendas calendriers comptes-rendus points presences directions autres-noms chefs-de-file calendrier notifications verification jobs medias media i18n termes imports
    """.split()
)


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("« %(value)s » n’est pas un fuseau horaire. Exemple : Africa/Niamey."), params={"value": value}
        )
