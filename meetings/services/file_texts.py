"""The words of files: read by a worker once the file is kept, so that search finds them."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.file_text import READABLE, UnreadableFileError, read_confined
from core.jobs import enqueue
from meetings.enums import TextState
from meetings.models import Attachment, AttachmentText

logger = logging.getLogger(__name__)

READ_TASK = "meetings.read_attachment"
# A worker's claim on a file, and how long a message may take to reach one.
CLAIM = timedelta(seconds=120)
PATIENCE = timedelta(seconds=20)
MAX_ATTEMPTS = 3


def ask_for_reading(attachment: Attachment) -> None:
    """A worker reads the file's words, after the transaction; nothing for a kind of file that has none."""
    if attachment.content_type in READABLE:
        enqueue(READ_TASK, attachment.pk)


def read_attachment(pk: int) -> None:
    """Read the words of a file that waits; nothing when another worker has it, or it is gone. For the worker."""
    attachment = _claim(pk)
    if attachment is None:
        return
    try:
        text = read_confined(Path(attachment.file.path), attachment.content_type)
    # ValueError: the row names no file.
    except (UnreadableFileError, OSError, ValueError) as error:
        logger.warning("the words of attachment %s were not read: %s", pk, error)
        _store(pk, TextState.UNREADABLE, "")
    else:
        _store(pk, TextState.READ if any(map(str.isalnum, text)) else TextState.WORDLESS, text)


def requeue_lost() -> int:
    """Ask again for the files that nobody reads: the message lost, the process killed, or joined otherwise; how many."""
    now = timezone.now()
    never = Q(words=None, uploaded_at__lt=now - PATIENCE)
    lost = Q(words__state=TextState.WAITING, words__claimed_until__lt=now)
    rows = list(Attachment.objects.filter(never | lost, content_type__in=READABLE).order_by("pk")[:100])
    for row in rows:
        ask_for_reading(row)
    return len(rows)


def _claim(pk: int) -> Attachment | None:
    """The file, for who is going to read it; None when somebody else does or nothing is left to read."""
    now = timezone.now()
    with transaction.atomic():
        attachment = Attachment.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
        if attachment is None:
            return None
        words, _created = AttachmentText.objects.get_or_create(attachment=attachment)
        if words.state != TextState.WAITING or (words.claimed_until and words.claimed_until > now):
            return None
        if words.attempts >= MAX_ATTEMPTS:
            logger.warning("the words of attachment %s were not read: given up", pk)
            words.state, words.claimed_until = TextState.UNREADABLE, None
            words.save(update_fields=["state", "claimed_until"])
            return None
        words.attempts += 1
        words.claimed_until = now + CLAIM
        words.save(update_fields=["attempts", "claimed_until"])
    return attachment


def _store(pk: int, state: TextState, text: str) -> None:
    AttachmentText.objects.filter(pk=pk, state=TextState.WAITING).update(
        state=state, text=text, claimed_until=None, read_at=timezone.now()
    )
