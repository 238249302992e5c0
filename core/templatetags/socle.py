"""Filters and tags of every template (builtins)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core import typography
from core.choices import choice_label
from core.components import control_class, device_name, diff_words, error_links, icon_svg, state_label
from core.richtext import show_html

register = template.Library()


@register.filter(name="typo")
def typo_filter(text):
    """French no-break spaces. Safe HTML stays safe: only its text changes. Plain text stays to be escaped."""
    if text is None:
        return ""
    if isinstance(text, SafeString):
        return mark_safe(typography.typo_html(text))  # noqa: S308 - was safe; tags are copied as they were
    return typography.typo(str(text))


@register.filter
def address(email: str | None) -> SafeString:
    """An address of mail that breaks after its « @ », when it must."""
    local, at, domain = (email or "").rpartition("@")
    return format_html("{}@<wbr>{}", local, domain) if at else format_html("{}", domain)


@register.filter
def richtext(stored: str | None) -> SafeString:
    """Stored rich text, made safe once more, with French spaces."""
    return mark_safe(show_html(stored or ""))  # noqa: S308 - through the sanitiser


register.filter("date_fr", typography.date_fr)
register.filter("date_long", typography.date_long)
register.filter("time_fr", typography.time_fr)
register.filter("duration_fr", typography.duration_fr)
register.filter("count", typography.count_fr)
register.simple_tag(typography.punctuation, name="punctuation")


@register.filter
def percent(value: float | int | None) -> str:
    """« 50 % »; "50%" in English; "" for None."""
    return "" if value is None or value == "" else typography.number_fr(value, "%")


@register.filter
def option_tags(options: Iterable[Mapping[str, Any]]) -> SafeString:
    """The `<option>` of a group of a `<select>`, as its widget describes them: lists of places and people have hundreds."""
    found = []
    for option in options:
        attrs = "".join(
            f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
            for name, value in option["attrs"].items()
            if value is not False
        )
        value, label = conditional_escape(option["value"]), conditional_escape(localize(option["label"]))
        found.append(f'\n  <option value="{value}"{attrs}>{label}</option>')
    return mark_safe("".join(found))  # noqa: S308 - every part was escaped above


# Components: one template each in templates/components/, all shown on /style/. -------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "calendar" %}`; with `label`, an image with that name instead of a decoration."""
    return icon_svg(name, label)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, view: str, label: str, key: str = "", *args: Any) -> SafeString:
    """One `<li>` of a navigation, the current page marked; nothing where the address does not exist."""
    try:
        url = reverse(view, args=args)
    except NoReverseMatch:
        return SafeString("")
    if key and context.get("nav") == key:
        return format_html('<li><a href="{}" aria-current="page">{}</a></li>', url, label)
    return format_html('<li><a href="{}">{}</a></li>', url, label)


@register.simple_block_tag(end_name="endcapture")
def capture(content: str) -> str:
    """`{% capture as menu %}…{% endcapture %}`: what stands twice on a page is worked out once."""
    return content


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; the page itself has no address."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_block_tag(end_name="endcard")
def card(content: str, title: str = "", level: int = 2, id: str = "", tight: bool = False) -> SafeString:
    """A titled block of a page; `tight` leaves no padding around a table."""
    context = {"content": content, "title": title, "level": level, "id": id, "tight": tight}
    return render_to_string("components/card.html", context)


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, level: str = "info", title: str = "", focus: bool = False) -> SafeString:
    """Something to know before going on; `level` is info, success, warning or error."""
    context = {"content": content, "level": level, "title": title, "focus": focus}
    return render_to_string("components/notice.html", context)


@register.simple_tag
def state(value: str, label: str, kind: str = "", icon: str = "") -> SafeString:
    """A state as icon and word; kind and icon follow from `value` unless given. No template: lists show hundreds."""
    # As a string: a lazy one has another hash in each language.
    return state_label(value, str(label), kind=kind, icon=icon)


@register.simple_tag
def state_of(obj: Model, field: str) -> SafeString:
    """`{% state_of meeting "state" %}`: the state in a choice field of `obj`, with its label."""
    return state_label(getattr(obj, field), choice_label(obj, field))


@register.filter
def device(user_agent: str) -> str:
    """The browser and the system behind a session, in words."""
    return device_name(user_agent or "")


@register.filter
def elided_pages(page: Page) -> Iterable[int | str]:
    """The page numbers to offer: the ends, the neighbours, « … » between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.inclusion_tag("components/steps.html", name="steps")
def steps_tag(steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A life cycle: steps with `label`, `state` (done, current, todo) and maybe `at`."""
    return {"steps": steps}


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    label: str = "",
    hint: str | None = "",
    placeholder: str = "",
    hide_label: bool = False,
    is_one_of: bool = False,
) -> dict[str, Any]:
    """A form field with label, hint, error and « facultatif »; `label` and `hint` replace the form's own, None removes the hint.

    `is_one_of`: this field or another one must be filled, so that it is not called optional; a form names in
    `needed` those that its own rules ask for.
    """
    is_one_of = is_one_of or bound.name in getattr(bound.form, "needed", ())
    if label:
        bound.label = label
    if hint != "":
        bound.help_text = hint or ""
    widget = bound.field.widget
    is_checkbox = isinstance(widget, CheckboxInput)
    is_group = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    if is_group:
        widget.attrs["class"] = control_class(bound)
        control = ""
    else:
        # A placeholder disappears when one types: the hint says it better.
        control = bound.as_widget(attrs={"class": control_class(bound), "placeholder": placeholder or False})
    return {
        "field": bound,
        "control": control,
        "hide_label": hide_label,
        "is_checkbox": is_checkbox,
        "is_group": is_group,
        "is_optional": not bound.field.required and not bound.field.disabled and not is_checkbox and not is_one_of,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms_or_formsets: Any) -> dict[str, Any]:
    """What is wrong in the forms, each error a link to its field; nothing while nothing is wrong."""
    return {"errors": error_links(item for item in forms_or_formsets if getattr(item, "is_bound", False))}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, name: str, label: str, param: str = "tri") -> dict[str, Any]:
    """The heading of a sortable column: the order stands in the URL, `tri=name` or `tri=-name`."""
    query = context["request"].GET.copy()
    current = query.get(param, "")
    query[param] = f"-{name}" if current == name else name
    query.pop("page", None)
    order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return {"label": label, "url": f"?{query.urlencode()}", "order": order}


@register.inclusion_tag("components/text_diff.html")
def text_diff(old: str, new: str) -> dict[str, Any]:
    """Two texts as one, with the words added and removed marked."""
    return {"parts": diff_words(old, new)}


@register.simple_tag
def diff_parts(old: str, new: str) -> list[Any]:
    """The parts of `{% text_diff %}`, for a template that writes them its own way."""
    return diff_words(old, new)
