"""To the director: your answer has arrived; and a way to say that it is not yours."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from taskforce.models import DesignatedPerson
from taskforce.notifications.designation_asked import DesignationMessage


def designee_lines(persons: list[DesignatedPerson]) -> list[tuple[str, str, str]]:
    """(rank, name and post, nothing) of each person named, for the facts of a mail."""
    return [
        (person.rank_label, ", ".join(part for part in (person.full_name, person.job_title) if part), "")
        for person in persons
    ]


@messages_board.register
class DesignationReceipt(DesignationMessage):
    """What was answered in the office's name, at the address of record."""

    slug = "designation-receipt"
    label = gettext_lazy("Accusé de réception d’une désignation (à la direction)")

    def subject(self) -> str:
        return _("Réponse reçue : %(agency)s, « %(body)s »") % {
            "agency": self.request.seat.agency,
            "body": self.request.task_force,
        }

    def extra_context(self) -> dict[str, Any]:
        persons = list(self.request.persons.select_related("request__replaces").order_by("rank"))
        return {
            **super().extra_context(),
            "declined": self.request.declined,
            "note": self.request.note,
            "facts": designee_lines(persons),
            "is_incomplete": len(persons) == 1 and self.request.replaces is None,
        }
