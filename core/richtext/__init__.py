"""Rich text: what minutes and updates are written in (bold, italic, lists, links, tables)."""

from core.richtext.cleaning import MAX_BYTES, RichTextRefused, clean_html, safe_html, show_html
from core.richtext.fields import RichTextField, RichTextWidget, TypedText, VersionedForm
from core.richtext.plain import is_plain, richtext_to_text, text_to_html

__all__ = [
    "MAX_BYTES",
    "RichTextField",
    "RichTextRefused",
    "RichTextWidget",
    "TypedText",
    "VersionedForm",
    "clean_html",
    "is_plain",
    "richtext_to_text",
    "safe_html",
    "show_html",
    "text_to_html",
]
