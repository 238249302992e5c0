"""The agenda: points in order, their outcome, what is carried to the next meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.history import recorded
from meetings.enums import IN_PREPARATION, ItemKind, ItemOutcome, MeetingState, MinutesState
from meetings.models import AgendaItem, Meeting, Minutes
from meetings.services.common import check_fields, locked_for_logging
from meetings.services.minutes import sync_sections

FIELDS = frozenset(
    {"title", "kind", "minutes", "presenter_person", "presenter_agency", "visibility", "outcome", "previous_minutes"}
)
# Positions are SMALLINT, and nobody reads a longer agenda.
MOST_ITEMS = 99


def standing_items() -> dict[str, tuple[str, ItemKind]]:
    """What most meetings have, by the key of its button: title and kind."""
    return {
        "previous-minutes": (_("Adoption du compte rendu précédent"), ItemKind.DECISION),
        "follow-up": (_("Suivi des actions"), ItemKind.STANDING),
        "round-table": (_("Tour de table des agences"), ItemKind.INFORMATION),
        "other": (_("Divers"), ItemKind.OTHER),
    }


def add_item(meeting: Meeting, *, title: str, actor: Any, **facts: Any) -> tuple[AgendaItem, bool]:
    """Add a point, and True; or the point that already has this title, and False (a button pressed twice).

    It comes last, but before a final « Divers ». Raises ValidationError (by field).
    """
    _only(facts)
    with recorded(actor):
        current = locked_for_logging(meeting)
        items = list(current.agenda.order_by("position"))
        title = title.strip()
        twin = next((item for item in items if item.title == title), None)
        if twin is not None:
            return twin, False
        if len(items) >= MOST_ITEMS:
            raise ValidationError(_("L’ordre du jour compte déjà %(count)d points.") % {"count": len(items)})
        item = AgendaItem(meeting=current, position=_next_position(current), title=title, **facts)
        check_fields(item)
        item.save()
        if items and items[-1].kind == ItemKind.OTHER and item.kind != ItemKind.OTHER:
            _renumber([*items[:-1], item, items[-1]])
        sync_sections(current, actor=actor)
    return item, True


def add_standing_item(meeting: Meeting, key: str, *, actor: Any) -> tuple[AgendaItem, bool]:
    """Add one of `standing_items`; « Adoption du compte rendu précédent » is linked to those minutes. Like `add_item`.

    Raises KeyError for a key that is none.
    """
    title, kind = standing_items()[key]
    facts: dict[str, Any] = {"kind": kind}
    if key == "previous-minutes":
        facts["previous_minutes"] = minutes_to_adopt(meeting)
    return add_item(meeting, title=title, actor=actor, **facts)


def minutes_to_adopt(meeting: Meeting) -> Minutes | None:
    """The minutes of the latest earlier meeting of the body that are not adopted yet."""
    return (
        Minutes.objects.filter(
            meeting__task_force=meeting.task_force_id,
            meeting__starts_at__lt=meeting.starts_at,
            state__in=[MinutesState.DRAFT, MinutesState.CIRCULATED],
        )
        .exclude(meeting__state=MeetingState.CANCELLED)
        .order_by("-meeting__starts_at")
        .first()
    )


def edit_item(item: AgendaItem, *, actor: Any, **changes: Any) -> AgendaItem:
    """Correct a point. « Reporté » links it to the next meeting, any other outcome takes that back.

    Raises ValidationError (by field).
    """
    _only(changes)
    with recorded(actor):
        current = locked_for_logging(item.meeting)
        row = AgendaItem.objects.get(pk=item.pk)
        for name, value in changes.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        check_fields(row)
        row.save(update_fields=list(changes))
        if "outcome" in changes:
            if row.outcome == ItemOutcome.POSTPONED:
                carry_items(current, actor=actor)
            else:
                _uncarry(row, actor=actor)
        sync_sections(current, actor=actor)
    return row


def set_outcomes(meeting: Meeting, outcome: str, *, actor: Any) -> int:
    """Give `outcome` to every point still open; the number of points changed."""
    with recorded(actor):
        current = locked_for_logging(meeting)
        changed = current.agenda.filter(outcome=ItemOutcome.OPEN).update(outcome=outcome)
        if outcome == ItemOutcome.POSTPONED:
            carry_items(current, actor=actor)
    return changed


def delete_item(item: AgendaItem, *, actor: Any) -> None:
    """Remove a point that nothing hangs on. Raises ValidationError when its section has text, or decisions or
    actions were entered under it."""
    with recorded(actor):
        current = locked_for_logging(item.meeting)
        row = AgendaItem.objects.select_related("section").filter(pk=item.pk).first()
        if row is None:
            return
        section = getattr(row, "section", None)
        if section is not None and (not section.is_empty or section.version):
            raise ValidationError(
                _(
                    "« %(title)s » a déjà un texte au compte rendu. Videz cette section, ou marquez le point « Reporté »."
                )
                % {"title": row.title},
                code="has-text",
            )
        if row.attachments.exists():
            raise ValidationError(
                _("Des fichiers sont joints à « %(title)s ». Retirez-les d’abord, ou marquez le point « Reporté ».")
                % {"title": row.title},
                code="has-files",
            )
        if row.decision_links.exists() or row.action_links.exists():
            raise ValidationError(
                _(
                    "Des décisions ou des actions sont enregistrées sous « %(title)s ». Rattachez-les d’abord à un autre point."
                )
                % {"title": row.title},
                code="has-links",
            )
        if section is not None:
            section.delete()
        row.delete()
        _renumber(list(current.agenda.order_by("position")))
        sync_sections(current, actor=actor)


def move_item(item: AgendaItem, step: int, *, actor: Any) -> None:
    """Move a point `step` places down (up when negative); at the edge it stays."""
    with recorded(actor):
        current = locked_for_logging(item.meeting)
        items = list(current.agenda.order_by("position"))
        place = next((place for place, row in enumerate(items) if row.pk == item.pk), None)
        if place is None:
            return
        target = min(max(place + step, 0), len(items) - 1)
        items.insert(target, items.pop(place))
        _renumber(items)
        sync_sections(current, actor=actor)


def reorder_items(meeting: Meeting, order: Sequence[int], *, actor: Any) -> None:
    """Put the points in the order of their primary keys.

    Raises ValidationError when `order` does not name each point of the meeting once: somebody added or removed
    one meanwhile.
    """
    with recorded(actor):
        current = locked_for_logging(meeting)
        by_pk = {item.pk: item for item in current.agenda.all()}
        if len(order) != len(by_pk) or set(order) != set(by_pk):
            raise ValidationError(
                _("L’ordre du jour a changé entre-temps. Rechargez la page, puis recommencez."), code="stale-order"
            )
        _renumber([by_pk[pk] for pk in order])
        sync_sections(current, actor=actor)


def carry_items(meeting: Meeting, *, actor: Any) -> list[AgendaItem]:
    """Link the postponed points of `meeting` to its next meeting, once each (invariant 6); returns the new links.

    Nothing happens without a next meeting that can still be prepared. The link follows when that meeting moves.
    """
    following = meeting.next_meeting
    if following is None or following.state not in IN_PREPARATION:
        return []
    following = locked_for_logging(following)
    waiting = meeting.agenda.filter(outcome=ItemOutcome.POSTPONED, carried_to__isnull=True).order_by("position")
    return _carry(list(waiting), following, actor=actor)


def carry_item(item: AgendaItem, meeting: Meeting, *, actor: Any) -> AgendaItem:
    """Link one postponed point to a meeting to come of the same body, once; the link that stands is returned.

    Raises ValidationError when the point is not postponed, or the meeting cannot be prepared any more.
    """
    with recorded(actor):
        current = locked_for_logging(meeting)
        row = AgendaItem.objects.select_related("meeting").get(pk=item.pk)
        if known := row.carried_to.first():
            return known
        is_later = row.meeting.task_force_id == current.task_force_id and row.meeting.starts_at < current.starts_at
        if row.outcome != ItemOutcome.POSTPONED or current.state not in IN_PREPARATION or not is_later:
            raise ValidationError(
                _("« %(title)s » ne peut pas être mis à l’ordre du jour de cette réunion.") % {"title": row.title},
                code="not-carried",
            )
        if current.agenda.count() >= MOST_ITEMS:
            raise ValidationError(_("L’ordre du jour compte déjà %(count)d points.") % {"count": MOST_ITEMS})
        return _carry([row], current, actor=actor)[0]


def _carry(items: list[AgendaItem], following: Meeting, *, actor: Any) -> list[AgendaItem]:
    carried = [
        AgendaItem.objects.create(
            meeting=following,
            position=position,
            title=item.title,
            kind=item.kind,
            minutes=item.minutes,
            presenter_person_id=item.presenter_person_id,
            presenter_agency_id=item.presenter_agency_id,
            visibility=item.visibility,
            previous_minutes_id=item.previous_minutes_id,
            carried_from=item,
        )
        for position, item in enumerate(items, start=_next_position(following))
    ]
    if carried:
        items = list(following.agenda.order_by("position"))
        # « Divers » stays last.
        _renumber(sorted(items, key=lambda item: item.kind == ItemKind.OTHER))
        sync_sections(following, actor=actor)
    return carried


def _uncarry(item: AgendaItem, *, actor: Any) -> None:
    """Take back the link of a point that is not postponed after all, unless the next meeting has worked on it."""
    for link in item.carried_to.filter(outcome=ItemOutcome.OPEN).select_related("meeting", "section"):
        section = getattr(link, "section", None)
        used = (
            link.decision_links.exists()
            or link.action_links.exists()
            or link.attachments.exists()
            or (section is not None and section.version)
        )
        if used or not link.meeting.is_editable:
            continue
        if section is not None:
            section.delete()
        link.delete()
        _renumber(list(link.meeting.agenda.order_by("position")))
        sync_sections(link.meeting, actor=actor)


def _next_position(meeting: Meeting) -> int:
    return (meeting.agenda.aggregate(last=Max("position"))["last"] or 0) + 1


def _renumber(items: Sequence[AgendaItem]) -> None:
    """1, 2, 3… in this order. The uniqueness of positions is checked when the transaction commits."""
    changed = []
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            changed.append(item)
    AgendaItem.objects.bulk_update(changed, ["position"])


def _only(facts: dict[str, Any]) -> None:
    unknown = set(facts) - FIELDS
    if unknown:
        raise TypeError(f"an agenda item has no {', '.join(sorted(unknown))}")
