"""« Toujours valable ? »: the monthly round over the lines, one click a line."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from interventions.queries.verification import (
    by_sheet,
    named,
    open_lines,
    own_lines,
    sheets_without_lines,
    standings,
    unverified,
)
from interventions.queries.visibility import reach_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import today_of
from interventions.views.sheets import by_what, line_row

PER_PAGE = 40


@require_GET
def verification(request: HttpRequest, iso3: str) -> HttpResponse:
    """One's own lines that nobody confirmed for a month; all that one may enter, as the data manager; or, by
    structure, how far each is."""
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    today = today_of(shell)
    reach = reach_of(request.user)
    keeps, enters = bool(reach.agencies.get(country.pk)), country.pk in reach.data_manager_in
    going = open_lines(request.user, country, today)
    mine = going if enters else own_lines(going, request.user, country)
    shows = "structures" if request.GET.get("vue") == "structures" or not (keeps or enters) else "lignes"
    context: dict[str, Any] = {
        **shell,
        "crumbs": [list_crumb(country)],
        "shows": shows,
        "keeps": keeps or enters,
        "enters": enters,
        "groups": [],
        "standings": [],
        "alone": [],
    }
    if shows == "structures":
        context["standings"] = standings(request.user, country, today)
        return render(request, "interventions/verification.html", context)
    page = Paginator(named(mine.filter(unverified(today))), PER_PAGE).get_page(request.GET.get("page"))
    small = request.user.has_perm("interventions.view_small_figures", country)
    total, due = mine.count(), page.paginator.count
    context |= {
        "page": page,
        "due": due,
        "going": total,
        "done": total - due,
        "alone": list(sheets_without_lines(request.user, country, today)[:PER_PAGE]) if page.number == 1 else [],
        "groups": [
            (
                one.sheet,
                len(one.lines),
                by_what([line_row(line, one.sheet, line.figures.all(), today, small=small) for line in one.lines]),
            )
            for one in by_sheet(page.object_list)
        ],
    }
    return render(request, "interventions/verification.html", context)
