"""What every message about a meeting knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendars import Attendee, render_invitation
from core.calendars.rendering import Method
from core.models import OutgoingEmail
from core.notifications.base import Message
from core.typography import date_long, time_fr
from meetings.calendars import meeting_entry
from meetings.enums import MeetingState, Visibility
from meetings.models import AgendaItem, Invitation, Meeting
from meetings.queries import left_since_invited
from taskforce.notifications.wording import reply_address, salutation


class MeetingMessage(Message):
    """To somebody invited: `MeetingMoved(invitation, before=…)`.

    For a mailing, give all invitations the same meeting object: Reply-To is then read once.
    """

    category = gettext_lazy("Réunions")
    # What the mail tells the recipient's calendar (RFC 5546): REQUEST, CANCEL, or nothing.
    calendar_method: ClassVar[Method | None] = None

    def __init__(self, invitation: Invitation, **context: Any) -> None:
        self.invitation = invitation
        self.meeting: Meeting = invitation.meeting
        # The personal link by which the invitation is answered (services.answer_links); empty: the mail has none.
        self.link = ""
        super().__init__(invitation.person, meeting=self.meeting, body=self.meeting.task_force, **context)

    def scope(self):
        return self.meeting.task_force

    def about(self):
        return self.meeting

    def rendering_key(self):
        # The texts know the person by civility and language only.
        context = tuple(sorted(self.context.items(), key=lambda item: item[0]))
        return (self.slug, self.recipient.language, self.invitation.person.civility, bool(self.link), context)

    def secrets(self) -> dict[str, str]:
        return {"link": self.link} if self.link else {}

    def headers(self) -> dict[str, str]:
        address = reply_address(self.meeting.task_force)
        return {"Reply-To": address} if address else {}

    def useful_until(self):
        return self.meeting.starts_at

    def attachments(self) -> list[dict[str, Any]]:
        if self.calendar_method is None or not self.recipient.email:
            return []
        meeting = self.meeting
        with translation.override(self.recipient.language or settings.LANGUAGE_CODE):
            text = render_invitation(
                replace(meeting_entry(meeting), changed_at=timezone.now()),
                Attendee(self.recipient.email, str(self.recipient), self.invitation.partstat.upper()),
                method=self.calendar_method,
                organizer=str(meeting.task_force),
            )
        kept = {"name": "invite.ics", "content_type": "text/calendar", "method": self.calendar_method}
        return [{**kept, "content": text}]

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """The person has left, or there is nothing left to come to, while the mail waited."""
        meeting = Meeting.objects.select_related("task_force").filter(pk=email.about_id).first()
        if meeting is None:
            return _("La réunion n’existe plus.")
        if cls.calendar_method == "REQUEST" and meeting.state in {MeetingState.CANCELLED, MeetingState.POSTPONED}:
            return not_coming(meeting)
        person = email.unique_key.rpartition(":")[2]
        if person.isdecimal() and left_since_invited(meeting, person_id=int(person)):
            return has_left()
        return ""

    def extra_context(self) -> dict[str, Any]:
        return {
            "salutation": salutation(self.invitation.person),
            "facts": self.facts(),
            "agenda": agenda_of(self.meeting),
            "url": f"{settings.SITE_URL}{self.meeting.get_absolute_url()}",
        }

    def facts(self) -> list[tuple[str, str, str]]:
        """When and where: (label, value, link or nothing)."""
        meeting = self.meeting
        rows = [
            (_("Date"), date_long(meeting.date), ""),
            (_("Heure"), hours(meeting), ""),
        ]
        if meeting.theme:
            rows.append((_("Thème"), meeting.theme, ""))
        if meeting.place:
            rows.append((_("Lieu"), meeting.place, ""))
        if meeting.link:
            rows.append((_("À distance"), meeting.link, meeting.link))
        return rows


def not_coming(meeting: Meeting) -> str:
    """Why a mail about a meeting to come does not leave any more."""
    return _("La réunion n’est plus à venir : elle est « %(state)s ».") % {"state": meeting.get_state_display().lower()}


def has_left() -> str:
    """Why a mail to a member does not leave any more."""
    return _("Le mandat ou la fonction de cette personne a pris fin depuis l’invitation.")


def hours(meeting: Meeting) -> str:
    """« de 10 h 30 à 12 h 30 (heure de Niamey) »: the body's own time, named, for people abroad."""
    city = meeting.task_force.time_zone.rpartition("/")[2].replace("_", " ")
    return _("de %(start)s à %(end)s (heure de %(city)s)") % {
        "start": time_fr(meeting.local_start),
        "end": time_fr(meeting.local_end),
        "city": city,
    }


def when(meeting: Meeting) -> str:
    """« jeudi 10 décembre 2026 à 10 h 30 », for subjects and sentences."""
    return _("%(day)s à %(time)s") % {"day": date_long(meeting.date), "time": time_fr(meeting.local_start)}


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """The items that every member may read, in order."""
    return list(meeting.agenda.filter(visibility=Visibility.MEMBERS).order_by("position", "pk"))
