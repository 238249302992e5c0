"""What a meeting's theme proposes: the agency that leads on it, the people who know it; and the work plan's activities.

A meeting's theme is free text (« Registre social unifié : état d'avancement »): it proposes by the themes of the
portal whose names stand in it as whole words, without regard to case, accents or punctuation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, Exists, F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject, Lower, StrIndex, Trim
from django.db.models.lookups import GreaterThan

from meetings.enums import MeetingState
from meetings.models import ActivityMeeting, Invitation, Meeting
from taskforce.models import Activity, Agency, LeadAgency, Mandate, Office, Person, Theme
from taskforce.queries import french_order, leads_on
from taskforce.queries.workplan import activities_visible_to

# The meeting's page names so many; the page of invitations all.
SHOWN = 6


def _words(expression: Any) -> Concat:
    """The words of a text: lower case, without accents, one space between them and at both ends."""
    bare = Func(Lower(expression), function="socle_unaccent", output_field=TextField())
    words = Func(bare, Value("[^a-z0-9]+"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField())
    return Concat(Value(" "), Trim(words), Value(" "), output_field=TextField())


def _stands_in(name: str, text: Any) -> Any:
    """The theme called `name` stands in `text`."""
    return GreaterThan(StrIndex(_words(text), _words(F(name))), 0)


def _day(moment: Any, zone: Any) -> Cast:
    return Cast(Func(zone, moment, function="timezone", output_field=DateTimeField()), DateField())


def _specialists() -> QuerySet[Person]:
    """Of the outer meeting: people of its theme who are not invited, and who will not be as members."""
    day = _day(OuterRef(OuterRef("starts_at")), OuterRef(OuterRef("task_force__time_zone")))
    body = OuterRef(OuterRef("task_force_id"))
    invited = Invitation.objects.filter(meeting=OuterRef(OuterRef("pk")), person=OuterRef("pk"))
    sits = Mandate.objects.filter(
        person=OuterRef("pk"), seat__task_force=body, period__contains=day, seat__period__contains=day
    )
    known = Theme.objects.filter(_stands_in("name", OuterRef(OuterRef("theme"))), specialists=OuterRef("pk"))
    serves = Office.objects.filter(person=OuterRef("pk"), task_force=body, period__contains=day)
    return (
        Person.objects.filter(Exists(known))
        .exclude(Exists(invited))
        .exclude(Exists(sits))
        .exclude(Exists(serves))
        .order_by(*french_order("family_name", "given_name"), "pk")
    )


def specialists_for(meeting: Meeting) -> QuerySet[Person]:
    """People who are specialists of the meeting's theme and not invited yet, members apart; in French order.

    Empty when no theme of the portal stands in it. Two queries, one of them at once.
    """
    found = Meeting.objects.filter(pk=meeting.pk).values_list(ArraySubquery(_specialists().values("pk")), flat=True)
    return (
        Person.objects.filter(pk__in=found.get())
        .select_related("agency", "office")
        .order_by(*french_order("family_name", "given_name"), "pk")
    )


def leads_for(meeting: Meeting) -> list[Agency]:
    """The agencies that lead on the meeting's theme on its day: what « chef de file » is proposed from."""
    leads = LeadAgency.objects.filter(
        _stands_in("theme__name", Value(meeting.theme)),
        pk__in=leads_on(meeting.task_force, meeting.date).order_by().values("pk"),
    )
    return [lead.agency for lead in leads.select_related("agency").order_by(*french_order("agency__acronym"))]


@dataclass(frozen=True)
class ThemeProposals:
    """What the page of a meeting to come proposes: `leads` (pk, acronym, last: the day it last led, or None), whose
    turn it is first, and at most `SHOWN` `specialists`
    (pk, civility, given, family, agency)."""

    leads: list[dict[str, Any]]
    specialists: list[dict[str, Any]]


def with_theme_facts(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """What the theme of each proposes, in the query that finds it: `proposed_leads` and `proposed_specialists`.

    For one meeting: it makes the query long to plan, so a page reads it only where it shows it.
    """
    day = _day(OuterRef("starts_at"), OuterRef("task_force__time_zone"))
    led_before = (
        Meeting.objects.filter(
            task_force=OuterRef("task_force_id"),
            lead_agency=OuterRef("agency_id"),
            starts_at__lt=OuterRef(OuterRef("starts_at")),
        )
        .exclude(state=MeetingState.CANCELLED)
        .order_by("-starts_at")
        .values("starts_at")[:1]
    )
    leads = (
        LeadAgency.objects.filter(
            _stands_in("theme__name", OuterRef("theme")), task_force=OuterRef("task_force_id"), period__contains=day
        )
        .annotate(last_led=Subquery(led_before))
        # The rotation: who never led, then who led longest ago.
        .order_by(F("last_led").asc(nulls_first=True), "agency__acronym")
        .values(data=JSONObject(pk="agency_id", acronym="agency__acronym", last="last_led"))
    )
    specialists = _specialists().values(
        data=JSONObject(
            pk="pk", civility="civility", given="given_name", family="family_name", agency="agency__acronym"
        )
    )
    return meetings.annotate(
        proposed_leads=ArraySubquery(leads), proposed_specialists=ArraySubquery(specialists[:SHOWN])
    )


def theme_proposals(meeting: Meeting) -> ThemeProposals:
    """What the meeting's theme proposes, in one query; nothing, and none, without a theme."""
    if not meeting.theme:
        return ThemeProposals([], [])
    row: Any = with_theme_facts(Meeting.objects.filter(pk=meeting.pk)).get()
    leads: list[Any] = []
    for lead in row.proposed_leads:
        if any(lead["pk"] == known["pk"] for known in leads):
            # An agency that leads on two themes named here.
            continue
        last = lead["last"]
        day = datetime.fromisoformat(last).astimezone(meeting.task_force.tz).date() if last else None
        leads.append({**lead, "last": day})
    return ThemeProposals(leads, row.proposed_specialists)


def activity_rows() -> ArraySubquery:
    """Of the outer meeting: the plan's activities it deals with, as a list of dictionaries (pk, title, state)."""
    activities = (
        ActivityMeeting.objects.filter(meeting=OuterRef("pk"))
        .order_by("activity__position", "pk")
        .values(data=JSONObject(pk="activity_id", title="activity__title", state="activity__state"))
    )
    return ArraySubquery(activities)


def activities_near(user: Any, meeting: Meeting) -> QuerySet[Activity]:
    """The activities that a meeting may deal with: of its body, of its year, and those it deals with already."""
    visible = activities_visible_to(user).filter(plan__task_force=meeting.task_force_id)
    return (visible.filter(plan__year=meeting.date.year) | visible.filter(meeting_links__meeting=meeting)).distinct()
