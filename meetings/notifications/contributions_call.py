"""« Un point pour l’ordre du jour, votre point de situation »: the call before a meeting, ten and three days ahead."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import OutgoingEmail
from core.notifications.base import Schedule, Upcoming, messages_board, schedules_board
from meetings.models import Invitation, Meeting
from meetings.notifications.base import MeetingMessage, has_left, not_coming, when
from meetings.notifications.coming import coming_meetings
from meetings.queries.contributions import Contributor, contributors, has_calls
from taskforce.notifications.upcoming import known_mandates
from taskforce.queries.roster import mandates_on, sitting_among


@messages_board.register
class ContributionsCall(MeetingMessage):
    """To whoever sits: propose a point, write one's agency's update. One mail for both, with a link for each.

    `days` before the meeting; the key holds the date, so that a meeting moved has calls of its new date.
    """

    slug = "contributions-call"
    label = gettext_lazy("Appel à contributions avant une réunion")
    # Its links are personal: digests hold none.
    digestible = False

    def __init__(self, meeting: Meeting, contributor: Contributor, *, days: int) -> None:
        self.days = days
        self.contributor = contributor
        self.update_link = ""
        # Nobody is invited yet, perhaps: the mail only needs the person and the meeting.
        super().__init__(
            Invitation(meeting=meeting, person=contributor.person),
            days=days,
            agency=contributor.agency,
            lacks_update=contributor.lacks_update,
            is_last=days == min(settings.SOCLE_CALL_DAYS),
        )

    def secrets(self) -> dict[str, str]:
        links = {"link": self.link, "update": self.update_link}
        return {name: link for name, link in links.items() if link}

    def rendering_key(self):
        return (super().rendering_key(), bool(self.update_link))

    def subject(self) -> str:
        return _("Vos contributions à la réunion du %(when)s, %(body)s") % {
            "when": when(self.meeting),
            "body": self.meeting.task_force,
        }

    def unique_key(self) -> str:
        return call_key(self.meeting, self.days, self.invitation.person_id)

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        meeting = Meeting.objects.select_related("task_force").filter(pk=email.about_id).first()
        if meeting is None:
            return _("La réunion n’existe plus.")
        if meeting.state not in {"draft", "convened"}:
            return not_coming(meeting)
        _slug, _meeting, day, _days, person = email.unique_key.split(":")
        if day != meeting.date.isoformat():
            return _("La réunion a changé de date depuis.")
        today = meeting.task_force.today()
        if not mandates_on(meeting.task_force, today).filter(person=int(person)).exists():
            return has_left()
        return ""


def call_key(meeting: Meeting, days: int, person_id: int) -> str:
    """One call per meeting, date, number of days and person."""
    return f"{ContributionsCall.slug}:{meeting.pk}:{meeting.date.isoformat()}:{days}:{person_id}"


def call_due_at(meeting: Meeting, days: int) -> datetime:
    """When the call leaves: `days` before the meeting's day, at the set hour in the body's time zone."""
    day = meeting.date - timedelta(days=days)
    return datetime.combine(day, time(settings.SOCLE_REMINDER_HOUR), tzinfo=meeting.task_force.tz)


@schedules_board.register
class ComingCalls(Schedule):
    """The calls that will leave for a body if nothing changes, to who lacks something as of now."""

    slug = "contributions-calls"

    def upcoming(self) -> list[Upcoming]:
        last = self.now + timedelta(days=max(settings.SOCLE_CALL_DAYS, default=0) + 45)
        meetings = [one for one in coming_meetings(self) if one.starts_at <= last and has_calls(one)]
        found = []
        # The next meeting only: the number of queries must not grow with the calendar.
        for meeting in meetings[:1]:
            people = contributors(meeting, sitting_among(known_mandates(self), meeting.date))
            for days in settings.SOCLE_CALL_DAYS:
                at = call_due_at(meeting, days)
                if at > self.now:
                    count = sum(wants_call(one, days) and bool(one.person.email) for one in people)
                    label = _("Appel à contributions à J-%(days)d") % {"days": days}
                    about = _("Réunion du %(when)s") % {"when": when(meeting)}
                    found.append(Upcoming(at=at, label=label, count=count, about=about, url=meeting.get_absolute_url()))
        return sorted(found, key=lambda upcoming: upcoming.at)


def wants_call(contributor: Contributor, days: int) -> bool:
    """The first call goes to everybody; the last only to who has contributed nothing: no point, no update."""
    if days != min(settings.SOCLE_CALL_DAYS):
        return True
    return contributor.lacks_update and not contributor.has_proposed


__all__ = ["ComingCalls", "ContributionsCall", "call_due_at", "call_key", "wants_call"]
