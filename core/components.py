"""What the component templates need from Python: icons, classes of form controls, differences of texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Drawn for this project on a 16 × 16 grid, stroked by the text's colour. Inlined: no request, prints, follows the theme.
ICONS = {
    "alert": '<path d="M8 2.2 14.6 13.5H1.4ZM8 6.4v3.3M8 11.6v.1"/>',
    "arrow-right": '<path d="M2.5 8h11M9.5 4l4 4-4 4"/>',
    "calendar": '<rect x="2" y="3.25" width="12" height="10.75" rx="1.5"/><path d="M2 6.75h12M5.25 1.75v3M10.75 1.75v3"/>',
    "check": '<path d="m3 8.6 3.3 3.4L13 4.6"/>',
    "chevron": '<path d="m4 6 4 4 4-4"/>',
    "clock": '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.4 1.6"/>',
    "copy": '<rect x="5.5" y="5.5" width="8.5" height="8.5" rx="1.5"/><path d="M10.5 5.3V3.5A1.5 1.5 0 0 0 9 2H3.5A1.5 1.5 0 0 0 2 3.5V9a1.5 1.5 0 0 0 1.5 1.5h1.8"/>',
    "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "device": '<rect x="4" y="1.75" width="8" height="12.5" rx="1.5"/><path d="M7 11.75h2"/>',
    "download": '<path d="M8 2v8M4.6 6.9 8 10.3l3.4-3.4M2.75 13.5h10.5"/>',
    "error": '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.6v4M8 11.1v.1"/>',
    "eye": '<path d="M1.5 8S3.9 3.6 8 3.6 14.5 8 14.5 8 12.1 12.4 8 12.4 1.5 8 1.5 8Z"/><circle cx="8" cy="8" r="1.9"/>',
    "file": '<path d="M9.25 1.75H4v12.5h8.5V5ZM9.25 1.75V5h3.25M6.25 8h4M6.25 10.75h4"/>',
    "filter": '<path d="M2 4h12M4.5 8h7M6.75 12h2.5"/>',
    "flag": '<path d="M3.75 14.25V2.25h8.5l-1.7 3 1.7 3h-8.5"/>',
    "info": '<circle cx="8" cy="8" r="6.25"/><path d="M8 7.4v4M8 4.8v.1"/>',
    "key": '<circle cx="5" cy="11" r="2.75"/><path d="m7 9 6.5-6.5M10.5 5.5l2.2 2.2"/>',
    "lock": '<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>',
    "mail": '<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="m2.2 4.6 5.8 4.2 5.8-4.2"/>',
    "menu": '<path d="M2 4h12M2 8h12M2 12h12"/>',
    "minus": '<path d="M3.5 8h9"/>',
    "pencil": '<path d="m2.75 13.25.75-3.1 6.9-6.9a1.3 1.3 0 0 1 1.85 0l.5.5a1.3 1.3 0 0 1 0 1.85l-6.9 6.9Z"/>',
    "people": '<circle cx="6" cy="5.25" r="2.5"/><path d="M1.5 13.5c0-2.4 2-4 4.5-4s4.5 1.6 4.5 4M10.75 2.9a2.5 2.5 0 0 1 0 4.7M12.3 9.9c1.4.6 2.2 1.9 2.2 3.6"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.4 10.4 3.6 3.6"/>',
    "send": '<path d="M14 2.2 7 9M14 2.2 9.6 14 7 9 2 6.6Z"/>',
    "sort": '<path d="m4.5 6.5 3.5-4 3.5 4M4.5 9.5l3.5 4 3.5-4"/>',
    "sort-down": '<path d="M8 2.75v10.5M4 9.25l4 4 4-4"/>',
    "sort-up": '<path d="M8 13.25V2.75M4 6.75l4-4 4 4"/>',
    "trash": '<path d="M2.75 4.5h10.5M6.25 4.5V2.5h3.5v2M4.25 4.5l.6 9.25h6.3l.6-9.25"/>',
    "undo": '<path d="M3 6h6.5a3.6 3.6 0 0 1 0 7.25H6M6 3 3 6l3 3"/>',
    "user": '<circle cx="8" cy="5.25" r="2.75"/><path d="M2.5 14c.2-2.8 2.6-4.5 5.5-4.5s5.3 1.7 5.5 4.5"/>',
    "video": '<rect x="1.5" y="4" width="8.75" height="8" rx="1.5"/><path d="m10.25 7.1 4.25-2.2v6.2l-4.25-2.2"/>',
}


def icon_svg(name: str, label: str = "") -> SafeString:
    """The icon inline: decorative without `label`, an image of that name with it. KeyError for an unknown name."""
    shape = mark_safe(ICONS[name])
    if label:
        return format_html('<svg class="icon" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>', label, shape)
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', shape)


# How the values of the apps' state choices look: kind (colour) and icon; a value that is not here is neutral.
STATE_LOOKS = {
    **dict.fromkeys(
        ("held", "approved", "published", "sent", "done", "treated", "present", "accepted", "active"),
        ("success", "check"),
    ),
    **dict.fromkeys(("convened", "circulated", "shared"), ("brand", "send")),
    **dict.fromkeys(("in_progress", "running", "sending"), ("brand", "clock")),
    **dict.fromkeys(("draft", "proposed"), ("neutral", "pencil")),
    **dict.fromkeys(("queued", "tentative", "digest"), ("neutral", "clock")),
    **dict.fromkeys(("open", "needs-action"), ("warning", "clock")),
    **dict.fromkeys(("failed", "overdue"), ("danger", "error")),
    **dict.fromkeys(("cancelled", "absent"), ("neutral", "cross")),
    **dict.fromkeys(("skipped", "excused", "declined", "not_started", "dormant"), ("neutral", "minus")),
    **dict.fromkeys(("represented", "delegated", "substitute"), ("brand", "people")),
    "submitted": ("brand", "send"),
    "applied": ("success", "check"),
    **dict.fromkeys(("applying", "undoing"), ("brand", "clock")),
    "error": ("danger", "error"),
    "warning": ("warning", "alert"),
    "notice": ("neutral", "info"),
    "ongoing": ("brand", "clock"),
    "completed": ("success", "check"),
    "suspended": ("warning", "minus"),
    "archived": ("neutral", "lock"),
    "closed": ("success", "lock"),
    "discussed": ("brand", "people"),
    "formalised": ("brand", "lock"),
    "adopted": ("success", "check"),
    "postponed": ("warning", "arrow-right"),
    "remote": ("success", "video"),
    "titular": ("success", "user"),
    "restricted": ("warning", "lock"),
}


@lru_cache(maxsize=1024, typed=True)
def state_label(value: str, label: str, *, kind: str = "", icon: str = "") -> SafeString:
    """A state as icon and word, never by colour alone. Kept: a list says a handful of them 240 times."""
    usual_kind, usual_icon = STATE_LOOKS.get(value, ("neutral", ""))
    # An explicit kind without an icon wants none: the usual icon would speak of another kind.
    name = icon or ("" if kind else usual_icon)
    return format_html(
        '<span class="state state-{}">{}{}</span>', kind or usual_kind, icon_svg(name) if name else "", label
    )


# The first name found wins: Edge and Opera also say Chrome, and everyone says Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """« Firefox, Windows »: the browser and the system as far as they say; otherwise the start of what they sent."""
    names = [next((name for key, name in table if key in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or user_agent[:60]


def control_class(field: BoundField) -> str:
    """Bootstrap's class for the widget of `field`, with the ones the widget already has."""
    widget: Any = field.field.widget
    widget = getattr(widget, "widget", widget)
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        own = "form-check-input"
    elif isinstance(widget, forms.Select):
        own = "form-select"
    else:
        own = "form-control"
    names = [*widget.attrs.get("class", "").split(), own]
    if field.errors:
        names.append("is-invalid")
    return " ".join(dict.fromkeys(names))


def error_links(forms_or_formsets: Iterable[Any]) -> list[dict[str, str]]:
    """Every error of the forms and formsets in page order: `text`, `label`, and the `id` of the control to go to.

    An error of the whole form has neither label nor id.
    """
    links: list[dict[str, str]] = []
    for item in forms_or_formsets:
        if isinstance(item, forms.BaseFormSet):
            links += [{"text": str(error), "label": "", "id": ""} for error in item.non_form_errors()]
            links += error_links(item.forms)
            continue
        links += [{"text": str(error), "label": "", "id": ""} for error in item.non_field_errors()]
        for bound in item:
            links += [
                {"text": str(error), "label": "" if bound.is_hidden else str(bound.label), "id": _focus_id(bound)}
                for error in bound.errors
            ]
        # A form made of several: its own errors first, then those of its parts.
        links += error_links(getattr(item, "parts", ()))
    return links


def _focus_id(bound: BoundField) -> str:
    """The id that a link can focus: of a group of radios or boxes, the first one."""
    if bound.is_hidden:
        return ""
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


@dataclass(frozen=True)
class DiffPart:
    """A run of words that is in both texts ("same"), only in the new one ("added") or only in the old one ("removed")."""

    kind: str
    text: str

    @property
    def body(self) -> str:
        """The words, which are marked; `tail` is the space after them, which is not."""
        return self.text.rstrip()

    @property
    def tail(self) -> str:
        return self.text[len(self.body) :]


# Words compared at most in one changed passage: the comparison's cost grows with the product of both sides.
MAX_WORDS = 2_000


def diff_words(old: str, new: str) -> list[DiffPart]:
    """What changed from `old` to `new`: first by lines, then by words inside the lines that changed.

    Spaces and line ends are kept. A changed passage of more than `MAX_WORDS` words is shown whole.
    """
    parts: list[DiffPart] = []
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(old_lines) * len(new_lines) > MAX_WORDS * MAX_WORDS:
        return _diff_passage(old, new)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        removed, added = "".join(old_lines[i1:i2]), "".join(new_lines[j1:j2])
        parts += [DiffPart("same", removed)] if tag == "equal" else _diff_passage(removed, added)
    return parts


def _diff_passage(old: str, new: str) -> list[DiffPart]:
    before: list[str] = re.findall(r"\S+\s*|\s+", old)
    after: list[str] = re.findall(r"\S+\s*|\s+", new)
    if len(before) > MAX_WORDS or len(after) > MAX_WORDS:
        return [DiffPart(kind, text) for kind, text in (("removed", old), ("added", new)) if text]
    parts: list[DiffPart] = []
    # A word is the same whatever space follows it: the last one of a paragraph has a line end.
    old_words, new_words = [word.rstrip() for word in before], [word.rstrip() for word in after]
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(DiffPart("same", "".join(after[j1:j2])))
            continue
        if i2 > i1:
            parts.append(DiffPart("removed", "".join(before[i1:i2])))
        if j2 > j1:
            parts.append(DiffPart("added", "".join(after[j1:j2])))
    return parts
