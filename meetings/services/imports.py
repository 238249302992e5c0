"""Documents of the past: received, read, reviewed, put aside. Entering them is `services.import_entry`."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.history import recorded
from core.jobs import enqueue
from core.validators import validate_texts
from core.workflow import transition
from meetings.enums import ImportState
from meetings.models import ImportBatch, ImportedMinutes
from taskforce.models import TaskForce

READ_TASK = "meetings.read_imported"
MOST_FILES = 50
MOST_BYTES = 30_000_000
SUFFIXES = (".docx", ".txt", ".pdf")
# A worker's claim on a file that it reads, and how long a message may take to reach one.
CLAIM = timedelta(seconds=120)
PATIENCE = timedelta(seconds=20)
MAX_ATTEMPTS = 3
# Directions, zero widths: they make « tropcod.exe » of « tropexe.docx ».
UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Incoming:
    """A document as it arrives: the name it was given and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Received:
    """What became of what arrived: the documents kept, and those known already (with the stored one)."""

    batch: ImportBatch | None
    kept: list[ImportedMinutes]
    known: list[tuple[str, ImportedMinutes]]


def plain_name(name: str) -> str:
    """The name that is shown: without folders, control and direction characters, 200 characters at most."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(char for char in UNSEEN.sub("", name) if char.isprintable()).strip()
    stem, dot, suffix = name.rpartition(".")
    if dot and len(name) > 200:
        name = f"{stem[: 190 - len(suffix)]}.{suffix}"[:200]
    return name[:200] or _("document")


def receive(body: TaskForce, incoming: Sequence[Incoming], *, actor: Any) -> Received:
    """Keep the documents, to be read; those that the body already brought in are told, not kept twice.

    Raises ValidationError for too many of them.
    """
    if len(incoming) > MOST_FILES:
        raise ValidationError(
            _("%(count)d fichiers à la fois, c’est trop : %(most)d au plus. Faites plusieurs envois.")
            % {"count": len(incoming), "most": MOST_FILES}
        )
    batch: ImportBatch | None = None
    kept: list[ImportedMinutes] = []
    known: list[tuple[str, ImportedMinutes]] = []
    with recorded(actor) as who:
        # Two clicks: the second waits here and finds what the first kept.
        TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
        for one in incoming:
            digest = hashlib.sha256(one.content).hexdigest()
            if twin := twin_of(body, digest):
                known.append((plain_name(one.name), twin))
                continue
            batch = batch or ImportBatch.objects.create(task_force=body, created_by=who.user)
            row = ImportedMinutes(
                batch=batch, task_force=body, name=plain_name(one.name), sha256=digest, size=len(one.content)
            )
            row.file.save(f"{digest[:32]}{_suffix(row.name)}", ContentFile(one.content), save=False)
            try:
                row.save()
            except BaseException:
                row.file.storage.delete(row.file.name)
                raise
            kept.append(row)
    return Received(batch, kept, known)


def twin_of(body: TaskForce, digest: str) -> ImportedMinutes | None:
    """The document of these very bytes that the body has already, refused and discarded ones aside."""
    gone = [ImportState.REFUSED, ImportState.UNDONE, ImportState.DISCARDED]
    return ImportedMinutes.objects.filter(task_force=body, sha256=digest).exclude(state__in=gone).first()


def _suffix(name: str) -> str:
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), ".bin")


# Reading ----------------------------------------------------------------------------------------


def ask_for_reading(row: ImportedMinutes) -> None:
    """A worker reads it, after the transaction; a message that is lost is sent again by `requeue_lost`."""
    enqueue(READ_TASK, row.pk)


def claim(pk: int) -> ImportedMinutes | None:
    """The document, for who is going to read it; None when somebody else does or nothing is left to read."""
    now = timezone.now()
    with transaction.atomic():
        row = (
            ImportedMinutes.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("task_force")
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=now), pk=pk, state=ImportState.RECEIVED)
            .first()
        )
        if row is None:
            return None
        if row.attempts >= MAX_ATTEMPTS:
            told = _(
                "La lecture de ce fichier s’est interrompue %(count)s fois. Importez seulement le compte rendu, "
                "sans ses annexes, ou collez son texte."
            ) % {"count": row.attempts}
            transition(row, ImportState.REFUSED, actor=SYSTEM, error=told, claimed_until=None)
            return None
        row.attempts += 1
        row.claimed_until = now + CLAIM
        row.save(update_fields=["attempts", "claimed_until"])
    return row


def store_reading(
    row: ImportedMinutes, *, text: str, sheet: dict[str, Any] | None, findings: dict[str, Any] | None, error: str
) -> None:
    """Keep what was read, or why it could not be; nothing when somebody else did meanwhile."""
    with transaction.atomic():
        current = ImportedMinutes.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if current.state != ImportState.RECEIVED:
            return
        if error:
            transition(row, ImportState.REFUSED, actor=SYSTEM, error=error, claimed_until=None)
        else:
            facts = {"text": text, "sheet": sheet or {}, "findings": findings or {}}
            transition(row, ImportState.READ, actor=SYSTEM, claimed_until=None, **facts)


def requeue_lost() -> int:
    """Ask again for the documents that no worker reads (its message lost, its process killed); how many."""
    now = timezone.now()
    lost = Q(claimed_until__lt=now) | Q(claimed_until=None, created_at__lt=now - PATIENCE)
    with transaction.atomic():
        rows = list(
            ImportedMinutes.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                lost, state=ImportState.RECEIVED
            )[:100]
        )
        for row in rows:
            ask_for_reading(row)
    return len(rows)


# Reviewing --------------------------------------------------------------------------------------


class StaleReview(Exception):
    """Somebody saved another review since the page was opened; `row` holds it."""

    def __init__(self, row: ImportedMinutes) -> None:
        self.row = row
        super().__init__(row.pk)


def save_review(row: ImportedMinutes, sheet: dict[str, Any], *, base_version: int, actor: Any) -> ImportedMinutes:
    """Keep the corrections as they were typed, right or wrong: entering them is what checks them.

    The same corrections make no version. Raises StaleReview when somebody saved others since
    `base_version`, ValidationError once the document is entered or put aside.
    """
    for part in (sheet["head"], *(one for rows in sheet.values() if isinstance(rows, list) for one in rows)):
        validate_texts(part)
    with recorded(actor) as who:
        current = (
            ImportedMinutes.objects.select_for_update(of=("self",), no_key=True)
            .select_related("task_force__country", "reviewed_by__person", "batch")
            .get(pk=row.pk)
        )
        check_reviewable(current)
        if current.current_sheet == sheet:
            return current
        if current.version != base_version:
            raise StaleReview(current)
        current.reviewed = sheet
        current.version += 1
        current.reviewed_at = timezone.now()
        current.reviewed_by = who.user
        current.save(update_fields=["reviewed", "version", "reviewed_at", "reviewed_by"])
    return current


def check_reviewable(row: ImportedMinutes) -> None:
    """Raise ValidationError unless the document is waiting to be reviewed."""
    if not row.is_reviewable:
        raise ValidationError(
            _("Ce document est « %(state)s » : sa relecture ne se modifie plus.") % {"state": row.get_state_display()},
            code="not-reviewable",
        )


def discard(row: ImportedMinutes, *, actor: Any) -> None:
    """Put the document aside: it is not entered, and may be brought in again. Raises TransitionRefused."""
    with recorded(actor):
        transition(row, ImportState.DISCARDED, actor=actor, claimed_until=None)
