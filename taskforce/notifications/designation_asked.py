"""To a director: who represents your agency? With the letter, the terms of reference and a personal link."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.base import Document, documents
from core.models import Solicitation
from core.notifications.base import messages_board
from core.solicitations.base import SolicitationMessage
from core.typography import date_fr
from taskforce.enums import DesignationPurpose
from taskforce.models import DesignationRequest, TermsOfReference
from taskforce.notifications.wording import reply_address, salutation
from taskforce.queries.designees import terms_of


def terms_document() -> type[Document] | None:
    """The document that prints terms of reference."""
    return next((cls for cls in documents if cls.model is TermsOfReference and "pdf" in cls.formats), None)


def terms_attachments(request: DesignationRequest) -> list[dict[str, Any]]:
    """The text that the letter goes by, as it stands when the mail leaves."""
    terms, document = terms_of(request), terms_document()
    if terms is None or document is None:
        return []
    return [{"document": document.slug, "object": terms.pk, "format": "pdf"}]


def subject_of(request: DesignationRequest) -> str:
    # The letter takes its salutation from this room: imported when it is needed.
    from taskforce.documents import designation_letter

    return designation_letter.subject_of(request)


def letter_attachments(request: DesignationRequest) -> list[dict[str, Any]]:
    from taskforce.documents import designation_letter

    return designation_letter.letter_attachments(request)


class DesignationMessage(SolicitationMessage):
    """What every mail to the director says: who asks what, by when, and until when the link serves."""

    category = gettext_lazy("Désignations")

    def __init__(self, solicitation: Solicitation, url: str = "", *, request: DesignationRequest) -> None:
        self.request = request
        super().__init__(solicitation, url)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.request.task_force)
        return {"Reply-To": address} if address else {}

    def extra_context(self) -> dict[str, Any]:
        made, deadline = self.request, self.solicitation.deadline
        day = timezone.localdate(deadline, made.task_force.tz) if deadline else None
        return {
            "salutation": salutation(made.director),
            "agency": made.seat.agency,
            "purpose": made.purpose,
            "is_replacement": made.purpose == DesignationPurpose.REPLACEMENT,
            "replaced": made.replaces.person if made.replaces else "",
            "reference": made.reference,
            "written": date_fr(made.written_on),
            "signatory": made.signatory,
            "signatory_function": made.signatory_function,
            "answer_by": date_fr(day) if day else "",
            "starts": date_fr(made.starts_on),
            "has_terms": bool(terms_attachments(made)),
        }


@messages_board.register
class DesignationAsked(DesignationMessage):
    """The request itself."""

    slug = "designation-asked"
    label = gettext_lazy("Demande de désignation (à la direction)")

    def subject(self) -> str:
        return subject_of(self.request)

    def attachments(self) -> list[dict[str, Any]]:
        return letter_attachments(self.request) + terms_attachments(self.request)


@messages_board.register
class DesignationReminder(DesignationMessage):
    """The same, before the deadline and after it, with a link that replaces the former one."""

    slug = "designation-reminder"
    label = gettext_lazy("Rappel d’une demande de désignation (à la direction)")

    def subject(self) -> str:
        return _("Rappel : %(subject)s") % {"subject": subject_of(self.request)}

    def extra_context(self) -> dict[str, Any]:
        return {**super().extra_context(), "is_late": self.solicitation.is_late()}

    def attachments(self) -> list[dict[str, Any]]:
        return letter_attachments(self.request)
