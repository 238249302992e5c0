"""The coverage lines behind a number."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from interventions.forms.views import PeriodForm
from interventions.queries.line_lists import CONDITIONS, narrowed
from interventions.queries.tally import lines_of
from interventions.views.line_rows import roles_with_agencies, rows_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import shows_small, today_of

PER_PAGE = 50


@require_GET
def line_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """Every condition of the address holds for each line shown."""
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    form = PeriodForm(request.GET, today=today_of(shell))
    asked = {name: request.GET.get(name, "") for name in CONDITIONS}
    found, told = narrowed(lines_of(request.user, country, form.period), country, asked)
    found = found.select_related("unit__parent", "instrument", "target_group", "intervention").prefetch_related(
        "figures", roles_with_agencies()
    )
    page = Paginator(
        found.order_by("unit__parent__name", "unit__name", "intervention__title", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    small = shows_small(request, country)
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "form": form,
        "told": told,
        "period": form.period,
        "page": page,
        "rows": rows_of(page.object_list, small=small),
        "is_guarded": not small,
        "kept": [(name, value) for name, value in asked.items() if value],
        "without": urlencode({"du": request.GET.get("du", ""), "au": request.GET.get("au", "")}),
    }
    return render(request, "interventions/views/lines.html", context)
