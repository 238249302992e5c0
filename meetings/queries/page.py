"""What the page of one meeting reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from core.models import TransitionRecord
from meetings.enums import (
    MeetingState,
    MinutesState,
    Visibility,
)
from meetings.models import (
    AgencyUpdate,
    AgendaItem,
    Attachment,
    Invitation,
    Meeting,
    MeetingAction,
    MeetingDecision,
    Minutes,
    MinutesSection,
)
from meetings.queries.imports import source_rows
from meetings.queries.presence import SeatLine
from meetings.queries.specialists import activity_rows
from meetings.queries.visible import visible_meetings
from taskforce.enums import SeatStatus
from taskforce.models import Agency, Seat
from taskforce.queries import french_order


def _local_day(moment: str, zone: str) -> Cast:
    """The date of a moment in the body's time zone, in the database."""
    local = Func(OuterRef(zone), OuterRef(moment), function="timezone", output_field=DateTimeField())
    return Cast(local, DateField())


def _history(meeting: int, minutes: int) -> ArraySubquery:
    """The changes of state of the meeting and of its minutes, as one column; the ids are of their content types."""
    records = (
        TransitionRecord.objects.filter(
            Q(content_type=meeting, object_id=OuterRef("pk"))
            | Q(content_type=minutes, object_id=OuterRef("minutes__pk"))
        )
        .order_by("at", "pk")
        .values(
            data=JSONObject(
                kind="content_type_id", at="at", before="before", after="after", who="actor_label", comment="comment"
            )
        )
    )
    return ArraySubquery(records)


def page_meetings(user: Any) -> QuerySet[Meeting]:
    """`meetings_visible_to` with all that the meeting's page says beside its lists, in the query that finds it.

    `seat_rows` (seats in force that day), `history` (changes of state), `answer_rows` (who is asked, and what they
    said), `activity_rows` (the plan's activities it deals with), `file_rows` (its files, restricted ones too).
    """
    # Django keeps the content types for the life of the process: no query of their own.
    types = [ContentType.objects.get_for_model(model).pk for model in (Meeting, Minutes)]
    return _with_page_facts(*types).filter(visible_meetings(user))


@cache
def _with_page_facts(meeting_type: int, minutes_type: int) -> QuerySet[Meeting]:
    """Built once: putting the expressions together takes as long as running them. Never evaluated itself."""
    seats = (
        Seat.objects.filter(
            task_force_id=OuterRef("task_force_id"), period__contains=_local_day("starts_at", "task_force__time_zone")
        )
        .order_by()
        .values(data=JSONObject(agency="agency_id", acronym="agency__acronym", status="status", counts="counts"))
    )
    answers = (
        Invitation.objects.filter(meeting=OuterRef("pk"))
        .order_by("pk")
        .values(data=JSONObject(person="person_id", partstat="partstat", mode="attend_mode", to="delegated_to_id"))
    )
    files = (
        Attachment.objects.filter(meeting=OuterRef("pk"))
        .order_by("uploaded_at", "pk")
        .values(
            data=JSONObject(pk="pk", meeting="meeting_id", name="name", size="size", kind="kind", item="agenda_item_id")
        )
    )
    return Meeting.objects.select_related(
        "task_force__country", "chair", "rapporteur__agency", "lead_agency", "minutes", "next_meeting"
    ).annotate(
        seat_rows=ArraySubquery(seats),
        history=_history(meeting_type, minutes_type),
        answer_rows=ArraySubquery(answers),
        file_rows=ArraySubquery(files),
        activity_rows=activity_rows(),
        source_rows=source_rows(),
    )


def page_seats(meeting: Meeting) -> list[SeatLine]:
    """The seats that `page_meetings` read."""
    return [
        SeatLine(row["agency"], row["acronym"], row["status"] == SeatStatus.OBSERVER, row["counts"])
        for row in meeting.seat_rows  # type: ignore[attr-defined]
    ]


@dataclass(frozen=True)
class HistoryEntry:
    """A line of the meeting's history: `text` says what became of what, `at` in the body's time zone."""

    text: str
    at: datetime
    actor: str
    comment: str


def page_history(meeting: Meeting) -> list[HistoryEntry]:
    """The changes of state of the meeting and of its minutes, the latest first."""
    minutes = ContentType.objects.get_for_model(Minutes).pk
    entries = []
    for row in meeting.history:  # type: ignore[attr-defined]
        is_minutes = row["kind"] == minutes
        states = dict((MinutesState if is_minutes else MeetingState).choices)
        said = {
            "what": _("Compte rendu") if is_minutes else _("Réunion"),
            "before": states.get(row["before"], row["before"]),
            "after": states.get(row["after"], row["after"]),
        }
        entries.append(
            HistoryEntry(
                text=_("%(what)s : %(before)s → %(after)s") % said,
                at=datetime.fromisoformat(row["at"]).astimezone(meeting.task_force.tz),
                actor=row["who"],
                comment=row["comment"],
            )
        )
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def agenda_of(meeting: Meeting, *, restricted: bool) -> QuerySet[AgendaItem]:
    """The points of the agenda in order; restricted ones only with `restricted`.

    A point carried over has the id and the beginning of the meeting it comes from: `carried_meeting`, `carried_start`;
    that of adopting minutes, of the meeting they are of: `adopts_meeting`, `adopts_start`.
    """
    items = meeting.agenda.select_related("presenter_person", "presenter_agency").annotate(
        carried_meeting=F("carried_from__meeting_id"),
        carried_start=F("carried_from__meeting__starts_at"),
        adopts_meeting=F("previous_minutes__meeting_id"),
        adopts_start=F("previous_minutes__meeting__starts_at"),
    )
    return items if restricted else items.filter(visibility=Visibility.MEMBERS)


def decisions_of(meeting: Meeting, *, restricted: bool) -> QuerySet[MeetingDecision]:
    """The decisions taken in the meeting, by number."""
    links = meeting.decision_links.select_related("decision", "agenda_item")
    if not restricted:
        links = links.filter(decision__is_restricted=False).exclude(agenda_item__visibility=Visibility.RESTRICTED)
    return links


def actions_of(meeting: Meeting, *, restricted: bool) -> QuerySet[MeetingAction]:
    """The actions born in the meeting, by number, each with the acronyms of its agencies (`owner_acronyms`)."""
    links = meeting.action_links.select_related("action__owner_person").annotate(
        owner_acronyms=owner_acronyms("action_id")
    )
    if not restricted:
        links = links.filter(action__is_restricted=False).exclude(agenda_item__visibility=Visibility.RESTRICTED)
    return links


def owner_acronyms(action: str) -> ArraySubquery:
    """The acronyms of the agencies that own an action, whose id is in the field `action`."""
    owners = (
        Agency.objects.filter(action_ownerships__action_id=OuterRef(action))
        .order_by(*french_order("acronym"))
        .values("acronym")
    )
    return ArraySubquery(owners, output_field=_text_array())


def _text_array() -> Any:
    from django.contrib.postgres.fields import ArrayField

    return ArrayField(CharField())


def owner_words(action: Any, acronyms: Sequence[str]) -> list[str]:
    """Who owns an action, in words; empty when nobody does, which is flagged."""
    words = [_("Toutes les agences")] if action.owner_all else []
    words += list(acronyms)
    if action.owner_function:
        words.append(action.owner_function)
    if action.owner_person is not None:
        words.append(action.owner_person.full_name)
    return words


def sections_of(minutes: Minutes, *, restricted: bool) -> QuerySet[MinutesSection]:
    """The sections in order; those of restricted points only with `restricted` (invariant 11)."""
    sections = minutes.sections.select_related("agenda_item", "updated_by__person")
    return sections if restricted else sections.exclude(agenda_item__visibility=Visibility.RESTRICTED)


def updates_of(meeting: Meeting) -> QuerySet[AgencyUpdate]:
    """The contributions to the round table in order, those that nobody wrote yet included."""
    return meeting.updates.select_related("agency", "reported_by", "updated_by__person")


def last_update_before(update: AgencyUpdate) -> AgencyUpdate | None:
    """What the same agency wrote for the latest earlier meeting of the body; None for a joint contribution."""
    if update.agency_id is None:
        return None
    return (
        AgencyUpdate.objects.filter(
            agency_id=update.agency_id,
            meeting__task_force_id=update.meeting.task_force_id,
            meeting__starts_at__lt=update.meeting.starts_at,
        )
        .exclude(body="")
        .select_related("meeting__task_force")
        .order_by("-meeting__starts_at", "-pk")
        .first()
    )
