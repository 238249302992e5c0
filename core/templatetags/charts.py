"""`{% chart chart %}`: the drawing of a core.charts.Chart; `{% chart_image data %}`: as a picture, for a document."""

from base64 import b64encode

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from core.charts import FILLS, Chart, svg_of

register = template.Library()


@register.simple_tag
def chart(drawn: Chart):
    # Our own drawing: every text went in through lxml, which escapes.
    return mark_safe(svg_of(drawn))  # noqa: S308


@register.simple_tag
def chart_image(data: dict):
    """From the plain data of a document's context; the description stands for the drawing in a tagged PDF."""
    drawn = Chart.of(data)
    encoded = b64encode(svg_of(drawn).encode()).decode()
    return format_html(
        '<img class="chart" src="data:image/svg+xml;base64,{}" alt="{}. {}">', encoded, drawn.title, drawn.description
    )


@register.simple_tag
def chart_keys(drawn):
    """(n, name) of each series, for the legend; `drawn` is a Chart or its data."""
    series = [one["name"] for one in drawn["series"]] if isinstance(drawn, dict) else [one.name for one in drawn.series]
    return [(index % len(FILLS), name) for index, name in enumerate(series)]


@register.simple_tag
def chart_rows(drawn):
    """The lines of the table that says what the drawing says."""
    return (Chart.of(drawn) if isinstance(drawn, dict) else drawn).rows()
