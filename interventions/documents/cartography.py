"""« Cartographie des interventions »: maps, matrices and who does what where, of a country and a period."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.choices import choice_label
from core.documents.base import Document, documents
from core.typography import count_fr, date_fr
from interventions.enums import FigureKind, Measure, Precision, RoleKind, UnitLevel
from interventions.figures import shown
from interventions.maps import classes_of, draw, legend, sheet_of, written
from interventions.maps.drawing import steps
from interventions.maps.raster import as_data
from interventions.models import (
    AdminUnit,
    Audience,
    Cartography,
    CoverageFigure,
    CoverageLine,
    Intervention,
    InterventionRole,
)
from interventions.periods import Period
from interventions.queries.areas import area_values, figures_of
from interventions.queries.cartographies import cartographies_visible_to, lines_of
from interventions.queries.matrix import Matrix, MatrixKind, Row, matrix

MAPS = (
    (UnitLevel.DEPARTMENT, Measure.INTERVENTIONS),
    (UnitLevel.DEPARTMENT, Measure.AGENCIES),
    (UnitLevel.REGION, Measure.PEOPLE),
)
MATRICES = (
    (MatrixKind.INSTRUMENT, Measure.INTERVENTIONS),
    (MatrixKind.AGENCY, Measure.INTERVENTIONS),
    (MatrixKind.AXIS, Measure.INTERVENTIONS),
    (MatrixKind.GUARANTEE, Measure.INTERVENTIONS),
)
# Columns that a page holds, and lines that a document lists: the export has them all.
ACROSS = 14
MOST_LINES = 1_200


@documents.register
class CartographyDocument(Document):
    slug = "cartography"
    title = gettext_lazy("Cartographie des interventions")
    model = Cartography
    template = "interventions/documents/cartography.html"
    stylesheet = "css/print-cartography.css"
    permission = "interventions.view_country"
    formats = ("pdf", "docx")
    built_later = True

    def queryset(self, user: Any) -> QuerySet[Cartography]:
        return cartographies_visible_to(user)

    def language(self, obj: Cartography) -> str:
        return obj.language

    def filename(self, obj: Cartography) -> str:
        country = slugify(obj.country.name)
        name = _("cartographie")
        return f"{name}-{country}-{obj.starts_on:%Y-%m-%d}-{obj.ends_on:%Y-%m-%d}"

    def page_context(self, obj: Cartography) -> dict[str, Any]:
        period = Period(obj.starts_on, obj.ends_on)
        return {
            "body": None,
            "label": f"{self.title} – {obj.country}, {period.label}",
            "back_url": reverse("interventions:intervention_list", args=[obj.country.iso3.lower()]),
            "back_label": _("Interventions"),
        }

    def get_context(self, obj: Cartography) -> dict[str, Any]:
        lines, small = lines_of(obj), obj.audience == Audience.PARTNERS
        period = Period(obj.starts_on, obj.ends_on)
        places = _lines(lines, small=small)
        return {
            "title": str(self.title),
            "country": str(obj.country),
            "period": period.label,
            "audience": str(Audience(obj.audience).label),
            "is_public": not small,
            "facts": _facts(obj, lines, small=small),
            "maps": [_map(obj, lines, level, measure, small=small) for level, measure in MAPS],
            "matrices": [_matrix(obj, lines, kind, measure) for kind, measure in MATRICES],
            "places": places,
            "left_out": max(lines.count() - MOST_LINES, 0),
            "sheets": _sheets(lines),
            "is_illustrative": CoverageFigure.objects.filter(
                line__in=lines.order_by().values("pk"), precision=Precision.ILLUSTRATIVE
            ).exists(),
            "sources": _sources(lines),
        }


def _facts(obj: Cartography, lines: QuerySet[CoverageLine], *, small: bool) -> list[list[str]]:
    departments = AdminUnit.objects.filter(country=obj.country, level=UnitLevel.DEPARTMENT, valid_until=None).count()
    covered = area_values(lines, UnitLevel.DEPARTMENT, Measure.INTERVENTIONS).values
    facts = [
        [str(one.measure.label), written(one.value, small=small or not one.measure.counts_beneficiaries)]
        for one in figures_of(lines, small=small)
    ]
    if departments:
        told = _("%(n)s sur %(all)s") % {"n": count_fr(len(covered)), "all": count_fr(departments)}
        facts.append([_("Départements renseignés"), told])
    return facts


def _map(
    obj: Cartography, lines: QuerySet[CoverageLine], level: UnitLevel, measure: Measure, *, small: bool
) -> dict[str, Any]:
    """The drawing as text (for the PDF) and as shapes (for the picture of a Word file), and what stands below."""
    small = small or not measure.counts_beneficiaries
    found = area_values(lines, level, measure, small=small)
    classes = classes_of([value.low for value in found.values.values()])
    sheet = sheet_of(obj.country, level)
    where = _("par région") if level == UnitLevel.REGION else _("par département")
    title = f"{measure.label} {where}"
    looks = [*steps(classes), -1]
    names = [[look, one.label] for look, one in zip(looks, legend(classes, small=small), strict=True)]
    svg = draw(obj.country, level, found.values, classes, title=title, noun=measure.noun, sheet=sheet, small=small)
    rows = [
        [shape.unit.name, written(found.values[shape.unit.pk], small=small)]
        for shape in sheet.shapes
        if shape.unit.pk in found.values
    ]
    return {
        "title": title,
        "svg": str(svg),
        "picture": as_data(sheet, found.values, classes, level=level, small=small),
        "legend": names,
        "notes": sheet.notes,
        "apart": written(found.apart, small=small) if found.apart is not None else "",
        "is_interval": measure.counts_beneficiaries,
        "is_region": level == UnitLevel.REGION,
        "rows": rows if level == UnitLevel.REGION else [],
        "is_empty": not found.values,
    }


def _matrix(obj: Cartography, lines: QuerySet[CoverageLine], kind: MatrixKind, measure: Measure) -> dict[str, Any]:
    """In parts of `ACROSS` columns; the rows without a line are named below."""
    found = matrix(obj.country, lines, kind, measure)
    rows = [row for row in found.rows if row.total is not None]
    numbered = kind in (MatrixKind.INSTRUMENT, MatrixKind.GUARANTEE)
    heads = [str(index) if numbered else one.heading for index, one in enumerate(found.columns, start=1)]
    parts = []
    for start in range(0, max(len(heads), 1), ACROSS):
        end = start + ACROSS
        parts.append(
            {
                "heads": heads[start:end],
                "rows": [_row(row, start, end) for row in rows if _has(row, start, end)],
                "totals": [_cell(value) for value in found.totals[start:end]],
            }
        )
    names = [one.label for one in found.columns]
    keys = [[head, name] for head, name in zip(heads, names, strict=True) if head != name]
    return {
        "title": str(kind.label),
        "measure": str(measure.label),
        "corner": found.corner,
        "parts": parts if found.total is not None else [],
        "keys": keys,
        "absent": _absent(found, kind),
    }


def _row(row: Row, start: int, end: int) -> dict[str, Any]:
    return {
        "label": _label(row),
        "kind": row.heading.kind,
        "cells": [_cell(value) for value in row.cells[start:end]],
        "total": _cell(row.total),
    }


def _label(row: Row) -> str:
    """A region and one of its departments often share a name."""
    return _("%(name)s (région)") % {"name": row.heading.label} if row.heading.kind == "region" else row.heading.label


def _has(row: Row, start: int, end: int) -> bool:
    return any(value is not None for value in row.cells[start:end])


def _cell(value: Any) -> str:
    return "" if value is None else written(value)


def _absent(found: Matrix, kind: MatrixKind) -> str:
    """Departments, axes or ages without a line: not filled in, which is not « nobody »."""
    missing = [row.heading.label for row in found.rows if row.total is None and row.heading.kind in ("", "department")]
    return ", ".join(missing)


def _lines(lines: QuerySet[CoverageLine], *, small: bool) -> list[dict[str, Any]]:
    """Who does what for whom, place after place: a region's own lines before those of its departments."""
    rows = (
        lines.select_related("unit__parent", "instrument", "target_group", "intervention")
        .prefetch_related(
            "figures",
            Prefetch("intervention__roles", InterventionRole.objects.select_related("agency").order_by("kind")),
        )
        .order_by("unit__parent__name", "unit__name", "intervention__title", "pk")[:MOST_LINES]
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in rows:
        unit = line.unit
        place = _("National ou diffus")
        if unit is not None:
            place = unit.name if unit.parent is None else f"{unit.parent.name} – {unit.name}"
            if unit.parent is None:
                place = _("%(region)s (région, sans précision)") % {"region": unit.name}
        groups.setdefault(place, []).append(_line(line, small=small))
    return [{"place": place, "lines": found} for place, found in sorted(groups.items(), key=lambda one: one[0])]


def _line(line: CoverageLine, *, small: bool) -> dict[str, Any]:
    agencies = [
        str(role.agency)
        for role in line.intervention.roles.all()
        if role.kind in (RoleKind.ACCOUNTABLE, RoleKind.IMPLEMENTER)
    ]
    figures = [
        one
        for one in line.figures.all()
        if one.kind == FigureKind.REACHED and not (one.sex or one.age_band or one.with_disability)
    ]
    return {
        "title": line.intervention.title,
        "agencies": ", ".join(dict.fromkeys(agencies)),
        "instrument": line.instrument.name,
        "group": line.target_group.name if line.target_group else "",
        "period": f"{line.starts_on.month}/{line.starts_on.year} – {_month(line.ends_on)}",
        "reached": [_figure(one, small=small) for one in figures],
    }


def _month(day: date | None) -> str:
    return f"{day.month}/{day.year}" if day else "…"


def _figure(figure: CoverageFigure, *, small: bool) -> str:
    """« 950 ménages (illustratif, au 30 juin 2017) »: no figure without how it was counted and as of when."""
    value = shown(figure.value, small=small)
    number = count_fr(value) if isinstance(value, int) else str(value)
    said = [choice_label(figure, "precision").lower()]
    if figure.as_of:
        said.append(_("au %(day)s") % {"day": date_fr(figure.as_of)})
    return f"{number} {choice_label(figure, 'counted').lower()} ({', '.join(said)})"


def _sheets(lines: QuerySet[CoverageLine]) -> list[dict[str, str]]:
    """The interventions of the document, each with who answers for it and when somebody last said that it holds."""
    rows = (
        Intervention.objects.filter(pk__in=lines.order_by().values("intervention"))
        .prefetch_related(Prefetch("roles", InterventionRole.objects.select_related("agency").order_by("kind")))
        .order_by("title", "pk")[:MOST_LINES]
    )
    return [
        {
            "code": sheet.code,
            "title": sheet.title,
            "kind": choice_label(sheet, "kind"),
            "lead": _named(sheet, RoleKind.ACCOUNTABLE),
            "funders": _named(sheet, RoleKind.FUNDER),
            "targeting": choice_label(sheet, "targeting_method") if sheet.targeting_method else "",
            "verified": date_fr(sheet.verified_at.date()) if sheet.verified_at else "",
        }
        for sheet in rows
    ]


def _named(sheet: Intervention, kind: RoleKind) -> str:
    return ", ".join(str(role.agency) for role in sheet.roles.all() if role.kind == kind)


def _sources(lines: QuerySet[CoverageLine]) -> list[str]:
    """What the figures and the lines say that they come from."""
    keys = lines.order_by().values("pk")
    found = set(CoverageFigure.objects.filter(line__in=keys).values_list("source", flat=True).distinct())
    found |= set(lines.order_by().values_list("source", flat=True).distinct())
    return sorted(found - {""})[:200]
