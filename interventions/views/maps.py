"""The map of a country, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from interventions.enums import Measure, UnitLevel
from interventions.forms.views import MapForm
from interventions.maps import draw, legend, sheet_of, written
from interventions.models import AdminUnit
from interventions.periods import Period
from interventions.queries.areas import AreaValues, area_values
from interventions.queries.line_lists import NATIONAL, narrowed
from interventions.queries.sheets import options_of
from interventions.queries.tally import Value, lines_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import today_of
from taskforce.models import Country


@dataclass(frozen=True)
class Drawing:
    """One period: its drawing and what it says in words."""

    period: Period
    svg: SafeString
    apart: str
    apart_url: str


@dataclass(frozen=True)
class Place:
    """A line of the table beside the map."""

    unit: AdminUnit
    url: str
    texts: list[str]


@require_GET
def map_page(request: HttpRequest, iso3: str) -> HttpResponse:
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    options = options_of(country)
    form = MapForm(
        request.GET,
        today=today_of(shell),
        instruments=[(str(key), label) for key, label in options.instruments],
        agencies=[(str(key), label) for key, label in options.agencies],
    )
    periods = [period for period in (form.other, form.period) if period]
    found = [_values(request, country, form, period) for period in periods]
    small = request.user.has_perm("interventions.view_small_figures", country)
    classes = form.classes_over([value.low for one in found for value in one.values.values()])
    sheet = sheet_of(country, form.level)
    drawings = []
    for number, (period, one) in enumerate(zip(periods, found, strict=True)):
        svg = draw(
            country,
            form.level,
            one.values,
            classes,
            title=_title(form, country, period),
            description=_description(one, form),
            link=lambda unit, period=period: _sheet_url(iso3, unit, period),
            unit_name=_unit_name(form.measure),
            slug=f"carte{number}",
            sheet=sheet,
            small=small,
        )
        apart = written(one.apart, small=small) if one.apart is not None else ""
        drawings.append(Drawing(period, svg, apart, _apart_url(iso3, form, period)))
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "form": form,
        "drawings": drawings,
        "legend": legend(classes, slug="carte0"),
        "measure": form.measure,
        "level": form.level,
        "notes": sheet.notes,
        "rows": _places(country, form, iso3, found, small=small),
        "period": form.period,
        "other": form.other,
        "is_empty": not any(one.values for one in found),
    }
    return render(request, "interventions/views/map.html", context, status=422 if form.errors else 200)


def _values(request: HttpRequest, country: Country, form: MapForm, period: Period) -> AreaValues:
    lines = lines_of(request.user, country, period)
    if instrument := form.asked.get("instrument"):
        lines = lines.filter(instrument=instrument)
    lines, _told = narrowed(lines, country, {"structure": form.asked.get("structure", "")})
    return area_values(lines, form.level, form.measure)


def _places(
    country: Country, form: MapForm, iso3: str, found: list[AreaValues], *, small: bool
) -> list[tuple[str, list[Place]]]:
    """The units with their values, departments under their region."""
    units = AdminUnit.objects.filter(country=country, level=form.level).select_related("parent")
    groups: dict[str, list[Place]] = {}
    for unit in units.order_by("parent__name", "name"):
        if unit.valid_until is not None and not any(unit.pk in one.values for one in found):
            continue
        texts = [written(one.values.get(unit.pk), small=small) for one in found]
        region = unit.parent.name if unit.parent else ""
        groups.setdefault(region, []).append(Place(unit, _sheet_url(iso3, unit, form.period), texts))
    return list(groups.items())


def _title(form: MapForm, country: Country, period: Period) -> str:
    values: dict[str, Any] = {
        "measure": form.measure.label,
        "level": _("par région") if form.level == UnitLevel.REGION else _("par département"),
        "country": country,
        "period": period.label,
    }
    return _("%(country)s : %(measure)s %(level)s, %(period)s") % values


def _description(found: AreaValues, form: MapForm) -> str:
    values: list[Value] = list(found.values.values())
    if not values:
        return _("Aucun lieu n’est renseigné.")
    most = max(values, key=lambda value: value.low)
    return _("Lieux renseignés : %(n)d. La valeur la plus grande est %(most)s.") % {
        "n": len(values),
        "most": written(most),
    }


def _unit_name(measure: Measure) -> str:
    return str(measure.label).lower()


def _sheet_url(iso3: str, unit: AdminUnit, period: Period) -> str:
    return f"{reverse('interventions:area_sheet', args=[iso3, unit.pcode])}?{urlencode(period.query)}"


def _apart_url(iso3: str, form: MapForm, period: Period) -> str:
    """The national lines, which are a part of what the map cannot show."""
    query = {"lieu": NATIONAL, **period.query}
    return f"{reverse('interventions:line_list', args=[iso3])}?{urlencode(query)}"
