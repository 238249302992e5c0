"""« Les termes de référence sont adoptés. »"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from taskforce.notifications.terms import TermsMessage


@messages_board.register
class TermsAdopted(TermsMessage):
    """The text is in force; everybody in office is told, observers too."""

    slug = "terms-adopted"
    label = gettext_lazy("Termes de référence adoptés")

    def subject(self) -> str:
        return _("Termes de référence adoptés : %(body)s") % {"body": self.terms.task_force}
