"""Before a meeting, without an account: propose a point for the agenda, write one's agency's update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Solicitation
from core.notifications.base import Message
from core.solicitations.base import SolicitationKind, solicitations
from core.typography import date_fr
from meetings.forms.contributions import ProposalForm, UpdateTextForm
from meetings.models import Meeting
from meetings.notifications.base import agenda_of, hours
from meetings.notifications.contributions_call import ContributionsCall
from meetings.queries.contributions import agency_of_member, contributors, proposals_of
from meetings.services.minutes import check_writable
from meetings.services.proposals import reason_not_to_propose
from taskforce.models import Person
from taskforce.queries.roster import mandates_on


class Contribution(SolicitationKind):
    """Contributed to as often as one likes until the meeting begins; no code."""

    model = Meeting
    single_use = False
    welcome_template = "meetings/solicitations/contribution_welcome.html"

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        meeting = meeting_asked(solicitation)
        return {
            "meeting": meeting,
            "body": meeting.task_force,
            "hours": hours(meeting),
            "agenda": agenda_of(meeting),
            "heading": self.heading(solicitation, meeting),
        }

    def heading(self, solicitation: Solicitation, meeting: Meeting) -> str:
        raise NotImplementedError

    def done_context(self, solicitation: Solicitation) -> dict[str, Any]:
        return self.get_context(solicitation)

    def refusal(self, solicitation: Solicitation) -> str:
        meeting = meeting_asked(solicitation)
        if meeting is None:
            return _("La réunion n’existe plus.")
        person = person_asked(solicitation)
        if person is None or person.email.lower() != solicitation.email.lower():
            return _("L’adresse de cette personne a changé depuis l’envoi.")
        if not mandates_on(meeting.task_force, meeting.task_force.today()).filter(person=person).exists():
            return _("Le mandat de cette personne a pris fin depuis l’envoi.")
        return reason_not_to_propose(meeting)

    def link_expires_at(self, solicitation: Solicitation, now: datetime) -> datetime:
        return solicitation.deadline or now

    def message(self, solicitation: Solicitation, url: str) -> Message:
        meeting, person = meeting_asked(solicitation), person_asked(solicitation)
        [contributor] = [one for one in contributors(meeting) if one.person == person]
        call = ContributionsCall(meeting, contributor, days=10)
        if self.slug == UpdateCall.slug:
            call.update_link = url
        else:
            call.link = url
        return call

    def reminder(self, solicitation: Solicitation, url: str) -> Message:
        return self.message(solicitation, url)


@solicitations.register
class AgendaCall(Contribution):
    slug = "agenda-call"
    label = gettext_lazy("Appel à points pour l’ordre du jour")
    submit_label = gettext_lazy("Proposer au secrétariat")
    template = "meetings/solicitations/proposal_form.html"
    done_template = "meetings/solicitations/proposal_done.html"
    form_class = ProposalForm

    def heading(self, solicitation: Solicitation, meeting: Meeting) -> str:
        return _("Proposer un point : réunion du %(day)s") % {"day": date_fr(meeting.date)}

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        own = proposals_of(meeting_asked(solicitation), solicitation.addressee_id)
        return {**super().get_context(solicitation), "proposals": own}

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, ProposalForm)
        form.record(meeting_asked(solicitation), person=person_asked(solicitation), actor=actor)


@solicitations.register
class UpdateCall(Contribution):
    slug = "update-call"
    label = gettext_lazy("Appel à points de situation")
    submit_label = gettext_lazy("Enregistrer le point de situation")
    template = "meetings/solicitations/update_form.html"
    done_template = "meetings/solicitations/update_done.html"

    def heading(self, solicitation: Solicitation, meeting: Meeting) -> str:
        agency = agency_of_member(meeting, solicitation.addressee_id)
        return _("Point de situation de %(agency)s") % {"agency": agency}

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        meeting = meeting_asked(solicitation)
        agency = agency_of_member(meeting, solicitation.addressee_id)
        assert agency is not None, "refusal() lets only members through"
        return UpdateTextForm(meeting, agency, data)

    def refusal(self, solicitation: Solicitation) -> str:
        if reason := super().refusal(solicitation):
            return reason
        meeting = meeting_asked(solicitation)
        if agency_of_member(meeting, solicitation.addressee_id) is None:
            return _("Cette personne ne siège plus le jour de la réunion.")
        try:
            check_writable(meeting, getattr(meeting, "minutes", None))
        except forms.ValidationError as error:
            return error.messages[0]
        return ""

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, UpdateTextForm)
        form.record(actor=actor)


def meeting_asked(solicitation: Solicitation) -> Any:
    """The meeting with all that the pages read; None when it is gone. Kept for the request."""
    kept = solicitation.__dict__.get("_meeting")
    if kept is None:
        kept = solicitation.__dict__["_meeting"] = (
            Meeting.objects.select_related("task_force__country", "minutes").filter(pk=solicitation.target_id).first()
        )
    return kept


def person_asked(solicitation: Solicitation) -> Any:
    kept = solicitation.__dict__.get("_person")
    if kept is None:
        kept = solicitation.__dict__["_person"] = Person.objects.filter(pk=solicitation.addressee_id).first()
    return kept


__all__ = ["AgendaCall", "UpdateCall"]
