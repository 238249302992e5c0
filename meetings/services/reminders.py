"""Reminders of meetings: which are due, and that each leaves once.

The key of a row holds meeting, date, number of days and person: two beats at once write one row, and a
meeting moved after its reminder has another for its new date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import OutgoingEmail
from core.notifications import outbox
from core.notifications.base import no_address
from meetings.enums import MeetingState, PartStat
from meetings.models import Invitation, Meeting
from meetings.notifications.invitation import MeetingInvitation
from meetings.notifications.moved import MeetingMoved
from meetings.notifications.reminder import MeetingReminder, reminder_due_at, reminder_key
from meetings.queries import left_since_invited
from meetings.services.answer_links import with_answer_links

# After a longer downtime nobody asks any more why a reminder of a past meeting did not leave.
LOOK_BACK = timedelta(days=14)
TOOK_PLACE = (MeetingState.IN_PROGRESS, MeetingState.HELD, MeetingState.CLOSED)


def queue_due_reminders(now: datetime | None = None) -> int:
    """Write the rows of the reminders that are due at `now`, for every body; the number of new rows.

    Late by downtime, a reminder leaves if the meeting is still ahead and no later reminder is due as well;
    otherwise its row says why it did not. Nobody is reminded of what they were told after the reminder was
    due (convened late, moved, added to the list).
    """
    now = now or timezone.now()
    return sum(_queue_for(meeting, announced, now) for meeting, announced in _meetings_around(now))


def _meetings_around(now: datetime) -> Iterator[tuple[Meeting, datetime | None]]:
    """Meetings some reminder of which may be due, each with the moment of its last announcement."""
    farthest = timedelta(days=max(settings.SOCLE_REMINDER_DAYS, default=0) + 2)
    ahead = Meeting.objects.filter(
        state=MeetingState.CONVENED, starts_at__gt=now - LOOK_BACK, starts_at__lte=now + farthest
    )
    behind = Meeting.objects.filter(state__in=TOOK_PLACE, starts_at__gt=now - LOOK_BACK, starts_at__lte=now)
    meetings = list(
        (ahead | behind).exclude(invitations=None).select_related("task_force").order_by("starts_at", "pk").distinct()
    )
    announced = _last_announcements(meetings)
    for meeting in meetings:
        told = [moment for moment in (announced.get(meeting.pk), meeting.convened_at) if moment is not None]
        yield meeting, max(told, default=None)


def _last_announcements(meetings: list[Meeting]) -> dict[int, datetime]:
    rows = (
        OutgoingEmail.objects.filter(
            about_type=ContentType.objects.get_for_model(Meeting),
            about_id__in=[meeting.pk for meeting in meetings],
            kind__in=[MeetingInvitation.slug, MeetingMoved.slug],
        )
        .order_by()
        .values("about_id")
        .annotate(last=Max("created_at"))
    )
    return {row["about_id"]: row["last"] for row in rows if row["about_id"] is not None}


@transaction.atomic
def _queue_for(meeting: Meeting, announced: datetime | None, now: datetime) -> int:
    due = {days: reminder_due_at(meeting, days) for days in sorted(settings.SOCLE_REMINDER_DAYS, reverse=True)}
    due = {
        days: at
        for days, at in due.items()
        if at <= now and at < meeting.starts_at and (announced is None or at > announced)
    }
    if not due:
        return 0
    if not _hold(meeting):
        # Another beat is at it, or somebody changes the meeting at this moment: the next minute sees.
        return 0
    invitations = list(_unanswered(meeting))
    for invitation in invitations:
        invitation.meeting = meeting
    wanted = {
        reminder_key(meeting, days, invitation.person_id): (days, invitation)
        for days, at in due.items()
        for invitation in invitations
        if invitation.created_at < at
    }
    for key in OutgoingEmail.objects.filter(unique_key__in=wanted).values_list("unique_key", flat=True):
        del wanted[key]
    if not wanted:
        return 0
    gone = left_since_invited(meeting, on=timezone.localdate(now, meeting.task_force.tz))
    latest = min(due)
    texts: dict = {}
    skipped: list[OutgoingEmail] = []
    leaving: list[MeetingReminder] = []
    for days, invitation in wanted.values():
        reminder = MeetingReminder(invitation, days=days)
        if meeting.starts_at <= now:
            reason = _("La réunion avait commencé avant que le rappel puisse partir.")
        elif days != latest:
            reason = _("Le rappel suivant était déjà à envoyer.")
        elif invitation.person_id in gone:
            reason = _("Le mandat ou la fonction de cette personne a pris fin depuis l’invitation.")
        elif not invitation.person.email:
            reason = no_address()
        else:
            reason = ""
        if reason:
            skipped.append(reminder.skipped_row(reason, texts=texts))
        else:
            leaving.append(reminder)
    # Each carries a new link, which ends the one of the mail before.
    return outbox.post_many([*skipped, *(one.row(texts=texts) for one in with_answer_links(leaving))])


def _hold(meeting: Meeting) -> bool:
    """Lock the meeting's row as it was read; False when another has it, or it changed since.

    Two beats at once would otherwise make two links for one mail, of which the first is dead.
    """
    row = Meeting.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=meeting.pk).first()
    return row is not None and (row.state, row.starts_at) == (meeting.state, meeting.starts_at)


def _unanswered(meeting: Meeting) -> QuerySet[Invitation]:
    return meeting.invitations.filter(partstat=PartStat.NEEDS_ACTION).select_related("person").order_by("pk")
