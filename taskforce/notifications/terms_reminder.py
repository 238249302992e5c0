"""« Vos commentaires sur les termes de référence sont attendus. »"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from taskforce.notifications.terms import TermsMessage


@messages_board.register
class TermsReminder(TermsMessage):
    """To whoever sits for an agency that has neither commented nor agreed. One a day at most."""

    slug = "terms-reminder"
    label = gettext_lazy("Termes de référence : rappel")

    def subject(self) -> str:
        return _("Rappel : vos commentaires sur les termes de référence, %(body)s") % {"body": self.terms.task_force}

    def unique_key(self) -> str:
        return f"{super().unique_key()}:{self.terms.task_force.today():%Y-%m-%d}"

    def extra_context(self):
        today = self.terms.task_force.today()
        until = self.terms.comments_until
        return super().extra_context() | {"until": until, "is_over": until is not None and until < today}
