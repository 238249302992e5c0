"""What every message about a meeting knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import Message
from core.typography import date_long, time_fr
from meetings.enums import Visibility
from meetings.models import AgendaItem, Invitation, Meeting
from taskforce.notifications.wording import reply_address, salutation


class MeetingMessage(Message):
    """To somebody invited: `MeetingMoved(invitation, before=…)`.

    For a mailing, give all invitations the same meeting object: Reply-To is then read once.
    """

    category = gettext_lazy("Réunions")

    def __init__(self, invitation: Invitation, **context: Any) -> None:
        self.invitation = invitation
        self.meeting: Meeting = invitation.meeting
        super().__init__(invitation.person, meeting=self.meeting, body=self.meeting.task_force, **context)

    def scope(self):
        return self.meeting.task_force

    def about(self):
        return self.meeting

    def rendering_key(self):
        # The texts know the person by civility and language only.
        context = tuple(sorted(self.context.items(), key=lambda item: item[0]))
        return (self.slug, self.recipient.language, self.invitation.person.civility, context)

    def headers(self) -> dict[str, str]:
        address = reply_address(self.meeting.task_force)
        return {"Reply-To": address} if address else {}

    def useful_until(self):
        return self.meeting.starts_at

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
