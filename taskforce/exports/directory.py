"""The directory as a table, as its reader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.exports.base import Column, Export, exports
from core.forms import CharactersMixin
from taskforce.models import Agency, Theme, User
from taskforce.queries.directory import Listed, directory_people, listed

CHUNK = 500


class DirectoryParameters(CharactersMixin, forms.Form):
    """The same questions as on the page."""

    q = forms.CharField(max_length=100, required=False)
    agence = forms.ModelChoiceField(queryset=Agency.objects.all(), required=False)
    lieu = forms.CharField(max_length=120, required=False)
    theme = forms.ModelChoiceField(queryset=Theme.objects.all(), required=False)


def _contact(name: str):
    return lambda line: getattr(line.person, name) if line.shows_contact else None


@exports.register
class DirectoryExport(Export):
    """Of one account: it holds the people whom its owner may see."""

    slug = "annuaire"
    title = _("Annuaire")
    permission = "taskforce.view_directory"
    form_class = DirectoryParameters
    columns = (
        Column(_("Organisation"), "text", lambda line: str(line.person.agency or ""), 18),
        Column(_("Nom de l’organisation"), "text", lambda line: line.person.agency and line.person.agency.name, 44),
        Column(
            _("Lieu d’affectation"), "text", lambda line: line.person.office and line.person.office.duty_station, 18
        ),
        Column(_("Civilité"), "text", lambda line: line.person.get_civility_display(), 9),
        Column(_("Prénom"), "text", lambda line: line.person.given_name, 18),
        Column(_("Nom"), "text", lambda line: line.person.family_name, 20),
        Column(_("Poste"), "text", lambda line: line.person.job_title, 34),
        Column(_("Adresse électronique"), "text", _contact("email"), 32),
        Column(_("Téléphone"), "text", _contact("phone"), 20),
        Column(_("À vérifier"), "boolean", lambda line: line.doubt or None, 12),
    )

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[User]:
        return User.objects.filter(pk=user.pk)

    def rows(self) -> Iterable[Listed]:
        asked = self.params
        people = directory_people(
            self.user, words=asked["q"], agency=asked["agence"], station=asked["lieu"], theme=asked["theme"]
        )
        batch = []
        for person in people.iterator(chunk_size=CHUNK):
            batch.append(person)
            if len(batch) == CHUNK:
                yield from listed(batch, self.user)
                batch = []
        yield from listed(batch, self.user)

    def filename(self) -> str:
        name = pgettext("nom de fichier", "annuaire")
        return f"{name}-{timezone.localdate():%Y-%m-%d}"
