"""« Votre titulaire est excusée », and what follows when an answer changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from meetings.models import Invitation, InvitationAnswer
from meetings.notifications.base import MeetingMessage, when
from taskforce.models import Person
from taskforce.notifications.wording import agreed


class StandInMessage(MeetingMessage):
    """Follows one answer, so that the same answer never tells twice. `absent`: whose place it is about."""

    mutable = False

    def __init__(self, invitation: Invitation, *, absent: Person, answer: InvitationAnswer, **context: Any) -> None:
        self.absent = absent
        self.answer = answer
        super().__init__(invitation, absent=absent, **context)

    def unique_key(self) -> str:
        return f"{self.slug}:{self.meeting.pk}:{self.answer.pk}:{self.invitation.person_id}"


@messages_board.register
class StandInAsked(StandInMessage):
    """To the substitute: the titular does not come. `chosen`: they named this person; otherwise it is the rank's turn."""

    slug = "stand-in-asked"
    label = gettext_lazy("Votre titulaire est excusé(e)")
    # Somebody without mandate is invited by this very mail.
    calendar_method = "REQUEST"

    def __init__(self, invitation: Invitation, *, chosen: bool, **context: Any) -> None:
        super().__init__(invitation, chosen=chosen, **context)

    def subject(self) -> str:
        facts = {"name": self.absent.full_name, "when": when(self.meeting), "body": self.meeting.task_force}
        if self.context["chosen"]:
            return _("Vous représentez %(name)s : réunion du %(when)s, %(body)s") % facts
        excused = agreed(self.absent, feminine=_("excusée"), masculine=_("excusé"), both=_("excusé(e)"))
        return _("%(name)s est %(excused)s : réunion du %(when)s, %(body)s") % {**facts, "excused": excused}

    def extra_context(self) -> dict[str, Any]:
        excused = agreed(self.absent, feminine=_("excusée"), masculine=_("excusé"), both=_("excusé(e)"))
        return {**super().extra_context(), "excused": excused}


@messages_board.register
class StandInReleased(StandInMessage):
    """To who had been asked: the titular comes after all, or somebody else was named."""

    slug = "stand-in-released"
    label = gettext_lazy("Votre titulaire vient finalement")

    def __init__(self, invitation: Invitation, *, comes: bool, **context: Any) -> None:
        super().__init__(invitation, comes=comes, **context)

    def subject(self) -> str:
        return _("Vous ne représentez plus %(name)s : réunion du %(when)s, %(body)s") % {
            "name": self.absent.full_name,
            "when": when(self.meeting),
            "body": self.meeting.task_force,
        }


@messages_board.register
class StandInMissing(StandInMessage):
    """To who named a representative: that person cannot come, and nobody is left in rank."""

    slug = "stand-in-missing"
    label = gettext_lazy("Votre représentant(e) ne peut pas venir")

    def subject(self) -> str:
        return _("%(name)s ne peut pas vous représenter : réunion du %(when)s, %(body)s") % {
            "name": self.absent.full_name,
            "when": when(self.meeting),
            "body": self.meeting.task_force,
        }
