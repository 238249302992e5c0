"""Who is asked for observations on shared minutes, and who has answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from core.models import Solicitation, SolicitationState
from meetings.enums import CorrectionState, MinutesState
from meetings.models import CorrectionRequest, Minutes, MinutesReading, MinutesVersion
from meetings.queries.visible import minutes_visible_to
from taskforce.enums import Role, SeatStatus
from taskforce.models import Agency, Mandate, Person, TaskForce
from taskforce.queries import french_order, grants_of

# The class in `meetings/solicitations/`, found by its slug.
OBSERVATIONS_KIND = "minutes-observations"


def sitting_for_members(body: TaskForce) -> QuerySet[Mandate]:
    """Mandates of today at a member's seat, by agency and rank: who may make an observation."""
    today = body.today()
    return (
        Mandate.objects.filter(
            seat__task_force=body, seat__status=SeatStatus.MEMBER, period__contains=today, seat__period__contains=today
        )
        .select_related("seat__agency", "person")
        .order_by(*french_order("seat__agency__acronym"), "rank", "pk")
    )


def agencies_of(body: TaskForce, person_id: int) -> list[Agency]:
    """The members for which somebody sits today, in French order."""
    return list(dict.fromkeys(one.seat.agency for one in sitting_for_members(body).filter(person=person_id)))


def round_of(minutes: Minutes) -> QuerySet[MinutesVersion]:
    """The versions of the sharing under way, the first one first; none once it is over.

    A round begins with a sharing and ends with the adoption or when the minutes are taken back.
    """
    if minutes.state != MinutesState.CIRCULATED or minutes.circulated_at is None:
        return MinutesVersion.objects.none()
    return minutes.versions.filter(created_at__gte=minutes.circulated_at).order_by("number")


def asked_about(versions: Iterable[MinutesVersion] | QuerySet[MinutesVersion]) -> QuerySet[Solicitation]:
    """What was asked by link about these versions, the first first."""
    return Solicitation.objects.filter(
        kind=OBSERVATIONS_KIND,
        target_type=ContentType.objects.get_for_model(MinutesVersion),
        target_id__in=[version.pk for version in versions],
    ).order_by("pk")


def latest_asked(minutes: Minutes) -> dict[int, Solicitation]:
    """By person, what was asked last in the round under way."""
    return {asked.addressee_id: asked for asked in asked_about(round_of(minutes))}


def people_who_answered(minutes: Minutes) -> set[int]:
    """Ids of those who answered, by their link, the last mail of the round."""
    return {pk for pk, asked in latest_asked(minutes).items() if asked.state == SolicitationState.SUBMITTED}


def minutes_of_home(user: Any, body: TaskForce, *, latest: int) -> list[Minutes]:
    """The `latest` minutes of the body that the user may read, and all those open to observations on which the user,
    who sits for a member, has said nothing (`to_comment`); the latest meeting first, in one query."""
    person = grants_of(user).person_id
    mine = minutes_visible_to(user).filter(meeting__task_force=body)
    to_comment: Q = Q(pk__in=[])
    if person is not None and grants_of(user).holds(body.pk, Role.TITULAR, Role.SUBSTITUTE):
        to_comment = _waits_for(person, body)
    last = mine.order_by("-meeting__starts_at", "-pk").values("pk")[:latest]
    found = mine.annotate(to_comment=Case(When(to_comment, then=True), default=False)).filter(
        Q(pk__in=Subquery(last)) | Q(to_comment=True)
    )
    return list(found.order_by("-meeting__starts_at", "-pk"))


def _waits_for(person: int, body: TaskForce) -> Q:
    said = CorrectionRequest.objects.filter(
        minutes=OuterRef("pk"), person=person, created_at__gte=OuterRef("circulated_at")
    )
    read = MinutesReading.objects.filter(minutes=OuterRef("pk"), person=person, read_at__gte=OuterRef("circulated_at"))
    sits = sitting_for_members(body).filter(person=person).order_by()
    return Q(
        Exists(sits),
        ~Exists(said),
        ~Exists(read),
        meeting__task_force=body,
        state=MinutesState.CIRCULATED,
        observations_until__gte=body.today(),
    )


@dataclass(frozen=True)
class Observer:
    """Somebody asked for observations: how many were made (withdrawn ones left out), when « rien à dire » or « lu »
    was said, and when the page was opened by link. `agency_spoke`: a colleague of the agency has answered."""

    person: Person
    agency: Agency
    observations: int
    answered_at: datetime | None
    opened_at: datetime | None
    by_link: bool
    agency_spoke: bool

    @property
    def has_answered(self) -> bool:
        return self.answered_at is not None


def observers(
    minutes: Minutes, corrections: Iterable[CorrectionRequest], readings: Iterable[MinutesReading]
) -> list[Observer]:
    """Everybody who sits for a member today, with the answer to the sharing under way, from the observations and
    readings of the minutes: three queries."""
    versions = list(round_of(minutes))
    since = versions[0].created_at if versions else None
    asked = {one.addressee_id: one for one in asked_about(versions)} if versions else {}
    said: dict[int, list[CorrectionRequest]] = {}
    spoken: set[int] = set()
    if since is not None:
        for row in corrections:
            if row.created_at < since or row.state == CorrectionState.WITHDRAWN:
                continue
            spoken.add(row.agency_id)
            if row.person_id is not None:
                said.setdefault(row.person_id, []).append(row)
    numbers = {version.number for version in versions}
    read = {one.person_id: one.read_at for one in readings if one.version in numbers}
    sitting = {(one.person_id, one.seat.agency_id): one for one in sitting_for_members(minutes.meeting.task_force)}
    found = []
    answered: dict[int, datetime] = {}
    for person_id, _agency_id in sitting:
        own = [row.created_at for row in said.get(person_id, [])]
        link = asked.get(person_id)
        by_link = link.answered_at if link is not None and link.state == SolicitationState.SUBMITTED else None
        moments = [at for at in (*own, read.get(person_id), by_link) if at is not None]
        if moments:
            answered[person_id] = max(moments)
    spoken |= {agency_id for person_id, agency_id in sitting if person_id in answered}
    for (person_id, agency_id), mandate in sitting.items():
        link = asked.get(person_id)
        found.append(
            Observer(
                person=mandate.person,
                agency=mandate.seat.agency,
                observations=sum(row.agency_id == agency_id for row in said.get(person_id, [])),
                answered_at=answered.get(person_id),
                opened_at=link.opened_at if link is not None else None,
                by_link=link is not None and link.state == SolicitationState.SUBMITTED,
                agency_spoke=agency_id in spoken,
            )
        )
    return found
