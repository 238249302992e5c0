"""Convene, begin, end, enter as held, close, reopen."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.actors import SYSTEM
from core.models import EmailState, OutgoingEmail, TransitionRecord
from core.workflow import TransitionRefused
from meetings.enums import ItemKind, ItemOutcome, MeetingKind, MeetingState, PartStat
from meetings.models import Minutes
from meetings.queries import closing_conditions
from meetings.services.closing import (
    close_meeting,
    correct_times,
    end_meeting,
    hold_meeting,
    reopen_meeting,
    start_meeting,
)
from meetings.services.convening import convene_meeting
from tests.meetings.factories import (
    AgendaItemFactory,
    AttendanceFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
)
from tests.taskforce.factories import LONG_AGO, OfficeFactory, member

pytestmark = pytest.mark.django_db

START = datetime(2016, 2, 11, 9, 30, tzinfo=UTC)
END = START + timedelta(hours=2)


@pytest.fixture
def coming(body):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=7))


@pytest.fixture
def held(body):
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD, started_at=START, ended_at=END)
    AttendanceFactory(meeting=meeting)
    return meeting


# Convening ------------------------------------------------------------------------------------------


def test_convening_invites_every_member_in_office_once(body, coming, agency_with):
    _agency, people = agency_with(body, "PAM", substitutes=2)
    _bm, observers = agency_with(body, "BM", observer=True, substitutes=0)
    secretary = OfficeFactory(task_force=body).person
    # The secretary also sits: asked once.
    agency_with(body, "FAO", substitutes=0)
    member(body, role="ended")
    observers[0].email = ""
    observers[0].save()
    invitations = convene_meeting(coming, actor=SYSTEM)
    invited = {invitation.person for invitation in invitations}
    assert {*people, *observers, secretary} <= invited
    assert len(invited) == len(invitations) == 6
    assert {invitation.partstat for invitation in invitations} == {PartStat.NEEDS_ACTION}
    rows = OutgoingEmail.objects.filter(kind="meeting-invitation")
    assert rows.filter(state=EmailState.QUEUED).count() == 5
    assert rows.get(state=EmailState.SKIPPED).recipient_name == str(observers[0])
    coming.refresh_from_db()
    assert (coming.state, coming.sequence) == (MeetingState.CONVENED, 1)
    assert coming.convened_at is not None


def test_a_second_press_sends_nothing_more(body, coming, agency_with):
    agency_with(body, "PAM")
    convene_meeting(coming, actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        convene_meeting(coming, actor=SYSTEM)
    assert OutgoingEmail.objects.count() == coming.invitations.count() == 2


def test_who_sits_on_the_day_of_the_meeting_is_asked(body, coming, agency_with):
    agency_with(body, "OMS", since=coming.date + timedelta(days=1))
    _agency, people = agency_with(body, "PAM", since=coming.date, substitutes=0)
    assert [invitation.person for invitation in convene_meeting(coming, actor=SYSTEM)] == people


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": MeetingKind.HISTORICAL}, "archives"),
        ({"starts_at": START, "ends_at": END}, "passée"),
    ],
)
def test_a_past_meeting_is_never_convened_and_sends_nothing(body, agency_with, facts, said):
    agency_with(body, "PAM", since=LONG_AGO.replace(year=2015))
    meeting = MeetingFactory(task_force=body, **({"starts_at": timezone.now() + timedelta(days=1)} | facts))
    with pytest.raises(ValidationError, match=said):
        convene_meeting(meeting, actor=SYSTEM)
    assert not OutgoingEmail.objects.exists()
    assert not meeting.invitations.exists()


# Holding ---------------------------------------------------------------------------------------------


def test_begin_and_end_note_the_real_times_and_open_the_minutes(coming):
    convene_meeting(coming, actor=SYSTEM)
    start_meeting(coming, actor=SYSTEM)
    assert coming.state == MeetingState.IN_PROGRESS
    assert Minutes.objects.filter(meeting=coming).exists()
    end_meeting(coming, actor=SYSTEM)
    coming.refresh_from_db()
    assert coming.state == MeetingState.HELD
    assert coming.started_at < coming.ended_at
    assert [record.after for record in TransitionRecord.objects.filter(object_id=coming.pk)] == [
        "convened",
        "in_progress",
        "held",
    ]


@pytest.mark.parametrize("service", [start_meeting, end_meeting])
def test_pressed_twice_the_second_is_refused_and_changes_nothing(coming, service):
    convene_meeting(coming, actor=SYSTEM)
    start_meeting(coming, actor=SYSTEM)
    if service is end_meeting:
        end_meeting(coming, actor=SYSTEM)
    coming.refresh_from_db()
    times = (coming.started_at, coming.ended_at)
    with pytest.raises(TransitionRefused):
        service(coming, actor=SYSTEM)
    coming.refresh_from_db()
    assert (coming.started_at, coming.ended_at) == times


@pytest.mark.parametrize("kind", [MeetingKind.HISTORICAL, MeetingKind.ORDINARY])
def test_a_past_meeting_goes_straight_to_held_without_a_mail(body, agency_with, kind):
    agency_with(body, "PAM", since=LONG_AGO.replace(year=2015))
    meeting = MeetingFactory(task_force=body, kind=kind, starts_at=START)
    hold_meeting(meeting, started_at=START, ended_at=END, actor=SYSTEM)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.started_at, meeting.ended_at) == (MeetingState.HELD, START, END)
    assert Minutes.objects.filter(meeting=meeting).exists()
    assert not OutgoingEmail.objects.exists()
    assert not meeting.invitations.exists()


def test_what_is_to_come_is_not_held_yet(coming):
    with pytest.raises(ValidationError, match="à venir"):
        hold_meeting(coming, started_at=START, ended_at=END, actor=SYSTEM)


def test_what_is_in_progress_is_ended_not_entered(body):
    meeting = MeetingFactory(task_force=body, state=MeetingState.IN_PROGRESS)
    with pytest.raises(TransitionRefused):
        hold_meeting(meeting, started_at=START, ended_at=END, actor=SYSTEM)


def test_real_times_are_corrected_until_the_close(held):
    correct_times(held, started_at=START, ended_at=START + timedelta(hours=3), actor=SYSTEM)
    held.refresh_from_db()
    assert held.ended_at == START + timedelta(hours=3)
    with pytest.raises(ValidationError, match="précède"):
        correct_times(held, started_at=END, ended_at=START, actor=SYSTEM)
    close_meeting(held, actor=SYSTEM)
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        correct_times(held, started_at=START, ended_at=END, actor=SYSTEM)


# Closing (invariant 5) ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "outcome", "is_decided", "blocks"),
    [
        (ItemKind.DECISION, ItemOutcome.OPEN, False, True),
        (ItemKind.DECISION, ItemOutcome.TREATED, False, True),
        (ItemKind.DECISION, ItemOutcome.POSTPONED, False, False),
        (ItemKind.DECISION, ItemOutcome.TREATED, True, False),
        (ItemKind.DECISION, ItemOutcome.OPEN, True, False),
        (ItemKind.DISCUSSION, ItemOutcome.OPEN, False, False),
        (ItemKind.OTHER, ItemOutcome.TREATED, False, False),
    ],
)
def test_a_point_for_decision_is_decided_or_postponed(held, kind, outcome, is_decided, blocks):
    item = AgendaItemFactory(meeting=held, kind=kind, outcome=outcome)
    if is_decided:
        MeetingDecisionFactory(meeting=held, agenda_item=item)
    assert [c.code for c in closing_conditions(held) if c.is_blocking] == (["undecided"] if blocks else [])
    if blocks:
        with pytest.raises(ValidationError, match="appelle une décision"):
            close_meeting(held, actor=SYSTEM)
        held.refresh_from_db()
        assert held.state == MeetingState.HELD
    else:
        close_meeting(held, actor=SYSTEM)
        held.refresh_from_db()
        assert held.closed_at is not None


def test_no_close_without_presence(body):
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD)
    AttendanceFactory(meeting=meeting, status="excused")
    with pytest.raises(ValidationError, match="Aucune présence"):
        close_meeting(meeting, actor=SYSTEM)


def test_advice_does_not_block(held):
    AgendaItemFactory(meeting=held, kind=ItemKind.DISCUSSION)
    MeetingActionFactory(meeting=held)
    done = MeetingActionFactory(meeting=held, action__state="done")
    conditions = closing_conditions(held)
    assert {c.code for c in conditions} == {"open-item", "actions", "next"}
    assert not any(c.is_blocking for c in conditions)
    assert done.action.reference not in next(c.text for c in conditions if c.code == "actions")


@pytest.mark.parametrize("state", [s for s in MeetingState if s != MeetingState.HELD])
def test_only_a_held_meeting_is_closed(body, state):
    meeting = MeetingFactory(task_force=body, state=state)
    with pytest.raises(TransitionRefused):
        close_meeting(meeting, actor=SYSTEM)


def test_reopening_needs_a_reason_which_is_kept(held):
    close_meeting(held, actor=SYSTEM)
    with pytest.raises(TransitionRefused, match="raison"):
        reopen_meeting(held, reason="  ", actor=SYSTEM)
    reopen_meeting(held, reason="Une présence oubliée", actor=SYSTEM)
    held.refresh_from_db()
    assert (held.state, held.closed_at) == (MeetingState.HELD, None)
    assert TransitionRecord.objects.latest("pk").comment == "Une présence oubliée"


@pytest.mark.parametrize("state", [s for s in MeetingState if s != MeetingState.CLOSED])
def test_only_a_closed_meeting_is_reopened(body, state):
    """The table also leads to « held » from a draft and from a running meeting: not by this button."""
    meeting = MeetingFactory(task_force=body, state=state)
    with pytest.raises(TransitionRefused):
        reopen_meeting(meeting, reason="X", actor=SYSTEM)
    meeting.refresh_from_db()
    assert meeting.state == state
