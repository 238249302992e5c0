"""What the list of interventions comes to, narrowed as the list is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from interventions.queries.sheet_statistics import statistics_of
from interventions.queries.sheets import options_of
from interventions.queries.visibility import interventions_visible_to
from interventions.sheet_filter import SheetFilter
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import today_of


@require_GET
def sheet_statistics(request: HttpRequest, iso3: str) -> HttpResponse:
    """Where the work stands, how complete and how fresh the sheets are, by structure."""
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    today = today_of(shell)
    form = SheetFilter(request.GET, options=options_of(country, request.user))
    rows = form.apply(interventions_visible_to(request.user).filter(country=country), today=today)
    found = statistics_of(rows, today)
    words = {
        "lead": _("Structure responsable nommée"),
        "lines": _("Au moins une ligne de couverture"),
        "figures": _("Des bénéficiaires renseignés (hors assistance technique)"),
        "targeting": _("Méthode de ciblage renseignée"),
        "definition": _("Définition de « pauvre et vulnérable »"),
        "fresh": _("Vérifiée depuis moins d’un mois"),
    }
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "found": found,
        "groups": [
            (_("Statut des interventions"), found.statuses),
            (_("Nature"), found.kinds),
            (_("État des fiches"), found.states),
        ],
        "complete": [(words[name], share) for name, share in found.complete.items()],
        "is_filtered": form.is_filtered,
        "query": form.query(),
    }
    return render(request, "interventions/statistics.html", context)
