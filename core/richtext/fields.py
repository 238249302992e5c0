"""The form field for rich text: a textarea that works alone, and that `static/js/editor.js` improves."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import Script
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.richtext.cleaning import MAX_BYTES, clean_html
from core.richtext.plain import is_plain, richtext_to_text, text_to_html

HTML, TEXT = "html", "text"
LOOKS_LIKE_HTML = re.compile(
    r"</?(?:p|br|ul|ol|li|table|tr|td|th|strong|b|em|i|a|div|span|h[1-6])\b[^<>]*>", re.IGNORECASE
)


class TypedText(str):
    """A text as the browser sent it; `writing` tells how it is written: "html" or "text"."""

    __slots__ = ("writing",)
    writing: str

    def __new__(cls, value: str, writing: str = "") -> TypedText:
        typed = super().__new__(cls, value)
        typed.writing = writing if writing in {HTML, TEXT} else HTML if LOOKS_LIKE_HTML.search(value) else TEXT
        return typed


def editor_labels() -> dict[str, str]:
    """What the editor's buttons and dialogs say, by the name of the button or the editor's own English text."""
    return {
        "toolbar": _("Mise en forme"),
        "bold": _("Gras"),
        "italic": _("Italique"),
        "bulletList": _("Liste à puces"),
        "orderedList": _("1. Liste numérotée"),
        "link": _("Lien"),
        "unlink": _("Retirer le lien"),
        "table": _("Tableau"),
        "table:addColumnAfter": _("Ajouter une colonne"),
        "table:deleteColumn": _("Supprimer la colonne"),
        "table:addRowAfter": _("Ajouter une ligne"),
        "table:deleteRow": _("Supprimer la ligne"),
        "table:mergeCells": _("Fusionner les cellules"),
        "table:splitCell": _("Séparer la cellule"),
        "table:toggleHeaderCell": _("Cellule d’en-tête"),
        "table:deleteTable": _("Supprimer le tableau"),
        "history:undo": _("Annuler la frappe"),
        "history:redo": _("Rétablir la frappe"),
        # What the buttons show where that is shorter than their name.
        "short:bold": pgettext("bold", "G"),
        "short:italic": pgettext("italic", "I"),
        "short:bulletList": _("• Liste"),
        "short:orderedList": _("1. Liste"),
        "short:history:undo": "↶",
        "short:history:redo": "↷",
        "short:table:addColumnAfter": _("+ Colonne"),
        "short:table:deleteColumn": _("− Colonne"),
        "short:table:addRowAfter": _("+ Ligne"),
        "short:table:deleteRow": _("− Ligne"),
        "short:table:mergeCells": _("Fusionner"),
        "short:table:splitCell": _("Séparer"),
        "short:table:toggleHeaderCell": _("En-tête"),
        "short:table:deleteTable": _("Supprimer"),
        "URL": _("Adresse (https://… ou mailto:…)"),
        "Title": _("Titre"),
        "Edit Link": _("Lien"),
        "Update": _("Valider"),
        "Cancel": _("Annuler"),
        "Rows": _("Lignes"),
        "Columns": _("Colonnes"),
        "Include header row": _("Ligne d’en-tête"),
        "Table Properties": _("Tableau"),
        "Insert Table": _("Insérer le tableau"),
    }


class RichTextWidget(forms.Textarea):
    """A textarea. Without JavaScript it holds plain text when that loses nothing, HTML otherwise.

    A hidden field beside it says which, so that « < » typed as text stays one. The page includes
    `{{ form.media }}`: files of ours alone, no inline script, so that no nonce is needed.
    """

    template_name = "components/richtext_field.html"

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [Script("js/editor.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 12, "spellcheck": "true"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if isinstance(value, TypedText):
            shown, writing = str(value), value.writing
        elif is_plain(value or ""):
            shown, writing = richtext_to_text(value or ""), TEXT
        else:
            shown, writing = value, HTML
        context = super().get_context(name, shown, attrs)
        config = {"src": static("django_prose_editor/editor.js"), "maxBytes": MAX_BYTES, "labels": editor_labels()}
        context["widget"]["attrs"]["data-richtext"] = json.dumps(config, ensure_ascii=False)
        context["widget"]["writing"] = writing
        context["widget"]["writing_name"] = self.writing_name(name)
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> TypedText | None:
        value = data.get(name)
        return None if value is None else TypedText(value, data.get(self.writing_name(name), ""))

    @staticmethod
    def writing_name(name: str) -> str:
        return f"{name}-writing"

    def use_required_attribute(self, initial: Any) -> bool:
        # The editor hides the textarea: the browser could not show its complaint.
        return False


class RichTextField(forms.CharField):
    """Gives clean HTML (`clean_html`), from HTML or from plain text; its errors say what to do."""

    widget = RichTextWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        typed = value if isinstance(value, TypedText) else TypedText(str(value))
        return clean_html(typed) if typed.writing == HTML else text_to_html(typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or "") != self.to_python(data)
        except forms.ValidationError:
            return True


class VersionedForm(forms.Form):
    """A rich text (`body`) and the version it started from. `static/js/editor.js` sends the same fields."""

    base_version = forms.IntegerField(
        min_value=0,
        # PostgreSQL's integer.
        max_value=2_147_483_647,
        widget=forms.HiddenInput(attrs={"data-base-version": ""}),
        error_messages={
            "required": gettext_lazy(
                "Cette page est incomplète. Copiez votre texte, rechargez la page, puis enregistrez."
            ),
            "invalid": gettext_lazy(
                "Cette page est incomplète. Copiez votre texte, rechargez la page, puis enregistrez."
            ),
        },
    )
    body = RichTextField(label=gettext_lazy("Texte"), required=False)

    field_order = ["base_version", "body"]
