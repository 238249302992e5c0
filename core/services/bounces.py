"""What a mailbox of returned mails says, recorded: which mail came back, and whether its address is closed."""

from __future__ import annotations

import hashlib
import mailbox
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone

from core.models import Bounce, OutgoingEmail
from core.notifications import delivery
from core.notifications.reports import LIMIT, Report, header, parse, read_reports

# The whole of a mailbox given on standard input.
STREAM_LIMIT = 256 * 1024 * 1024


@dataclass
class Reading:
    """What a pass found: messages read, new returns (`hard` of them close an address), people who unsubscribed."""

    messages: int = 0
    bounces: int = 0
    hard: int = 0
    known: int = 0
    unsubscribed: int = 0
    ignored: int = 0
    addresses: list[str] = field(default_factory=list)


def record(messages: Iterable[bytes]) -> Reading:
    """Record what the messages report. A message read before changes nothing."""
    reading = Reading()
    for raw in messages:
        reading.messages += 1
        reports = read_reports(raw)
        if reports:
            _record_reports(reports, raw, reading)
        elif _unsubscribes(raw):
            reading.unsubscribed += 1
        else:
            reading.ignored += 1
    return reading


def _record_reports(reports: list[Report], raw: bytes, reading: Reading) -> None:
    ours = _ours(reports[0].message_ids)
    if ours is None:
        reading.ignored += 1
        return
    for report in reports:
        named = report.report_id or hashlib.sha256(raw[:LIMIT]).hexdigest()
        key = hashlib.sha256(f"{named}\n{ours.pk}\n{report.address.lower()}".encode()).hexdigest()
        bounce = Bounce(
            fingerprint=key,
            email=ours,
            # The address that we wrote to: the report may name another one, to which it was forwarded.
            address=ours.recipient,
            is_hard=report.is_hard,
            status=report.status[:12],
            diagnostic=report.diagnostic,
            reported_at=timezone.now(),
        )
        Bounce.objects.bulk_create([bounce], ignore_conflicts=True)
        if Bounce.objects.filter(fingerprint=key, reported_at=bounce.reported_at).exists():
            reading.bounces += 1
            reading.hard += report.is_hard
            reading.addresses.append(ours.recipient)
        else:
            reading.known += 1


def _ours(message_ids: tuple[str, ...]) -> OutgoingEmail | None:
    """The mail of ours that a report names, if it has been handed to a server."""
    found = {
        row.message_id: row
        for row in OutgoingEmail.objects.filter(message_id__in=message_ids, attempts__gt=0).only(
            "pk", "message_id", "recipient"
        )
    }
    return next((found[one] for one in message_ids if one in found), None)


def _unsubscribes(raw: bytes) -> bool:
    """A mail to the address of List-Unsubscribe: its subject carries the token."""
    try:
        subject = header(parse(raw), "Subject")
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError, AssertionError):
        return False
    found = re.fullmatch(r"unsubscribe\s+([\w.=-]{10,200})", subject.strip(), re.IGNORECASE)
    return found is not None and delivery.unsubscribe_by_token(found[1])


# Where messages come from ---------------------------------------------------------------


def messages_in(path: Path, *, only_new: bool = True) -> Iterator[bytes]:
    """The messages of a Maildir, an mbox, or a file with one message. Raises OSError when it cannot be read.

    New ones of a Maildir become « seen » once read, as a mail program does: the next pass skips them.
    Without `only_new` all are read and none is marked: for a second reader of the same mailbox.
    """
    if path.is_dir():
        yield from _maildir(path, only_new)
    else:
        with path.open("rb") as file:
            yield from messages_of(file)


def _maildir(path: Path, only_new: bool) -> Iterator[bytes]:
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        raise NotADirectoryError(f"{path}: neither a Maildir (new/ and cur/) nor a file")
    box = mailbox.Maildir(path, factory=None, create=False)
    for key in list(box.iterkeys()):
        try:
            message = box[key]
            raw = box.get_bytes(key)[:LIMIT]
        except (KeyError, OSError):
            # Another program took it away meanwhile.
            continue
        if not only_new:
            yield raw
            continue
        if "S" in message.get_flags():
            continue
        yield raw
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message


def messages_of(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of an mbox, or the one message of a stream; who reads them cuts them (`reports.LIMIT`)."""
    raw = stream.read(STREAM_LIMIT)
    if not raw.startswith(b"From "):
        if raw.strip():
            yield raw
        return
    # RFC 4155: a message begins at a « From » line after an empty one.
    for part in re.split(rb"(?:\A|\r?\n\r?\n)From [^\n]*\n", raw):
        if part.strip():
            yield part
