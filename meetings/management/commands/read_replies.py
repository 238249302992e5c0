"""Read answers of calendars: `manage.py read_replies /var/mail/reponses`, or a message on standard input."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from core.services.bounces import messages_in, messages_of
from meetings.enums import ReplyOutcome
from meetings.services.replies import receive

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Reads answers to invitations (iTIP REPLY, RFC 5546) from a Maildir, an mbox, a file with one message, or "
        "standard input. Reading twice changes nothing; what came of each message stands on the page of replies."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", default="-", help="Maildir, mbox or file; - for standard input")

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        counts: Counter[str] = Counter()
        failed = 0
        try:
            # Every message, seen or not: bounces and answers may arrive in one mailbox, and each has its own reader.
            found = messages_of(sys.stdin.buffer) if path == "-" else messages_in(Path(path), only_new=False)
            for content in found:
                try:
                    counts.update(row.outcome for row in receive(content))
                except DatabaseError:
                    # One lost race keeps no other message waiting; the next pass finds it again.
                    logger.exception("a reply could not be recorded")
                    failed += 1
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{counts[ReplyOutcome.RECORDED]} recorded, {counts[ReplyOutcome.TO_SETTLE]} to settle, "
            f"{counts[ReplyOutcome.IGNORED]} without effect."
        )
        if failed:
            raise CommandError(f"{failed} could not be recorded: read them again.")
