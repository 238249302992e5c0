"""Limits for the map: what is drawn now, and a file that brings better ones.

Reading shapes takes libraries that pages do without: they are imported when a file has come.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.shortcuts import check_perm
from interventions.enums import UnitLevel
from interventions.forms.reference_files import BoundaryForm
from interventions.maps import draw, sheet_of
from interventions.maps.classes import Classes
from interventions.models import BoundarySet
from interventions.views.parts import find_country, form_page, shell_of, show_refusal
from interventions.views.reference import reference_crumbs
from taskforce.models import Country

MANAGE = "interventions.manage_country_data"
NOTHING = Classes(0, ())


@require_GET
def boundary_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """The limits of each level, drawn, with their source."""
    country = find_country(request, iso3)
    loaded = {one.level: one for one in BoundarySet.objects.filter(country=country)}
    levels = []
    for level, name in ((UnitLevel.REGION, _("Régions")), (UnitLevel.DEPARTMENT, _("Départements"))):
        sheet = sheet_of(country, level)
        title = _("%(country)s : %(level)s") % {"country": country, "level": name.lower()}
        levels.append(
            {
                "level": level,
                "title": name,
                "set": loaded.get(level),
                "sheet": sheet,
                "svg": draw(country, level, {}, NOTHING, title=title, slug=f"limites{level}", sheet=sheet),
            }
        )
    context = {
        **shell_of(request, country),
        "crumbs": reference_crumbs(country),
        "levels": levels,
        "may_edit": request.user.has_perm(MANAGE, country),
    }
    return render(request, "interventions/reference/boundaries.html", context)


@require_http_methods(["GET", "POST"])
def boundary_file(request: HttpRequest, iso3: str) -> HttpResponse:
    """Limits of a level from a GeoJSON file, in place of those drawn now."""
    country = find_country(request, iso3)
    check_perm(request.user, MANAGE, country)
    form = BoundaryForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and _load(request, country, form):
        return redirect(_list_url(country))
    return form_page(
        request,
        form,
        country=country,
        title=_("Charger des limites"),
        submit=_("Charger les limites"),
        cancel_url=_list_url(country),
        crumbs=[*reference_crumbs(country), (_("Limites de la carte"), _list_url(country))],
        note=_(
            "Elles remplacent celles du même niveau. Chaque carte imprime leur source et « limites sans valeur officielle »."
        ),
    )


@require_POST
def boundary_remove(request: HttpRequest, iso3: str, pk: int) -> HttpResponse:
    """Take the limits of a level away; departments are drawn around their chief towns again."""
    from interventions.services.boundaries import remove_boundaries

    country = find_country(request, iso3)
    limits = get_object_or_404(BoundarySet, country=country, pk=pk)
    check_perm(request.user, MANAGE, country)
    remove_boundaries(limits)
    messages.success(request, _("Ces limites sont retirées."))
    return redirect(_list_url(country))


def _load(request: HttpRequest, country: Country, form: BoundaryForm) -> bool:
    from interventions.imports.boundaries import read
    from interventions.services.boundaries import store_boundaries

    asked: dict[str, Any] = form.cleaned_data
    try:
        limits = read(form.path(), country, level=asked["level"], vintage=asked["vintage"])
    except ValidationError as error:
        show_refusal(form, ValidationError({"file": error.messages}))
        return False
    store_boundaries(
        country,
        limits.shapes,
        level=asked["level"],
        source=asked["source"],
        licence=asked["licence"],
        vintage=asked["vintage"],
    )
    count = len(limits.shapes)
    messages.success(request, ngettext("%(n)d forme chargée.", "%(n)d formes chargées.", count) % {"n": count})
    if limits.by_name:
        messages.info(request, _("Le fichier n’a pas de P-code : les régions ont été reconnues à leur nom."))
    for units, said in (
        (limits.mended, _("Contours qui se croisaient, remis en état : %(names)s.")),
        (limits.missing, _("Sans forme dans ce fichier, donc absents de la carte : %(names)s.")),
    ):
        if units:
            messages.warning(request, said % {"names": ", ".join(unit.name for unit in units)})
    return True


def _list_url(country: Country) -> str:
    return reverse("interventions:boundary_list", args=[country.iso3.lower()])
