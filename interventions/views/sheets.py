"""The list of a country's interventions, and one sheet."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.choices import choice_label
from interventions.aggregation import Value, overall
from interventions.enums import InterventionKind, InterventionState, InterventionStatus, ViewPage
from interventions.figures import shown, told
from interventions.forms.sheets import by_kind
from interventions.models import (
    CoverageFigure,
    CoverageLine,
    Indicator,
    IndicatorValue,
    Intervention,
    InterventionRole,
)
from interventions.queries.decisions import spoken_of
from interventions.queries.duplicates import similar_to
from interventions.queries.history import history_of
from interventions.queries.sheet_page import (
    LinePages,
    page_axes,
    page_course,
    page_figures,
    page_indicators,
    page_return,
    page_sheets,
    page_targets,
    page_totals,
)
from interventions.queries.sheets import (
    VERIFIED_FOR,
    coverage_of,
    lead_of,
    options_of,
)
from interventions.queries.visibility import interventions_visible_to
from interventions.services.figures import words
from interventions.services.lines import outside_period
from interventions.sheet_filter import SheetFilter
from interventions.views.parts import find_country, find_intervention, list_crumb, sheet_crumbs, shell_of
from interventions.views.saved_views import saved_on
from taskforce.queries import french_order

PER_PAGE = 25
# Nobody is asked whether these still hold.
OVER = (InterventionStatus.COMPLETED, InterventionStatus.CANCELLED)
LINES_PER_PAGE = 20
ORDERS = {
    "intitule": [*french_order("title"), "pk"],
    "-intitule": [*(order.desc() for order in french_order("title")), "-pk"],
    "verifiee": [F("verified_at").asc(nulls_first=True), "pk"],
    "-verifiee": [F("verified_at").desc(nulls_last=True), "-pk"],
}


@require_GET
def intervention_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """Who does what: the sheets of the country, narrowed by the address."""
    country = find_country(request, iso3)
    today = timezone.localdate()
    options = options_of(country, request.user)
    form = SheetFilter(request.GET, options=options)
    rows = form.apply(interventions_visible_to(request.user, country), today=today)
    rows = rows.order_by(*ORDERS.get(request.GET.get("tri", ""), ORDERS["intitule"])).prefetch_related(
        Prefetch("roles", InterventionRole.objects.select_related("agency").order_by("kind", "agency__acronym"))
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    covered = coverage_of(page.object_list)
    names = dict(options.instruments)
    context = {
        **shell_of(request, country),
        "form": form,
        "page": page,
        "rows": [_row(sheet, covered.get(sheet.pk), names, today) for sheet in page.object_list],
        "is_filtered": form.is_filtered,
        "query": form.query(),
        "saved": saved_on(request, country, ViewPage.LIST),
        "may_add": request.user.has_perm("interventions.add_intervention", country),
        "may_collect": request.user.has_perm("interventions.manage_country_data", country),
        "may_import": request.user.has_perm("interventions.import_lines", country),
        "may_manage_tokens": request.user.has_perm("interventions.manage_api_tokens", country),
    }
    return render(request, "interventions/list.html", context)


def _row(sheet: Intervention, coverage: Any, names: dict[int, str], today: Any) -> dict[str, Any]:
    status = sheet.status_on(today)
    used = [names[key] for key in (coverage.instruments if coverage else ()) if key in names]
    return {
        "sheet": sheet,
        "lead": lead_of(sheet),
        "others": [str(role.agency) for role in sheet.roles.all() if role.kind == "implementer"][:3],
        "status": status,
        "status_label": status.label,
        "kind_label": choice_label(sheet, "kind"),
        "state_label": choice_label(sheet, "state"),
        "lines": coverage.lines if coverage else 0,
        "places": coverage.places if coverage else 0,
        "instruments": sorted(used),
        "is_stale": status not in OVER and _is_stale(sheet.verified_at, today),
    }


def _is_stale(verified_at: Any, today: Any) -> bool:
    return verified_at is None or timezone.localdate(verified_at) < today - VERIFIED_FOR


@require_GET
def intervention_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: who takes part, where and for whom, how many, how far, and whether it still holds."""
    sheet = find_intervention(request, pk, page_sheets(request.user))
    today = timezone.localdate()
    may_edit = request.user.has_perm("interventions.edit_intervention", sheet)
    may_settle = request.user.has_perm("interventions.settle_duplicates", sheet)
    small = request.user.has_perm("interventions.view_small_figures", sheet)
    pages = LinePages(sheet, LINES_PER_PAGE)
    page = pages.get_page(request.GET.get("page") or pages.number_of(request.GET.get("ligne", "")))
    has_figures = sheet.kind != InterventionKind.ASSISTANCE
    context = {
        **shell_of(request, sheet.country),
        "sheet": sheet,
        "lead": lead_of(sheet),
        "status": sheet.status_on(today),
        "roles": by_kind(sheet.roles.all()),
        "axes": page_axes(sheet),
        "targets": page_targets(sheet),
        "page": page,
        "groups": by_what([line_row(line, sheet, page_figures(line), today, small=small) for line in page.object_list]),
        "totals": [
            (one.kind_label, one.counted_label, shown(one.low, small=small), shown(one.high, small=small), one.lines)
            for one in (page_totals(sheet, small=small) if has_figures else [])
        ],
        "has_figures": has_figures,
        "indicators": [_indicator_row(one, values) for one, values in page_indicators(sheet)],
        "is_stale": sheet.status_on(today) not in OVER and _is_stale(sheet.verified_at, today),
        "crumbs": [list_crumb(sheet.country)],
        "course": page_course(sheet) if may_settle else [],
        "sent_back": page_return(sheet) if may_settle else None,
        "spoken": spoken_of(request.user, sheet),
        "may_tie": request.user.has_perm("interventions.tie_decisions", sheet),
        "similar": similar_to(request.user, sheet) if may_settle else [],
        "may_edit": may_edit,
        "may_settle": may_settle,
        "may_edit_roles": request.user.has_perm("interventions.edit_roles", sheet),
        "may_confirm": sheet.on_behalf_of_id and request.user.has_perm("interventions.confirm_intervention", sheet),
        "may_flag": request.user.has_perm("interventions.flag_intervention", sheet)
        and sheet.state != InterventionState.ARCHIVED,
        "may_publish": request.user.has_perm("interventions.publish_intervention", sheet),
    }
    return render(request, "interventions/detail.html", context)


def by_what(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows of lines that follow each other with one instrument and one target group, told once for them all."""
    return [
        list(found)
        for _key, found in groupby(rows, key=lambda row: (row["line"].instrument_id, row["line"].target_group_id))
    ]


def line_row(
    line: CoverageLine, sheet: Intervention, figures: Iterable[CoverageFigure], today: Any, *, small: bool
) -> dict[str, Any]:
    """What the table of lines shows of one."""
    line.intervention = sheet
    figures = sorted(figures, key=lambda one: (one.kind != "reached", one.kind, one.counted))
    whole = [one for one in figures if one.cell.is_total]
    values = told({one.cell: one.value for one in figures}, small=small)
    return {
        "line": line,
        "region": line.unit.parent if line.unit_id and line.unit.parent_id else None,
        "figures": [
            (choice_label(one, "kind"), choice_label(one, "counted").lower(), values[one.cell]) for one in whole
        ],
        "parts": [(words(one.cell), values[one.cell]) for one in figures if one not in whole],
        "precisions": sorted({choice_label(one, "precision") for one in figures if one.precision != "counted"}),
        "frequency": choice_label(line, "frequency"),
        "modality": choice_label(line, "modality"),
        "is_over": line.ends_on is not None and line.ends_on < today,
        "is_stale": _is_stale(line.verified_at, today),
        "is_outside": outside_period(line),
    }


def _indicator_row(indicator: Indicator, values: list[IndicatorValue]) -> dict[str, Any]:
    known = [Value(one.unit_id, one.starts_on, one.ends_on, one.value, one.weight) for one in values]
    return {
        "indicator": indicator,
        "kind": choice_label(indicator, "kind"),
        "over_areas": choice_label(indicator, "over_areas").lower(),
        "over_periods": choice_label(indicator, "over_periods").lower(),
        "values": values[::-1],
        "overall": overall(known, over_areas=indicator.over_areas, over_periods=indicator.over_periods),
    }


@require_GET
def intervention_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what: for those who keep the sheet and those who run the country."""
    sheet = find_intervention(request, pk, perm="interventions.settle_duplicates")
    context = {
        **shell_of(request, sheet.country),
        "sheet": sheet,
        "crumbs": sheet_crumbs(sheet),
        "history": history_of(sheet),
        "sheet_url": reverse("interventions:intervention_detail", args=[sheet.pk]),
    }
    return render(request, "interventions/history.html", context)
