"""Filters of the lists: from the address to a queryset. An unknown value filters nothing and says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.text import normalise
from taskforce.enums import ActionState, AgencyKind
from taskforce.forms import AgencyField, CleanForm
from taskforce.models import ActionItem, ActionOwner, Agency, AgencyAlias, Decision
from taskforce.queries import OPEN_STATES, incomplete


class ActionFilter(CleanForm):
    """State, agency, year, overdue, without an owner or a date."""

    STATES = [("ouvertes", _("Ouvertes")), ("toutes", _("Toutes")), *ActionState.choices]

    etat = forms.ChoiceField(label=_("État"), choices=STATES, required=False)
    agence = AgencyField(label=_("Agence"), required=False, widget=forms.Select, empty_label=_("Toutes"))
    annee = forms.TypedChoiceField(label=_("Année"), required=False, coerce=int, empty_value=None)
    retard = forms.BooleanField(label=_("En retard"), required=False)
    manque = forms.BooleanField(label=_("À compléter"), required=False)
    liste = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, agencies: QuerySet[Agency], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agence"].queryset = agencies
        self.fields["annee"].choices = [("", _("Toutes")), *((year, year) for year in years)]

    def apply(self, actions: QuerySet[ActionItem], *, today: Any) -> QuerySet[ActionItem]:
        """The actions asked for; open ones unless the address says otherwise."""
        self.is_valid()
        asked = self.cleaned_data
        state = asked.get("etat") or "ouvertes"
        if state == "ouvertes":
            actions = actions.filter(state__in=OPEN_STATES)
        elif state != "toutes":
            actions = actions.filter(state=state)
        if asked.get("agence"):
            actions = actions.filter(
                Q(owner_all=True) | Q(pk__in=ActionOwner.objects.filter(agency=asked["agence"]).values("action"))
            )
        if asked.get("annee"):
            actions = actions.filter(year=asked["annee"])
        if asked.get("retard"):
            actions = actions.filter(state__in=OPEN_STATES, due_on__lt=today)
        if asked.get("manque"):
            actions = incomplete(actions)
        return actions


class DecisionFilter(CleanForm):
    """Year and words."""

    annee = forms.TypedChoiceField(label=_("Année"), required=False, coerce=int, empty_value=None)
    mots = forms.CharField(label=_("Mots"), required=False, max_length=100)
    liste = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [("", _("Toutes")), *((year, year) for year in years)]

    def apply(self, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
        """The decisions asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("annee"):
            decisions = decisions.filter(year=asked["annee"])
        if asked.get("mots"):
            decisions = decisions.filter(text__unaccent__icontains=asked["mots"])
        return decisions


class AgencyFilter(CleanForm):
    """Part of any name, and a kind."""

    nom = forms.CharField(label=_("Nom ou sigle"), required=False, max_length=100)
    nature = forms.ChoiceField(label=_("Nature"), choices=[("", _("Toutes")), *AgencyKind.choices], required=False)

    def apply(self, agencies: QuerySet[Agency]) -> QuerySet[Agency]:
        """The agencies asked for: a word finds acronyms, names and aliases."""
        self.is_valid()
        asked = self.cleaned_data
        word = asked.get("nom")
        if word:
            agencies = agencies.filter(
                Q(acronym__unaccent__icontains=word)
                | Q(name_fr__unaccent__icontains=word)
                | Q(name_en__unaccent__icontains=word)
                | Q(pk__in=AgencyAlias.objects.filter(normalised__contains=normalise(word)).values("agency"))
            )
        if asked.get("nature"):
            agencies = agencies.filter(kind=asked["nature"])
        return agencies
