"""To directors without an account: the text, by a personal link."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Solicitation
from core.notifications.base import messages_board
from core.solicitations.base import SolicitationMessage
from taskforce.models import TermsReview
from taskforce.notifications.wording import reply_address, salutation


class _TermsRequest(SolicitationMessage):
    category = gettext_lazy("Termes de référence")

    def __init__(self, solicitation: Solicitation, url: str = "", *, review: TermsReview) -> None:
        self.review = review
        terms = review.terms
        super().__init__(solicitation, url, terms=terms, agency=review.agency, until=terms.comments_until)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.review.terms.task_force)
        return {"Reply-To": address} if address else {}

    def useful_until(self):
        return self.solicitation.deadline

    def extra_context(self) -> dict[str, Any]:
        return {"salutation": salutation(self.solicitation.addressee)}


@messages_board.register
class TermsCommentsRequest(_TermsRequest):
    """The request itself, once a round."""

    slug = "terms-comments-request"
    label = gettext_lazy("Termes de référence : demande à une direction")

    def subject(self) -> str:
        return _("Termes de référence à commenter : %(body)s") % {"body": self.review.terms.task_force}


@messages_board.register
class TermsCommentsReminder(_TermsRequest):
    """The reminder, with a link of its own."""

    slug = "terms-comments-reminder"
    label = gettext_lazy("Termes de référence : rappel à une direction")

    def subject(self) -> str:
        return _("Rappel : vos commentaires sur les termes de référence, %(body)s") % {
            "body": self.review.terms.task_force
        }
