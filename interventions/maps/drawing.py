"""A choropleth as inline SVG: no script, no style sheet needed, each unit a link with its name and its value.

Classes differ by lightness and by pattern, so that a print in black and white reads as well as the screen; a unit that is
not filled in is white with a dashed edge, never the lightest class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.charts import FONT, INK, LINE
from interventions.figures import SMALL
from interventions.maps.classes import Classes, grouped
from interventions.maps.paths import points_of
from interventions.maps.sheet import Shape, Sheet, sheet_of
from interventions.models import AdminUnit
from interventions.queries.tally import Value
from taskforce.models import Country

# From light to dark, and the mark that is laid over each.
FILLS = ("#e7f1ef", "#bcd9d8", "#83b5b8", "#3f858d", "#0b4f5c")
MARKS = (
    "",
    '<circle cx="30" cy="30" r="9"/>',
    '<path d="M0 60 60 0" stroke-width="9"/>',
    '<path d="M0 60 60 0M0 0l60 60" stroke-width="9"/>',
    "",
)
MARK_INK = ("", "#0b4f5c", "#0b4f5c", "#d5e8e6", "")
UNKNOWN = "#ffffff"
HALO = "#ffffff"
# Of the drawing's longer side.
REGION_TEXT, DEPARTMENT_TEXT = 88, 64
TILE_TEXT = 74
INSET_HEIGHT = 900


def draw(
    country: Country,
    level: int,
    values: Mapping[int, Value | None],
    classes: Classes,
    *,
    title: str,
    description: str = "",
    link: Callable[[AdminUnit], str] | None = None,
    noun: Callable[[int], str] = lambda number: "",
    slug: str = "carte",
    sheet: Sheet | None = None,
    small: bool = True,
) -> SafeString:
    """The map of `values` (by unit's key) as an `<svg>`; `noun` gives what follows each number (« interventions »).

    The class of an interval is that of its lower bound: as many at least. Give `sheet` to draw several periods from one
    reading; without `small`, 1 to 4 people are written « < 5 ». The legend is `legend(classes)`; the notes to print are `sheet.notes`.
    """
    sheet = sheet or sheet_of(country, level)
    pen = _Pen(sheet, values, classes, link, noun, slug, level, small)
    insets, height = _insets(pen), sheet.height
    if insets:
        height += INSET_HEIGHT
    parts = [
        format_html('<title id="{}-t">{}</title><desc id="{}-d">{}</desc>', slug, title, slug, description),
        format_html("<defs>{}</defs>", patterns(slug)),
        pen.shapes(),
        insets,
        pen.outlines(),
        pen.labels(),
    ]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="map map-level-{}" viewBox="0 0 {} {}" role="group"'
        ' aria-labelledby="{}-t" aria-describedby="{}-d" font-family="{}">{}</svg>',
        *(level, sheet.width, height, slug, slug, FONT),
        mark_safe("".join(parts)),  # noqa: S308 — every part was escaped where it was made
    )


def patterns(slug: str) -> SafeString:
    """One pattern a class. Named after the drawing: two maps of a page do not share."""
    return mark_safe(  # noqa: S308 — constants; the slug is ours
        "".join(
            f'<pattern id="{escape(slug)}-{index}" width="60" height="60" patternUnits="userSpaceOnUse">'
            f'<rect width="60" height="60" fill="{fill}"/>'
            f'<g fill="{"none" if "path" in mark else ink}" stroke="{ink if "path" in mark else "none"}">{mark}</g></pattern>'
            for index, (fill, mark, ink) in enumerate(zip(FILLS, MARKS, MARK_INK, strict=True))
            if mark
        )
    )


def steps(classes: Classes) -> list[int]:
    """Which of the five looks each class takes: two classes are the lightest and the darkest."""
    count = len(classes.bounds)
    if count <= 1:
        return [3] * count
    return [round(index * (len(FILLS) - 1) / (count - 1)) for index in range(count)]


@dataclass(frozen=True)
class Key:
    """A line of the legend: a swatch and what it stands for."""

    swatch: SafeString
    label: str


def legend(classes: Classes, *, slug: str = "carte", unknown: bool = True, small: bool = True) -> list[Key]:
    """The classes from the lowest up, and « non renseigné ». `small` as for `draw`, where beneficiaries are shown."""
    labels = classes.labels(small=small)
    looks = [(_fill(slug, step), label, "") for step, label in zip(steps(classes), labels, strict=True)]
    if unknown:
        looks.append((UNKNOWN, _("non renseigné"), "24 14"))
    return [
        Key(
            format_html(
                '<svg class="map-key" viewBox="0 0 200 120" width="30" height="18" aria-hidden="true">'
                '<rect x="5" y="5" width="190" height="110" fill="{}" stroke="{}" stroke-width="8" stroke-dasharray="{}"/></svg>',
                *(fill, INK, dashes or "none"),
            ),
            label,
        )
        for fill, label, dashes in looks
    ]


def written(value: Value | None, *, small: bool = True) -> str:
    """« 12 », « 120 à 300 », « non renseigné ». Without `small` (see `tally.tallies`), 1 to 4 people are « < 5 »."""
    if value is None:
        return _("non renseigné")
    if not small and value.low > 0 and value.high < SMALL:
        return f"< {SMALL}"
    low, high = grouped(value.low), grouped(value.high)
    return low if low == high else _("%(low)s à %(high)s") % {"low": low, "high": high}


def _fill(slug: str, step: int) -> str:
    return f"url(#{slug}-{step})" if MARKS[step] else FILLS[step]


@dataclass(frozen=True)
class _Pen:
    sheet: Sheet
    values: Mapping[int, Value | None]
    classes: Classes
    link: Callable[[AdminUnit], str] | None
    noun: Callable[[int], str]
    slug: str
    level: int
    small: bool

    def shapes(self) -> SafeString:
        tucked = {shape.unit.pk for group in tiny(self.sheet) for shape in group}
        return format_html(
            '<g class="map-areas" stroke="{}" stroke-width="7" stroke-linejoin="round">{}</g>',
            INK,
            format_html_join(
                "", "{}", ((self.area(shape, apart=shape.unit.pk in tucked),) for shape in self.sheet.shapes)
            ),
        )

    def area(self, shape: Shape, *, apart: bool = False) -> SafeString:
        """A unit. What stands in an inset as well is reached there, and drawn here for the eye alone."""
        value = self.values.get(shape.unit.pk)
        step = self.classes.of(value.low) if value is not None else None
        fill = UNKNOWN if step is None else _fill(self.slug, steps(self.classes)[step])
        dashes = mark_safe(' stroke-dasharray="26 16"') if step is None else ""
        path = format_html('<path d="{}" fill="{}"{}/>', shape.path, fill, dashes)
        if apart:
            return format_html('<g aria-hidden="true">{}</g>', path)
        text = self.text(shape, value)
        inside = format_html("<title>{}</title>{}", text, path)
        if self.link is None:
            return format_html('<g role="img" aria-label="{}">{}</g>', text, inside)
        return format_html('<a href="{}" aria-label="{}">{}</a>', self.link(shape.unit), text, inside)

    def text(self, shape: Shape, value: Value | None) -> str:
        number = written(value, small=self.small)
        noun = self.noun(value.high) if value is not None else ""
        return f"{shape.unit.name}\N{NO-BREAK SPACE}: {number} {noun}".strip()

    def outlines(self) -> SafeString:
        if not self.sheet.outlines:
            return mark_safe("")
        paths = format_html_join("", '<path d="{}"/>', ((shape.path,) for shape in self.sheet.outlines))
        return format_html(
            '<g class="map-outlines" fill="none" stroke="{}" stroke-width="16" stroke-linejoin="round" pointer-events="none">{}</g>',
            INK,
            paths,
        )

    def labels(self) -> SafeString:
        """Names where they fit without covering one another; each is in the list of units too."""
        tucked = {shape.unit.pk for group in tiny(self.sheet) for shape in group}
        size = TILE_TEXT if self.sheet.kind == "tiles" else REGION_TEXT if self.level == 1 else DEPARTMENT_TEXT
        taken: list[tuple[float, float, float, float]] = []
        found = []
        for shape in sorted(self.sheet.shapes, key=lambda one: -len(one.path)):
            if shape.unit.pk in tucked:
                continue
            value = self.values.get(shape.unit.pk)
            names = _name_lines(shape.unit.name, self.sheet.kind == "tiles")
            shows_value = value is not None and (self.level == 1 or self.sheet.kind == "tiles")
            lines = [*names, written(value, small=self.small)] if shows_value else names
            width = max(len(line) for line in lines) * size * 0.55
            height = len(lines) * size * (1.1 if self.level == 1 else 1.5)
            x = min(max(shape.x, width / 2), self.sheet.width - width / 2)
            box = (x - width / 2, shape.y - height / 2, x + width / 2, shape.y + height / 2)
            if self.sheet.kind != "tiles" and any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            found.append((_text_lines(round(x), shape.y, lines, size, names=len(names)),))
        return format_html(
            '<g class="map-labels" aria-hidden="true" font-size="{}" text-anchor="middle" fill="{}" stroke="{}" stroke-width="{}"'
            ' paint-order="stroke" stroke-linejoin="round" pointer-events="none">{}</g>',
            *(size, INK, HALO, size // 4),
            format_html_join("", "{}", found),
        )


def _name_lines(name: str, wrap: bool) -> list[str]:
    if not wrap or len(name) <= 12:
        return [name]
    words, lines = name.replace("-", "-\u200b").replace("\u200b", " ").split(), [""]
    for word in words:
        joined = f"{lines[-1]} {word}".strip().replace("- ", "-")
        if len(joined) <= 12 or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line if len(line) <= 13 else f"{line[:12]}…" for line in lines[:3]]


def _text_lines(x: int, y: int, lines: list[str], size: int, *, names: int = 1) -> SafeString:
    """Centred on a point; what follows the `names` is a value, which small screens leave out."""
    top = y - (len(lines) - 1) * size * 0.55 + size * 0.35
    return format_html_join(
        "",
        '<text x="{}" y="{}"{}>{}</text>',
        (
            (x, round(top + index * size * 1.1), mark_safe(' class="map-value"') if index >= names else "", line)
            for index, line in enumerate(lines)
        ),
    )


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# Units too small to point at -----------------------------------------------------------------


@lru_cache(maxsize=512)
def bounds_of(path: str) -> tuple[int, int, int, int]:
    """West, north, east, south of a path that `geometry.drawn` wrote."""
    points = points_of(path)
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def tiny(sheet: Sheet) -> list[list[Shape]]:
    """Departments of a region that together take less than a twelfth of the width: drawn again, larger."""
    if sheet.kind == "tiles":
        return []
    groups: dict[int | None, list[Shape]] = {}
    for shape in sheet.shapes:
        groups.setdefault(shape.unit.parent_id, []).append(shape)
    return [group for parent, group in groups.items() if parent and len(group) > 1 and _is_tiny(group, sheet.width)]


def _is_tiny(group: list[Shape], width: int) -> bool:
    west, north, east, south = _around(group)
    return max(east - west, south - north) < width / 12


def _around(group: list[Shape]) -> tuple[int, int, int, int]:
    bounds = [bounds_of(shape.path) for shape in group]
    return min(b[0] for b in bounds), min(b[1] for b in bounds), max(b[2] for b in bounds), max(b[3] for b in bounds)


def _insets(pen: _Pen) -> SafeString:
    drawn, left = [], 60
    for group in tiny(pen.sheet):
        west, north, east, south = _around(group)
        room = INSET_HEIGHT - 220
        scale = min(room / max(south - north, 1), 1700 / max(east - west, 1))
        width = max(round((east - west) * scale) + 120, 700)
        top = pen.sheet.height + 160
        name = group[0].unit.parent.name if group[0].unit.parent else ""
        offset = left + (width - (east - west) * scale) / 2
        areas = format_html_join("", "{}", ((pen.area(shape),) for shape in group))
        labels = format_html_join(
            "",
            "{}",
            (
                (
                    _text_lines(
                        round(offset + (shape.x - west) * scale),
                        round(top + (shape.y - north) * scale),
                        [shape.unit.name],
                        56,
                    ),
                )
                for shape in group
            ),
        )
        drawn.append(
            (
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{}" stroke-width="6"/>'
                    '<text x="{}" y="{}" font-size="{}" fill="{}" aria-hidden="true">{}</text>'
                    '<g class="map-areas" transform="translate({} {}) scale({}) translate({} {})" stroke="{}" stroke-width="{}">{}</g>'
                    '<g class="map-labels" aria-hidden="true" font-size="56" text-anchor="middle" fill="{}" stroke="{}"'
                    ' stroke-width="14" paint-order="stroke" pointer-events="none">{}</g>',
                    *(left, pen.sheet.height, width, INSET_HEIGHT - 20, LINE),
                    *(left + 30, pen.sheet.height + 100, 80, INK, _("%(region)s, agrandi") % {"region": name}),
                    *(round(offset), top, round(scale, 3), -west, -north, INK, round(7 / scale, 2), areas),
                    *(INK, HALO, labels),
                ),
            )
        )
        left += width + 80
    return format_html_join("", "{}", drawn)
