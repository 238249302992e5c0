"""Reports of non-delivery, read: RFC 3464, and the shapes that mail servers give them.

The text comes from strangers. Nothing here raises for what a message says, and nothing is believed that does not name
a mail of ours: who forges a report must hold the very mail whose address it closes.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from core.notifications.rendering import one_line

# Longer reports are cut: they quote the mail, the facts stand at their beginning.
LIMIT = 2 * 1024 * 1024
# Parts, and recipients, looked at; nobody's report has as many.
PARTS = 60
_TEXT = 200_000

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_SMTP = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,120}@[^<>\s@]{1,120}>")
_ADDRESS = re.compile(r"[^\s;<>@]{1,64}@[^\s;<>@]{1,190}")
# What servers say of an address that is none, where their code says no more than « 5.0.0 ».
_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such user|no such recipient|does not exist|doesn't exist|not exist|not found"
    r"|invalid recipient|mailbox unavailable|account (?:is )?disabled|address rejected|unrouteable|unknown recipient",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange", re.IGNORECASE)


@dataclass(frozen=True)
class Report:
    """One recipient that a report speaks of. `message_ids`: the mails it may be about, the likeliest first."""

    message_ids: tuple[str, ...]
    address: str
    status: str
    diagnostic: str
    is_hard: bool
    report_id: str


def read_reports(raw: bytes) -> list[Report]:
    """The failures that a message tells of; empty for any other message (an answer, « absent du bureau », spam)."""
    try:
        return _read(raw[:LIMIT])
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError, AssertionError):
        # A thousand parts within parts, a charset that is none, headers that no parser survives.
        return []


def parse(raw: bytes) -> Message:
    # compat32: it keeps what it does not understand, where the newer policies raise.
    return email.message_from_bytes(raw[:LIMIT], policy=email.policy.compat32)


def header(message: Message, name: str) -> str:
    """A header as one line of text; empty when it is absent or unreadable."""
    value = message.get(name)
    return one_line(str(value).replace("\x00", ""), 900) if value is not None else ""


def _read(raw: bytes) -> list[Report]:
    message = parse(raw)
    parts = _parts(message)
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    ids = _original_ids(message, parts)
    report_id = header(message, "Message-ID")
    if statuses:
        return [
            report
            for fields in islice(_recipients(statuses), PARTS)
            if (report := _from_fields(fields, ids, report_id)) is not None
        ]
    if not _is_from_a_server(message):
        return []
    report = _from_prose(parts, ids, report_id)
    return [report] if report is not None else []


def _parts(message: Message) -> list[Message]:
    found: list[Message] = []
    waiting = [message]
    # Not `walk()`, which calls itself for each level.
    while waiting and len(found) < PARTS:
        part = waiting.pop(0)
        found.append(part)
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_type() != "message/delivery-status":
            waiting = [one for one in payload if isinstance(one, Message)] + waiting
    return found


def _recipients(statuses: list[Message]) -> Iterator[Message]:
    """The groups of fields about a recipient (RFC 3464 §2.3), where a parser put them or as one text."""
    for status in statuses:
        payload = status.get_payload()
        groups = payload if isinstance(payload, list) else None
        if groups is None:
            groups = [email.message_from_string(text) for text in re.split(r"\r?\n\r?\n", _text_of(status))]
        yield from (group for group in groups if isinstance(group, Message) and group.get("Action"))


def _from_fields(fields: Message, ids: tuple[str, ...], report_id: str) -> Report | None:
    action = header(fields, "Action").lower()
    if action not in {"failed", "delayed"}:
        return None
    diagnostic = header(fields, "Diagnostic-Code").partition(";")[2].strip() or header(fields, "Diagnostic-Code")
    status = status_in(header(fields, "Status")) or status_in(diagnostic)
    address = _address(header(fields, "Original-Recipient")) or _address(header(fields, "Final-Recipient"))
    is_hard = action == "failed" and is_permanent(status, diagnostic)
    return Report(ids, address, status, one_line(diagnostic, 400), is_hard, report_id)


def _from_prose(parts: list[Message], ids: tuple[str, ...], report_id: str) -> Report | None:
    """qmail, old Exchange, gateways: no status part, the server's answer stands in the text."""
    text = "\n".join(_text_of(part) for part in parts if part.get_content_type() in {"text/plain", "text/html"})
    line = next(
        (line for line in text.splitlines() if _STATUS.search(line) or _SMTP.search(line) or _UNKNOWN.search(line)), ""
    )
    if not line or not ids:
        return None
    status = status_in(line)
    if not status and (code := _SMTP.search(line)):
        status = f"{code[1][0]}.0.0"
    diagnostic = one_line(re.sub(r"<[^>]{0,200}>", " ", line), 400)
    return Report(ids, _address(text), status, diagnostic, is_permanent(status or "5.0.0", line), report_id)


def is_permanent(status: str, diagnostic: str) -> bool:
    """Whether the address is none (RFC 3463 §3): 5.1.x, a mailbox that is closed, a domain without mail.

    Not a full mailbox (5.2.2), a message too large, a suspicion of spam: the address is good, or may be.
    """
    if not status.startswith("5"):
        return False
    _class, subject, detail = (int(part) for part in status.split("."))
    if subject == 1:
        # 5.1.7 and 5.1.8 speak of the sender.
        return detail not in {7, 8}
    if subject == 2:
        return detail == 1
    if subject == 4:
        # 5.4.1: Exchange Online's « Recipient address rejected »; 5.4.4 and 5.4.310: a domain without a server.
        return detail in {1, 4, 310, 312}
    return subject in {0, 5, 7} and _UNKNOWN.search(diagnostic) is not None


def status_in(text: str) -> str:
    """The code of RFC 3463 in a server's answer; empty when there is none."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def _address(text: str) -> str:
    found = _ADDRESS.search(text.partition(";")[2] or text)
    return found[0].strip(".,'\"()")[:254] if found else ""


def _original_ids(message: Message, parts: list[Message]) -> tuple[str, ...]:
    """Message-IDs of the mail that came back: of the mail or the headers attached, else those the report names."""
    found: list[str] = []
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            found += _ids(email.message_from_string(_text_of(part)), "Message-ID")
        elif kind != "message/delivery-status":
            found += _ids(part, "Message-ID")
    for name in ("In-Reply-To", "References", "X-Original-Message-ID", "X-MS-Exchange-Message-Original-ID"):
        found += _ids(message, name)
    for part in parts:
        if part.get_content_maintype() == "text":
            found += _MESSAGE_ID.findall(_text_of(part))[:20]
    own = header(message, "Message-ID")
    return tuple(dict.fromkeys(one for one in found if one != own))[:40]


def _ids(message: Message, name: str) -> list[str]:
    return _MESSAGE_ID.findall(header(message, name))


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    # Any byte is a letter of latin-1: codes and addresses are ASCII in every charset that servers use.
    return payload[:_TEXT].decode("latin-1").replace("\x00", "")


def _is_from_a_server(message: Message) -> bool:
    """Not a person: an empty return path, or the name that servers sign with; never an « absent du bureau »."""
    if header(message, "Auto-Submitted").lower().startswith("auto-replied") and not _DAEMON.search(
        header(message, "From")
    ):
        return False
    return header(message, "Return-Path") == "<>" or _DAEMON.search(header(message, "From")) is not None
