"""Which files of a meeting one reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from meetings.enums import AttachmentKind, Visibility
from meetings.models import AgendaItem, Attachment, Meeting
from meetings.queries.visible import sees_restricted


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


@dataclass(frozen=True)
class OriginFile:
    """A file of the point that another continues, under the names that the page's own rows have."""

    pk: int
    name: str
    # Where it was joined: it is downloaded there, with the rights of there.
    meeting: int
    is_restricted: bool


# However often a point was put off; UNION ends a circle, should somebody draw one by SQL.
_ORIGIN_ROWS = """(
    SELECT coalesce(jsonb_agg(
        jsonb_build_array(file.id, file.name, file.meeting_id, source.visibility = %s) ORDER BY file.uploaded_at, file.id
    ), '[]')
    FROM (
        WITH RECURSIVE origin (source) AS (
            SELECT meetings_agendaitem.carried_from_id
            UNION
            SELECT above.carried_from_id FROM origin JOIN meetings_agendaitem above ON above.id = origin.source
        )
        SELECT origin.source FROM origin
    ) origins
    JOIN meetings_agendaitem source ON source.id = origins.source
    JOIN meetings_attachment file ON file.agenda_item_id = source.id AND file.kind = %s
)"""


def with_origin_files(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """`items` with what `origin_files` says of each, read in the same query."""
    values = (Visibility.RESTRICTED, AttachmentKind.DOCUMENT)
    rows = RawSQL(_ORIGIN_ROWS, values, output_field=JSONField())  # noqa: S611 - a constant, without the reader’s text
    return items.annotate(origin_rows=rows)


def origin_files(items: Iterable[AgendaItem]) -> dict[int, list[OriginFile]]:
    """The files joined to the points that `items` (of `with_origin_files`) were carried over from, by the item's id,
    oldest first."""
    return {
        item.pk: [OriginFile(*row) for row in item.origin_rows]  # type: ignore[attr-defined]
        for item in items
        if item.origin_rows  # type: ignore[attr-defined]
    }


def origin_files_seen(user: Any, items: Iterable[AgendaItem]) -> dict[int, list[OriginFile]]:
    """`origin_files` without those of points that were restricted in a meeting whose restricted points `user` may
    not read: a point may have been opened, or its rapporteur changed, since."""
    found = origin_files(items)
    hidden = {file.meeting for files in found.values() for file in files if file.is_restricted}
    meetings = Meeting.objects.filter(pk__in=hidden) if hidden else ()
    readable = {meeting.pk for meeting in meetings if sees_restricted(user, meeting)}
    return {
        item: [file for file in files if not file.is_restricted or file.meeting in readable]
        for item, files in found.items()
    }
