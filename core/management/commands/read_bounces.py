"""Read returned mails: `manage.py read_bounces /var/mail/retours`, or a message on standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.services.bounces import messages_in, messages_of, record


class Command(BaseCommand):
    help = (
        "Reads reports of non-delivery (RFC 3464) and mails to the unsubscribe address, from a Maildir, an mbox, "
        "a file with one message, or standard input. Reading twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", default="-", help="Maildir, mbox or file; - for standard input")

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        try:
            messages = messages_of(sys.stdin.buffer) if path == "-" else messages_in(Path(path))
            reading = record(messages)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{reading.messages} read: {reading.bounces} returned ({reading.hard} for good), {reading.known} known, "
            f"{reading.unsubscribed} unsubscribed, {reading.ignored} ignored."
        )
