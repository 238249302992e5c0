"""« Cartographie des interventions »: choose the period, the language and the format, then wait for the document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.documents.services import request_document
from core.models import JobState
from interventions.documents.cartography import CartographyDocument
from interventions.forms.views import PeriodForm
from interventions.services.cartographies import cartography
from interventions.views.parts import find_country, form_page, list_crumb, shell_of
from interventions.views.periods import today_of
from taskforce.enums import Language


class CartographyForm(PeriodForm):
    langue = forms.ChoiceField(label=gettext_lazy("Langue du document"), choices=Language, widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[
            ("pdf", gettext_lazy("PDF, pour lire et imprimer")),
            ("docx", gettext_lazy("Word, pour le reprendre")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("du", "au", "langue", "format")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One period, not two side by side.
        for name in ("du2", "au2"):
            del self.fields[name]


@require_http_methods(["GET", "POST"])
def cartography_page(request: HttpRequest, iso3: str) -> HttpResponse:
    """A GET shows what may be asked, filled in from the address; a POST asks for the document."""
    country = find_country(request, iso3)
    today = today_of(shell_of(request, country))
    if request.method == "POST":
        form = CartographyForm(request.POST, today=today)
        if form.is_valid():
            wanted = cartography(country, form.period, reader=request.user, language=form.cleaned_data["langue"])
            job = request_document(request.user, CartographyDocument(), wanted, form.cleaned_data["format"])
            if job.state == JobState.DONE:
                return redirect("documents:download", pk=job.artefact_id)
            return redirect("documents:job", pk=job.pk)
    else:
        asked = PeriodForm(request.GET, today=today).period.query
        language = (get_language() or "fr")[:2]
        form = CartographyForm(None, today=today, initial={**asked, "langue": language, "format": "pdf"})
    return form_page(
        request,
        form,
        country=country,
        title=_("Cartographie des interventions"),
        submit=_("Préparer le document"),
        cancel_url=reverse("interventions:map", args=[iso3]),
        crumbs=[list_crumb(country)],
    )
