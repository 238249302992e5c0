"""The sheet of a region or a department: who is there, with what, for whom; what is known of the place."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from interventions.enums import UnitLevel
from interventions.forms.views import PeriodForm
from interventions.maps import written
from interventions.models import AdminUnit
from interventions.queries.areas import figures_of, profiles_of
from interventions.queries.line_lists import within
from interventions.queries.tally import lines_of
from interventions.views.line_rows import roles_with_agencies, rows_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import shows_small, today_of
from taskforce.queries import has_any_grant

MOST_LINES = 200


@require_GET
def place(request: HttpRequest, pcode: str) -> HttpResponse:
    """The sheet of a place from its P-code alone."""
    if not has_any_grant(request.user):
        raise Http404(pcode)
    unit = get_object_or_404(AdminUnit.objects.select_related("country"), pcode=pcode[:20])
    return redirect("interventions:area_sheet", iso3=unit.country.iso3.lower(), pcode=unit.pcode)


@require_GET
def area_sheet(request: HttpRequest, iso3: str, pcode: str) -> HttpResponse:
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    unit = get_object_or_404(AdminUnit.objects.select_related("parent"), country=country, pcode=pcode[:20])
    form = PeriodForm(request.GET, today=today_of(shell))
    lines = lines_of(request.user, country, form.period).filter(within(unit))
    small = shows_small(request, country)
    dates = urlencode(form.period.query)
    # A region's own lines are told beside a department, and not counted for it.
    above = None
    if unit.level == UnitLevel.DEPARTMENT:
        above = lines_of(request.user, country, form.period).filter(unit=unit.parent).count()
    listed = list(
        lines.select_related("unit__parent", "instrument", "target_group", "intervention")
        .prefetch_related("figures", roles_with_agencies())
        .order_by("instrument__side", "instrument__position", "intervention__title", "unit__name", "pk")[
            : MOST_LINES + 1
        ]
    )
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "unit": unit,
        "form": form,
        "period": form.period,
        "figures": [
            (one.measure.label, written(one.value, small=small) if one.value else "")
            for one in figures_of(lines, small=small)
        ],
        "rows": rows_of(listed[:MOST_LINES], small=small),
        "is_cut": len(listed) > MOST_LINES,
        "list_url": f"{reverse('interventions:line_list', args=[iso3])}?lieu={unit.pcode}&{dates}",
        "above": above,
        "above_url": f"{reverse('interventions:line_list', args=[iso3])}?lieu={unit.parent.pcode}&precision=region&{dates}"
        if unit.parent
        else "",
        "profiles": profiles_of(unit),
        "may_manage": request.user.has_perm("interventions.manage_country_data", country),
        "inside": AdminUnit.objects.filter(parent=unit, valid_until=None).order_by("name")
        if unit.level == UnitLevel.REGION
        else [],
        "dates": dates,
    }
    return render(request, "interventions/views/area.html", context)
