"""What the page of one sheet reads: in few queries, however many lines, figures, indicators and values it has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    IntegerField,
    Max,
    Model,
    OuterRef,
    PositiveBigIntegerField,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from core.models import TransitionRecord
from interventions.enums import InterventionState
from interventions.figures import SMALL
from interventions.models import (
    AdminUnit,
    CoverageFigure,
    CoverageLine,
    Indicator,
    IndicatorValue,
    Intervention,
    InterventionRole,
    PolicyAxis,
    SdgTarget,
)
from interventions.queries.history import MOST, Event, event_of
from interventions.queries.sheets import Interval, in_order
from interventions.queries.visibility import interventions_visible_to

M = TypeVar("M", bound=Model)

AXIS = ("id", "policy", "number", "name_fr", "name_en", "to_check")
TARGET = ("id", "code", "name_fr", "name_en")
INDICATOR = (
    *("id", "name", "kind", "measure", "over_areas", "over_periods"),
    *("baseline", "baseline_on", "target", "target_on", "source"),
)
VALUE = ("id", "indicator_id", "unit_id", "starts_on", "ends_on", "value", "weight", "source")
FIGURE = ("id", "kind", "counted", "sex", "age_band", "with_disability", "value", "precision", "as_of", "source")


def page_sheets(user: Any) -> QuerySet[Intervention]:
    """`interventions_visible_to` with all that the sheet's page says beside its roles and lines, in one query."""
    # Django keeps the content types for the life of the process: no query of their own.
    seen = interventions_visible_to(user).order_by().values("pk")
    return _with_page_facts(ContentType.objects.get_for_model(Intervention).pk).filter(pk__in=seen)


@cache
def _with_page_facts(sheet_type: int) -> QuerySet[Intervention]:
    """Built once: putting the expressions together takes as long as running them. Never evaluated itself."""
    totals = (
        CoverageFigure.objects.filter(line__intervention=OuterRef("pk"), sex="", age_band="", with_disability=False)
        .order_by()
        .values("kind", "counted")
        .annotate(
            data=JSONObject(
                kind=F("kind"),
                counted=F("counted"),
                low=Max("value"),
                high=Sum("value"),
                outside_low=Max(_between_one_and_four(1)),
                outside_high=Sum(_between_one_and_four(SMALL - 1)),
                lines=Count("pk"),
            )
        )
        .values("data")
    )
    values = (
        IndicatorValue.objects.filter(indicator__intervention=OuterRef("pk"))
        .order_by("starts_on", "unit__pcode", "pk")
        .values(data=_columns(IndicatorValue, VALUE, unit_name="unit__name"))
    )
    records = (
        TransitionRecord.objects.filter(content_type=sheet_type, object_id=OuterRef("pk"))
        .order_by("-at", "-pk")
        .values(data=JSONObject(at="at", before="before", after="after", who="actor_label", comment="comment"))
    )
    counted = CoverageLine.objects.filter(intervention=OuterRef("pk")).order_by().values("intervention")
    return (
        Intervention.objects.select_related("country", "on_behalf_of", "verified_by")
        .prefetch_related(
            Prefetch("roles", InterventionRole.objects.select_related("agency").order_by("kind", "agency__acronym"))
        )
        .annotate(
            line_count=Coalesce(
                Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0)
            ),
            total_rows=ArraySubquery(totals),
            axis_rows=ArraySubquery(
                PolicyAxis.objects.filter(interventions=OuterRef("pk"))
                .order_by("policy", "number")
                .values(data=_columns(PolicyAxis, AXIS))
            ),
            target_rows=ArraySubquery(
                SdgTarget.objects.filter(interventions=OuterRef("pk"))
                .order_by("position", "code")
                .values(data=_columns(SdgTarget, TARGET))
            ),
            indicator_rows=ArraySubquery(
                Indicator.objects.filter(intervention=OuterRef("pk"))
                .order_by("kind", "name")
                .values(data=_columns(Indicator, INDICATOR))
            ),
            value_rows=ArraySubquery(values),
            record_rows=ArraySubquery(records[:MOST]),
        )
    )


def page_axes(sheet: Any) -> list[PolicyAxis]:
    """The axes that `page_sheets` read; these objects are for reading only, as those below."""
    return [_made(PolicyAxis, AXIS, row) for row in sheet.axis_rows]


def page_targets(sheet: Any) -> list[SdgTarget]:
    return [_made(SdgTarget, TARGET, row) for row in sheet.target_rows]


def page_totals(sheet: Any, *, small: bool = True) -> list[Interval]:
    """What the totals of the lines say together, by kind and unit counted: households and people apart.

    Without `small`, each line's figure from 1 to 4 counts as « between 1 and 4 »: no subtraction gives it back.
    """
    low, high = ("low", "high") if small else ("outside_low", "outside_high")
    return in_order(
        Interval(row["kind"], row["counted"], row[low], row[high], row["lines"]) for row in sheet.total_rows
    )


def page_indicators(sheet: Any) -> list[tuple[Indicator, list[IndicatorValue]]]:
    """The indicators with their values, the earliest first."""
    values: dict[int, list[IndicatorValue]] = {}
    for row in sheet.value_rows:
        value = _made(IndicatorValue, VALUE, row)
        value.unit = AdminUnit(pk=value.unit_id, name=row["unit_name"]) if value.unit_id else None
        values.setdefault(value.indicator_id, []).append(value)
    return [(_made(Indicator, INDICATOR, row), values.get(row["id"], [])) for row in sheet.indicator_rows]


def page_course(sheet: Any) -> list[Event]:
    """Submitted, published, sent back…, the latest first."""
    return [
        event_of(datetime.fromisoformat(row["at"]), row["who"], row["before"], row["after"], row["comment"])
        for row in sheet.record_rows
    ]


def page_return(sheet: Any) -> Event | None:
    """Why the sheet is a draft again, while it is: what the secretariat sent back with it."""
    course = page_course(sheet)
    is_back = sheet.state == InterventionState.DRAFT and bool(course) and bool(course[0].comment)
    return course[0] if is_back else None


class LinePages(Paginator):
    """The lines of a sheet whose number `page_sheets` read already."""

    def __init__(self, sheet: Any, per_page: int) -> None:
        self.__dict__["count"] = sheet.line_count
        super().__init__(page_lines(sheet), per_page)

    def number_of(self, line: str) -> int:
        """The page on which the line of this key stands; the first when there is none, or one page only."""
        if not line.isdecimal() or not line.isascii() or self.num_pages < 2:
            return 1
        lines: Any = self.object_list
        keys = [str(pk) for pk in lines.values_list("pk", flat=True)]
        return keys.index(line) // self.per_page + 1 if line in keys else 1


def page_lines(sheet: Intervention) -> QuerySet[CoverageLine]:
    """The lines with what names them and, as `figure_rows`, their figures; what is given to whom, then where: those without a place first."""
    figures = CoverageFigure.objects.filter(line=OuterRef("pk")).order_by("kind", "counted", "sex", "age_band")
    return (
        sheet.lines.select_related("unit__parent", "instrument", "target_group")
        .annotate(figure_rows=ArraySubquery(figures.values(data=_columns(CoverageFigure, FIGURE))))
        .order_by(
            "instrument__position",
            "instrument_id",
            F("target_group__position").asc(nulls_first=True),
            "target_group_id",
            F("unit__parent__name").asc(nulls_first=True),
            "unit__name",
            "starts_on",
            "pk",
        )
    )


def page_figures(line: Any) -> list[CoverageFigure]:
    return [_made(CoverageFigure, FIGURE, row) for row in line.figure_rows]


def _between_one_and_four(bound: int) -> Case:
    return Case(
        When(value__gte=1, value__lt=SMALL, then=Value(bound)),
        default=F("value"),
        output_field=PositiveBigIntegerField(),
    )


def _columns(model: type[Model], names: Iterable[str], **more: str) -> JSONObject:
    """Decimals as text: a number of JSON is read as a float."""
    columns: dict[str, Any] = dict(more)
    for name in names:
        exact = isinstance(model._meta.get_field(name), DecimalField)
        columns[name] = Cast(name, TextField()) if exact else F(name)
    return JSONObject(**columns)


def _made(model: type[M], names: Iterable[str], row: dict[str, Any]) -> M:
    fields: Any = model._meta
    return model(**{name: fields.get_field(name).to_python(row[name]) for name in names})
