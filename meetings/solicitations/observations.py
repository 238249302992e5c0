"""« Avez-vous des observations ? »: shared minutes, read and observed section by section without an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Solicitation
from core.solicitations.base import SolicitationKind, solicitations
from core.typography import date_fr
from meetings.enums import MinutesState
from meetings.forms.observations import ObservationsForm
from meetings.models import MinutesVersion
from meetings.notifications.observations_reminder import ObservationsReminder
from meetings.notifications.shared import MinutesShared
from meetings.queries.circulation import corrections_of, last_number
from meetings.queries.observers import OBSERVATIONS_KIND, agencies_of
from meetings.queries.page import actions_of, decisions_of, owner_words
from taskforce.models import Person


@solicitations.register
class MinutesObservations(SolicitationKind):
    """Answered as often as one wants until the last day; no code: the secretariat settles every observation.

    Its target is the version of which the mail spoke; the page shows the one that stands.
    """

    slug = OBSERVATIONS_KIND
    label = gettext_lazy("Observations sur un compte rendu")
    model = MinutesVersion
    single_use = False
    continue_label = gettext_lazy("Lire le compte rendu")
    submit_label = gettext_lazy("Envoyer mes observations")
    welcome_template = "meetings/solicitations/observations_welcome.html"
    template = "meetings/solicitations/observations_form.html"
    done_template = "meetings/solicitations/observations_done.html"

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        minutes = version_asked(solicitation).minutes
        return ObservationsForm(minutes, agencies_of(minutes.meeting.task_force, solicitation.addressee_id), data)

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        minutes = version_asked(solicitation).minutes
        meeting = minutes.meeting
        number = last_number(minutes)
        return {
            "minutes": minutes,
            "meeting": meeting,
            "body": meeting.task_force,
            "heading": _("Compte rendu du %(day)s") % {"day": date_fr(meeting.date)},
            "number": number,
            "version_day": timezone.localdate(
                minutes.versions.values_list("created_at", flat=True).get(number=number), meeting.task_force.tz
            ),
            "decisions": decisions_of(meeting, restricted=False),
            "actions": [
                {"action": link.action, "owners": owner_words(link.action, link.owner_acronyms)}  # type: ignore[attr-defined]
                for link in actions_of(meeting, restricted=False)
            ],
            # One's own, without those about points that were restricted since.
            "said": list(corrections_of(minutes, restricted=False).filter(person=solicitation.addressee_id)),
        }

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, ObservationsForm)
        form.record(person=Person.objects.get(pk=solicitation.addressee_id), actor=actor)

    def refusal(self, solicitation: Solicitation) -> str:
        version = version_asked(solicitation)
        if version is None or version.minutes.state != MinutesState.CIRCULATED:
            return _("Ce compte rendu n’attend plus d’observations.")
        minutes = version.minutes
        if minutes.circulated_at is not None and version.created_at < minutes.circulated_at:
            return _("Le compte rendu a été repris et partagé de nouveau depuis.")
        if not minutes.takes_observations:
            return _("Le délai d’observations est passé.")
        person = Person.objects.filter(pk=solicitation.addressee_id).first()
        if person is None or person.email.lower() != solicitation.email.lower():
            return _("L’adresse de cette personne a changé depuis l’envoi.")
        if not agencies_of(minutes.meeting.task_force, person.pk):
            return _("Le mandat de cette personne a pris fin depuis l’envoi.")
        return ""

    def link_expires_at(self, solicitation: Solicitation, now: datetime) -> datetime:
        return solicitation.deadline or now

    def message(self, solicitation: Solicitation, url: str) -> MinutesShared:
        version = version_asked(solicitation)
        person: Any = solicitation.addressee
        message = MinutesShared(person, minutes=version.minutes, number=version.number)
        message.link = url
        return message

    def reminder(self, solicitation: Solicitation, url: str) -> ObservationsReminder:
        person: Any = solicitation.addressee
        reminder = ObservationsReminder(person, minutes=version_asked(solicitation).minutes)
        reminder.link = url
        return reminder


def version_asked(solicitation: Solicitation) -> Any:
    """The version with its minutes and body; None when it is gone. Kept for the request."""
    kept = solicitation.__dict__.get("_version")
    if kept is None:
        kept = solicitation.__dict__["_version"] = (
            MinutesVersion.objects.select_related("minutes__meeting__task_force__country")
            .filter(pk=solicitation.target_id)
            .first()
        )
    return kept


__all__ = ["MinutesObservations", "version_asked"]
