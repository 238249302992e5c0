"""Demonstration: the first meetings deal with activities of the plan of 2016, the coming one with a theme."""

from __future__ import annotations

from core.actors import SYSTEM
from core.demo import World, demo_step
from meetings.enums import MeetingState
from meetings.models import ActivityMeeting, Meeting
from meetings.services.activities import tie_meetings
from taskforce.models import Activity, TaskForce


@demo_step(25)
def tie_plan_to_meetings(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or ActivityMeeting.objects.filter(meeting__task_force=body).exists():
        return
    meetings = list(
        Meeting.objects.filter(task_force=body).exclude(state=MeetingState.CANCELLED).select_related("task_force")
    )
    for activity in Activity.objects.filter(plan__task_force=body).select_related("plan"):
        dealt = [
            meeting
            for meeting in meetings
            if meeting.date.year == activity.plan.year and meeting.date.month in activity.months
        ]
        tie_meetings(activity, dealt[:2], actor=SYSTEM)
