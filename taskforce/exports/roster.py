"""The roster of a body on a day, one line a mandate; a structure with nobody keeps its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.exports.base import Column, Export, exports
from core.forms import CharactersMixin, FrenchDateField
from taskforce.models import Mandate, Seat, TaskForce
from taskforce.queries import bodies_visible_to, contacts_visible_to, roster_on


class RosterDateForm(CharactersMixin, forms.Form):
    """The day on which the roster is read; empty means today."""

    use_required_attribute = False
    date = FrenchDateField(label=_("Composition au"), required=False, help_text=_("Par exemple 11/2/2016."))


@dataclass(frozen=True)
class RosterLine:
    """A structure and one of its people, or none."""

    seat: Seat
    mandate: Mandate | None
    shows_contact: bool

    def of_person(self, name: str) -> Any:
        return getattr(self.mandate.person, name) if self.mandate else None

    def contact(self, name: str) -> Any:
        return self.of_person(name) if self.shows_contact else None


@exports.register
class RosterExport(Export):
    """Members and observers with their people, addresses included for who may read them."""

    slug = "composition"
    title = _("Composition")
    permission = "taskforce.view_roster"
    form_class = RosterDateForm
    columns = (
        Column(_("Structure"), "text", lambda line: line.seat.agency.acronym, 16),
        Column(_("Nom de la structure"), "text", lambda line: line.seat.agency.name, 44),
        Column(_("Qualité"), "text", lambda line: line.seat.get_status_display(), 14),
        Column(_("Compte pour le quorum"), "boolean", lambda line: line.seat.counts, 12),
        Column(_("Rang"), "text", lambda line: line.mandate.rank_label if line.mandate else None, 16),
        Column(
            _("Civilité"), "text", lambda line: line.mandate.person.get_civility_display() if line.mandate else None, 9
        ),
        Column(_("Prénom"), "text", lambda line: line.of_person("given_name"), 18),
        Column(_("Nom"), "text", lambda line: line.of_person("family_name"), 20),
        Column(_("Poste"), "text", lambda line: line.of_person("job_title"), 34),
        Column(_("Adresse électronique"), "text", lambda line: line.contact("email"), 32),
        Column(_("Téléphone"), "text", lambda line: line.contact("phone"), 20),
        Column(_("Mandat depuis le"), "date", lambda line: line.mandate.starts_on if line.mandate else None, 14),
        Column(_("Mandat jusqu’au"), "date", lambda line: line.mandate.ends_on if line.mandate else None, 14),
    )

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[TaskForce]:
        return bodies_visible_to(user)

    @property
    def day(self) -> date:
        return self.params.get("date") or self.obj.today()

    def rows(self) -> Iterable[RosterLine]:
        entries = roster_on(self.obj, self.day)
        people = [mandate.person_id for entry in entries for mandate in entry.mandates]
        reachable = set(contacts_visible_to(self.user).filter(pk__in=people).values_list("pk", flat=True))
        for entry in entries:
            for mandate in entry.mandates or [None]:
                yield RosterLine(entry.seat, mandate, mandate is not None and mandate.person_id in reachable)

    def filename(self) -> str:
        return f"composition-{self.obj.slug}-{self.day:%Y-%m-%d}"
