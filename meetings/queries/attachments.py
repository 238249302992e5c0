"""Which files of a meeting one reads."""

from __future__ import annotations

from django.db.models import QuerySet

from meetings.enums import AttachmentKind, Visibility
from meetings.models import Attachment, Meeting


def attachments_of(meeting: Meeting, *, restricted: bool) -> QuerySet[Attachment]:
    """The files of the meeting, those of points first in their order; of restricted points only with `restricted`.

    Whether the reader may have files at all is the right `meetings.view_files`.
    """
    files = meeting.attachments.select_related("agenda_item", "uploaded_by__person").order_by(
        "agenda_item__position", "uploaded_at", "pk"
    )
    return files if restricted else files.exclude(agenda_item__visibility=Visibility.RESTRICTED)


def signed_sheets(files: list[Attachment]) -> list[Attachment]:
    return [file for file in files if file.kind == AttachmentKind.SIGNED_SHEET]


def documents_among(files: list[Attachment]) -> list[Attachment]:
    return [file for file in files if file.kind == AttachmentKind.DOCUMENT]
