"""Keeping the filters of a page under a name."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CharactersMixin
from interventions.enums import ViewPage
from interventions.forms.views import MapForm, MatrixForm
from interventions.sheet_filter import SheetFilter

# What each page may be asked, in the order in which it is kept.
NAMES: dict[str, tuple[str, ...]] = {
    ViewPage.LIST: (*SheetFilter.NAMES, "tri"),
    ViewPage.MATRIX: MatrixForm.field_order,
    ViewPage.MAP: MapForm.field_order,
}


def kept_query(page: str, query: str) -> str:
    """The part of an address that `page` reads, each name once and in one order; the rest is left out."""
    asked = dict(parse_qsl(query))
    return urlencode([(name, asked[name].strip()) for name in NAMES[page] if asked.get(name, "").strip()])


class SavedViewForm(CharactersMixin, forms.Form):
    """The name, and for whom; the page and its filters travel with them."""

    name = forms.CharField(label=_("Nom de la vue"), max_length=80)
    shared = forms.BooleanField(label=_("Partager avec tous ceux qui travaillent dans le pays"), required=False)
    page = forms.ChoiceField(choices=ViewPage, widget=forms.HiddenInput)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]

    def clean_query(self) -> str:
        page = self.cleaned_data.get("page")
        return kept_query(page, self.cleaned_data["query"]) if page else ""
