"""The reminder before the end of the observations: which are due, and that each leaves once.

The key of a row holds minutes, deadline and person: two beats at once write one row, and a text shared again
with another deadline has another.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import OutgoingEmail
from core.notifications import outbox
from core.notifications.base import no_address
from meetings.enums import MinutesState
from meetings.models import Minutes
from meetings.notifications.observations_reminder import ObservationsReminder, reminder_key
from meetings.queries.circulation import people_to_remind
from meetings.services.observation_links import at_work, version_asked_about, with_observation_links

# Days before the last day of the observations.
BEFORE = timedelta(days=2)
# After a longer downtime nobody asks any more why a reminder did not leave.
LOOK_BACK = timedelta(days=14)
# From this hour on, in the body's time zone.
HOUR = 7


def queue_due_observation_reminders(now: datetime | None = None) -> int:
    """Write the rows of the reminders that are due at `now`, for every body; the number of new rows.

    Late by downtime a reminder leaves as long as the last day is not over; afterwards its row says why it did
    not. Minutes shared after the reminder was due have none: the mail of their sharing says the deadline.
    """
    now = now or timezone.now()
    shared = Minutes.objects.filter(
        state=MinutesState.CIRCULATED,
        observations_until__gte=(now - LOOK_BACK).date(),
        observations_until__lte=(now + BEFORE + timedelta(days=1)).date(),
    ).select_related("meeting__task_force")
    return sum(_queue_for(minutes, now) for minutes in shared.order_by("pk"))


@transaction.atomic
def _queue_for(minutes: Minutes, now: datetime) -> int:
    body = minutes.meeting.task_force
    until = minutes.observations_until
    local = timezone.localtime(now, body.tz)
    if until is None or minutes.circulated_at is None:
        return 0
    due = datetime.combine(until - BEFORE, datetime.min.time(), tzinfo=body.tz) + timedelta(hours=HOUR)
    if now < due or minutes.circulated_at >= due:
        return 0
    held = (
        Minutes.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(pk=minutes.pk, state=minutes.state, observations_until=until)
        .exists()
    )
    if not held:
        # Another beat is at it, or somebody changes the minutes at this moment: the next minute sees.
        return 0
    busy = at_work(minutes, now)
    people = {reminder_key(minutes, person.pk): person for person in people_to_remind(minutes) if person.pk not in busy}
    for key in OutgoingEmail.objects.filter(unique_key__in=people).values_list("unique_key", flat=True):
        del people[key]
    texts: dict = {}
    rows = []
    leaving = []
    for person in people.values():
        reminder = ObservationsReminder(person, minutes=minutes)
        if local.date() > until:
            reason = _("Le délai d’observations était passé avant que le rappel puisse partir.")
        else:
            reason = "" if person.email else no_address()
        if reason:
            rows.append(reminder.skipped_row(reason, texts=texts))
        else:
            leaving.append(reminder)
    version = version_asked_about(minutes)
    if version is not None:
        with_observation_links(minutes, version, leaving)
    return outbox.post_many([*rows, *(reminder.row(texts=texts) for reminder in leaving)])
