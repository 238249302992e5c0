"""Filters of the lists: from the address to a queryset. An unknown value filters nothing and says so."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.text import normalise
from taskforce.enums import AgencyKind
from taskforce.forms import CleanForm
from taskforce.models import Agency, AgencyAlias


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
