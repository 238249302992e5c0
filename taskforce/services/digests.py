"""Mails of the week and of due dates: who has what to read, each exactly one row.

The digests of a week and a time zone are written by whoever inserts its `DigestRun`, in one transaction: eight workers
at once write them once, and a worker that dies leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.digests import DigestLine, DigestSection, sections_for
from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from core.notifications.base import Message
from core.typography import date_fr
from taskforce.enums import BodyState
from taskforce.models import DigestRun, TaskForce
from taskforce.notifications.actions import ActionDue, OverdueActions, action_due_at, action_due_key, today_of
from taskforce.notifications.weekly_digest import WeeklyDigest
from taskforce.queries.digests import (
    DigestReader,
    agencies_at_work,
    digest_readers,
    open_actions_due,
    owners_of,
    spokespeople,
)

# Wednesday: after it the week is half over, and the digest would tell what people know.
LAST_USEFUL_WEEKDAY = 3
# Nobody asks any more why the mail about an older due date did not leave.
LOOK_BACK = timedelta(days=7)


def queue_weekly_digests(now: datetime | None = None) -> int:
    """Write the digests that are due at `now`: Monday at the hour of the body's time zone; the number of new rows.

    Late by downtime they leave until Wednesday; afterwards each becomes a row that says why it did not.
    """
    now = now or timezone.now()
    written = 0
    zones = TaskForce.objects.exclude(state=BodyState.CLOSED).order_by().values_list("time_zone", flat=True).distinct()
    done = set(DigestRun.objects.filter(at__gt=now - timedelta(days=15)).values_list("week", "time_zone"))
    for zone in sorted(zones):
        local = now.astimezone(ZoneInfo(zone))
        week = week_of(local.date())
        monday = local.date() - timedelta(days=local.weekday())
        begins = datetime.combine(monday, time(settings.SOCLE_DIGEST_HOUR), tzinfo=ZoneInfo(zone))
        if now >= begins and (week, zone) not in done:
            written += _run(week, zone, local, now)
    return written


def week_of(day: date) -> str:
    """« 2026-W48 » (ISO 8601)."""
    year, number, _weekday = day.isocalendar()
    return f"{year}-W{number:02d}"


@transaction.atomic
def _run(week: str, zone: str, local: datetime, now: datetime) -> int:
    is_first = not DigestRun.objects.filter(time_zone=zone).exists()
    # Another worker at the same moment waits here for our commit, then finds the row.
    _run_row, is_ours = DigestRun.objects.get_or_create(week=week, time_zone=zone, defaults={"at": now})
    if not is_ours:
        return 0
    is_late = local.isoweekday() > LAST_USEFUL_WEEKDAY
    if is_late and is_first:
        # A portal that begins on a Thursday has missed nothing.
        return 0
    readers = [reader for reader in digest_readers(now) if reader.home.time_zone == zone]
    reason = _("Le courriel de la semaine n’a pas pu partir avant jeudi : il n’est plus utile.") if is_late else ""
    overdue = _post(
        _overdue_mails({body.pk: body for r in readers for body in r.bodies.values()}, zone, week, now), reason
    )
    return overdue + _digests(readers, week, reason, now)


def _post(messages: Iterable[Message], reason: str) -> int:
    return outbox.post_many([message.skipped_row(reason) if reason else message.row() for message in messages])


def _digests(readers: list[DigestReader], week: str, reason: str, now: datetime) -> int:
    sections = sections_for(readers, now=now)
    waiting = _waiting(readers, now)
    messages, used = [], []
    for reader in readers:
        rows = waiting.get(reader.person.email.lower(), [])
        with translation.override(reader.person.language):
            said = _sections(reader, sections, rows)
        if said:
            messages.append(WeeklyDigest(reader, week=week, sections=said))
            used += [row.pk for row in rows]
    written = _post(messages, reason)
    if not reason:
        told = _("Repris dans le courriel de la semaine du %(day)s.") % {"day": date_fr(_monday(week))}
        OutgoingEmail.objects.filter(pk__in=used, state=EmailState.DIGEST).update(state=EmailState.SKIPPED, error=told)
    return written


def _monday(week: str) -> date:
    year, _sep, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def _sections(
    reader: DigestReader, sections: list[DigestSection], waiting: list[OutgoingEmail]
) -> list[tuple[str, list[DigestLine]]]:
    said = [(str(section.label), lines) for section in sections if (lines := section.lines(reader))]
    if waiting:
        lines = [DigestLine(row.subject, row.url, date_fr(timezone.localdate(row.created_at))) for row in waiting]
        said.append((_("Vos autres courriels de la semaine"), lines))
    return said


def _waiting(readers: list[DigestReader], now: datetime) -> dict[str, list[OutgoingEmail]]:
    """The mails that wait for their recipients' digest, by address; those that tell nothing useful any more are skipped."""
    rows = OutgoingEmail.objects.filter(state=EmailState.DIGEST)
    rows.filter(useful_until__lte=now).update(
        state=EmailState.SKIPPED, error=_("Le courriel de la semaine est parti trop tard pour le reprendre.")
    )
    # Their address has changed, or they hold nothing any more: two Mondays have passed.
    rows.filter(created_at__lte=now - timedelta(days=15)).update(
        state=EmailState.SKIPPED, error=_("Aucun courriel de la semaine ne part plus à cette adresse.")
    )
    addresses = {reader.person.email.lower() for reader in readers}
    found: dict[str, list[OutgoingEmail]] = {}
    for row in rows.only("pk", "recipient", "subject", "url", "created_at").order_by("created_at", "pk"):
        if row.recipient.lower() in addresses:
            found.setdefault(row.recipient.lower(), []).append(row)
    return found


def _overdue_mails(bodies: dict[int, TaskForce], zone: str, week: str, now: datetime) -> list[Message]:
    """One for each agency that is late in a body of the zone, to who answers for it."""
    late: dict[tuple[int, int], list] = {}
    bodies = {pk: body for pk, body in bodies.items() if body.time_zone == zone}
    for action in open_actions_due(before=now + timedelta(days=1)).filter(task_force__in=bodies):
        if action.is_overdue(today_of(bodies[action.task_force_id], now)):
            for agency in agencies_at_work(action):
                late.setdefault((action.task_force_id, agency), []).append(action)
    spoken = spokespeople({body for body, _agency in late}, now) if late else {}
    return [
        OverdueActions(who.person, body=bodies[body], agency=who.agency, actions=actions, week=week)
        for (body, agency), actions in late.items()
        if (who := spoken.get(body, {}).get(agency)) is not None
    ]


def queue_due_actions(now: datetime | None = None) -> int:
    """Write the mails « dans sept jours » that are due at `now`; the number of new rows.

    Late by downtime, the mail leaves until the due day; afterwards its row says why it did not. Whoever was given the
    action less than seven days before knows its date already.
    """
    now = now or timezone.now()
    actions = [
        action
        for action in open_actions_due(before=now + timedelta(days=9), after=now - LOOK_BACK)
        if action.created_at < action_due_at(action) <= now
    ]
    if not actions:
        return 0
    spoken = spokespeople({action.task_force_id for action in actions}, now)
    wanted = {
        action_due_key(action, person.pk): (action, person)
        for action in actions
        for person in owners_of(action, spoken.get(action.task_force_id, {}))
    }
    for key in OutgoingEmail.objects.filter(unique_key__in=wanted).values_list("unique_key", flat=True):
        del wanted[key]
    texts: dict = {}
    rows = []
    bodies: dict[int, TaskForce] = {}
    for action, person in wanted.values():
        # One object for each body: Reply-To is read once.
        action.task_force = bodies.setdefault(action.task_force_id, action.task_force)
        message = ActionDue(person, action=action)
        if action.is_overdue(today_of(action.task_force, now)):
            late = _("L’échéance était passée avant que le courriel puisse partir.")
            rows.append(message.skipped_row(late, texts=texts))
        else:
            rows.append(message.row(texts=texts))
    return outbox.post_many(rows)
