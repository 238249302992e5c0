"""The directory's filters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from taskforce.forms.fields import AgencyField, CleanForm
from taskforce.models import Agency, Theme
from taskforce.queries import french_order


class DirectoryForm(CleanForm):
    """Words, an organisation, a duty station, a theme."""

    q = forms.CharField(label=_("Nom, organisation ou lieu"), max_length=100, required=False)
    agence = AgencyField(label=_("Organisation"), required=False, widget=forms.Select, empty_label=_("Toutes"))
    lieu = forms.ChoiceField(label=_("Lieu d’affectation"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Spécialiste de"), queryset=Theme.objects.none(), required=False, empty_label=_("Tous les thèmes")
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], stations: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agence"].queryset = agencies
        self.fields["lieu"].choices = [("", _("Tous")), *((name, name) for name in stations)]
        self.fields["theme"].queryset = Theme.objects.order_by(*french_order("name"))

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of `directory_people`; what is not valid filters nothing."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "words": data.get("q") or "",
            "agency": data.get("agence"),
            "station": data.get("lieu") or "",
            "theme": data.get("theme"),
        }
