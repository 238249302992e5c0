"""Readings of what becomes of minutes: what hinders their sharing, observations, versions, who has read."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from core.merge import Merged, merge_html
from meetings.enums import CorrectionState, ItemOutcome, MeetingState, SectionKind, VersionKind, Visibility
from meetings.models import (
    AgencyUpdate,
    AgendaItem,
    CorrectionRequest,
    Erratum,
    Meeting,
    Minutes,
    MinutesApproval,
    MinutesReading,
    MinutesVersion,
)
from meetings.queries.closing import Condition, unowned_actions
from meetings.queries.observers import people_who_answered
from meetings.queries.page import actions_of, sections_of, updates_of
from taskforce.enums import SeatStatus
from taskforce.models import Agency, Mandate, Person
from taskforce.queries import french_order
from taskforce.queries.terms import readers_of_shared

SHAREABLE = (MeetingState.HELD, MeetingState.CLOSED)


def sharing_conditions(minutes: Minutes) -> list[Condition]:
    """What stands against sharing the minutes: blocking conditions first, then what is only flagged."""
    meeting = minutes.meeting
    blocking: list[Condition] = []
    advice: list[Condition] = []
    if meeting.state not in SHAREABLE:
        text = _("La réunion n’est pas encore tenue.")
        blocking.append(Condition("state", text, "meetings:meeting_detail"))
    sections = list(sections_of(minutes, restricted=True))
    updates = [update for update in updates_of(meeting) if update.body]
    if not updates and not any(section.body for section in sections):
        text = _("Aucune section n’a encore de texte : il n’y a rien à partager.")
        blocking.append(Condition("empty", text, "meetings:minutes_write"))
    else:
        for section in sections:
            if not section.body and not (section.kind == SectionKind.ROUND_TABLE and updates):
                text = _("La section « %(title)s » est vide.") % {"title": section.title}
                advice.append(Condition("section", text, "meetings:minutes_write", is_blocking=False))
    if unowned := unowned_actions(actions_of(meeting, restricted=True)):
        text = _("Sans responsable ou sans échéance : %(actions)s.") % {"actions": ", ".join(unowned)}
        advice.append(Condition("actions", text, "meetings:meeting_detail", is_blocking=False))
    if not people_to_tell(minutes).exclude(email="").exists():
        text = _("Aucun membre en fonction n’a d’adresse électronique : personne ne recevrait le compte rendu.")
        blocking.append(Condition("nobody", text, "meetings:meeting_detail"))
    return blocking + advice


def people_to_tell(minutes: Minutes) -> QuerySet[Person]:
    """Who is told of shared and adopted minutes: those who sit for a member today, and the body's officers."""
    return readers_of_shared(minutes.meeting.task_force)


# Observations ---------------------------------------------------------------------------------------


def corrections_of(minutes: Minutes, *, restricted: bool) -> QuerySet[CorrectionRequest]:
    """The observations, the oldest first; those about restricted points only with `restricted` (invariant 11)."""
    rows = minutes.corrections.select_related(
        "agency", "person", "section__agenda_item", "update__agency", "answered_by__person", "version"
    ).order_by("created_at", "pk")
    return rows if restricted else rows.exclude(section__agenda_item__visibility=Visibility.RESTRICTED)


def open_corrections(minutes: Minutes) -> int:
    return minutes.corrections.filter(state=CorrectionState.OPEN).count()


def proposed_text(correction: CorrectionRequest) -> Merged:
    """What accepting a proposal would write: its text, merged with what the passage became since.

    A remark proposes no text: the passage as it stands.
    """
    target = correction.target
    theirs = target.body if target is not None else ""
    if correction.is_remark:
        return Merged(theirs, 0)
    if theirs == correction.base_body:
        return Merged(correction.body, 0)
    return merge_html(correction.base_body, mine=correction.body, theirs=theirs)


def agencies_observing(minutes: Minutes) -> QuerySet[Agency]:
    """Agencies for which an observation can be entered on record: the members' seats of today."""
    body = minutes.meeting.task_force
    seats = body.seats.filter(period__contains=body.today(), status=SeatStatus.MEMBER)
    return Agency.objects.filter(pk__in=seats.values("agency")).order_by(*french_order("acronym"))


def find_target(minutes: Minutes, place: str, *, restricted: bool) -> Any:
    """The text that « s12 » (a section), « t5 » (a contribution) or « cr » (the whole: the minutes) names.

    None for one that does not exist, or is not for the reader.
    """
    kind, number = place[:1], place[1:]
    if place == "cr":
        return minutes
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    if kind == "s":
        return sections_of(minutes, restricted=restricted).filter(pk=number).first()
    if kind == "t":
        return updates_of(minutes.meeting).filter(pk=number).first()
    return None


def place_of(target: Any) -> str:
    """The name of a text in an address; see `find_target`."""
    if isinstance(target, Minutes):
        return "cr"
    return f"{'t' if isinstance(target, AgencyUpdate) else 's'}{target.pk}"


def people_to_remind(minutes: Minutes) -> QuerySet[Person]:
    """Who sits for a member whose agency has said nothing, has not read the version that stands nor answered by link."""
    body = minutes.meeting.task_force
    today = body.today()
    spoken = minutes.corrections.exclude(state=CorrectionState.WITHDRAWN).values("agency")
    sitting = Mandate.objects.filter(
        seat__task_force=body, seat__status=SeatStatus.MEMBER, period__contains=today, seat__period__contains=today
    ).exclude(seat__agency__in=spoken)
    read = MinutesReading.objects.filter(minutes=minutes, version=last_number(minutes))
    people = readers_of_shared(body).filter(pk__in=sitting.values("person")).exclude(pk__in=read.values("person"))
    return people.exclude(pk__in=people_who_answered(minutes))


# Versions and readings ------------------------------------------------------------------------------


def last_number(minutes: Minutes) -> int:
    """The number of the version that stands; 0 without one."""
    return minutes.versions.order_by("-number").values_list("number", flat=True).first() or 0


def versions_of(minutes: Minutes, *, member: bool) -> QuerySet[MinutesVersion]:
    """The versions, the latest first; what came before adoption is the body's own business."""
    versions = minutes.versions.select_related("created_by__person").order_by("-number")
    return versions if member else versions.exclude(kind=VersionKind.CIRCULATED)


def readings_of(minutes: Minutes) -> QuerySet[MinutesReading]:
    return minutes.readings.select_related("person__agency").order_by("-version", "read_at")


def adopting_meetings(minutes: Minutes) -> QuerySet[Meeting]:
    """Meetings of the body after this one at which its minutes may have been adopted."""
    meeting = minutes.meeting
    return (
        Meeting.objects.filter(task_force=meeting.task_force_id, starts_at__gt=meeting.starts_at)
        .exclude(Q(state=MeetingState.CANCELLED) | Q(state=MeetingState.POSTPONED))
        .select_related("task_force")
        .order_by("starts_at")
    )


def putting_off(minutes: Minutes) -> QuerySet:
    """Ids of the meetings that had the adoption of `minutes` on their agenda and put it off."""
    return AgendaItem.objects.filter(
        previous_minutes=minutes, outcome=ItemOutcome.POSTPONED, meeting__isnull=False
    ).values("meeting")


def with_life(minutes: QuerySet[Minutes], *, reader: int | None) -> QuerySet[Minutes]:
    """`minutes` with what their page says of their life, in the query that finds them; `reader` is a person’s id.

    `life_versions`, `life_approval` and `life_errata` (of one row each), `life_corrections` (states), `life_read`
    (numbers of the versions that the reader has read).
    """
    here = {"minutes": OuterRef("pk")}
    versions = MinutesVersion.objects.filter(**here).order_by("-number")
    approval = MinutesApproval.objects.filter(**here).order_by()
    errata = Erratum.objects.filter(**here).order_by("number")
    act = ("mode", "adopted_on", "votes_for", "votes_against", "abstentions", "remarks", "rule")
    said = ("number", "title", "reason", "before", "after", "created_at")
    person = "created_by__person__"
    return minutes.annotate(
        life_versions=ArraySubquery(versions.values(data=JSONObject(number="number", sha256="sha256"))),
        life_approval=ArraySubquery(
            approval.values(data=JSONObject(**{name: name for name in act}, met_at="at_meeting__starts_at"))
        ),
        life_errata=ArraySubquery(
            errata.values(
                data=JSONObject(
                    **{name: name for name in said},
                    given_name=f"{person}given_name",
                    family_name=f"{person}family_name",
                )
            )
        ),
        life_corrections=ArraySubquery(CorrectionRequest.objects.filter(**here).order_by().values("state")),
        life_read=ArraySubquery(MinutesReading.objects.filter(**here, person=reader).order_by().values("version")),
    )
