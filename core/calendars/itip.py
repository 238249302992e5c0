"""Answers of calendars that arrive by mail (RFC 5546 §3.2.3, RFC 6047), read with distrust.

A message may come from anybody: nothing here raises anything but UnreadableError, whatever its size, its nesting,
its charsets or its signs.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import Any

from icalendar import Calendar

from core.notifications.rendering import one_line

# An answer is a few kilobytes; a mail with a picture in its signature, some hundreds.
LARGEST_MESSAGE = 5 * 1024 * 1024
LARGEST_CALENDAR = 200 * 1024
MOST_PARTS = 100
MOST_EVENTS = 50
# How Outlook and others begin the subject of an answer, in the languages of the portal.
SUBJECTS = {
    "accepté": "ACCEPTED",
    "acceptée": "ACCEPTED",
    "accepted": "ACCEPTED",
    "refusé": "DECLINED",
    "refusée": "DECLINED",
    "declined": "DECLINED",
    "provisoire": "TENTATIVE",
    "tentative": "TENTATIVE",
    "accepté provisoirement": "TENTATIVE",
    "tentatively accepted": "TENTATIVE",
}
# What the standard parser lets out for messages that no program would write.
PARSER_ERRORS = (MessageError, RecursionError, LookupError, ValueError, TypeError, AttributeError, AssertionError)
_SURROGATES = re.compile("[\ud800-\udfff\x00]")


class UnreadableError(ValueError):
    """The message or its calendar part cannot be read."""


@dataclass(frozen=True)
class Reply:
    """What one VEVENT says. `recurrence_id` is aware, a local time without zone, or a date; texts are one line."""

    uid: str
    attendee: str
    partstat: str
    recurrence_id: datetime | date | None = None
    sequence: int | None = None
    stamped_at: datetime | None = None
    delegated_to: str = ""
    sent_by: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Received:
    """One message: from whom, about what, and the answers it carries. `method` is empty without a calendar part."""

    message_id: str
    sender: str
    subject: str
    references: tuple[str, ...] = ()
    method: str = ""
    replies: tuple[Reply, ...] = field(default_factory=tuple)

    @property
    def partstat_of_subject(self) -> str:
        """What « Accepté : … » says, for programs that send no calendar part; empty for any other subject."""
        beginning = self.subject.partition(":")[0].strip().lower()
        return SUBJECTS.get(beginning, "")


def message_id_of(content: bytes) -> str:
    """The message's own id, or one made from its bytes when it has none: the same message is read once."""
    try:
        found = clean(str(email.message_from_bytes(content[: 256 * 1024]).get("Message-ID", "")), 255)
    except PARSER_ERRORS:
        found = ""
    return found or f"<sha256:{hashlib.sha256(content).hexdigest()}>"


def read_message(content: bytes) -> Received:
    """The answers in a raw message. Raises UnreadableError with a sentence for the log."""
    if len(content) > LARGEST_MESSAGE:
        raise UnreadableError("message too large")
    try:
        message = email.message_from_bytes(content)
        sender = address(_header(message, "From"))
        subject = clean(_header(message, "Subject"), 250)
        references = re.findall(r"<[^<>\s]{1,250}>", f"{message['In-Reply-To']} {message['References']}"[:20_000])
        calendar = _calendar_text(message)
        method, replies = read_calendar(calendar) if calendar else ("", [])
    except UnreadableError:
        raise
    except PARSER_ERRORS as error:
        raise UnreadableError(f"{type(error).__name__}: {error}"[:200]) from error
    return Received(message_id_of(content), sender, subject, tuple(references), method, tuple(replies))


def read_calendar(text: str) -> tuple[str, list[Reply]]:
    """METHOD (in capitals) and the answers of an iCalendar text. Raises UnreadableError."""
    if len(text) > LARGEST_CALENDAR:
        raise UnreadableError("calendar part too large")
    if text.upper().count("BEGIN:") > MOST_EVENTS * 4:
        raise UnreadableError("too many components")
    try:
        calendar = Calendar.from_ical(text)
        method = clean(str(calendar.get("METHOD", "")), 20).upper()
        replies = [reply for event in calendar.walk("VEVENT") for reply in _replies(event)]
    except PARSER_ERRORS as error:
        raise UnreadableError(f"{type(error).__name__}: {error}"[:200]) from error
    return method, replies[:MOST_EVENTS]


def _replies(event: Any) -> Iterator[Reply]:
    attendees = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        params = getattr(attendee, "params", {})
        recurrence = event.get("RECURRENCE-ID")
        sequence = event.get("SEQUENCE")
        yield Reply(
            uid=clean(str(event.get("UID", "")), 255),
            attendee=address(str(attendee)),
            partstat=clean(str(params.get("PARTSTAT", "NEEDS-ACTION")), 20).upper(),
            recurrence_id=getattr(recurrence, "dt", None),
            sequence=int(sequence) if sequence is not None and 0 <= int(sequence) < 2**31 else None,
            stamped_at=_aware(getattr(event.get("DTSTAMP"), "dt", None)),
            delegated_to=address(_first(params.get("DELEGATED-TO", ""))),
            sent_by=address(_first(params.get("SENT-BY", ""))),
            comment=clean(str(_first(event.get("COMMENT", ""))), 1000),
        )


def _first(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return str(value)


def _aware(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _calendar_text(message: Message) -> str:
    """The calendar part's text: the first text/calendar, otherwise a file of that kind; empty without."""
    file = ""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            raise UnreadableError("too many parts")
        kind = part.get_content_type()
        name = clean(str(part.get_filename() or ""), 200).lower()
        if kind == "text/calendar":
            return _text_of(part)
        if not file and (kind == "application/ics" or name.endswith(".ics")):
            file = _text_of(part)
    return file


def _text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    if len(content) > LARGEST_CALENDAR:
        raise UnreadableError("calendar part too large")
    charset = str(part.get_content_charset() or "utf-8")
    try:
        text = content.decode(charset)
    except (LookupError, ValueError):
        # What it says it is, it is not: the words that matter are ASCII.
        text = content.decode("utf-8", "replace")
    return text.replace("\x00", "").lstrip("\ufeff")


def _header(message: Message, name: str) -> str:
    value = next((text for known, text in message.raw_items() if known.lower() == name.lower()), "")
    # Letters sent as they are (RFC 6532).
    value = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(value)))
    # Words that say they are encoded and are not.
    except PARSER_ERRORS:
        return value


def address(text: str) -> str:
    """The bare address in lower case: of « mailto:A@example.org », of « Nom <a@example.org> »; empty without one."""
    text = clean(text, 500)
    if text.lower().startswith("mailto:"):
        text = text[7:]
    found = getaddresses([text])[0][1] if text.count("@") else parseaddr(text)[1]
    return found[:254].lower() if "@" in found else ""


def clean(text: str, limit: int) -> str:
    """One line that any column holds: no NUL, no control characters, no half of a sign."""
    return one_line(_SURROGATES.sub("", text), limit)


__all__ = ["Received", "Reply", "UnreadableError", "address", "message_id_of", "read_calendar", "read_message"]
