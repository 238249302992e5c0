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

from interventions.enums import UnitLevel, ViewPage
from interventions.forms.views import MapForm
from interventions.maps import Sheet, draw, legend, sheet_of, written
from interventions.models import AdminUnit, InterventionRole
from interventions.periods import Period
from interventions.queries.areas import AreaValues, area_values
from interventions.queries.line_lists import NATIONAL, NO_DEPARTMENT
from interventions.queries.sheets import options_of
from interventions.queries.tally import PRESENT, Value, lines_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import shows_small, today_of
from interventions.views.saved_views import saved_on
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
    options = options_of(country, request.user)
    form = MapForm(
        request.GET,
        today=today_of(shell),
        instruments=[(str(key), label) for key, label in options.instruments],
        agencies=[(str(key), label) for key, label in options.agencies],
    )
    small = shows_small(request, country, form.measure)
    periods = [period for period in (form.other, form.period) if period]
    found = [_values(request, country, form, period, small=small) for period in periods]
    classes = form.classes_over([value.low for one in found for value in one.values.values()])
    sheet = sheet_of(country, form.level)
    page = _Page(iso3, form)
    drawings = []
    for number, (period, one) in enumerate(zip(periods, found, strict=True)):
        svg = draw(
            country,
            form.level,
            one.values,
            classes,
            title=_title(form, country, period),
            description=_description(one, small=small),
            link=lambda unit, period=period: page.url(unit, period),
            noun=form.measure.noun,
            slug=f"carte{number}",
            sheet=sheet,
            small=small,
        )
        apart = written(one.apart, small=small) if one.apart is not None else ""
        drawings.append(Drawing(period, svg, apart, page.apart_url(period)))
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "form": form,
        "drawings": drawings,
        "legend": legend(classes, slug="carte0", small=small),
        "measure": form.measure,
        "level": form.level,
        "narrowed": form.narrowed_to(),
        "notes": sheet.notes,
        "rows": _places(sheet, page, found, small=small),
        "period": form.period,
        "other": form.other,
        "is_empty": not any(one.values for one in found),
        "is_guarded": not small,
        "saved": saved_on(request, country, ViewPage.MAP),
    }
    return render(request, "interventions/views/map.html", context, status=422 if form.errors else 200)


def _values(request: HttpRequest, country: Country, form: MapForm, period: Period, *, small: bool) -> AreaValues:
    lines = lines_of(request.user, country, period)
    if instrument := form.asked.get("instrument"):
        lines = lines.filter(instrument=instrument)
    if agency := form.asked.get("structure"):
        roles = InterventionRole.objects.filter(agency=agency, kind__in=PRESENT)
        lines = lines.filter(intervention__in=roles.order_by().values("intervention"))
    return area_values(lines, form.level, form.measure, small=small)


class _Page:
    """Where the places of a map lead."""

    def __init__(self, iso3: str, form: MapForm) -> None:
        self.iso3, self.level, self.period = iso3, form.level, form.period
        self.lines = reverse("interventions:line_list", args=[iso3])
        self.narrowed = {name: form.asked[name] for name in ("instrument", "structure") if form.asked.get(name)}

    def url(self, unit: AdminUnit, period: Period) -> str:
        """The sheet of the place; of a map of one instrument or structure, the lines that it counts there."""
        if self.narrowed:
            return self._lines(unit.pcode, period)
        return f"{reverse('interventions:area_sheet', args=[self.iso3, unit.pcode])}?{urlencode(period.query)}"

    def apart_url(self, period: Period) -> str:
        """The lines that no place of the map shows."""
        return self._lines(NATIONAL if self.level == UnitLevel.REGION else NO_DEPARTMENT, period)

    def _lines(self, place: str, period: Period) -> str:
        return f"{self.lines}?{urlencode({'lieu': place, **self.narrowed, **period.query})}"


def _places(sheet: Sheet, page: _Page, found: list[AreaValues], *, small: bool) -> list[tuple[str, list[Place]]]:
    """The units with their values, departments under their region; those that are no more where they have lines."""
    units = {shape.unit.pk: shape.unit for shape in sheet.shapes} | {unit.pk: unit for unit in sheet.missing}
    former = {pk for one in found for pk in one.values} - set(units)
    if former:
        units |= {unit.pk: unit for unit in AdminUnit.objects.filter(pk__in=former).select_related("parent")}
    groups: dict[str, list[Place]] = {}
    for unit in sorted(units.values(), key=lambda one: (one.parent.name if one.parent else "", one.name)):
        texts = [written(one.values.get(unit.pk), small=small) for one in found]
        region = unit.parent.name if unit.parent else ""
        groups.setdefault(region, []).append(Place(unit, page.url(unit, page.period), texts))
    return list(groups.items())


def _title(form: MapForm, country: Country, period: Period) -> str:
    values: dict[str, Any] = {
        "measure": form.measure.label,
        "level": _("par région") if form.level == UnitLevel.REGION else _("par département"),
        "country": country,
        "period": period.label,
    }
    return _("%(country)s : %(measure)s %(level)s, %(period)s") % values


def _description(found: AreaValues, *, small: bool) -> str:
    values: list[Value] = list(found.values.values())
    if not values:
        return _("Aucun lieu n’est renseigné.")
    most = max(values, key=lambda value: value.low)
    return _("Lieux renseignés : %(n)d. La valeur la plus grande est %(most)s.") % {
        "n": len(values),
        "most": written(most, small=small),
    }
