"""Calls for agenda items and for agencies' updates: who is asked, when, and that each call leaves once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import OutgoingEmail
from core.notifications import outbox
from core.notifications.base import no_address
from core.richtext import is_plain, text_to_html
from meetings.models import AgencyUpdate, Meeting
from meetings.notifications.contributions_call import ContributionsCall, call_due_at, call_key, wants_call
from meetings.queries.contributions import coming_with_calls, contributors
from meetings.services.answer_links import AGENDA_KIND, UPDATE_KIND, Asked, personal_links
from meetings.services.updates import add_update, save_update
from taskforce.models import Agency

# After a longer downtime nobody asks any more why a call did not leave.
LOOK_BACK = timedelta(days=14)


def queue_due_calls(now: datetime | None = None) -> int:
    """Write the rows of the calls that are due at `now`, for every body that wants them; the number of new rows.

    Late by downtime, a call leaves if the meeting is still ahead and the last call is not due as well; otherwise its
    row says why it did not. A meeting made after a call was due has none.
    """
    now = now or timezone.now()
    farthest = timedelta(days=max(settings.SOCLE_CALL_DAYS, default=0) + 2)
    meetings = (
        Meeting.objects.filter(starts_at__gt=now - LOOK_BACK, starts_at__lte=now + farthest, **coming_with_calls())
        .exclude(kind="historical")
        .select_related("task_force")
        .order_by("starts_at", "pk")
    )
    return sum(_queue_for(meeting, now) for meeting in meetings)


@transaction.atomic
def _queue_for(meeting: Meeting, now: datetime) -> int:
    due = {days: call_due_at(meeting, days) for days in settings.SOCLE_CALL_DAYS}
    due = {days: at for days, at in due.items() if at <= now and meeting.created_at < at < meeting.starts_at}
    if not due:
        return 0
    # One beat at a time: two would make two links for one mail, of which the first is dead.
    held = Meeting.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=meeting.pk).first()
    if held is None or (held.state, held.starts_at) != (meeting.state, meeting.starts_at):
        return 0
    wanted = {
        call_key(meeting, days, one.person.pk): ContributionsCall(meeting, one, days=days)
        for one in contributors(meeting)
        for days in due
        if wants_call(one, days)
    }
    for key in OutgoingEmail.objects.filter(unique_key__in=wanted).values_list("unique_key", flat=True):
        del wanted[key]
    latest = min(due)
    skipped: list[OutgoingEmail] = []
    leaving: list[ContributionsCall] = []
    texts: dict = {}
    for call in wanted.values():
        if meeting.starts_at <= now:
            reason = _("La réunion avait commencé avant que l’appel puisse partir.")
        elif call.days != latest:
            reason = _("L’appel suivant était déjà à envoyer.")
        else:
            reason = "" if call.recipient.email else no_address()
        if reason:
            skipped.append(call.skipped_row(reason, texts=texts))
        else:
            leaving.append(call)
    _give_links(meeting, leaving)
    return outbox.post_many([*skipped, *(call.row(texts=texts) for call in leaving)])


def _give_links(meeting: Meeting, calls: list[ContributionsCall]) -> None:
    asked = {call.contributor.person.pk: Asked(meeting, call.contributor.person, meeting) for call in calls}
    points = personal_links(AGENDA_KIND, Meeting, list(asked.values()))
    texts = personal_links(
        UPDATE_KIND, Meeting, [asked[call.contributor.person.pk] for call in calls if call.contributor.lacks_update]
    )
    for call in calls:
        key = (meeting.pk, call.contributor.person.pk)
        call.link, call.update_link = points.get(key, ""), texts.get(key, "")


def write_update_as_text(
    meeting: Meeting, agency: Agency, *, text: str, base_version: int, actor: object
) -> AgencyUpdate:
    """Save an agency's update typed as plain text. A stored text with bold, tables… is kept, the new one follows it.

    Raises StaleVersion when somebody saved another since `base_version`, ValidationError when it cannot be stored.
    """
    if not text.strip():
        raise ValidationError(_("Écrivez votre point de situation."), code="empty")
    with transaction.atomic():
        update = add_update(meeting, agency=agency, actor=actor)
        body = text_to_html(text)
        if update.body and not is_plain(update.body):
            body = update.body + body
        return save_update(update, body=body, base_version=base_version, actor=actor)
