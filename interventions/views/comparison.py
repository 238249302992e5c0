"""Targeting methods and transfer values of a country's interventions, side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from interventions.queries.comparison import running, targeting_methods, transfer_values
from interventions.views.parts import find_country, list_crumb, shell_of


@require_GET
def intervention_comparison(request: HttpRequest, iso3: str) -> HttpResponse:
    """How agencies target, or what their transfers are worth."""
    country = find_country(request, iso3)
    rows = running(request.user, country, timezone.localdate())
    shows = "transferts" if request.GET.get("liste") == "transferts" else "ciblage"
    context = {
        **shell_of(request, country),
        "shows": shows,
        "crumbs": [list_crumb(country)],
        "methods": targeting_methods(rows) if shows == "ciblage" else [],
        "transfers": transfer_values(rows) if shows == "transferts" else [],
    }
    return render(request, "interventions/comparison.html", context)
