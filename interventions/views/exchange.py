"""What goes out beside tables: GeoJSON and IATI."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from interventions.enums import InterventionState
from interventions.exports.areas import MapParameters, map_data
from interventions.exports.common import period_of
from interventions.exports.coverage import CoverageExport, LinesExport
from interventions.geojson import CONTENT_TYPE, as_text, line_features, map_features
from interventions.iati import Report, checkable, loaded, report_on, write_activities
from interventions.iati.checks import refuse_doubles
from interventions.models import Intervention
from interventions.queries.sheets import Options, options_of
from interventions.queries.visibility import interventions_visible_to
from interventions.sheet_filter import SheetFilter
from interventions.views.parts import find_country, list_crumb, shell_of
from taskforce.models import Country

# Sheets that one request checks and writes; the command has no limit.
MOST_SHEETS = 1_000
PER_PAGE = 25


@require_GET
def geojson_map(request: HttpRequest, iso3: str) -> HttpResponseBase:
    """The units of the map with the values it shows."""
    country = find_country(request, iso3)
    form = MapParameters(request.GET)
    if not form.is_valid():
        return _invalid(request, form, _("Carte"))
    period = period_of(form.cleaned_data)
    features = map_features(map_data(request.user, country, form.cleaned_data), period)
    name = _("carte")
    return _attached(as_text(features), f"{name}-{iso3}-{period.start:%Y-%m-%d}-{period.end:%Y-%m-%d}.geojson")


@require_GET
def geojson_lines(request: HttpRequest, iso3: str) -> HttpResponseBase:
    """Coverage lines at the chief towns of their units: those of the list, or those behind a number (« du », « au »)."""
    country = find_country(request, iso3)
    table = LinesExport if "du" in request.GET or "au" in request.GET else CoverageExport
    form = table.form_class(request.GET)
    if not form.is_valid():
        return _invalid(request, form, table.title)
    export = table(country, form.cleaned_data, request.user)
    return _attached(line_features(export), f"{export.filename()}.geojson")


def _invalid(request: HttpRequest, form: forms.Form, title: Any) -> HttpResponse:
    return render(request, "exports/invalid.html", {"form": form, "title": title}, status=400)


def _attached(lines: Iterable[str], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


class IatiForm(forms.Form):
    """Which sheets, beside the filters of the list."""

    use_required_attribute = False

    partenaires = forms.BooleanField(
        label=gettext_lazy("Avec les fiches réservées aux partenaires du pays"),
        required=False,
        help_text=gettext_lazy("Pour un échange entre partenaires : un tel fichier ne se publie pas."),
    )


def _sheets(request: HttpRequest, country: Country) -> tuple[SheetFilter, QuerySet[Intervention]]:
    """The published sheets that the list shows under the same filters."""
    is_asked = any(request.GET.get(name) for name in SheetFilter.NAMES)
    form = SheetFilter(request.GET, options=options_of(country, request.user) if is_asked else Options())
    visible = interventions_visible_to(request.user).filter(country=country, state=InterventionState.PUBLISHED)
    return form, form.apply(visible, today=timezone.localdate()).order_by("code", "pk")


def _reports(rows: QuerySet[Intervention], *, partners: bool) -> list[Report]:
    today = timezone.localdate()
    reports = [report_on(sheet, today=today, partners=partners) for sheet in rows]
    refuse_doubles(reports)
    return reports


@require_GET
def iati_page(request: HttpRequest, iso3: str) -> HttpResponse:
    """What the standard asks of each sheet, before the file is made."""
    country = find_country(request, iso3)
    filters, rows = _sheets(request, country)
    form = IatiForm(request.GET)
    partners = form.is_valid() and form.cleaned_data["partenaires"]
    reports = _reports(checkable(rows[:MOST_SHEETS]), partners=partners)
    leaving = sum(report.may_leave for report in reports)
    query = "&".join(part for part in (filters.query(), "partenaires=on" if partners else "") if part)
    # What is to be mended first.
    reports.sort(key=lambda report: (report.may_leave, not report.problems))
    context = {
        **shell_of(request, country),
        "crumbs": [list_crumb(country)],
        "form": form,
        "kept": [(name, value) for name, value in request.GET.items() if name in SheetFilter.NAMES and value],
        "is_filtered": filters.is_filtered,
        "page": Paginator(reports, PER_PAGE).get_page(request.GET.get("page")),
        "leaving": leaving,
        "staying": len(reports) - leaving,
        "is_cut": len(reports) >= MOST_SHEETS,
        "most": MOST_SHEETS,
        "query": query,
    }
    return render(request, "interventions/exchange/iati.html", context)


@require_GET
def iati_file(request: HttpRequest, iso3: str) -> HttpResponseBase:
    """The sheets that may leave, as IATI 2.03; where there is none, the page that says why."""
    country = find_country(request, iso3)
    rows = _sheets(request, country)[1]
    form = IatiForm(request.GET)
    partners = form.is_valid() and form.cleaned_data["partenaires"]
    leaving = [one.sheet.pk for one in _reports(checkable(rows[:MOST_SHEETS]), partners=partners) if one.may_leave]
    if not leaving:
        return redirect(f"{reverse('interventions:iati', args=[iso3])}?{request.GET.urlencode()}")
    reports = _reports(loaded(Intervention.objects.filter(pk__in=leaving).order_by("code", "pk")), partners=partners)
    file = tempfile.TemporaryFile()
    now = timezone.now()
    write_activities(reports, file, now=now, today=timezone.localdate())
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"iati-{iso3}-{timezone.localdate():%Y-%m-%d}.xml",
        content_type="application/xml",
    )
