"""Forms of what is known of places: one measure for many of them at once, and one figure corrected."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from interventions.enums import UnitLevel
from interventions.forms.fields import AmountField, CleanForm
from interventions.models import AdminUnit, AreaProfile
from interventions.places import Places
from interventions.services.profiles import profile_imprint
from taskforce.models import Country

MOST_LINES = 1000
MOST_TOLD = 12
# What the gaps and zones of social protection are read against; any other name may be typed.
USUAL = (
    _("Population"),
    _("Ménages"),
    _("Taux de pauvreté (%)"),
    _("Ménages pauvres"),
    _("Phase d’insécurité alimentaire (1 à 5)"),
    _("Enfants de moins de cinq ans"),
    _("Personnes de 60 ans et plus"),
    _("Malnutrition aiguë globale (%)"),
)
_CODE = re.compile(r"^[A-Za-z]{2,3}\d{2,}$")


class ProfileForm(CleanForm):
    """One figure, its source and date."""

    version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    measure = forms.CharField(
        label=_("Mesure"),
        max_length=80,
        help_text=_("Avec son unité, par exemple « Taux de pauvreté (%) ». Reprenez un nom connu quand il existe."),
    )
    value = AmountField(label=_("Valeur"), required=True, max_digits=16, decimal_places=4)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("Institution, enquête ou document."))
    as_of = FrenchDateField(
        label=_("Date de la valeur"),
        help_text=_("Le jour auquel elle se rapporte : pour le recensement de 2023, par exemple 1/7/2023."),
    )

    def __init__(self, *args: Any, measures: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = list(dict.fromkeys([*measures, *(str(name) for name in USUAL)]))
        self.fields["measure"].widget.attrs["list"] = "mesures"

    @staticmethod
    def initial_of(profile: AreaProfile) -> dict[str, Any]:
        # 12500.0000 is 12 500.
        value = profile.value.quantize(Decimal(1)) if profile.value == profile.value.to_integral() else profile.value
        return {
            "measure": profile.measure,
            "value": value if value == value.to_integral() else value.normalize(),
            "source": profile.source,
            "as_of": profile.as_of,
            "version": profile_imprint(profile),
        }


class ProfileTableForm(ProfileForm):
    """A column of values pasted from a worksheet, one place a line."""

    value = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]
    niveau = forms.TypedChoiceField(
        label=_("Niveau des lieux"),
        choices=[(int(level), level.label) for level in UnitLevel],
        coerce=int,
        initial=int(UnitLevel.DEPARTMENT),
        help_text=_("Régions et départements portent souvent le même nom."),
    )
    values = forms.CharField(
        label=_("Lieux et valeurs"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "Un lieu par ligne : nom ou P-code, puis la valeur, séparés par une tabulation ou un point-virgule. "
            "Vous pouvez coller deux ou trois colonnes d’un tableur : P-code, nom, valeur."
        ),
    )
    field_order = ["measure", "source", "as_of", "niveau", "values"]

    def __init__(self, *args: Any, country: Country, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if isinstance(cleaned.get("values"), str) and "niveau" in cleaned:
            try:
                cleaned["values"] = self._pairs(cleaned["values"], cleaned["niveau"], cleaned.get("as_of"))
            except ValidationError as error:
                self.add_error("values", error)
        return cleaned

    def _pairs(self, text: str, level: int, day: Any) -> list[tuple[AdminUnit, Decimal]]:
        """The places and values of the lines. Raises ValidationError with what each line lacks."""
        places, amount = Places(self.country, on=day), AmountField(required=True, max_digits=16, decimal_places=4)
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_now("Au plus %(limit)d lignes.") % {"limit": MOST_LINES})
        found: dict[int, tuple[AdminUnit, Decimal]] = {}
        faults = []
        for number, line in lines:
            try:
                unit, value = _pair(line, places, amount, level)
                if unit.pk in found:
                    raise ValidationError(_now("%(unit)s figure deux fois.") % {"unit": unit})
            except ValidationError as error:
                faults.append(_now("Ligne %(n)d : %(reason)s") % {"n": number, "reason": " ".join(error.messages)})
            else:
                found[unit.pk] = (unit, value)
        if len(faults) > MOST_TOLD:
            more = _now("… et %(n)d autres lignes.") % {"n": len(faults) - MOST_TOLD}
            faults = [*faults[:MOST_TOLD], more]
        if faults:
            raise ValidationError(faults)
        return list(found.values())


def _pair(line: str, places: Places, amount: AmountField, level: int) -> tuple[AdminUnit, Decimal]:
    cells = [cell.strip() for cell in re.split(r"[;\t]", line)]
    while cells and not cells[-1]:
        cells.pop()
    if not 2 <= len(cells) <= 3:
        raise ValidationError(_now("écrivez le lieu, puis la valeur, séparés par un point-virgule."))
    *said, number = cells
    code = next((cell for cell in said if _CODE.match(cell)), "")
    name = next((cell for cell in said if cell and cell != code), "")
    resolved = places.resolve(pcode=code, name=name, level=level)
    if resolved.unit is None:
        raise ValidationError(resolved.message)
    if resolved.unit.level != level:
        raise ValidationError(_now("%(unit)s n’est pas de ce niveau.") % {"unit": resolved.unit})
    return resolved.unit, amount.clean(number)


class ProfileFilter(CleanForm):
    """A measure and a place."""

    mesure = forms.ChoiceField(label=_("Mesure"), required=False)
    lieu = forms.CharField(label=_("Lieu ou P-code"), max_length=100, required=False)

    def __init__(self, *args: Any, measures: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mesure"].choices = [("", _("Toutes")), *((name, name) for name in measures)]
