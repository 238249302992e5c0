"""The files of a meeting: those of its agenda, the scan of the signed sheet."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.uploads import Checked, check_upload
from core.validators import validate_scan
from meetings.enums import AttachmentKind, MeetingState
from meetings.models import AgendaItem, Attachment, Meeting
from meetings.services.common import locked, locked_for_logging
from meetings.services.file_texts import ask_for_reading

# Of one meeting; nobody reads more.
MOST_FILES = 100


def attach(meeting: Meeting, file: Any, *, item: AgendaItem | None = None, actor: Any) -> tuple[Attachment, bool]:
    """Join a file to the meeting, or to a point of its agenda, and True; or the same file joined there already.

    Raises ValidationError for a file that is not kept (`core.uploads.check_upload`), and for a meeting that is closed.
    """
    checked = check_upload(file)
    with recorded(actor) as who:
        current = locked_for_logging(meeting)
        if item is not None and not current.agenda.filter(pk=item.pk).exists():
            raise ValidationError(_("Ce point n’est plus à l’ordre du jour."), code="no-item")
        return _keep(current, file, checked, item=item, kind=AttachmentKind.DOCUMENT, who=who)


def attach_signed_sheet(meeting: Meeting, file: Any, *, actor: Any) -> tuple[Attachment, bool]:
    """Join the scan of the sheet that people signed: PDF, JPEG or PNG by its content.

    It often comes after the meeting is closed, so that is allowed. Raises ValidationError.
    """
    validate_scan(file)
    checked = check_upload(file)
    with recorded(actor) as who:
        current = locked(meeting)
        if current.state in {MeetingState.CANCELLED, MeetingState.POSTPONED}:
            raise ValidationError(
                _("Cette réunion est %(state)s : elle n’a pas de feuille signée.")
                % {"state": current.get_state_display().lower()},
                code="not-held",
            )
        return _keep(current, file, checked, item=None, kind=AttachmentKind.SIGNED_SHEET, who=who)


def _keep(
    meeting: Meeting, file: Any, checked: Checked, *, item: AgendaItem | None, kind: str, who: Actor
) -> tuple[Attachment, bool]:
    known = meeting.attachments.filter(agenda_item=item, kind=kind, sha256=checked.sha256).first()
    if known is not None:
        return known, False
    if meeting.attachments.count() >= MOST_FILES:
        raise ValidationError(
            _("Cette réunion compte déjà %(count)d fichiers.") % {"count": MOST_FILES}, code="too-many"
        )
    row = Attachment(
        meeting=meeting,
        agenda_item=item,
        kind=kind,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_by=who.user,
    )
    # Nothing of the given name reaches the disk.
    row.file.save(f"{uuid.uuid4()}.{checked.extension}", file, save=False)
    try:
        row.save()
    except BaseException:
        default_storage.delete(str(row.file.name))
        raise
    ask_for_reading(row)
    return row, True


def detach(attachment: Attachment, *, actor: Any) -> None:
    """Take a file away; its name and fingerprint stay in the history. Raises ValidationError for a closed meeting."""
    with recorded(actor):
        if attachment.kind == AttachmentKind.SIGNED_SHEET:
            locked(attachment.meeting)
        else:
            locked_for_logging(attachment.meeting)
        row = Attachment.objects.filter(pk=attachment.pk).first()
        if row is None:
            return
        stored = str(row.file.name)
        row.delete()
        transaction.on_commit(lambda: default_storage.delete(stored))
