"""Charts drawn on the server: SVG that stands in a page under a strict CSP, in print and in a PDF.

pygal computes the drawing; what it adds for its own viewer (script, style sheet, tooltips) goes, and every look becomes
a presentation attribute, which no CSP forbids and which WeasyPrint reads too. Series differ by lightness first, so that
they differ in black and white, and values are written out.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from core.typography import number_fr

SVG = "http://www.w3.org/2000/svg"
WIDTH = 520
# From dark to light: told apart on a black and white print.
FILLS = ("#0b5563", "#5f9fa3", "#d5e6e4", "#f2efe6")
# What is written on each of them.
ON_FILL = ("#ffffff", "#1d2a32", "#1d2a32", "#1d2a32")
INK, SOFT, LINE = "#1d2a32", "#51616b", "#d9e0e3"
FONT = '"Source Sans 3", "Segoe UI", Roboto, "Noto Sans", sans-serif'

Kind = Literal["bars", "stacked", "lines_of_bars"]


@dataclass(frozen=True)
class Series:
    """A name and one value a label; None where there is none."""

    name: str
    values: Sequence[float | int | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn, and the table that says the same.

    `bars`: one bar a label and series, side by side. `stacked`: series on top of each other. `lines_of_bars`: lying
    bars, a label a line. `unit` follows the values (« % »); `axis` names the labels' column in the table.
    """

    slug: str
    title: str
    description: str
    axis: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Kind = "bars"
    unit: str = ""
    top: int | None = None

    @property
    def is_empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)

    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: a line a label, with the values as they are written."""
        return [
            (label, [written(one.values[index], self.unit) for one in self.series])
            for index, label in enumerate(self.labels)
        ]

    def as_data(self) -> dict[str, Any]:
        """Plain data, for the context of a document: `Chart(**data)` with `Series` is the same chart."""
        return {
            "slug": self.slug,
            "title": self.title,
            "description": self.description,
            "axis": self.axis,
            "labels": list(self.labels),
            "series": [{"name": one.name, "values": list(one.values)} for one in self.series],
            "kind": self.kind,
            "unit": self.unit,
            "top": self.top,
            "is_empty": self.is_empty,
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Chart:
        facts = {name: value for name, value in data.items() if name != "is_empty"}
        return cls(**{**facts, "series": [Series(**one) for one in data["series"]]})


def written(value: float | int | None, unit: str = "") -> str:
    """« 12 », « 66,7 % » ("66.7%" in English), « – » for none."""
    if value is None:
        return "–"
    return number_fr(value, unit)


def svg_of(chart: Chart) -> str:
    """The drawing, with its title and description for who does not see it. The same chart gives the same text."""
    pygal = _pygal()
    lying = chart.kind == "lines_of_bars"
    kinds = {"bars": pygal.Bar, "stacked": pygal.StackedBar, "lines_of_bars": pygal.HorizontalBar}
    height = 60 + 26 * len(chart.labels) * max(1, len(chart.series)) if lying else 260
    # With many labels every nth is written: in the larger type of a phone they would lie over each other.
    longest = max((len(label) for label in chart.labels), default=0)
    step = 1 if lying or len(chart.labels) <= 4 else math.ceil(len(chart.labels) * (longest + 1) * 9 / WIDTH)
    # Lying bars are drawn from the bottom up; people read from the top.
    order = -1 if lying else 1
    labels = [label if index % step == 0 else "" for index, label in enumerate(chart.labels)][::order]
    most = max([value or 0 for one in chart.series for value in one.values], default=0)
    graph = kinds[chart.kind](
        # Room for labels in the larger type of a phone (static/css/figures.css).
        style=pygal.style.Style(colors=FILLS, font_family=FONT, label_font_size=16, major_label_font_size=16),
        truncate_label=-1,
        js=(),
        css=(),
        disable_xml_declaration=True,
        no_prefix=True,
        width=WIDTH,
        height=height,
        show_legend=False,
        margin=8,
        margin_right=28 if lying else 8,
        print_values=len(chart.labels) * len(chart.series) <= 40,
        print_zeroes=False,
        value_formatter=lambda value: written(_round(value), chart.unit),
        show_y_guides=not lying,
        show_x_guides=False,
        range=(0, chart.top) if chart.top else None,
        y_labels=[chart.top * part // 4 for part in range(5)] if chart.top else _ticks(chart, most),
    )
    graph.x_labels = labels
    for one in chart.series:
        graph.add(one.name, list(one.values)[::order])
    return _cleaned(graph.render(), chart)


@cache
def _pygal() -> Any:
    """Loaded by the pages that draw alone, and without the importer that it leaves behind: of a kind that Python
    3.12 knows no more, asked at every import of the process, for maps that we do not draw."""
    import pygal
    import pygal.style

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    return pygal


def _round(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _ticks(chart: Chart, most: float) -> list[int] | None:
    """Whole numbers on the axis of counts: half a meeting says nothing."""
    if chart.kind == "stacked":
        most = max(
            (sum(one.values[index] or 0 for one in chart.series) for index in range(len(chart.labels))), default=0
        )
    if not most:
        return None
    step = max(1, math.ceil(most / 5))
    return list(range(0, math.ceil(most / step) * step + 1, step))


# What pygal puts there for its own viewer.
_DROPPED = ("script", "style", "defs", "desc", "title")


def _cleaned(raw: Any, chart: Chart) -> str:
    from lxml import etree

    source = raw if isinstance(raw, bytes) else raw.encode()
    parser = etree.XMLParser(remove_comments=True, no_network=True, resolve_entities=False)
    root = etree.fromstring(source, parser)
    for element in list(root.iter()):
        name = element.tag.rpartition("}")[2]
        if name in _DROPPED:
            element.getparent().remove(element)
            continue
        _look(element, name, lying=chart.kind == "lines_of_bars")
    for name in ("class", "id"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{chart.slug}-title {chart.slug}-desc")
    root.set("width", "100%")
    root.set("font-family", FONT)
    for position, (name, text) in enumerate((("title", chart.title), ("desc", chart.description))):
        element = etree.Element(f"{{{SVG}}}{name}", id=f"{chart.slug}-{name}")
        element.text = text
        root.insert(position, element)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _look(element: Any, name: str, *, lying: bool) -> None:
    """Presentation attributes by what the element is: no class is left to style."""
    classes = (element.get("class") or "").split()
    around = _around(element)
    element.attrib.pop("style", None)
    if name == "rect":
        if "background" in classes:
            element.set("fill", "none")
        elif "rect" in classes:
            element.set("fill", FILLS[_serie(around) % len(FILLS)])
            element.set("stroke", INK)
            element.set("stroke-width", "0.75")
    elif name == "path" and "x" in around and not lying and "axis" not in classes:
        # A line for each label says nothing beside a bar.
        element.getparent().remove(element)
    elif name == "path":
        element.set("fill", "none")
        element.set("stroke", SOFT if "axis" in classes else LINE)
    elif name == "text":
        element.set("font-size", "12")
        element.set("fill", SOFT)
        if "y" in around and "axis" in around:
            element.set("text-anchor", "end")
        elif "text-overlay" in around:
            element.set("text-anchor", "middle")
            element.set("fill", ON_FILL[_serie(around) % len(FILLS)])
        else:
            element.set("text-anchor", "middle")
    if name != "g":
        element.attrib.pop("class", None)


def _around(element: Any) -> list[str]:
    found: list[str] = []
    for parent in element.iterancestors():
        found += (parent.get("class") or "").split()
    return found


def _serie(classes: list[str]) -> int:
    return next((int(name[6:]) for name in classes if name.startswith("serie-")), 0)
