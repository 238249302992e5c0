"""« Serez-vous là ? »: the answer to an invitation, without an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Solicitation
from core.solicitations.base import SolicitationKind, solicitations
from core.typography import date_fr
from meetings.enums import AnswerChannel
from meetings.forms.answers import AnswerForm
from meetings.models import Invitation
from meetings.notifications.base import agenda_of, hours
from meetings.notifications.invitation import MeetingInvitation
from meetings.notifications.reminder import MeetingReminder
from meetings.queries import left_since_invited
from meetings.queries.answers import reason_not_to_answer
from meetings.wording import answer_label


@solicitations.register
class MeetingAnswer(SolicitationKind):
    """Answered as often as one changes one's mind, until the meeting begins; no code."""

    slug = "meeting-answer"
    label = gettext_lazy("Réponse à une invitation")
    continue_label = gettext_lazy("Répondre")
    model = Invitation
    single_use = False
    welcome_template = "meetings/solicitations/answer_welcome.html"
    template = "meetings/solicitations/answer_form.html"
    done_template = "meetings/solicitations/answer_done.html"

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        return AnswerForm(invitation_asked(solicitation), data)

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        invitation = invitation_asked(solicitation)
        meeting = invitation.meeting
        return {
            "meeting": meeting,
            "invitation": invitation,
            "body": meeting.task_force,
            "heading": _("Réunion du %(day)s") % {"day": date_fr(meeting.date)},
            "hours": hours(meeting),
            "answer_words": answer_label(invitation),
            # Whoever holds the link may not be who it was sent to: titles that every member reads, nothing else.
            "agenda": agenda_of(meeting),
        }

    def done_context(self, solicitation: Solicitation) -> dict[str, Any]:
        return self.get_context(solicitation)

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, AnswerForm)
        form.record(actor=actor, channel=AnswerChannel.LINK)

    def refusal(self, solicitation: Solicitation) -> str:
        invitation = invitation_asked(solicitation)
        if invitation is None:
            return _("L’invitation n’existe plus.")
        if reason := reason_not_to_answer(invitation.meeting):
            return reason
        if left_since_invited(invitation.meeting, person_id=invitation.person_id):
            return _("Le mandat ou la fonction de cette personne a pris fin depuis l’invitation.")
        if invitation.person.email.lower() != solicitation.email.lower():
            return _("L’adresse de cette personne a changé depuis l’envoi.")
        return ""

    def link_expires_at(self, solicitation: Solicitation, now: datetime) -> datetime:
        return solicitation.deadline or now

    def message(self, solicitation: Solicitation, url: str) -> MeetingInvitation:
        message = MeetingInvitation(invitation_asked(solicitation))
        message.link = url
        return message

    def reminder(self, solicitation: Solicitation, url: str) -> MeetingReminder:
        invitation = invitation_asked(solicitation)
        reminder = MeetingReminder(
            invitation, days=(invitation.meeting.date - invitation.meeting.task_force.today()).days
        )
        reminder.link = url
        return reminder


def invitation_asked(solicitation: Solicitation) -> Any:
    """The invitation with all that the page and the messages read; None when it is gone. Kept for the request."""
    kept = solicitation.__dict__.get("_invitation")
    if kept is None:
        kept = solicitation.__dict__["_invitation"] = (
            Invitation.objects.select_related(
                "meeting__task_force__country", "person__agency", "delegated_to", "stand_in"
            )
            .filter(pk=solicitation.target_id)
            .first()
        )
    return kept


__all__ = ["MeetingAnswer", "invitation_asked"]
