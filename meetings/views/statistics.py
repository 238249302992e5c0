"""The figures of a body, drawn here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from meetings.queries.presence_year import meetings_held, years_of
from meetings.queries.statistics import figures_of
from meetings.views.common import find_body
from meetings.views.presence import checked_year


@require_GET
def statistics_latest(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest year in which the body met."""
    body = find_body(request, slug, "meetings.view_presence")
    years = years_of(meetings_held(body))
    return redirect("meetings:statistics_year", slug=body.slug, year=years[0] if years else body.today().year)


@require_GET
def statistics_year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    body = find_body(request, slug, "meetings.view_presence")
    figures = figures_of(body, checked_year(body, year), user=request.user)
    context = {
        "body": body,
        "nav": "meetings",
        "year": year,
        "years": figures.years,
        "figures": figures,
        "back_url": reverse("meetings:meeting_list", args=[body.slug]),
    }
    return render(request, "meetings/statistics/year.html", context)
