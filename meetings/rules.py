"""Who may do what with meetings and minutes. Nothing else declares rights."""

import rules

from meetings.enums import MinutesState
from meetings.models import AgencyUpdate, Meeting, Minutes
from meetings.queries import SHARED
from taskforce.enums import Role
from taskforce.queries import grants_of
from taskforce.rules import body_of, holds, is_administrator, is_member, is_secretariat, reads_published


def meeting_of(obj) -> Meeting | None:
    """The meeting that an object of this app belongs to."""
    if isinstance(obj, Meeting):
        return obj
    if isinstance(obj, Minutes):
        return obj.meeting
    meeting = getattr(obj, "meeting", None)
    if meeting is None and getattr(obj, "minutes", None) is not None:
        meeting = obj.minutes.meeting
    return meeting


def minutes_of(obj) -> Minutes | None:
    """The minutes that an object belongs to, or those of its meeting."""
    if isinstance(obj, Minutes):
        return obj
    # An agenda item's `minutes` are its length.
    minutes = getattr(obj, "minutes", None)
    if isinstance(minutes, Minutes):
        return minutes
    return getattr(meeting_of(obj), "minutes", None)


@rules.predicate
def is_rapporteur(user, obj):
    """Made rapporteur of this meeting, and still sits or serves in its body."""
    meeting = meeting_of(obj)
    if meeting is None or meeting.rapporteur_id is None:
        return False
    grants = grants_of(user)
    return meeting.rapporteur_id == grants.person_id and grants.is_reader(meeting.task_force_id)


@rules.predicate
def is_editable(user, obj):
    meeting = meeting_of(obj)
    return meeting is not None and meeting.is_editable


@rules.predicate
def minutes_shared(user, obj):
    minutes = minutes_of(obj)
    return minutes is not None and minutes.state in SHARED


@rules.predicate
def minutes_published(user, obj):
    minutes = minutes_of(obj)
    return minutes is not None and minutes.state == MinutesState.PUBLISHED


@rules.predicate
def minutes_are_draft(user, obj):
    minutes = minutes_of(obj)
    return minutes is None or minutes.state == MinutesState.DRAFT


@rules.predicate
def minutes_circulated(user, obj):
    minutes = minutes_of(obj)
    return minutes is not None and minutes.state == MinutesState.CIRCULATED


@rules.predicate
def minutes_adopted(user, obj):
    minutes = minutes_of(obj)
    return minutes is not None and minutes.state in (MinutesState.APPROVED, MinutesState.PUBLISHED)


@rules.predicate
def is_author(user, correction):
    grants = grants_of(user)
    return correction is not None and grants.person_id is not None and correction.person_id == grants.person_id


@rules.predicate
def writes_for_agency(user, obj):
    """Sits in the body for the agency of the update (of any agency, when the object is the meeting)."""
    meeting = meeting_of(obj)
    if meeting is None:
        return False
    agencies = grants_of(user).agencies.get(meeting.task_force_id, frozenset())
    if isinstance(obj, AgencyUpdate):
        return obj.agency_id is not None and obj.agency_id in agencies
    return bool(agencies)


@rules.predicate
def is_own_invitation(user, invitation):
    """The person asked, who still sits or serves in the body, or was asked as a guest."""
    grants = grants_of(user)
    return invitation is not None and grants.person_id is not None and invitation.person_id == grants.person_id


is_chair = holds(Role.CHAIR)
sits_for_a_member = holds(Role.TITULAR, Role.SUBSTITUTE)
reads_elsewhere = reads_published | is_administrator
logs = is_secretariat | is_rapporteur

rules.add_perm("meetings.view_meeting", is_member | (reads_elsewhere & minutes_published))
rules.add_perm("meetings.view_series", is_member | is_administrator)
rules.add_perm("meetings.manage_series", is_secretariat)
rules.add_perm("meetings.add_meeting", is_secretariat)
rules.add_perm("meetings.manage_meeting", is_secretariat)
rules.add_perm("meetings.edit_meeting", is_secretariat & is_editable)
# All of the logging: agenda, attendance, minutes, decisions, actions, close.
rules.add_perm("meetings.log_meeting", logs & is_editable)
rules.add_perm("meetings.close_meeting", logs)
rules.add_perm("meetings.reopen_meeting", is_secretariat)
rules.add_perm("meetings.answer_invitation", is_own_invitation)
# Somebody's answer entered on record.
rules.add_perm("meetings.answer_for", is_secretariat)
rules.add_perm("meetings.view_answers", is_member)
rules.add_perm("meetings.propose_item", is_member)
# Who came over a year, and the figures of the body: lists and counts of its own members.
rules.add_perm("meetings.view_presence", is_member)
rules.add_perm(
    "meetings.view_minutes",
    is_secretariat | is_chair | is_rapporteur | (is_member & minutes_shared) | (reads_elsewhere & minutes_published),
)
# Minutes of the past: bring in, review, enter, take back.
rules.add_perm("meetings.import_minutes", is_secretariat)
# Who receives the published minutes beside the members.
rules.add_perm("meetings.manage_distribution", is_secretariat)
# Files of the meeting: attachments, the signed sheet, the pack. What is published elsewhere is the minutes alone.
rules.add_perm("meetings.view_files", is_member)
rules.add_perm("meetings.add_files", logs)
# Points kept for a later meeting.
rules.add_perm("meetings.view_backlog", is_secretariat | is_chair)
# What calendars answered by mail, and what is left to settle.
rules.add_perm("meetings.view_replies", is_secretariat)
# Points, decisions and actions « à diffusion restreinte », and the text under them.
rules.add_perm("meetings.view_restricted", is_secretariat | is_chair | is_rapporteur)
# What a section said before: the business of those who write it, shared or not.
rules.add_perm("meetings.view_versions", is_secretariat | is_chair | is_rapporteur)
rules.add_perm("meetings.write_minutes", logs & minutes_are_draft)
# The life of the minutes once they are written.
rules.add_perm("meetings.share_minutes", is_secretariat)
rules.add_perm("meetings.adopt_minutes", is_secretariat)
rules.add_perm("meetings.publish_minutes", is_secretariat)
rules.add_perm("meetings.rectify_minutes", is_secretariat & minutes_adopted)
# What was shared before adoption, and who observed what: the body's own business.
rules.add_perm("meetings.view_corrections", is_member & minutes_shared)
rules.add_perm("meetings.propose_correction", (is_secretariat | sits_for_a_member) & minutes_circulated)
rules.add_perm("meetings.answer_correction", is_secretariat & minutes_circulated)
rules.add_perm("meetings.withdraw_correction", is_author & minutes_circulated)
rules.add_perm("meetings.mark_read", is_member & minutes_shared)
rules.add_perm("meetings.view_readings", is_secretariat)
rules.add_perm("meetings.write_update", (logs | writes_for_agency) & minutes_are_draft)

__all__ = ["body_of", "is_rapporteur", "meeting_of", "minutes_of"]
