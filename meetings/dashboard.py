"""What meetings bring to a body's home page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dashboard import DashboardBlock, Fact, RelatedBlock, ScopeFacts, dashboard, related_blocks, scope_facts
from core.typography import date_fr, time_fr
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.queries import meetings_visible_to
from meetings.queries.answers import invitations_to_answer
from meetings.queries.observers import minutes_of_home
from taskforce.models import Activity, TaskForce

TO_COME = (MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.IN_PROGRESS, MeetingState.POSTPONED)
LATEST = 4


@dashboard.register
class NextMeeting(DashboardBlock):
    """The next meeting, and what it lacks."""

    slug = "next-meeting"
    order = 10
    template = "meetings/dashboard/next_meeting.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        meetings = (
            meetings_visible_to(user)
            .filter(task_force=scope, ends_at__gte=timezone.now(), state__in=TO_COME)
            .select_related("lead_agency", "rapporteur")
            .order_by("starts_at", "pk")
        )
        coming = list(meetings[:3])
        for meeting in coming:
            meeting.task_force = scope
        return {
            "next_meeting": coming[0] if coming else None,
            "later_meetings": coming[1:],
            "may_add_meeting": user.has_perm("meetings.add_meeting", scope),
        }


@dashboard.register
class ToAnswer(DashboardBlock):
    """« À répondre »: invitations that the reader has not answered."""

    slug = "to-answer"
    order = 5
    template = "meetings/dashboard/to_answer.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        waiting = list(invitations_to_answer(user).filter(meeting__task_force=scope)[:5])
        for invitation in waiting:
            invitation.meeting.task_force = scope
        return {"to_answer": waiting} if waiting else None


@dashboard.register
class MinutesToComment(DashboardBlock):
    """« À commenter »: shared minutes on which the reader has said nothing yet."""

    slug = "minutes-to-comment"
    order = 6
    template = "meetings/dashboard/to_comment.html"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        waiting = sorted(
            (one for one in _minutes(user, scope) if one.to_comment), key=lambda one: (one.observations_until, one.pk)
        )
        return {"to_comment": waiting[:5]} if waiting else None


@dashboard.register
class LatestMinutes(DashboardBlock):
    """The last minutes that the reader may open."""

    slug = "latest-minutes"
    order = 30
    template = "meetings/dashboard/latest_minutes.html"
    column = "side"

    def get_context(self, user: Any, scope: TaskForce) -> dict[str, Any] | None:
        return {"latest_minutes": _minutes(user, scope)[:LATEST]}


def _minutes(user: Any, scope: TaskForce) -> list[Any]:
    """Both blocks of minutes are read at once, and kept on the request's account as its rights are."""
    kept = user.__dict__.setdefault("_minutes_of_home", {})
    if scope.pk not in kept:
        kept[scope.pk] = minutes_of_home(user, scope, latest=LATEST)
        for minutes in kept[scope.pk]:
            minutes.meeting.task_force = scope
    return list(kept[scope.pk])


@scope_facts.register
class NextMeetingFact(ScopeFacts):
    """« Prochaine réunion : 8 décembre à 10 h 30 », for the list of bodies."""

    slug = "next-meeting"
    order = 10

    def get_facts(self, user: Any, scopes: Iterable[TaskForce]) -> Mapping[int, Fact]:
        bodies = {body.pk: body for body in scopes}
        meetings = (
            meetings_visible_to(user)
            .filter(task_force__in=bodies, ends_at__gte=timezone.now(), state__in=TO_COME)
            .order_by("task_force_id", "starts_at", "pk")
            .distinct("task_force_id")
        )
        return {meeting.task_force_id: _fact(meeting) for meeting in meetings}


@related_blocks.register
class MeetingsOfActivity(RelatedBlock):
    """The meetings that deal with an activity of the work plan."""

    slug = "meetings-of-activity"
    model = Activity
    template = "meetings/guests/activity_meetings_card.html"

    def get_context(self, user: Any, obj: Activity) -> dict[str, Any] | None:
        meetings = list(meetings_visible_to(user).filter(activity_links__activity=obj).order_by("starts_at", "pk"))
        return {
            "meetings": meetings,
            "may_tie": user.has_perm("taskforce.manage_workplan", obj.plan.task_force),
            "tie_url": reverse("meetings:activity_meetings", args=[obj.pk]),
        }


def _fact(meeting: Meeting) -> Fact:
    text = _("%(day)s à %(time)s") % {"day": date_fr(meeting.date), "time": time_fr(meeting.local_start)}
    return Fact(_("Prochaine réunion"), text, meeting.get_absolute_url())
