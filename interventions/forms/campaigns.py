"""Forms of collection campaigns: the campaign, whom it asks, and a contact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from core.text import normalise
from interventions.forms.fields import CleanForm
from interventions.services.campaigns import Contact
from taskforce.models import Agency, Person, TaskForce

# A campaign asks hundreds of structures, not thousands.
MOST_STRUCTURES = 500
ERRORS_SHOWN = 10


class CampaignForm(CleanForm):
    """What is asked, about which period, by when, in whose name."""

    name = forms.CharField(label=_("Intitulé"), max_length=160)
    starts_on = FrenchDateField(label=_("Début de la période"))
    ends_on = FrenchDateField(label=_("Fin de la période"))
    answer_by = FrenchDateField(label=_("Réponse au plus tard le"))
    task_force = forms.ModelChoiceField(label=_("Au nom de"), queryset=TaskForce.objects.none(), empty_label=None)
    message = forms.CharField(
        label=_("Message aux structures"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ajouté au courriel et à la page de réponse."),
    )

    def __init__(self, *args: Any, bodies: Iterable[TaskForce], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = list(bodies)
        self.fields["task_force"].queryset = TaskForce.objects.filter(pk__in=[body.pk for body in bodies])

    def clean(self) -> Any:
        cleaned = super().clean()
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("La fin de la période précède son début."))
        return cleaned


class StructuresForm(CleanForm):
    """Structures to ask, one a line: « sigle ; prénom et nom ; adresse ». Cells pasted from a workbook will do."""

    structures = forms.CharField(
        label=_("Structures et contacts"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "Une structure par ligne : sigle ; prénom et nom ; adresse électronique. Des cellules copiées d’un tableur conviennent."
        ),
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = list(agencies)

    def clean_structures(self) -> list[Contact]:
        by_name = self._by_name()
        contacts: list[Contact] = []
        errors: list[str] = []
        for number, line in enumerate(self.cleaned_data["structures"].splitlines(), start=1):
            if not line.strip():
                continue
            try:
                contacts.append(_contact(line, by_name))
            except ValidationError as error:
                errors.append(
                    gettext("Ligne %(number)d : %(message)s") % {"number": number, "message": error.messages[0]}
                )
        if len(contacts) > MOST_STRUCTURES:
            errors.append(gettext("%(most)d structures au plus à la fois.") % {"most": MOST_STRUCTURES})
        if errors:
            more = len(errors) - ERRORS_SHOWN
            told = errors[:ERRORS_SHOWN]
            if more > 0:
                told.append(gettext("Et %(more)d autres lignes à corriger.") % {"more": more})
            raise ValidationError(told)
        return contacts

    def _by_name(self) -> dict[str, Agency]:
        """Agencies by acronym, name and alias; those of the country before those of the world."""
        found: dict[str, Agency] = {}
        for agency in sorted(self.agencies, key=lambda one: one.country_id is None):
            names = [agency.acronym, agency.name_fr, agency.name_en, *(alias.label for alias in agency.aliases.all())]
            for name in names:
                if name:
                    found.setdefault(normalise(name), agency)
        return found


def _contact(line: str, by_name: dict[str, Agency]) -> Contact:
    cells = [" ".join(cell.split()) for cell in (line.split("\t") if "\t" in line else line.split(";"))]
    cells = [cell for cell in cells if cell]
    if len(cells) < 2:
        raise ValidationError(gettext("écrivez le sigle et l’adresse, séparés par un point-virgule."))
    agency = by_name.get(normalise(cells[0]))
    if agency is None:
        raise ValidationError(
            gettext("« %(name)s » n’est pas une structure connue. Ajoutez-la d’abord à la liste des structures.")
            % {"name": cells[0][:60]}
        )
    email = cells[-1].lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(
            gettext("« %(email)s » n’est pas une adresse électronique.") % {"email": email[:80]}
        ) from None
    name = cells[1] if len(cells) > 2 else gettext("Point focal %(agency)s") % {"agency": agency.acronym}
    if len(name) > 100:
        raise ValidationError(gettext("ce nom est trop long."))
    return Contact(agency, email, name)


class ContactForm(CleanForm):
    """Whom to ask instead, or at which other address."""

    name = forms.CharField(label=_("Prénom et nom"), max_length=100)
    email = forms.EmailField(
        label=_("Adresse électronique"), help_text=_("Le lien envoyé à l’adresse précédente ne s’ouvrira plus.")
    )

    def contact(self, agency: Agency) -> Contact:
        email = self.cleaned_data["email"].lower()
        return Contact(agency, email, self.cleaned_data["name"], Person.objects.filter(email__iexact=email).first())
