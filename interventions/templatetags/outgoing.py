"""`{% export_menu "list" %}`: the formats in which a page can be taken away, filtered as it is; maps of documents."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from interventions.models import Instrument
from interventions.queries.line_lists import CONDITIONS
from interventions.sheet_filter import SheetFilter

register = template.Library()

_LABELS = re.compile(r'(<g class="map-labels"[^>]*>)((?:<text[^>]*>[^<]*</text>)*)</g>')
_STROKE = re.compile(r' (?:stroke|stroke-width|stroke-linejoin|paint-order)="[^"]*"')

PERIOD = ("du", "au")
NAMES = {
    "list": SheetFilter.NAMES,
    "lines": (*CONDITIONS, *PERIOD),
    "matrix": ("par", "mesure", *PERIOD),
    "map": ("niveau", "mesure", "instrument", "structure", *PERIOD),
}
SLUGS = {"list": "couverture", "lines": "lignes", "matrix": "matrice", "map": "lieux"}


@register.inclusion_tag("interventions/parts/_export.html", takes_context=True)
def export_menu(context: dict[str, Any], page: str) -> dict[str, Any]:
    country, iso3, asked = context["country"], context["iso3"], context["request"].GET
    kept = {name: asked[name] for name in NAMES[page] if asked.get(name)}

    def table(ending: str, slug: str = SLUGS[page], **more: str) -> str:
        return _with(reverse("exports:download", args=[slug, country.pk, ending]), kept | more)

    links = [(_("Tableau (Excel)"), table("xlsx")), (_("Texte (CSV)"), table("csv"))]
    if page in ("list", "lines"):
        links += [
            (_("Excel avec étiquettes HXL"), table("xlsx", hxl="on")),
            (_("CSV avec étiquettes HXL"), table("csv", hxl="on")),
            ("GeoJSON", _with(reverse("interventions:geojson_lines", args=[iso3]), kept | _period(page, asked))),
        ]
    if page == "list":
        links.append((_("IATI : vérifier, puis télécharger"), _with(reverse("interventions:iati", args=[iso3]), kept)))
    if page == "map":
        links += [
            ("GeoJSON", _with(reverse("interventions:geojson_map", args=[iso3]), kept)),
            (
                _("Lignes de la période (Excel)"),
                _with(reverse("exports:download", args=["lignes", country.pk, "xlsx"]), _lines(kept)),
            ),
        ]
    if page == "matrix":
        period = {name: value for name, value in kept.items() if name in PERIOD}
        url = _with(reverse("exports:download", args=["lignes", country.pk, "xlsx"]), period)
        links.append((_("Lignes de la période (Excel)"), url))
    period = {name: value for name, value in kept.items() if name in PERIOD}
    links.append((_("Cartographie (PDF, Word)"), _with(reverse("interventions:cartography", args=[iso3]), period)))
    return {"links": links}


def _period(page: str, asked: Any) -> dict[str, str]:
    """The list of lines without a period is that of this year: « du » says that it is meant."""
    return {"du": asked.get("du", "")} if page == "lines" else {}


def _lines(kept: dict[str, str]) -> dict[str, str]:
    """What the map filters by key, as the list of lines names it."""
    found = {name: value for name, value in kept.items() if name in (*PERIOD, "structure")}
    key = kept.get("instrument", "")
    if key.isascii() and key.isdigit() and len(key) < 10:
        code = Instrument.objects.filter(pk=int(key)).values_list("code", flat=True).first()
        if code:
            found["instrument"] = code
    return found


def _with(url: str, query: dict[str, str]) -> str:
    return f"{url}?{urlencode(query)}" if query else url


@register.simple_tag
def map_picture(data: dict[str, Any]) -> str:
    """A map of a document: the drawing for the PDF, a picture for Word; what it shows stands in words beside it."""
    # Here: only workers load what draws pictures.
    from interventions.maps.raster import picture

    svg, png = b64encode(_halo_below(data["svg"]).encode()).decode(), b64encode(picture(data["picture"])).decode()
    return format_html(
        '<img class="map" src="data:image/svg+xml;base64,{}" data-png="{}" data-mm="165" alt="{}">',
        svg,
        png,
        data["title"],
    )


@register.simple_tag
def map_key(look: int) -> str:
    """The mark of a class beside its label."""
    from interventions.maps.raster import swatch

    png = b64encode(swatch(look)).decode()
    return format_html(
        '<img class="key" src="data:image/png;base64,{}" data-png="{}" data-mm="7" alt="{}">', png, png, _("Motif")
    )


def _halo_below(svg: str) -> str:
    """The white edge of labels as a drawing of its own below them: PDFs know no order of fill and stroke."""
    return _LABELS.sub(
        lambda found: found[0].replace("<text", '<text fill="#ffffff"') + _STROKE.sub("", found[1]) + found[2] + "</g>",
        svg,
    )
