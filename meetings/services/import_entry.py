"""A document of the past becomes a meeting of the archives: all of it at once, and no mail to anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.richtext.plain import text_to_html
from core.text import normalise
from core.typography import date_long
from core.workflow import transition
from meetings.enums import AttendanceStatus, Capacity, ImportState, ItemKind, ItemOutcome, MeetingKind, SectionKind
from meetings.models import AgendaItem, ImportedMinutes, Meeting, MinutesSection
from meetings.queries.imports import meetings_on
from meetings.services.agenda import add_item
from meetings.services.attendance import AttendanceRefused, PresenceEntry, record_attendance
from meetings.services.closing import hold_meeting
from meetings.services.imports import StaleReview, check_reviewable
from meetings.services.meetings import create_meeting, update_meeting
from meetings.services.minutes import ensure_minutes, save_section, sync_sections
from meetings.services.register import log_action, log_decision
from meetings.services.updates import add_update, save_update
from taskforce.enums import ActionState
from taskforce.models import Agency, Person, TaskForce
from taskforce.services.people import create_person
from taskforce.services.register import move_action


@dataclass
class PersonLine:
    """Somebody of the list: known (`person`), or to be entered under these names."""

    status: str
    agency: Agency | None = None
    person: Person | None = None
    names: Mapping[str, Any] = field(default_factory=dict)
    # Index of the line whose person sat for this one.
    represented_by: int | None = None


@dataclass
class ItemLine:
    title: str
    minutes: int | None = None
    presenter_agency: Agency | None = None
    presenter_person: Person | None = None
    text: str = ""


@dataclass
class UpdateLine:
    text: str
    agency: Agency | None = None
    label: str = ""
    reported_by: Agency | None = None


@dataclass
class ActionLine:
    text: str
    owners: list[Agency] = field(default_factory=list)
    owner_function: str = ""
    owner_all: bool = False
    due_on: date | None = None
    state: str = ActionState.NOT_STARTED
    # Place in `items`.
    item: int | None = None


@dataclass
class DecisionLine:
    text: str
    item: int | None = None


@dataclass
class Entry:
    """The reviewed document, checked: what entering it writes. Texts are plain; `chair` is an index of `people`."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    place: str = ""
    chair: int | None = None
    # Presides without being in the list of presence.
    other_chair: PersonLine | None = None
    people: list[PersonLine] = field(default_factory=list)
    items: list[ItemLine] = field(default_factory=list)
    updates: list[UpdateLine] = field(default_factory=list)
    decisions: list[DecisionLine] = field(default_factory=list)
    actions: list[ActionLine] = field(default_factory=list)
    context: str = ""
    discussion: str = ""
    follow_up: str = ""
    conclusions: str = ""
    next_date: date | None = None
    next_theme: str = ""
    next_text: str = ""


def enter(row: ImportedMinutes, entry: Entry, *, base_version: int, actor: Any) -> tuple[Meeting, bool]:
    """Enter the document as a held meeting of the archives with all that it tells, and True; the meeting it already
    became, and False (a button pressed twice).

    Raises ValidationError when the body has a meeting on that day or something cannot be stored, StaleReview when
    the review changed since it was confirmed. Nothing is written then.
    """
    with recorded(actor) as who:
        current = _locked(row)
        if current.state == ImportState.APPLIED and current.meeting is not None:
            return current.meeting, False
        check_reviewable(current)
        if current.version != base_version:
            raise StaleReview(current)
        body = current.task_force
        # Two documents of one day at once: the second waits here and is refused.
        TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
        day = entry.starts_at.astimezone(body.tz).date()
        if meetings_on(body, day):
            raise ValidationError(
                _("L’instance a déjà une réunion ce jour-là. Joignez-lui ce document, ou corrigez la date."),
                code="same-day",
            )
        meeting, _created = create_meeting(
            body,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            kind=MeetingKind.HISTORICAL,
            theme=entry.title,
            place=entry.place,
            actor=who,
        )
        made = _write(meeting, entry, who)
        made["fingerprint"] = fingerprint(meeting)
        transition(current, ImportState.APPLIED, actor=who, meeting=meeting, made=made)
    row.state, row.meeting, row.made = current.state, meeting, made
    return meeting, True


def attach(row: ImportedMinutes, meeting: Meeting, *, base_version: int, actor: Any) -> Meeting:
    """Keep the document with a meeting that the body already has; nothing of that meeting changes.

    Raises ValidationError for a meeting of another body, StaleReview.
    """
    with recorded(actor) as who:
        current = _locked(row)
        if current.state == ImportState.APPLIED and current.meeting is not None:
            return current.meeting
        check_reviewable(current)
        if current.version != base_version:
            raise StaleReview(current)
        if meeting.task_force_id != current.task_force_id:
            raise ValidationError(_("Cette réunion est celle d’une autre instance."))
        transition(current, ImportState.APPLIED, actor=who, meeting=meeting, made={"attached": True})
    row.state, row.meeting = current.state, meeting
    return meeting


def _locked(row: ImportedMinutes) -> ImportedMinutes:
    return (
        ImportedMinutes.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task_force__country", "meeting__task_force__country", "reviewed_by__person", "batch")
        .get(pk=row.pk)
    )


def _write(meeting: Meeting, entry: Entry, who: Actor) -> dict[str, Any]:
    created: list[int] = []
    people = [_person(line, created, who) for line in entry.people]
    _presences(meeting, entry, people, who)
    chair = people[entry.chair] if entry.chair is not None else None
    if entry.other_chair is not None:
        chair = _person(entry.other_chair, created, who)
    if chair is not None:
        update_meeting(meeting, actor=who, chair=chair)
    items = [_item(meeting, line, who) for line in entry.items]
    hold_meeting(meeting, started_at=entry.starts_at, ended_at=entry.ends_at, actor=who)
    _sections(meeting, entry, items, who)
    _updates(meeting, entry.updates, who)
    for decision in entry.decisions:
        log_decision(meeting, text=decision.text, agenda_item=_at(items, decision.item), actor=who)
    for line in entry.actions:
        _action(meeting, line, items, who)
    return {"people": created}


def _person(line: PersonLine, created: list[int], who: Actor) -> Person:
    if line.person is not None:
        return line.person
    person = create_person(actor=who, agency=line.agency, **line.names)
    created.append(person.pk)
    # The same names once more (presides and is in the list) are the same person.
    line.person = person
    return person


def _presences(meeting: Meeting, entry: Entry, people: list[Person], who: Actor) -> None:
    entries = []
    for place, (line, person) in enumerate(zip(entry.people, people, strict=True)):
        is_guest = line.status == Capacity.GUEST
        entries.append(
            PresenceEntry(
                key=f"i{place}",
                person=person,
                agency=line.agency,
                status=AttendanceStatus.PRESENT if is_guest else line.status,
                # Without an organisation nobody is represented: they do not count, whatever the list is called.
                capacity=Capacity.GUEST if is_guest or (line.agency is None and person.agency_id is None) else "",
                represented_by=f"i{line.represented_by}" if line.represented_by is not None else "",
            )
        )
    try:
        record_attendance(meeting, entries, actor=who)
    except AttendanceRefused as error:
        told = []
        for key, by_field in error.by_entry.items():
            name = str(people[int(key[1:])]) if key else ""
            told += [
                _("%(name)s : %(text)s") % {"name": name, "text": text} if name else text
                for texts in by_field.values()
                for text in texts
            ]
        raise ValidationError(told) from error


def _item(meeting: Meeting, line: ItemLine, who: Actor) -> AgendaItem:
    is_other = normalise(line.title).strip(" .") in {"divers", "questions diverses", "points divers", "aob"}
    item, _created = add_item(
        meeting,
        title=line.title,
        kind=ItemKind.OTHER if is_other else ItemKind.DISCUSSION,
        minutes=line.minutes,
        presenter_agency=line.presenter_agency,
        presenter_person=line.presenter_person,
        outcome=ItemOutcome.TREATED,
        actor=who,
    )
    return item


def _sections(meeting: Meeting, entry: Entry, items: list[AgendaItem], who: Actor) -> None:
    minutes = ensure_minutes(meeting, actor=who)
    if entry.follow_up and not minutes.sections.filter(kind=SectionKind.FOLLOW_UP).exists():
        MinutesSection.objects.create(minutes=minutes, kind=SectionKind.FOLLOW_UP, position=1)
        sync_sections(meeting, actor=who)
    following = entry.next_text
    if entry.next_date or entry.next_theme:
        said = [date_long(entry.next_date)] if entry.next_date else []
        said += [_("Thème : %(theme)s") % {"theme": entry.next_theme}] if entry.next_theme else []
        following = "\n".join([*said, following]).strip()
    context = as_html(entry.context)
    if entry.discussion:
        title = _("Discussions")
        context += (
            f"<p><strong>{title}</strong></p>{as_html(entry.discussion)}" if context else as_html(entry.discussion)
        )
    bodies: dict[str, str] = {
        SectionKind.CONTEXT: context,
        SectionKind.FOLLOW_UP: as_html(entry.follow_up),
        SectionKind.CONCLUSIONS: as_html(entry.conclusions),
        SectionKind.NEXT_MEETING: as_html(following),
    }
    texts = {item.pk: line.text for item, line in zip(items, entry.items, strict=True) if line.text}
    for section in minutes.sections.select_related("minutes__meeting__task_force__country", "agenda_item"):
        text = (
            as_html(texts.get(section.agenda_item_id, "")) if section.agenda_item_id else bodies.get(section.kind, "")
        )
        if text:
            save_section(section, body=text, base_version=section.version, actor=who)


def as_html(text: str) -> str:
    """Lines as paragraphs; lines that begin with « - » one after the other are a list. Raises ValidationError."""
    parts: list[list[str]] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        is_bullet = line.startswith("- ")
        if is_bullet and parts and parts[-1][0].startswith("- "):
            parts[-1].append(line)
        else:
            parts.append([line])
    return text_to_html("\n\n".join("\n".join(part) for part in parts))


def _updates(meeting: Meeting, lines: list[UpdateLine], who: Actor) -> None:
    merged: dict[tuple[int | None, str], UpdateLine] = {}
    for line in lines:
        label = line.label or ("" if line.agency else _("Contribution commune"))
        key = (line.agency.pk, "") if line.agency else (None, label)
        if key in merged:
            # One contribution an agency and meeting.
            merged[key].text = f"{merged[key].text}\n{line.text}"
        else:
            merged[key] = UpdateLine(line.text, line.agency, label, line.reported_by)
    for line in merged.values():
        update = add_update(meeting, agency=line.agency, label="" if line.agency else line.label, actor=who)
        save_update(
            update,
            body=as_html(line.text),
            base_version=update.version,
            label=line.label,
            reported_by=line.reported_by,
            actor=who,
        )


def _action(meeting: Meeting, line: ActionLine, items: list[AgendaItem], who: Actor) -> None:
    link, is_new = log_action(
        meeting,
        text=line.text,
        agenda_item=_at(items, line.item),
        owners=line.owners,
        owner_function=line.owner_function,
        owner_all=line.owner_all,
        due_on=line.due_on,
        actor=who,
    )
    if is_new and line.state != ActionState.NOT_STARTED:
        move_action(link.action, line.state, actor=who, comment=_("Selon le compte rendu importé."))


def _at(items: list[AgendaItem], place: int | None) -> AgendaItem | None:
    return items[place] if place is not None and place < len(items) else None


# What stands in the meeting's rows --------------------------------------------------------------


def fingerprint(meeting: Meeting) -> str:
    """A digest of the meeting and of all that entering it wrote: another one, and somebody changed it since."""
    parts = [
        list(Meeting.objects.filter(pk=meeting.pk).values_list()),
        list(meeting.agenda.order_by("pk").values_list()),
        list(meeting.attendances.order_by("pk").values_list()),
        list(meeting.updates.order_by("pk").values_list()),
        list(
            MinutesSection.objects.filter(minutes__meeting=meeting).order_by("pk").values_list("pk", "version", "body")
        ),
        list(
            meeting.decision_links.order_by("pk").values_list("pk", "agenda_item", "decision__text", "decision__mode")
        ),
        list(
            meeting.action_links.order_by("pk").values_list(
                "pk", "agenda_item", "action__text", "action__due_on", "action__state", "action__priority"
            )
        ),
        list(
            meeting.action_links.order_by("pk", "action__owners__pk").values_list(
                "action__owners__agency", "action__owners__state"
            )
        ),
    ]
    return hashlib.sha256(json.dumps(parts, default=str, ensure_ascii=False).encode()).hexdigest()
