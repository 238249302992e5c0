"""What is captured in the room, carried out once: notes, decisions, actions, presence, the point in hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.merge import MOST_UNITS, merge_html
from core.models import Draft
from core.richtext import clean_html
from core.services.drafts import drafts_seen
from core.services.versions import save_version
from meetings.enums import ATTENDING, Capacity, ItemOutcome, LiveKind, MeetingState
from meetings.models import AgendaItem, Attendance, ItemTurn, LiveEntry, Meeting, MinutesSection
from meetings.queries.proposed_presence import proposed_presence
from meetings.services.attendance import PresenceEntry, person_key, record_attendance
from meetings.services.common import locked, locked_for_logging
from meetings.services.minutes import check_writable
from meetings.services.register import log_action, log_decision
from taskforce.models import Mandate, Office, Person


class NotesConflict(Exception):
    """Somebody else rewrote the very passage that these notes rewrite. Nothing was written; both texts are here."""

    def __init__(self, section: MinutesSection, *, mine: str, theirs: str) -> None:
        super().__init__(f"section {section.pk}")
        self.section = section
        self.mine = mine
        self.theirs = theirs


class PresenceChanged(ValidationError):
    """Somebody else marked this person meanwhile; `now` is their mark."""

    def __init__(self, person: Person, row: Attendance | None) -> None:
        said = row.get_status_display() if row else _("rien")
        text = _("Quelqu’un a noté « %(said)s » pour %(person)s entre-temps.")
        super().__init__(text % {"said": said, "person": person}, code="changed")
        self.now: str = row.status if row else ""


def capture(
    meeting: Meeting, *, client_id: UUID, kind: str, facts: Mapping[str, Any], at: datetime, actor: Any
) -> tuple[LiveEntry, bool]:
    """Carry out a capture, and True; or give the entry of the one that has this `client_id` already, and False.

    `facts` are those of `meetings.forms.live.facts_of`; `at` is the moment of the capture, taken as now when it
    lies to come. Raises NotesConflict, or ValidationError with the reason of a refusal: nothing is written then,
    and the same capture may be sent again.
    """
    with recorded(actor) as who:
        # Two deliveries of one capture: the second waits here, and finds what the first did.
        current = locked(meeting)
        done = LiveEntry.objects.filter(meeting=current, client_id=client_id).first()
        if done is not None:
            return done, False
        locked_for_logging(current)
        moment = min(at, timezone.now())
        result = _ACTS[LiveKind(kind)](current, facts, moment, who)
        entry = LiveEntry.objects.create(
            meeting=current, client_id=client_id, author=who.user, kind=kind, at=moment, result=result
        )
    return entry, True


def note_merged(base: str, *, mine: str, theirs: str, both: bool = False) -> str | None:
    """The text that holds the changes of both since `base`; None when both rewrote one passage (not with `both`).

    `base` is what these notes began with, not what the section said: notes that began empty are put under the
    text, whatever it holds (tables, links).
    """
    if theirs == base:
        return mine
    if mine in (base, theirs):
        return theirs
    if base and theirs.endswith(base):
        # The notes stand under a text that they never touch.
        return theirs[: -len(base)] + mine
    if not base and len(theirs) + len(mine) > 100 * MOST_UNITS:
        return theirs + mine
    merged = merge_html(base, mine=mine, theirs=theirs)
    return None if merged.overlaps and not both else merged.html


def _note(meeting: Meeting, facts: Mapping[str, Any], _at: datetime, who: Actor) -> dict[str, Any]:
    section = (
        MinutesSection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("minutes", "agenda_item", "updated_by__person")
        .get(pk=facts["section"].pk)
    )
    check_writable(meeting, section.minutes)
    merged = note_merged(facts["base"], mine=facts["text"], theirs=section.body, both=facts["both"])
    if merged is None:
        raise NotesConflict(section, mine=facts["text"], theirs=section.body)
    # The author's own draft of the section, begun on the page of the minutes, is another text: it stays.
    draft = drafts_seen([], reader=who.user, about=section, stored=section.body).own if who.user else None
    save_version(section, body=clean_html(merged), base_version=section.version, who=who)
    if draft is not None:
        Draft.objects.create(
            author=who.user,
            content_type=draft.content_type,
            object_id=section.pk,
            key=draft.key,
            text=draft.text,
            base_version=draft.base_version,
            updated_at=draft.updated_at,
        )
    return {"section": section.pk, "version": section.version}


def _decision(meeting: Meeting, facts: Mapping[str, Any], _at: datetime, who: Actor) -> dict[str, Any]:
    link, _created = log_decision(meeting, text=facts["text"], agenda_item=facts["item"], actor=who)
    return {"decision": link.decision_id, "label": str(link.decision)}


def _action(meeting: Meeting, facts: Mapping[str, Any], _at: datetime, who: Actor) -> dict[str, Any]:
    link, _created = log_action(
        meeting, text=facts["text"], agenda_item=facts["item"], actor=who, due_on=facts["due_on"], **facts["owner"]
    )
    return {"action": link.action_id, "label": str(link.action)}


def _presence(meeting: Meeting, facts: Mapping[str, Any], _at: datetime, who: Actor) -> dict[str, Any]:
    """Mark one person; what else the list says of them stays, as far as it fits the new mark."""
    person: Person = facts["person"]
    status: str = facts["status"]
    row = meeting.attendances.filter(person=person).select_related("agency", "represented_by").first()
    now = row.status if row else ""
    if now == status:
        return {"person": person.pk, "mark": status}
    if facts["seen"] != now:
        raise PresenceChanged(person, row)
    record_attendance(meeting, [_entry(meeting, person, status, row)], actor=who)
    return {"person": person.pk, "mark": status}


def _entry(meeting: Meeting, person: Person, status: str, row: Attendance | None) -> PresenceEntry:
    key = person_key(person.pk)
    if row is None:
        return PresenceEntry(key=key, status=status, person=person, capacity=_asked_as(meeting, person))
    comes = status in ATTENDING
    return PresenceEntry(
        key=key,
        status=status,
        person=person,
        agency=row.agency,
        capacity="" if row.mandate_id else row.capacity,
        proxy_granted_by=row.proxy_granted_by,
        arrived_at=row.arrived_at if comes else None,
        left_at=row.left_at if comes else None,
    )


def _asked_as(meeting: Meeting, person: Person) -> str:
    """Guests are asked without sitting here; of everybody else the mandate or the office says the capacity."""

    answer = proposed_presence(meeting).get(person.pk)
    sits = answer is None or answer.stands_in or _sits(meeting, person)
    return "" if sits else Capacity.GUEST


def _sits(meeting: Meeting, person: Person) -> bool:

    on = {"period__contains": meeting.date, "person": person}
    return (
        Mandate.objects.filter(seat__task_force=meeting.task_force_id, **on).exists()
        or Office.objects.filter(task_force=meeting.task_force_id, **on).exists()
    )


def _item(meeting: Meeting, facts: Mapping[str, Any], at: datetime, _who: Actor) -> dict[str, Any]:
    """The meeting comes to a point; the one before ends at that moment, and is treated where it is left for good."""
    item: AgendaItem | None = facts["item"]
    if meeting.state != MeetingState.IN_PROGRESS:
        raise ValidationError(_("La réunion n’est pas en cours : son horloge est arrêtée."), code="not-in-progress")
    if facts["undo"]:
        return _passage_undone(meeting, item)
    last = ItemTurn.objects.filter(meeting=meeting).order_by("-started_at", "-pk").first()
    # A late delivery never turns the order round.
    moment = max([at, *([last.started_at] if last else []), *([meeting.started_at] if meeting.started_at else [])])
    in_hand = last if last is not None and last.ended_at is None else None
    if in_hand is not None and item is not None and in_hand.agenda_item_id == item.pk:
        return {"item": item.pk, "since": in_hand.started_at.isoformat()}
    left: AgendaItem | None = facts["leaves"]
    is_treated = left is not None and _turned(left.pk, ItemOutcome.OPEN, ItemOutcome.TREATED)
    if in_hand is not None:
        in_hand.ended_at = moment
        in_hand.save(update_fields=["ended_at"])
    # A point that is taken up again is no longer done with.
    is_reopened = item is not None and _turned(item.pk, ItemOutcome.TREATED, ItemOutcome.OPEN)
    turn = ItemTurn.objects.create(meeting=meeting, agenda_item=item, started_at=moment) if item else None
    return {
        "item": item.pk if item else None,
        "since": moment.isoformat() if item else "",
        "undone": False,
        "turn": turn.pk if turn else None,
        "ended": in_hand.pk if in_hand else None,
        "treated": left.pk if left and is_treated else None,
        "reopened": item.pk if item and is_reopened else None,
    }


def _turned(pk: int, before: str, after: str) -> bool:
    return AgendaItem.objects.filter(pk=pk, outcome=before).update(outcome=after) > 0


def _passage_undone(meeting: Meeting, item: AgendaItem | None) -> dict[str, Any]:
    """Take the last passage back: the point before is in hand again as if it had never been left."""
    passage = (
        LiveEntry.objects.filter(meeting=meeting, kind=LiveKind.ITEM, result__undone=False)
        .order_by("-received_at", "-pk")
        .first()
    )
    if passage is None or passage.result["item"] != (item.pk if item else None):
        raise ValidationError(
            _("La réunion est passée à un autre point entre-temps : rien n’est annulé."), code="moved-on"
        )
    done = passage.result
    ItemTurn.objects.filter(meeting=meeting, pk=done["turn"]).delete()
    before = ItemTurn.objects.filter(meeting=meeting, pk=done["ended"]).first()
    if before is not None:
        before.ended_at = None
        before.save(update_fields=["ended_at"])
    if done["treated"]:
        _turned(done["treated"], ItemOutcome.TREATED, ItemOutcome.OPEN)
    if done["reopened"]:
        _turned(done["reopened"], ItemOutcome.OPEN, ItemOutcome.TREATED)
    passage.result = done | {"undone": True}
    passage.save(update_fields=["result"])
    return {
        "item": before.agenda_item_id if before else None,
        "since": before.started_at.isoformat() if before else "",
    }


_ACTS = {
    LiveKind.NOTE: _note,
    LiveKind.DECISION: _decision,
    LiveKind.ACTION: _action,
    LiveKind.PRESENCE: _presence,
    LiveKind.ITEM: _item,
}
