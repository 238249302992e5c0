"""The matrices of a country."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
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
class Line:
    heading: Heading
    url: str
    # The `<td>` of the total and of each column.
    html: SafeString


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
        "totals": page.totals(),
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
        self.texts: dict[Value, str] = {}
        self.earlier = together(now, before, self.read) if before is not None else {}
        self.columns = list(now.columns)
        self.later_rows = {row.heading.key: row for row in now.rows}
        self.headings = [row.heading for row in now.rows]
        if before is not None:
            self.columns += [one for one in before.columns if one not in now.columns]
            self._add_rows(before)
        # As an address within HTML, and made once: a matrix has thousands of cells.
        self.start, self.end = escape(f"{self.base}?"), escape(urlencode(self.dates))
        self.queries = {id(one): escape(urlencode(one.query)) for one in (*self.headings, *self.columns)}
        self.labels = {id(one): escape(one.heading) for one in self.columns}
        self.dash = format_html(
            '<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', _("non renseigné")
        )
        self.together = format_html(
            '</span> <span aria-hidden="true">→</span><span class="visually-hidden">{}</span> ', _("puis")
        )
        self.whole = escape(_("Ensemble"))
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
        """Within HTML."""
        if value is None:
            return ""
        if value not in self.texts:
            self.texts[value] = escape(written(value, small=self.small))
        return self.texts[value]

    def rows(self) -> list[Line]:
        found = []
        for heading in self.headings:
            row = self.later_rows.get(heading.key)
            values = dict(zip((one.key for one in self.now.columns), row.cells, strict=True)) if row else {}
            cells = [self.cell(heading, None, row.total if row else None)]
            cells += [self.cell(heading, column, values.get(column.key)) for column in self.columns]
            found.append(Line(heading, self.sheet_url(heading), _safe(cells)))
        return found

    def totals(self) -> SafeString:
        """The `<td>` of the last row."""
        values = dict(zip((one.key for one in self.now.columns), self.now.totals, strict=True))
        cells = [self.cell(None, None, self.now.total)]
        return _safe([*cells, *(self.cell(None, column, values.get(column.key)) for column in self.columns)])

    def cell(self, row: Heading | None, column: Heading | None, value: Value | None) -> str:
        """A `<td>`: the value now and, when periods are compared, before; a dash where nothing is filled in.

        Everything put into it was escaped where it was made: a matrix has thousands of cells.
        """
        text = self.read(value)
        before = self.earlier.get((row.key if row else "", column.key if column else ""), "")
        classes = "num" if column is not None else "num matrix-total"
        if value is not None and row is not None and column is not None and row.kind != "region" and self.most:
            classes += f" tint-{min(TINTS, 1 + (TINTS * value.high - 1) // self.most) if value.high else 1}"
        shown = f'<a href="{self.url(row, column)}">{text}</a>' if text else self.dash
        if not text and not before:
            classes += " is-empty"
        elif self.is_compared:
            shown = f'<span class="cell-before">{before or self.dash}{self.together}{shown}'
        label = self.labels[id(column)] if column is not None else self.whole
        return f'<td class="{classes}" data-label="{label}">{shown}</td>'

    def url(self, row: Heading | None, column: Heading | None) -> str:
        """The lines behind a cell, as an address within HTML."""
        parts = [self.queries[id(heading)] for heading in (row, column) if heading is not None]
        return f"{self.start}{'&amp;'.join([*parts, self.end])}"

    def sheet_url(self, heading: Heading) -> str:
        if heading.unit is None or heading.kind == "whole":
            return ""
        query = urlencode(self.dates)
        return f"{reverse('interventions:area_sheet', args=[self.iso3, heading.unit.pcode])}?{query}"


def _safe(cells: list[str]) -> SafeString:
    return mark_safe("".join(cells))  # noqa: S308 — see `Page.cell`
