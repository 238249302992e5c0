"""Lists of meetings, and of the people and agencies of a body."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

from meetings.enums import (
    ATTENDING,
    REPRESENTING,
)
from meetings.models import (
    Attendance,
    Invitation,
    Meeting,
    MeetingAction,
    MeetingDecision,
)
from meetings.queries.visible import visible_meetings
from taskforce.models import Agency, Mandate, Office, Person, TaskForce
from taskforce.queries import french_order, members_in_office


def meeting_rows(user: Any, body: TaskForce) -> QuerySet[Meeting]:
    """The meetings of a body that the user may open, with what their list says of each.

    `agencies_represented`, `decision_count`, `action_count`, and `minutes_state` (None where the user reads no
    minutes of the meeting, or there are none). One query, whatever their number; `body` is not read again for each.
    """
    visible = Meeting.objects.filter(visible_meetings(user), task_force=body)
    representing = (
        Attendance.objects.filter(meeting=OuterRef("pk"), capacity__in=REPRESENTING, status__in=ATTENDING)
        .order_by()
        .values("meeting")
        .annotate(n=Count("agency", distinct=True))
        .values("n")
    )
    decisions = MeetingDecision.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    actions = MeetingAction.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return visible.annotate(
        agencies_represented=representing,
        decision_count=decisions.annotate(n=Count("pk")).values("n"),
        action_count=actions.annotate(n=Count("pk")).values("n"),
        minutes_state=F("minutes__state"),
    )


def coming_meetings(body: TaskForce, *, since: datetime) -> QuerySet[Meeting]:
    """Meetings of the body that end after `since`, the soonest first, cancelled ones included."""
    return body.meetings.filter(ends_at__gte=since).select_related("task_force__country").order_by("starts_at", "pk")


def people_to_invite(meeting: Meeting) -> QuerySet[Person]:
    """Who a convened meeting asks: the members in office on its day, with or without an address."""
    return members_in_office(meeting.task_force, meeting.date)


def known_people(body: TaskForce) -> QuerySet[Person]:
    """People the body knows: members and officers of any time, those who attended or were invited, in French order."""
    return (
        Person.objects.filter(
            Q(pk__in=Mandate.objects.filter(seat__task_force=body).values("person"))
            | Q(pk__in=Office.objects.filter(task_force=body).values("person"))
            | Q(pk__in=Attendance.objects.filter(meeting__task_force=body).values("person"))
            | Q(pk__in=Invitation.objects.filter(meeting__task_force=body).values("person"))
        )
        .select_related("agency")
        .order_by(*french_order("family_name", "given_name"), "pk")
    )


def agencies_for(body: TaskForce) -> QuerySet[Agency]:
    """Organisations of the world and structures of the body's country, in French order."""
    return Agency.objects.filter(Q(country__isnull=True) | Q(country=body.country_id)).order_by(
        *french_order("acronym"), "pk"
    )


def left_since_invited(meeting: Meeting, *, on: date | None = None, person_id: int | None = None) -> set[int]:
    """Ids of people invited as members or officers who are neither any more on `on` (today by default).

    Guests were neither on the day of their invitation: they are not among them. `person_id` asks about one
    person. Two queries.
    """
    body = meeting.task_force
    today = on or body.today()
    invitations = meeting.invitations.all() if person_id is None else meeting.invitations.filter(person=person_id)
    invited = {
        person: timezone.localdate(created_at, body.tz)
        for person, created_at in invitations.values_list("person_id", "created_at")
    }
    mandates = Mandate.objects.order_by().filter(seat__task_force=body, person__in=invited)
    offices = Office.objects.order_by().filter(task_force=body, person__in=invited)
    terms: dict[int, list[tuple]] = {}
    for person, *days in mandates.values_list("person_id", "period", "seat__period").union(
        offices.values_list("person_id", "period", "period"), all=True
    ):
        terms.setdefault(person, []).append(tuple(days))

    def in_office(person: int, day: date) -> bool:
        return any(all(day in days for days in term) for term in terms.get(person, ()))

    return {person for person, day in invited.items() if in_office(person, day) and not in_office(person, today)}
