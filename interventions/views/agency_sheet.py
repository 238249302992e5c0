"""The sheet of an agency in a country: one page to speak from, in the round table of a meeting."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from interventions.enums import Measure
from interventions.forms.views import PeriodForm
from interventions.maps import written
from interventions.queries.agency_sheet import told_by
from interventions.queries.areas import figures_of
from interventions.queries.line_lists import present
from interventions.queries.tally import lines_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import shows_small, today_of
from taskforce.models import Agency

MEASURES = (Measure.INTERVENTIONS, Measure.LINES, Measure.PEOPLE, Measure.HOUSEHOLDS)


@require_GET
def agency_sheet(request: HttpRequest, iso3: str, pk: int) -> HttpResponse:
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    agency = get_object_or_404(Agency, pk=pk)
    today = today_of(shell)
    form = PeriodForm(request.GET, today=today)
    lines = lines_of(request.user, country, form.period).filter(intervention__in=present(agency))
    small = shows_small(request, country)
    dates = urlencode(form.period.query)
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "agency": agency,
        "form": form,
        "period": form.period,
        "today": today,
        "figures": [
            (one.measure.label, written(one.value, small=small) if one.value else "")
            for one in figures_of(lines, MEASURES, small=small)
        ],
        "told": told_by(request.user, country, agency, form.period, today=today),
        "list_url": f"{reverse('interventions:line_list', args=[iso3])}?structure={agency.pk}&{dates}",
        "matrix_url": f"{reverse('interventions:matrix', args=[iso3])}?par=structure&{dates}",
    }
    return render(request, "interventions/views/agency.html", context)
