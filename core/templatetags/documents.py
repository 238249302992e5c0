"""Filters of the templates of documents: `{% load documents %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.documents import html_limits

register = template.Library()


@register.filter
def document_html(stored: str | None) -> SafeString:
    """A stored rich text, safe, bounded, with French spaces when the document is in French."""
    french = (get_language() or "fr").startswith("fr")
    return html_limits.document_html(stored or "", french=french)


@register.filter
def short_fingerprint(sha256: str) -> str:
    """« 9f3a12…c21e »: enough to tell two versions apart at a glance."""
    return f"{sha256[:6]}…{sha256[-4:]}"
