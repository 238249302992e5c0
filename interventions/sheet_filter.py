"""What the list of interventions may be asked for: read alike by the page, exports and saved views.

Beside the rooms, because exports and documents read it as well as views. An unknown value filters nothing and says so.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin
from interventions.enums import InterventionKind, InterventionState, InterventionStatus
from interventions.models import CoverageLine, Intervention, InterventionRole
from interventions.models.interventions import WORDS
from interventions.queries.sheets import Options, at_place, to_verify, with_status


class SheetFilter(CharactersMixin, forms.Form):
    """Agency, instrument, place, axis, where the work and the sheet stand, to verify, words."""

    use_required_attribute = False
    NAMES = ("mots", "agence", "instrument", "lieu", "statut", "axe", "nature", "etat", "verifier")
    # Folded away until one of them is used: on a phone the list comes first.
    MORE = ("axe", "nature", "etat")

    mots = forms.CharField(label=_("Mots ou code"), required=False, max_length=100)
    agence = forms.TypedChoiceField(label=_("Agence ou structure"), required=False, coerce=int, empty_value=None)
    instrument = forms.TypedChoiceField(label=_("Instrument"), required=False, coerce=int, empty_value=None)
    lieu = forms.TypedChoiceField(label=_("Région ou département"), required=False, coerce=int, empty_value=None)
    statut = forms.ChoiceField(
        label=_("Statut"), required=False, choices=[("", _("Tous")), *InterventionStatus.choices]
    )
    axe = forms.TypedChoiceField(label=_("Axe de politique"), required=False, coerce=int, empty_value=None)
    nature = forms.ChoiceField(
        label=_("Nature"), required=False, choices=[("", _("Toutes")), *InterventionKind.choices]
    )
    etat = forms.ChoiceField(
        label=_("État de la fiche"),
        required=False,
        choices=[("", _("Toutes sauf archivées")), *InterventionState.choices],
    )
    verifier = forms.BooleanField(label=_("À vérifier"), required=False)
    tri = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("Tous"))]
        self.fields["agence"].choices = [("", _("Toutes")), *options.agencies]  # type: ignore[attr-defined]
        self.fields["instrument"].choices = [*every, *options.instruments]  # type: ignore[attr-defined]
        self.fields["lieu"].choices = [*every, *options.places]  # type: ignore[attr-defined]
        self.fields["axe"].choices = [*every, *options.axes]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The clean values; what could not be read is absent."""
        self.is_valid()
        return self.cleaned_data

    def apply(self, rows: QuerySet[Intervention], *, today: date) -> QuerySet[Intervention]:
        """The sheets asked for."""
        asked = self.asked()
        if words := asked.get("mots"):
            plain = Upper(Func(Value(words), function="socle_unaccent", output_field=TextField()))
            rows = rows.alias(_words=WORDS).filter(_words__contains=plain)
        if agency := asked.get("agence"):
            rows = rows.filter(pk__in=InterventionRole.objects.filter(agency=agency).values("intervention"))
        if instrument := asked.get("instrument"):
            rows = rows.filter(
                pk__in=CoverageLine.objects.filter(instrument=instrument).order_by().values("intervention")
            )
        if place := asked.get("lieu"):
            rows = at_place(rows, place)
        if axis := asked.get("axe"):
            rows = rows.filter(policy_axes=axis)
        if status := asked.get("statut"):
            rows = with_status(rows, status, today)
        if kind := asked.get("nature"):
            rows = rows.filter(kind=kind)
        if state := asked.get("etat"):
            rows = rows.filter(state=state)
        else:
            rows = rows.exclude(state=InterventionState.ARCHIVED)
        if asked.get("verifier"):
            rows = to_verify(rows, today)
        return rows

    def query(self) -> str:
        """What is asked, as the end of an address, in one order: the same question is the same text."""
        values = [(name, self.data.get(name, "")) for name in self.NAMES]
        return urlencode([(name, value.strip()) for name, value in values if value and value.strip()])

    @property
    def is_filtered(self) -> bool:
        return bool(self.query())

    def first_fields(self) -> list[forms.BoundField]:
        return [item for item in self if item.name not in self.MORE]

    def more_fields(self) -> list[forms.BoundField]:
        return [item for item in self if item.name in self.MORE]

    def more_used(self) -> bool:
        return any(self.data.get(name) for name in self.MORE)
