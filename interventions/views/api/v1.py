"""Version 1 of the API. Its schema is at `openapi.json`; the paths and the fields of a version do not change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers
from ninja import Field, NinjaAPI, Query
from ninja.errors import HttpError

from interventions.enums import InterventionStatus, Measure
from interventions.models import AdminUnit, Instrument, TargetGroup
from interventions.periods import Period
from interventions.queries import tally
from interventions.queries.api import (
    agencies_told,
    interventions_told,
    lines_counted,
    lines_told,
    sees_small,
    units_told,
)
from interventions.queries.sheets import with_status
from interventions.views.api.access import Bearer, answer_errors, refuse_unknown, token_of
from interventions.views.api.pages import PageIn, PageOut, page_of
from interventions.views.api.reference import operations_of, paragraphs_of
from interventions.views.api.schemas import (
    AgencyOut,
    InstrumentOut,
    InterventionOut,
    LineOut,
    TargetGroupOut,
    TotalOut,
    TotalsOut,
    UnitOut,
)
from taskforce.models import Agency

NAMESPACE = "api-v1"
DESCRIPTION = """Lecture seule des interventions de protection sociale d’un pays, pour les tableaux de bord des partenaires.

Le secrétariat du pays donne un jeton, qui va dans l’en-tête `Authorization: Bearer …`. Seules les fiches publiées sont lues.
Ménages et personnes ne s’additionnent jamais ; les mêmes personnes peuvent figurer sur plusieurs lignes : un total est un
intervalle, au moins `low`, au plus `high`. Un chiffre de 1 à 4 est masqué (`is_masked`) pour un jeton « public ».
Une absence de ligne veut dire « non renseigné », pas « absent ».

Une liste a des pages : `page` et `page_size` (500 au plus) ; `next` donne l’adresse de la suivante, `count` le nombre de lignes
en tout. Un paramètre inconnu est refusé.

Une réponse porte un `ETag` : renvoyée dans `If-None-Match`, elle épargne ce qui n’a pas changé (304).
Au-delà de la limite par minute : 429, avec `Retry-After`."""


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name by which a generated client calls it."""
        return operation.view_func.__name__


api = Api(
    title="Socle – interventions",
    version="1",
    description=DESCRIPTION,
    urls_namespace=NAMESPACE,
    docs_url=None,
    docs_decorator=lambda view: require_GET(login_not_required(_plain(view))),
    auth=Bearer(),
)
answer_errors(api)


def _plain(view: Any) -> Any:
    """A function of the view that the library made, so that Django can mark it."""

    def called(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, **kwargs)

    return called


class InterventionsIn(PageIn):
    code: str = Field("", max_length=60, description="Code de la fiche")
    agency: str = Field("", max_length=60, description="Sigle d’une structure qui y prend part")
    status: Literal["", *InterventionStatus.values] = Field("", description="Statut aujourd’hui")  # type: ignore[valid-type]
    updated_since: datetime | None = Field(None, description="Fiches modifiées depuis")


class LinesIn(PageIn):
    intervention: int | None = Field(None, ge=1, le=2**31, description="Identifiant de la fiche")
    unit: str = Field("", max_length=20, description="P-code : les lignes du lieu et de ce qu’il contient")
    instrument: str = Field("", max_length=60, description="Code d’instrument")
    target_group: str = Field("", max_length=60, description="Code de groupe cible")
    agency: str = Field("", max_length=60, description="Sigle d’une structure qui prend part à l’intervention")
    start: date | None = Field(None, description="Lignes en cours ce jour ou après")
    end: date | None = Field(None, description="Lignes en cours ce jour ou avant")
    updated_since: datetime | None = None


@api.get("/interventions", response=PageOut[InterventionOut], summary="Fiches publiées", tags=["interventions"])
def list_interventions(request: HttpRequest, asked: Query[InterventionsIn]) -> Any:
    rows = interventions_told(token_of(request))
    if asked.code:
        rows = rows.filter(code=asked.code)
    if asked.agency:
        rows = rows.filter(pk__in=_of_agency(asked.agency))
    if asked.status:
        rows = with_status(rows, asked.status, timezone.localdate())
    if asked.updated_since is not None:
        rows = rows.filter(updated_at__gte=_moment(asked.updated_since))
    return page_of(request, rows, asked, InterventionOut.of)


@api.get("/interventions/{int:pk}", response=InterventionOut, summary="Une fiche", tags=["interventions"])
def get_intervention(request: HttpRequest, pk: int) -> Any:
    refuse_unknown(request, ())
    return InterventionOut.of(get_object_or_404(interventions_told(token_of(request)), pk=pk))


@api.get("/lines", response=PageOut[LineOut], summary="Lignes 4W avec leurs chiffres", tags=["interventions"])
def list_lines(request: HttpRequest, asked: Query[LinesIn]) -> Any:
    token = token_of(request)
    rows = lines_told(token)
    if asked.intervention is not None:
        rows = rows.filter(intervention=asked.intervention)
    if asked.unit:
        unit = AdminUnit.objects.filter(pcode=asked.unit, country=token.country_id).first()
        if unit is None:
            raise HttpError(422, _("unit : ce P-code n’est pas de ce pays."))
        rows = rows.filter(Q(unit=unit) | Q(unit__parent=unit) | Q(unit__parent__parent=unit))
    if asked.instrument:
        rows = rows.filter(instrument__code=asked.instrument)
    if asked.target_group:
        rows = rows.filter(target_group__code=asked.target_group)
    if asked.agency:
        rows = rows.filter(intervention__in=_of_agency(asked.agency))
    if asked.start is not None:
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=asked.start))
    if asked.end is not None:
        rows = rows.filter(starts_on__lte=asked.end)
    if asked.updated_since is not None:
        rows = rows.filter(updated_at__gte=_moment(asked.updated_since))
    small = sees_small(token)
    return page_of(request, rows, asked, lambda row: LineOut.of(row, small=small))


AXES = {
    "region": tally.REGION,
    "department": tally.DEPARTMENT,
    "instrument": tally.INSTRUMENT,
    "agency": tally.AGENCY,
}
MEASURES = {
    "interventions": Measure.INTERVENTIONS,
    "lines": Measure.LINES,
    "agencies": Measure.AGENCIES,
    "people": Measure.PEOPLE,
    "households": Measure.HOUSEHOLDS,
}


@api.get("/totals", response=TotalsOut, summary="Totaux en intervalles", tags=["interventions"])
def totals(
    request: HttpRequest,
    by: Literal["region", "department", "instrument", "agency"],
    measure: Literal["interventions", "lines", "agencies", "people", "households"] = "interventions",
    start: date | None = None,
    end: date | None = None,
) -> Any:
    """Ce que montrent la matrice et la carte du portail, sur une période (par défaut l’année en cours).

    `people` et `households` comptent les personnes et les ménages atteints.
    """
    refuse_unknown(request, ("by", "measure", "start", "end"))
    token, year = token_of(request), Period.year(timezone.localdate().year)
    period = Period(start or year.start, end or year.end)
    if period.end < period.start:
        raise HttpError(422, _("end : la fin précède le début."))
    lines = lines_counted(token, period)
    found, whole = tally.tallies(lines, MEASURES[measure], [(AXES[by],), ()], small=sees_small(token))
    names = _names(by, [str(keys[0]) for keys in found.found])
    items = [
        TotalOut(key=key, name=name, low=value.low, high=value.high)
        for (key, name), value in (
            (names.get(str(keys[0]), (None, None)), value) for keys, value in found.found.items()
        )
    ]
    total = whole.get()
    return TotalsOut(
        by=by,
        measure=measure,
        start=period.start,
        end=period.end,
        total=TotalOut(key=None, name=None, low=total.low, high=total.high) if total else None,
        items=sorted(items, key=lambda item: (item.key is None, item.key)),
    )


def _names(by: str, keys: list[str]) -> dict[str, tuple[str, str]]:
    """(key, name) of what a total is of, by its primary key as text."""
    pks = [int(key) for key in keys if key != "0"]
    if by in {"region", "department"}:
        return {
            str(pk): (code, name)
            for pk, code, name in AdminUnit.objects.filter(pk__in=pks).values_list("pk", "pcode", "name")
        }
    if by == "instrument":
        return {
            str(pk): (code, name)
            for pk, code, name in Instrument.objects.filter(pk__in=pks).values_list("pk", "code", "name_fr")
        }
    return {str(one.pk): (str(one.pk), one.acronym) for one in Agency.objects.filter(pk__in=pks)}


@api.get("/units", response=PageOut[UnitOut], summary="Régions et départements", tags=["référentiels"])
def list_units(request: HttpRequest, asked: Query[PageIn]) -> Any:
    return page_of(request, units_told(token_of(request)), asked, UnitOut.of)


@api.get("/instruments", response=PageOut[InstrumentOut], summary="Instruments", tags=["référentiels"])
def list_instruments(request: HttpRequest, asked: Query[PageIn]) -> Any:
    return page_of(request, Instrument.objects.order_by("position", "pk"), asked, InstrumentOut.of)


@api.get("/target-groups", response=PageOut[TargetGroupOut], summary="Groupes cibles", tags=["référentiels"])
def list_target_groups(request: HttpRequest, asked: Query[PageIn]) -> Any:
    rows = TargetGroup.objects.select_related("parent").order_by("position", "pk")
    return page_of(request, rows, asked, TargetGroupOut.of)


@api.get("/agencies", response=PageOut[AgencyOut], summary="Structures", tags=["référentiels"])
def list_agencies(request: HttpRequest, asked: Query[PageIn]) -> Any:
    return page_of(request, agencies_told(token_of(request)), asked, AgencyOut.of)


def _of_agency(acronym: str) -> Any:
    agency = Agency.objects.filter(acronym__iexact=acronym)
    return agency.order_by().values("intervention_roles__intervention").filter(intervention_roles__isnull=False)


def _moment(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else timezone.make_aware(moment)


@require_GET
@login_not_required
@vary_on_headers("Accept")
def index(request: HttpRequest) -> HttpResponse:
    """What is here: a page for people who arrive with a browser, the address of the schema for programs."""
    schema = request.build_absolute_uri(reverse(f"{NAMESPACE}:openapi-json"))
    if "text/html" in request.headers.get("Accept", ""):
        context = {
            "version": api.version,
            "description": paragraphs_of(DESCRIPTION),
            "schema_url": schema,
            "base_url": request.build_absolute_uri(reverse(f"{NAMESPACE}:api-root")),
            "per_minute": settings.SOCLE_API_PER_MINUTE,
            "operations": operations_of(api.get_openapi_schema()),
        }
        return render(request, "interventions/api/reference.html", context)
    return api.create_response(request, {"version": api.version, "openapi": schema}, status=200)


def patterns() -> list[URLPattern]:
    """The addresses of the version: signed-in or not, whoever has a token enters."""
    found: list[URLPattern] = []
    for pattern in api.urls[0]:
        if pattern.name == "api-root":
            found.append(path("", index, name="api-root"))
            continue
        pattern.callback.login_required = False
        found.append(pattern)
    return found
