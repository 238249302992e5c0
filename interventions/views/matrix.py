"""The matrices of a country."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from interventions.enums import ViewPage
from interventions.forms.views import MatrixForm
from interventions.maps import written
from interventions.periods import Period
from interventions.queries.matrix import Heading, Matrix, matrix, together
from interventions.queries.tally import Value, lines_of
from interventions.views.parts import find_country, list_crumb, shell_of
from interventions.views.periods import shows_small, today_of
from interventions.views.saved_views import saved_on

# How dark a cell is: by quarters of the largest one.
TINTS = 4


@dataclass(frozen=True)
class Cell:
    """What a cell shows: the value now and, when periods are compared, before; "" where nothing is filled in."""

    text: str = ""
    before: str = ""
    url: str = ""
    tint: int = 0
    # The column, for a card on a phone.
    label: str = ""

    # Two periods stand side by side.
    is_compared: bool = False
    classes: str = "num"

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.before

    @property
    def html(self) -> SafeString:
        """The `<td>`. A matrix has thousands of them: a template for each would take most of the page's time."""
        classes = f"{self.classes}{f' tint-{self.tint}' if self.tint else ''}{' is-empty' if self.is_empty else ''}"
        if self.url:
            text = format_html('<a href="{}">{}</a>', self.url, self.text)
        else:
            text = escape(self.text) if self.text else _dash()
        if self.is_compared and not self.is_empty:
            text = format_html(
                '<span class="cell-before">{}</span> <span aria-hidden="true">→</span><span class="visually-hidden">{}</span> {}',
                *(escape(self.before) if self.before else _dash(), _("puis"), text),
            )
        return format_html('<td class="{}" data-label="{}">{}</td>', classes, self.label, text)


def _dash() -> SafeString:
    return format_html('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', _("non renseigné"))


@dataclass(frozen=True)
class Line:
    heading: Heading
    url: str
    cells: list[Cell]
    total: Cell

    @property
    def html(self) -> SafeString:
        return format_html_join("", "{}", ((cell.html,) for cell in (self.total, *self.cells)))


@require_GET
def matrix_page(request: HttpRequest, iso3: str) -> HttpResponse:
    country = find_country(request, iso3)
    shell = shell_of(request, country)
    form = MatrixForm(request.GET, today=today_of(shell))
    small = shows_small(request, country, form.measure)
    now = matrix(country, lines_of(request.user, country, form.period), form.kind, form.measure, small=small)
    before = None
    if form.other:
        before = matrix(country, lines_of(request.user, country, form.other), form.kind, form.measure, small=small)
    page = Page(now, before, iso3, form.period, small=small)
    context = {
        **shell,
        "crumbs": [list_crumb(country)],
        "form": form,
        "matrix": now,
        "headings": page.columns,
        "rows": page.rows(),
        "totals": [page.total(), *page.totals()],
        "period": form.period,
        "other": form.other,
        "is_empty": now.is_empty and (before is None or before.is_empty),
        "absent": [one for one in now.absent if one not in page.columns],
        "is_guarded": not small,
        "saved": saved_on(request, country, ViewPage.MATRIX),
    }
    return render(request, "interventions/views/matrix.html", context, status=422 if form.errors else 200)


class Page:
    """A matrix, or two of them side by side, as texts and links."""

    def __init__(self, now: Matrix, before: Matrix | None, iso3: str, period: Period, *, small: bool) -> None:
        self.now, self.small, self.is_compared = now, small, before is not None
        self.base = reverse("interventions:line_list", args=[iso3])
        self.iso3 = iso3
        self.dates = period.query
        self.earlier = together(now, before, self.read) if before is not None else {}
        self.columns = list(now.columns)
        self.later_rows = {row.heading.key: row for row in now.rows}
        self.headings = [row.heading for row in now.rows]
        if before is not None:
            self.columns += [one for one in before.columns if one not in now.columns]
            self._add_rows(before)
        self.end = urlencode(self.dates)
        self.queries = {id(one): urlencode(one.query) for one in (*self.headings, *self.columns)}
        values = [value.high for row in now.rows for value in row.cells if value and row.heading.kind != "region"]
        self.most = max(values, default=0)

    def _add_rows(self, before: Matrix) -> None:
        """Rows that stand in the other period alone come where they stood there."""
        known = {heading.key for heading in self.headings}
        place = 0
        for row in before.rows:
            if row.heading.key in known:
                place = next(i for i, one in enumerate(self.headings) if one.key == row.heading.key) + 1
            else:
                self.headings.insert(place, row.heading)
                place += 1

    def read(self, value: Value | None) -> str:
        return written(value, small=self.small) if value is not None else ""

    def rows(self) -> list[Line]:
        found = []
        for heading in self.headings:
            row = self.later_rows.get(heading.key)
            values = dict(zip((one.key for one in self.now.columns), row.cells, strict=True)) if row else {}
            cells = [self.cell(heading, column, values.get(column.key)) for column in self.columns]
            total = self.cell(heading, None, row.total if row else None)
            found.append(Line(heading, self.sheet_url(heading), cells, total))
        return found

    def totals(self) -> list[Cell]:
        values = dict(zip((one.key for one in self.now.columns), self.now.totals, strict=True))
        return [self.cell(None, column, values.get(column.key)) for column in self.columns]

    def total(self) -> Cell:
        return self.cell(None, None, self.now.total)

    def cell(self, row: Heading | None, column: Heading | None, value: Value | None) -> Cell:
        before = self.earlier.get((row.key if row else "", column.key if column else ""), "")
        text = self.read(value)
        tint = 0
        if value is not None and row is not None and column is not None and row.kind != "region" and self.most:
            tint = min(TINTS, 1 + (TINTS * value.high - 1) // self.most) if value.high else 1
        label = column.heading if column else _("Ensemble")
        classes = "num" if column is not None else "num matrix-total"
        url = self.url(row, column) if text else ""
        return Cell(text, before, url, tint, label, self.is_compared, classes)

    def url(self, row: Heading | None, column: Heading | None) -> str:
        """The lines behind a cell."""
        parts = [self.queries[id(heading)] for heading in (row, column) if heading is not None]
        return f"{self.base}?{'&'.join([*parts, self.end])}"

    def sheet_url(self, heading: Heading) -> str:
        if heading.unit is None or heading.kind == "whole":
            return ""
        query = urlencode(self.dates)
        return f"{reverse('interventions:area_sheet', args=[self.iso3, heading.unit.pcode])}?{query}"
