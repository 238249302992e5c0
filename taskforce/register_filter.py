"""What the registers may be asked for: read alike by the page, the spreadsheet and the PDF.

Beside the rooms, because exports and documents read it as well as views. An unknown value filters nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin, FrenchDateField
from core.origins import about
from core.typography import date_fr
from taskforce.enums import ActionState
from taskforce.models import ActionItem, ActionOwner, Agency, Decision
from taskforce.queries.register import OPEN_STATES, incomplete


class AgencyChoice(forms.ModelChoiceField):
    """An agency, shown with its name."""

    def label_from_instance(self, agency: Agency) -> str:
        return agency.label


class RegisterFilter(CharactersMixin, forms.Form):
    """What both registers share: words, the theme of the meeting, a year, a period."""

    use_required_attribute = False
    # The day that the period speaks of.
    day: str
    names: tuple[str, ...]

    mots = forms.CharField(label=_("Mots du texte"), required=False, max_length=100)
    theme = forms.CharField(label=_("Thème de la réunion"), required=False, max_length=100)
    annee = forms.IntegerField(label=_("Année"), required=False, widget=forms.Select)
    du = FrenchDateField(label=_("Du"), required=False)
    au = FrenchDateField(label=_("Au"), required=False)
    liste = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, years: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].widget.choices = [("", _("Toutes")), *((year, year) for year in years)]

    def clean(self) -> Any:
        cleaned = super().clean()
        since, until = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if since and until and until < since:
            self.add_error("au", _("Cette date précède celle du début de la période. Corrigez l’une des deux."))
        return cleaned

    def narrow(self, rows: QuerySet[Any], model: type[Any]) -> QuerySet[Any]:
        """The rows that answer what both registers share."""
        asked = self.asked()
        if asked.get("mots"):
            rows = rows.filter(text__unaccent__icontains=asked["mots"])
        if asked.get("theme"):
            rows = rows.filter(about(model, asked["theme"]))
        if asked.get("annee"):
            rows = rows.filter(year=asked["annee"])
        if asked.get("du"):
            rows = rows.filter(**{f"{self.day}__gte": asked["du"]})
        if asked.get("au"):
            rows = rows.filter(**{f"{self.day}__lte": asked["au"]})
        return rows

    def asked(self) -> dict[str, Any]:
        """The clean values; what could not be read is absent."""
        self.is_valid()
        return self.cleaned_data

    def query(self) -> str:
        """What is asked, as the end of an address, in one order: the same question is the same text."""
        values = {name: self.data.get(name, "") for name in self.names}
        return urlencode([(name, value.strip()) for name, value in values.items() if value and value.strip()])

    # Folded away until one of them is used: on a phone the list comes first.
    MORE = ("theme", "du", "au", "manque")

    def first_fields(self) -> list[forms.BoundField]:
        return [item for item in self if item.name not in self.MORE]

    def more_fields(self) -> list[forms.BoundField]:
        return [item for item in self if item.name in self.MORE]

    def more_used(self) -> bool:
        return any(self.data.get(name) for name in self.MORE)

    @property
    def is_filtered(self) -> bool:
        return bool(self.query())

    def words(self) -> list[str]:
        """What is asked, in words, for the head of a document."""
        asked, said = self.asked(), []
        if asked.get("mots"):
            said.append(gettext("texte : « %(words)s »") % {"words": asked["mots"]})
        if asked.get("theme"):
            said.append(gettext("thème de la réunion : « %(words)s »") % {"words": asked["theme"]})
        if asked.get("annee"):
            said.append(gettext("année %(year)s") % {"year": asked["annee"]})
        if asked.get("du"):
            said.append(gettext("à partir du %(day)s") % {"day": date_fr(asked["du"])})
        if asked.get("au"):
            said.append(gettext("jusqu’au %(day)s") % {"day": date_fr(asked["au"])})
        return said


class ActionFilter(RegisterFilter):
    """State, agency, overdue, without an owner or a date; the period is that of the due date."""

    STATES = [("ouvertes", _("Ouvertes")), ("toutes", _("Toutes")), *ActionState.choices]
    day = "due_on"
    names = ("etat", "agence", "annee", "du", "au", "theme", "mots", "retard", "manque")

    etat = forms.ChoiceField(label=_("État"), choices=STATES, required=False)
    agence = AgencyChoice(label=_("Agence"), required=False, empty_label=_("Toutes"), queryset=Agency.objects.none())
    retard = forms.BooleanField(label=_("En retard"), required=False)
    manque = forms.BooleanField(label=_("À compléter"), required=False)
    field_order = ["etat", "agence", "annee", "mots", "retard", "theme", "du", "au", "manque"]

    def __init__(self, *args: Any, agencies: QuerySet[Agency] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agence"].queryset = Agency.objects.all() if agencies is None else agencies  # type: ignore[attr-defined]
        self.fields["du"].label, self.fields["au"].label = _("Échéance à partir du"), _("Échéance jusqu’au")

    def apply(self, actions: QuerySet[ActionItem], *, today: date) -> QuerySet[ActionItem]:
        """The actions asked for; open ones unless the address says otherwise."""
        actions = self.narrow(actions, ActionItem)
        asked = self.asked()
        state = asked.get("etat") or "ouvertes"
        if state == "ouvertes":
            actions = actions.filter(state__in=OPEN_STATES)
        elif state != "toutes":
            actions = actions.filter(state=state)
        if asked.get("agence"):
            actions = actions.filter(
                Q(owner_all=True) | Q(pk__in=ActionOwner.objects.filter(agency=asked["agence"]).values("action"))
            )
        if asked.get("retard"):
            actions = actions.filter(state__in=OPEN_STATES, due_on__lt=today)
        if asked.get("manque"):
            actions = incomplete(actions)
        return actions

    def words(self) -> list[str]:
        asked = self.asked()
        state = asked.get("etat") or "ouvertes"
        said = [gettext("état : %(state)s") % {"state": str(dict(self.STATES)[state]).lower()}]
        if asked.get("agence"):
            said.append(gettext("agence : %(agency)s") % {"agency": asked["agence"]})
        if asked.get("retard"):
            said.append(gettext("en retard"))
        if asked.get("manque"):
            said.append(gettext("sans responsable ou sans échéance"))
        return said + super().words()


class DecisionFilter(RegisterFilter):
    """The period is that of the day of the decision."""

    day = "decided_on"
    names = ("annee", "du", "au", "theme", "mots")

    field_order = ["annee", "mots", "theme", "du", "au"]

    def apply(self, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
        """The decisions asked for."""
        return self.narrow(decisions, Decision)


def asked_in(query: str) -> QueryDict:
    """A kept query as the data of a filter."""
    return QueryDict(query)
