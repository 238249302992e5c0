"""The text of minutes: its sections, in step with the agenda, and their versions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from core.history import recorded
from core.richtext import clean_html
from core.services.versions import save_version
from meetings.enums import MinutesState, SectionKind
from meetings.models import Meeting, Minutes, MinutesSection
from meetings.services.common import locked, locked_for_logging
from taskforce.enums import ActionState
from taskforce.models import ActionItem

BEFORE_ITEMS = (SectionKind.CONTEXT, SectionKind.FOLLOW_UP)
AFTER_ITEMS = (SectionKind.ROUND_TABLE, SectionKind.CONCLUSIONS, SectionKind.NEXT_MEETING)


def ensure_minutes(meeting: Meeting, *, actor: Any) -> Minutes:
    """The minutes of the meeting, made with their sections when there are none. Idempotent."""
    with recorded(actor):
        # Two people at once: the second waits here and finds what the first made.
        current = locked(meeting)
        minutes, _created = Minutes.objects.get_or_create(meeting=current)
        sync_sections(current, actor=actor)
    meeting.minutes = minutes
    return minutes


def sync_sections(meeting: Meeting, *, actor: Any) -> None:
    """Bring the sections in step with the agenda: those of new points appear, all follow its order.

    Nothing happens before the minutes exist, or once they are shared. The section of a point that goes
    is deleted by `meetings.services.agenda.delete_item`, which refuses to when it has a text.
    """
    with recorded(actor):
        minutes = Minutes.objects.filter(meeting=meeting, state=MinutesState.DRAFT).first()
        if minutes is None:
            return
        sections = list(minutes.sections.select_related("agenda_item"))
        by_kind = {section.kind: section for section in sections if section.agenda_item_id is None}
        by_item = {section.agenda_item_id: section for section in sections}
        kinds = [SectionKind.CONTEXT, *AFTER_ITEMS]
        if SectionKind.FOLLOW_UP in by_kind or _has_earlier_actions(meeting):
            kinds.insert(1, SectionKind.FOLLOW_UP)
        ordered: list[MinutesSection] = []
        for kind in kinds:
            if kind == SectionKind.ROUND_TABLE:
                for item in meeting.agenda.order_by("position"):
                    section = by_item.get(item.pk) or MinutesSection(
                        minutes=minutes, kind=SectionKind.ITEM, agenda_item=item
                    )
                    ordered.append(section)
            ordered.append(by_kind.get(kind) or MinutesSection(minutes=minutes, kind=kind))
        moved = []
        for position, section in enumerate(ordered):
            is_new, in_place = section.pk is None, section.position == position
            section.position = position
            if is_new:
                section.save()
            elif not in_place:
                moved.append(section)
        MinutesSection.objects.bulk_update(moved, ["position"])


def _has_earlier_actions(meeting: Meeting) -> bool:
    """Whether an earlier meeting of the body left an action that is still open."""
    return ActionItem.objects.filter(
        Q(meeting_link__meeting__starts_at__lt=meeting.starts_at)
        | Q(meeting_link__isnull=True, created_at__lt=meeting.starts_at),
        task_force=meeting.task_force_id,
        state__in=[ActionState.NOT_STARTED, ActionState.IN_PROGRESS],
    ).exists()


def check_writable(meeting: Meeting, minutes: Minutes | None) -> None:
    """Raise ValidationError unless the texts of this meeting may still change: it is not closed or
    cancelled, and its minutes are a draft."""
    if not meeting.is_editable:
        raise ValidationError(
            _("Cette réunion est %(state)s : son compte rendu ne se modifie plus.")
            % {"state": meeting.get_state_display().lower()},
            code="not-editable",
        )
    if minutes is not None and minutes.state != MinutesState.DRAFT:
        raise ValidationError(
            _("Ce compte rendu est « %(state)s » : son texte ne se modifie plus.")
            % {"state": minutes.get_state_display().lower()},
            code="not-draft",
        )


def save_section(section: MinutesSection, *, body: str, base_version: int, actor: Any) -> MinutesSection:
    """Save a text as the next version of the section, and forget the author's draft.

    The same text as the stored one makes no version, whatever `base_version` (a button pressed twice).
    Raises StaleVersion when somebody saved another text since `base_version`, ValidationError when the
    text cannot be stored or the minutes no longer change.
    """
    cleaned = clean_html(body)
    with recorded(actor) as who:
        meeting = locked_for_logging(section.minutes.meeting)
        row = (
            MinutesSection.objects.select_for_update(of=("self",), no_key=True)
            .select_related("minutes", "agenda_item", "updated_by__person")
            .get(pk=section.pk)
        )
        check_writable(meeting, row.minutes)
        save_version(row, body=cleaned, base_version=base_version, who=who)
    return row
