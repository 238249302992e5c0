"""« Le compte rendu est adopté. »"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from meetings.notifications.minutes_messages import MinutesMessage


@messages_board.register
class MinutesAdopted(MinutesMessage):
    """The minutes are adopted; from now on their text stays as it is. Once."""

    slug = "minutes-adopted"
    label = gettext_lazy("Compte rendu adopté")

    def subject(self) -> str:
        return _("Compte rendu adopté : réunion du %(day)s, %(body)s") % self.facts()
