"""Coverage lines in the standard columns (4W): what the import reads back without a difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.choices import choice_label
from core.exports.base import Column, exports
from core.exports.formats import CHUNK, safe_text
from interventions.enums import InterventionState, InterventionStatus, RoleKind, UnitLevel
from interventions.exports.common import CountryExport, PeriodParameters, period_of
from interventions.figures import Cell, told
from interventions.models import CoverageFigure, CoverageLine, InterventionRole
from interventions.queries.line_lists import CONDITIONS, narrowed
from interventions.queries.sheets import options_of
from interventions.queries.tally import lines_of
from interventions.queries.visibility import interventions_visible_to
from interventions.sheet_filter import SheetFilter
from interventions.standard_columns import COMMUNE, MORE_ROLES, SAID_BESIDES, STANDARD, figure_column

# The column of a role in the file.
ROLES = {
    RoleKind.ACCOUNTABLE: "lead",
    RoleKind.FUNDER: "funder",
    RoleKind.IMPLEMENTER: "implementer",
    RoleKind.EXTENDING: "extending",
    RoleKind.MINISTRY: "ministry",
}
# As the import knows a line without a place.
NATIONAL = "National / diffus"
WIDTHS = {
    "intervention_title": 44, "note": 44, "instrument": 30, "group": 30, "source": 30, "provenance": 30, "lead": 18, "funder": 18,
    "implementer": 24,
}  # fmt: skip
DATES = frozenset({"start", "end", "reported", "verified"})
AMOUNTS = frozenset({"transfer_value", "budget"})


class CoverageTable(CountryExport):
    """`lines` says which; `hxl` puts the row of tags below the headings. Figures that no standard column holds get one."""

    def __init__(self, obj: Any, params: dict[str, Any], user: Any) -> None:
        super().__init__(obj, params, user)
        self.today = timezone.localdate()
        self._lines: QuerySet[CoverageLine] | None = None
        named = self._named_columns()
        english = (get_language() or "fr").startswith("en")
        self.columns = tuple(
            Column(
                heading_en if english else heading,
                _type_of(name),
                lambda row, name=name: row.get(name),
                WIDTHS.get(name, 16),
            )
            for name, heading, heading_en, _hxl in named
        )
        self._tags = [one[3] for one in named] if params.get("hxl") else []

    def tags(self) -> Sequence[str]:
        return self._tags

    def lines(self) -> QuerySet[CoverageLine]:
        raise NotImplementedError

    @property
    def found(self) -> QuerySet[CoverageLine]:
        if self._lines is None:
            self._lines = self.lines()
        return self._lines

    def _named_columns(self) -> list[tuple[str, str, str, str]]:
        """The standard ones; those of communes, roles and figures that these lines have besides; what is said of them."""
        lines = self.found.order_by()
        columns = list(STANDARD)
        if lines.filter(unit__level=UnitLevel.COMMUNE).exists():
            place = next(index for index, one in enumerate(columns) if one[0] == "adm2_name") + 1
            columns[place:place] = COMMUNE
        kinds = set(
            InterventionRole.objects.filter(
                intervention__in=lines.values("intervention"), kind__in=[RoleKind.EXTENDING, RoleKind.MINISTRY]
            )
            .order_by()
            .values_list("kind", flat=True)
            .distinct()
        )
        place = next(index for index, one in enumerate(columns) if one[0] == "implementer") + 1
        columns[place:place] = [one for one in MORE_ROLES if one[0] in kinds]
        cells = (
            CoverageFigure.objects.filter(line__in=lines.values("pk"))
            .order_by()
            .values_list("kind", "counted", "sex", "age_band", "with_disability")
            .distinct()
        )
        known = {one[0] for one in columns}
        more = sorted(column for column in (figure_column(Cell(*cell)) for cell in cells) if column[0] not in known)
        place = next(index for index, one in enumerate(columns) if one[0] == "transfer_value")
        columns[place:place] = more
        return [*columns, *SAID_BESIDES]

    def rows(self) -> Iterator[dict[str, Any]]:
        lines = (
            self.found.select_related("intervention", "unit__parent__parent", "instrument", "target_group")
            .prefetch_related(
                "figures",
                Prefetch(
                    "intervention__roles",
                    InterventionRole.objects.select_related("agency").order_by("kind", "agency__acronym"),
                ),
            )
            .order_by("intervention__code", "intervention", "unit__pcode", "starts_on", "pk")
        )
        small = self.small
        for line in lines.iterator(chunk_size=CHUNK):
            yield row_of(line, today=self.today, small=small)


def _type_of(name: str) -> Any:
    if name in DATES:
        return "date"
    if name in AMOUNTS:
        return "decimal"
    return "integer" if "." in name else "text"


def row_of(line: CoverageLine, *, today: Any, small: bool) -> dict[str, Any]:
    """The cells of a line by field; what is not known is absent. Nothing in it becomes a formula."""
    sheet = line.intervention
    status = sheet.status_on(today)
    figures = list(line.figures.all())
    row: dict[str, Any] = {
        "intervention_code": sheet.code,
        "intervention_title": sheet.title,
        "instrument": line.instrument.name,
        "group": line.target_group.name if line.target_group else None,
        "start": line.starts_on,
        "end": line.ends_on,
        "status": str(status.label) if status != InterventionStatus.UNKNOWN else None,
        "transfer_value": line.transfer_value,
        "frequency": choice_label(line, "frequency") if line.frequency else None,
        "modality": choice_label(line, "modality") if line.modality else None,
        "budget": line.budget,
        "currency": sheet.currency if line.budget is not None or line.transfer_value is not None else None,
        "reported": max((one.as_of for one in figures if one.as_of), default=None),
        "source": line.source,
        "note": line.note,
        "precision": _together(choice_label(one, "precision") for one in figures),
        "provenance": _together(one.source for one in figures),
        "verified": timezone.localdate(line.verified_at) if line.verified_at else None,
        **_place(line),
        "point": _point(line),
    }
    for kind, name in ROLES.items():
        row[name] = _together(str(role.agency) for role in sheet.roles.all() if role.kind == kind)
    for cell, value in told({one.cell: one.value for one in figures}, small=small).items():
        row[figure_column(cell)[0]] = value
    return {name: safe_text(value) if isinstance(value, str) else value for name, value in row.items()}


def _place(line: CoverageLine) -> dict[str, str]:
    """Codes and names of each level up to the region: a line of a region is spread over no department."""
    if line.unit is None:
        return {"adm1_name": NATIONAL}
    found, unit = {}, line.unit
    while unit is not None:
        found[f"adm{unit.level}_code"], found[f"adm{unit.level}_name"] = unit.pcode, unit.name
        unit = unit.parent if unit.parent_id else None
    return found


def _point(line: CoverageLine) -> dict[str, Any] | None:
    """Where the unit's chief town is, for the formats that place things."""
    unit = line.unit
    if unit is None or unit.latitude is None or unit.longitude is None:
        return None
    return {"type": "Point", "coordinates": [float(unit.longitude), float(unit.latitude)]}


def _together(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


class ListParameters(forms.Form):
    """What the list of interventions may be asked for, as its address has it; it says itself what is unknown."""

    hxl = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SheetFilter.NAMES:
            self.fields[name] = forms.CharField(required=False, max_length=100)


@exports.register
class CoverageExport(CoverageTable):
    """The lines of the sheets that the list shows."""

    slug = "couverture"
    title = gettext_lazy("Lignes de couverture")
    form_class = ListParameters

    def lines(self) -> QuerySet[CoverageLine]:
        form = SheetFilter(self.params, options=options_of(self.obj, self.user))
        sheets = form.apply(interventions_visible_to(self.user).filter(country=self.obj), today=self.today)
        return CoverageLine.objects.filter(intervention__in=sheets.order_by().values("pk"))

    def filename(self) -> str:
        return self.file_stem(_("couverture"))


class LineParameters(PeriodParameters):
    """What stands behind a number: the conditions of the list of lines, and its period."""

    hxl = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CONDITIONS:
            self.fields[name] = forms.CharField(required=False, max_length=60)


@exports.register
class LinesExport(CoverageTable):
    """The published lines behind a number of a matrix, a map or a sheet."""

    slug = "lignes"
    title = gettext_lazy("Lignes de la période")
    form_class = LineParameters

    def lines(self) -> QuerySet[CoverageLine]:
        asked = {name: self.params.get(name) or "" for name in CONDITIONS}
        found = narrowed(lines_of(self.user, self.obj, period_of(self.params)), self.obj, asked)[0]
        return CoverageLine.objects.filter(pk__in=found.order_by().values("pk"))

    def filename(self) -> str:
        return self.period_stem(_("lignes"))


class WholeCoverage(CoverageTable):
    """For the command: what anybody may publish, or everything that is not archived."""

    slug = "couverture-entiere"
    title = gettext_lazy("Lignes de couverture")

    def lines(self) -> QuerySet[CoverageLine]:
        found = CoverageLine.objects.filter(intervention__country=self.obj)
        if self.params.get("published"):
            return found.filter(intervention__state=InterventionState.PUBLISHED)
        return found.exclude(intervention__state=InterventionState.ARCHIVED)

    @property
    def small(self) -> bool:
        return bool(self.params.get("small"))

    def filename(self) -> str:
        return self.file_stem("couverture")
