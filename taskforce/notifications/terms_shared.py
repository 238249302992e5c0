"""« Les termes de référence sont partagés pour commentaires. »"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from taskforce.notifications.terms import TermsMessage


@messages_board.register
class TermsShared(TermsMessage):
    """The text is open to the members' comments until a day (`until`). Once a round."""

    slug = "terms-shared"
    label = gettext_lazy("Termes de référence partagés")

    def subject(self) -> str:
        return _("Termes de référence à commenter : %(body)s") % {"body": self.terms.task_force}

    def useful_until(self):
        return self.terms.comments_deadline
