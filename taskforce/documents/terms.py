"""The terms of reference of a body (« termes de référence »), from one context for PDF and Word."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.documents.base import Document, documents
from core.documents.stamps import RowStamp
from core.typography import date_fr
from taskforce.enums import TermsState
from taskforce.models import TermsOfReference
from taskforce.queries.terms import sections_of, terms_visible_to

# Every table that `get_context` reads.
STAMP = RowStamp(
    {
        "taskforce_country": "r.id = %(country)s",
        "taskforce_taskforce": "r.id = %(body)s",
        "taskforce_termsofreference": "r.id = %(terms)s",
        "taskforce_termssection": "r.terms_id = %(terms)s",
        "taskforce_termsdiscussion": "r.terms_id = %(terms)s",
    }
)


@documents.register
class TermsDocument(Document):
    slug = "terms"
    title = gettext_lazy("Termes de référence")
    model = TermsOfReference
    template = "taskforce/documents/terms.html"
    stylesheet = "css/print-document.css"
    permission = "taskforce.view_terms"
    scope_path = "task_force"
    formats = ("pdf", "docx")

    def queryset(self, user: Any) -> QuerySet[TermsOfReference]:
        return terms_visible_to(user)

    def language(self, obj: TermsOfReference) -> str:
        return obj.task_force.language

    def is_preview(self, obj: TermsOfReference) -> bool:
        """While nobody but the secretariat reads it. Once shared, a file is an official « projet »."""
        return obj.state == TermsState.DRAFT

    def filename(self, obj: TermsOfReference) -> str:
        preview = pgettext("nom de fichier", "apercu-") if self.is_preview(obj) else ""
        name = pgettext("nom de fichier", "termes-de-reference")
        return f"{preview}{name}-{obj.task_force.slug}-v{obj.number}"

    def page_context(self, obj: TermsOfReference) -> dict[str, Any]:
        return {
            "body": obj.task_force,
            "label": str(obj),
            "back_url": obj.get_absolute_url(),
            "back_label": _("Termes de référence"),
        }

    def stamp(self, obj: TermsOfReference) -> str:
        return STAMP.of({"terms": obj.pk, "body": obj.task_force_id, "country": obj.task_force.country_id})

    def get_context(self, obj: TermsOfReference) -> dict[str, Any]:
        body = obj.task_force
        sections = [section for section in sections_of(obj).select_related(None) if section.body]
        return {
            "body": {"name": body.name, "acronym": body.acronym, "country": str(body.country)},
            "title": obj.title,
            "number": obj.number,
            "state": obj.state,
            "state_label": str(obj.get_state_display()),
            "is_preview": self.is_preview(obj),
            "is_adopted": obj.is_adopted,
            "status": _status(obj),
            "text_version": sum(section.version for section in sections),
            "adopted_on": obj.adopted_on,
            "adopted_by": obj.adopted_by,
            "adopted_event": obj.adopted_event,
            "adoption_note": obj.adoption_note,
            "sections": [
                {"number": number, "title": section.title, "text": section.body}
                for number, section in enumerate(sections, start=1)
            ],
            "discussions": [
                {
                    "event": discussion.event,
                    "forum": discussion.forum,
                    "date": discussion.held_on,
                    "outcome": str(discussion.get_outcome_display()),
                    "note": discussion.note,
                }
                for discussion in obj.discussions.order_by("held_on", "pk")
            ],
        }


def _status(terms: TermsOfReference) -> str:
    """What this text is, in a few words, for the end of the document."""
    if terms.is_adopted:
        return _("Termes de référence adoptés le %(date)s") % {"date": date_fr(terms.adopted_on)}
    return {
        TermsState.DRAFT: _("Projet de termes de référence"),
        TermsState.SHARED: _("Projet de termes de référence, partagé pour commentaires"),
        TermsState.DISCUSSED: _("Projet de termes de référence, discuté"),
        TermsState.FORMALISED: _("Termes de référence formalisés, à adopter"),
    }[TermsState(terms.state)]
