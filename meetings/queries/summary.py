"""A meeting in plain text, for messaging apps: who, what was decided, who does what by when."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from core.typography import date_fr, date_long, time_fr, typo
from meetings.enums import AttendanceStatus, MeetingState
from meetings.models import Meeting
from meetings.queries.page import actions_of, decisions_of, owner_words
from meetings.queries.presence import presence_of


def summary_text(meeting: Meeting) -> str:
    """The summary: what every member may read, one fact a line, no mark-up. Ends without a line feed."""
    blocks = [_head(meeting), _presence(meeting), _decisions(meeting), _actions(meeting), _next(meeting)]
    blocks.append([f"{settings.SITE_URL}{meeting.get_absolute_url()}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _head(meeting: Meeting) -> list[str]:
    title = _("Réunion du %(day)s – %(body)s") % {"day": date_long(meeting.date), "body": meeting.task_force}
    if meeting.state == MeetingState.CANCELLED:
        title = _("%(title)s (annulée)") % {"title": title}
    zone = meeting.task_force.tz
    start = (meeting.started_at or meeting.starts_at).astimezone(zone)
    end = (meeting.ended_at or meeting.ends_at).astimezone(zone)
    hours = f"{time_fr(start)} – {time_fr(end)}"
    lines = [title, f"{hours}, {meeting.place}" if meeting.place else hours]
    if meeting.theme:
        lines.append(_("Thème : %(theme)s") % {"theme": meeting.theme})
    if meeting.chair is not None:
        lines.append(_("Présidence : %(name)s") % {"name": meeting.chair.full_name})
    return [_one_line(line) for line in lines]


def _presence(meeting: Meeting) -> list[str]:
    presence = presence_of(meeting)
    lines = []
    if presence.represented:
        names = ", ".join(str(agency) for agency in presence.represented)
        lines.append(_("Représentés : %(names)s") % {"names": names})
    others = [row for row in presence.attending if not row.represents_agency]
    if others:
        names = ", ".join(f"{row.person} ({row.agency})" if row.agency else str(row.person) for row in others)
        lines.append(_("Également présents : %(names)s") % {"names": names})
    excused = [row for row in presence.attendances if row.status == AttendanceStatus.EXCUSED]
    if excused:
        names = ", ".join(f"{row.person} ({row.agency})" if row.agency else str(row.person) for row in excused)
        lines.append(_("Excusés : %(names)s") % {"names": names})
    return [_one_line(line) for line in lines]


def _decisions(meeting: Meeting) -> list[str]:
    lines = [
        f"• {link.decision.reference} – {_one_line(link.decision.text)}"
        for link in decisions_of(meeting, restricted=False)
    ]
    return [_("DÉCISIONS"), *lines] if lines else []


def _actions(meeting: Meeting) -> list[str]:
    lines = []
    for link in actions_of(meeting, restricted=False):
        action = link.action
        acronyms = link.owner_acronyms  # type: ignore[attr-defined]
        owners = ", ".join(owner_words(action, acronyms)) or _("responsable à préciser")
        due = _("pour le %(day)s") % {"day": date_fr(action.due_on)} if action.due_on else _("sans échéance")
        lines.append(f"• {action.reference} – {_one_line(action.text)} ({_one_line(owners)}, {due})")
    return [_("ACTIONS"), *lines] if lines else []


def _next(meeting: Meeting) -> list[str]:
    following = meeting.next_meeting
    if following is None or following.state == MeetingState.CANCELLED:
        return []
    following.task_force = meeting.task_force
    said = _("Prochaine réunion : %(day)s, %(time)s") % {
        "day": date_long(following.date),
        "time": time_fr(following.local_start),
    }
    return [_one_line(f"{said} – {following.theme}" if following.theme else said)]


def _one_line(text: str) -> str:
    return typo(" ".join(text.split()))
