"""Answers that calendars sent by mail: two recorded, one that somebody has to settle."""

from __future__ import annotations

from core.demo import World, demo_step
from meetings.calendars import calendar_identity
from meetings.enums import MeetingState, PartStat
from meetings.models import Invitation, Meeting
from meetings.services.replies import receive

# What each said, and from where: the last one's assistant answered.
ANSWERS = (("ACCEPTED", ""), ("TENTATIVE", ""), ("ACCEPTED", "assistante.direction@example.org"))


@demo_step(40)
def load_replies(world: World) -> None:
    """To the first meeting convened, in the names of people who have no account. Read again, nothing changes."""
    meeting = (
        Meeting.objects.filter(state=MeetingState.CONVENED)
        .select_related("series", "task_force")
        .order_by("starts_at", "pk")
        .first()
    )
    if meeting is None or meeting.received_replies.exists():
        return
    silent = meeting.invitations.filter(partstat=PartStat.NEEDS_ACTION, person__user=None).exclude(person__email="")
    for number, invitation in enumerate(silent.select_related("person").order_by("pk")[: len(ANSWERS)]):
        partstat, sender = ANSWERS[number]
        receive(_mail(meeting, invitation, partstat, sender or invitation.person.email))


def _mail(meeting: Meeting, invitation: Invitation, partstat: str, sender: str) -> bytes:
    """What a calendar program sends (RFC 5546 §3.2.3)."""
    uid, slot = calendar_identity(meeting)
    lines = [
        f"From: {sender}",
        f"Message-ID: <reponse-{invitation.pk}@example.org>",
        "Content-Type: text/calendar; method=REPLY; charset=utf-8",
        "",
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Socle//Demonstration//FR",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        *([f"RECURRENCE-ID;TZID={meeting.task_force.time_zone}:{slot:%Y%m%dT%H%M%S}"] if slot else []),
        f"SEQUENCE:{meeting.sequence}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{invitation.person.email}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()
