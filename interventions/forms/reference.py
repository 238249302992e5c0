"""Forms of reference data and of administrative units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin, FrenchDateField
from interventions.enums import ComplementarityKind, LifeStage, UnitLevel
from interventions.forms.fields import CleanForm
from interventions.models import (
    AdminUnit,
    Complementarity,
    Instrument,
    PolicyAxis,
    SdgTarget,
    SpfGuarantee,
    TargetGroup,
)
from interventions.services.reference_entries import entry_imprint
from interventions.services.units import Former, unit_imprint
from taskforce.models import Country

MOST_LINES = 60


class LinesField(forms.CharField):
    """One value a line."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), max_length=6000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        if len(found) > MOST_LINES:
            raise ValidationError(_now("Au plus %(limit)d lignes.") % {"limit": MOST_LINES})
        return found


class FormerCodesField(LinesField):
    """« NE007001 ; 2015 ; Damagaram Takaya » a line."""

    def clean(self, value: Any) -> list[Former]:
        found = []
        for line in super().clean(value):
            parts = [part.strip() for part in line.split(";")]
            if len(parts) != 3 or not all(parts) or len(parts[0]) > 20 or len(parts[1]) > 40 or len(parts[2]) > 120:
                raise ValidationError(
                    _now(
                        "« %(line)s » : écrivez le code, le millésime et le nom d’alors, séparés par des points-virgules."
                    )
                    % {"line": line[:60]}
                )
            found.append(Former(parts[0].upper(), parts[1], parts[2]))
        if len({(one.pcode, one.vintage) for one in found}) < len(found):
            raise ValidationError(_now("Un code figure deux fois pour le même millésime."))
        return found


class DegreesField(forms.DecimalField):
    """« 13,79 » and « 13.79 »: five decimals are a metre."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-width": "date"})
        super().__init__(
            min_value=-most, max_value=most, max_digits=8, decimal_places=5, required=False, widget=widget, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class EntryForm(CharactersMixin, forms.ModelForm):
    """A form whose values a service writes: the model's own checks are made there, in one place."""

    use_required_attribute = False
    # See services.reference_entries.entry_imprint; kept as it was when what was typed is shown again.
    version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    # Somebody else gives the codes: they are typed.
    codes_are_known = False

    def __init__(self, *args: Any, country: Country, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        if self.instance.pk is not None:
            self.initial["version"] = entry_imprint(self.instance)
        if "code" in self.fields and self.instance.pk is not None:
            # Files, forms and links know an entry by its code.
            self.fields["code"].disabled = True
        elif "code" in self.fields and "name_fr" in self.fields and not self.codes_are_known:
            self.fields["code"].required = False
            self.fields["code"].help_text = _(
                "Laissez vide : il sera tiré du nom. Les fichiers et les liens s’en servent."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "code" in self.fields and not cleaned.get("code") and "code" not in self.errors and cleaned.get("name_fr"):
            cleaned["code"] = slugify(cleaned["name_fr"])[:60].strip("-")
        return cleaned

    def _post_clean(self) -> None:
        """Nothing is written to the instance here."""


class InstrumentForm(EntryForm):
    aliases = LinesField(
        label=_("Autres noms"),
        rows=8,
        help_text=_("Un par ligne, en français ou en anglais : les fichiers importés sont reconnus par eux."),
    )
    dac_code = forms.CharField(
        label=_("Code-objet CAD"),
        max_length=5,
        required=False,
        validators=[RegexValidator(r"^\d{5}$", _("Un code-objet du CAD a cinq chiffres."))],
        help_text=_("Cinq chiffres, par exemple 16010 ; l’export IATI en a besoin."),
    )

    class Meta:
        model = Instrument
        fields = ["name_fr", "name_en", "code", "side", "aspire_class", "ilo_function", "dac_code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["aliases"] = "\n".join(alias.label for alias in self.instance.aliases.all())


class TargetGroupForm(EntryForm):
    class Meta:
        model = TargetGroup
        fields = ["name_fr", "name_en", "code", "parent", "life_stage", "counted", "sex", "age_from", "age_to"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("age_from"), cleaned.get("age_to")
        if first is not None and last is not None and last < first:
            self.add_error("age_to", _now("L’âge maximal est inférieur à l’âge minimal."))
        return cleaned


class PolicyAxisForm(EntryForm):
    class Meta:
        model = PolicyAxis
        fields = ["policy", "number", "name_fr", "name_en", "code", "to_check"]


class GuaranteeForm(EntryForm):
    life_stages = forms.MultipleChoiceField(
        label=_("Âges de la vie"), choices=LifeStage, widget=forms.CheckboxSelectMultiple
    )
    instruments = forms.ModelMultipleChoiceField(
        label=_("Instruments"), queryset=Instrument.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = SpfGuarantee
        fields = ["name_fr", "name_en", "code", "life_stages", "instruments"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Q(guarantees=self.instance.pk) if self.instance.pk is not None else Q()
        self.fields["instruments"].queryset = Instrument.objects.filter(Q(is_active=True) | own).distinct()


class SdgTargetForm(EntryForm):
    codes_are_known = True

    class Meta:
        model = SdgTarget
        fields = ["code", "name_fr", "name_en"]


class ComplementarityForm(EntryForm):
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=ComplementarityKind,
        help_text=_("Pour un enchaînement, le premier instrument précède le second."),
    )

    class Meta:
        model = Complementarity
        fields = ["first", "second", "kind", "rationale_fr", "rationale_en"]
        widgets = {"rationale_fr": forms.Textarea(attrs={"rows": 3}), "rationale_en": forms.Textarea(attrs={"rows": 3})}


class UnitForm(CleanForm):
    """What may be corrected of a unit."""

    version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    name = forms.CharField(label=_("Nom"), max_length=120)
    aliases = LinesField(
        label=_("Autres noms"),
        help_text=_("Un par ligne : les fichiers importés reconnaissent le lieu sous chacun d’eux."),
    )
    valid_from = FrenchDateField(
        label=_("Existe depuis"), required=False, help_text=_("Laissez vide si l’unité a toujours existé.")
    )
    valid_until = FrenchDateField(
        label=_("A cessé d’exister le"),
        required=False,
        help_text=_("Dernier jour. Les lignes passées restent ; aucune nouvelle ligne n’y commence après ce jour."),
    )
    vintage = forms.CharField(label=_("Millésime de la liste"), max_length=40, required=False)
    latitude = DegreesField(label=_("Latitude du chef-lieu"), most=90, help_text=_("En degrés, par exemple 13,79."))
    longitude = DegreesField(label=_("Longitude du chef-lieu"), most=180)
    former_codes = FormerCodesField(
        label=_("Codes qui ont désigné ce lieu dans d’anciennes listes"),
        rows=3,
        help_text=_("Un par ligne : code ; millésime ; nom d’alors. Exemple : NE007001 ; 2015 ; Damagaram Takaya."),
    )

    @staticmethod
    def initial_of(unit: AdminUnit) -> dict[str, Any]:
        names = ("name", "valid_from", "valid_until", "vintage", "latitude", "longitude")
        return {
            **{name: getattr(unit, name) for name in names},
            "aliases": "\n".join(alias.label for alias in unit.aliases.all()),
            "former_codes": "\n".join(
                str(Former(former.pcode, former.vintage, former.name)) for former in unit.former_codes.all()
            ),
            "version": unit_imprint(unit),
        }


class NewUnitForm(UnitForm):
    version = None  # type: ignore[assignment]
    parent = forms.ModelChoiceField(
        label=_("Rattachée à"),
        queryset=AdminUnit.objects.none(),
        required=False,
        empty_label=_("Rien : c’est une région"),
    )
    pcode = forms.CharField(
        label=_("P-code"), max_length=20, help_text=_("Il commence par celui de l’unité de rattachement.")
    )
    field_order = ["parent", "pcode", "name"]

    def __init__(self, *args: Any, country: Country, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = AdminUnit.objects.filter(country=country, level__lt=UnitLevel.COMMUNE)
        self.fields["parent"].queryset = above
        self.fields["parent"].label_from_instance = lambda unit: f"{unit.pcode} · {unit.name}"


class UnitFilter(CleanForm):
    """Words and a level."""

    q = forms.CharField(label=_("Nom, autre nom ou P-code"), max_length=100, required=False)
    niveau = forms.TypedChoiceField(
        label=_("Niveau"), choices=[("", _("Tous")), *UnitLevel.choices], coerce=int, required=False, empty_value=None
    )
