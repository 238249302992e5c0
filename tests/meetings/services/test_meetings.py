"""One meeting: created once, moved with its SEQUENCE, cancelled and postponed with its people told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.actors import SYSTEM
from core.models import EmailState, OutgoingEmail, TransitionRecord
from core.workflow import TransitionRefused
from meetings.enums import MeetingKind, MeetingState, PartStat
from meetings.services.convening import convene_meeting
from meetings.services.meetings import (
    cancel_meeting,
    create_meeting,
    move_meeting,
    postpone_meeting,
    update_meeting,
)
from tests.meetings.factories import InvitationFactory, MeetingFactory, MeetingSeriesFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory

pytestmark = pytest.mark.django_db

START = datetime(2016, 3, 8, 9, 30, tzinfo=UTC)
END = START + timedelta(hours=2)


@pytest.fixture
def convened(body):
    """Convened for next week, with two people reachable and one who is not."""
    start = timezone.now() + timedelta(days=7)
    meeting = MeetingFactory(task_force=body, starts_at=start, state=MeetingState.CONVENED)
    for email in ("a@example.org", "b@example.org", ""):
        InvitationFactory(meeting=meeting, person=PersonFactory(email=email), partstat=PartStat.ACCEPTED)
    return meeting


def mails(kind):
    return OutgoingEmail.objects.filter(kind=kind)


def test_a_button_pressed_twice_makes_one_meeting(body):
    first, created = create_meeting(body, starts_at=START, ends_at=END, actor=SYSTEM, theme="Ciblage")
    again, created_again = create_meeting(body, starts_at=START, ends_at=END, actor=SYSTEM, theme="Ciblage")
    assert (first, created, created_again) == (again, True, False)
    other, created_other = create_meeting(
        body, starts_at=START, ends_at=END, actor=SYSTEM, kind=MeetingKind.EXTRAORDINARY
    )
    assert created_other
    assert other != first


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((END, START), "précède"),
        ((START, START), "précède"),
        ((START, START + timedelta(hours=25)), "24 heures"),
        ((START.replace(year=1900), END.replace(year=1900)), "1900"),
        ((START.replace(year=2150), END.replace(year=2150)), "2150"),
    ],
)
def test_times_that_cannot_be(body, times, said):
    with pytest.raises(ValidationError, match=said):
        create_meeting(body, starts_at=times[0], ends_at=times[1], actor=SYSTEM)


def test_hostile_texts_are_refused(body):
    for name, value in [("theme", "x" * 201), ("place", "a\x00"), ("link", "ftp:/nowhere"), ("theme", "\ud800")]:
        with pytest.raises(ValidationError) as refusal:
            create_meeting(body, starts_at=START, ends_at=END, actor=SYSTEM, **{name: value})
        assert name in refusal.value.message_dict


def test_moving_raises_the_sequence_and_keeps_slot_and_uid(body):
    series = MeetingSeriesFactory(task_force=body)
    meeting = MeetingFactory(task_force=body, series=series, slot=date(2016, 3, 8))
    uid = meeting.uid
    move_meeting(meeting, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1), actor=SYSTEM)
    meeting.refresh_from_db()
    assert (meeting.date, meeting.slot, meeting.uid, meeting.sequence) == (date(2016, 3, 9), date(2016, 3, 8), uid, 1)
    move_meeting(meeting, place="Ailleurs", actor=SYSTEM)
    move_meeting(meeting, place="Ailleurs", actor=SYSTEM)
    meeting.refresh_from_db()
    assert meeting.sequence == 2
    assert not OutgoingEmail.objects.exists()


def test_a_theme_tells_nobody_and_leaves_the_sequence(convened):
    update_meeting(convened, theme="Ciblage", lead_agency=AgencyFactory(), actor=SYSTEM)
    convened.refresh_from_db()
    assert (convened.theme, convened.sequence) == ("Ciblage", 0)
    assert not OutgoingEmail.objects.exists()


def test_moving_a_convened_meeting_tells_its_people_and_asks_again(convened):
    move_meeting(
        convened,
        starts_at=convened.starts_at + timedelta(days=1),
        ends_at=convened.ends_at + timedelta(days=1),
        actor=SYSTEM,
    )
    assert set(mails("meeting-moved").values_list("recipient", "state")) == {
        ("a@example.org", EmailState.QUEUED),
        ("b@example.org", EmailState.QUEUED),
        ("", EmailState.SKIPPED),
    }
    assert set(convened.invitations.values_list("partstat", flat=True)) == {PartStat.NEEDS_ACTION}


def test_another_place_tells_but_keeps_the_answers(convened):
    move_meeting(convened, place="Ailleurs", actor=SYSTEM)
    assert mails("meeting-moved").count() == 3
    assert set(convened.invitations.values_list("partstat", flat=True)) == {PartStat.ACCEPTED}


def test_cancelling_tells_those_invited_and_keeps_the_reason(convened):
    cancel_meeting(convened, reason="Mission du ministère", actor=SYSTEM)
    convened.refresh_from_db()
    assert (convened.state, convened.sequence) == (MeetingState.CANCELLED, 1)
    assert convened.cancelled_at is not None
    assert mails("meeting-cancelled").count() == 3
    assert "Mission du ministère" in mails("meeting-cancelled").first().text
    assert TransitionRecord.objects.get().comment == "Mission du ministère"


def test_cancelling_a_draft_tells_nobody(body):
    meeting = MeetingFactory(task_force=body)
    cancel_meeting(meeting, actor=SYSTEM)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("state", [s for s in MeetingState if s not in {MeetingState.DRAFT, MeetingState.CONVENED}])
def test_only_what_is_to_come_is_cancelled(body, state):
    meeting = MeetingFactory(task_force=body, state=state)
    with pytest.raises(TransitionRefused):
        cancel_meeting(meeting, actor=SYSTEM)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.sequence) == (state, 0)


def test_postponed_then_given_a_date_and_convened_again(body, convened, agency_with):
    agency_with(body, "PAM", substitutes=0)
    postpone_meeting(convened, reason="Salle prise", actor=SYSTEM)
    assert convened.state == MeetingState.POSTPONED
    assert mails("meeting-postponed").count() == 3
    move_meeting(
        convened,
        starts_at=convened.starts_at + timedelta(days=7),
        ends_at=convened.ends_at + timedelta(days=7),
        actor=SYSTEM,
    )
    assert mails("meeting-moved").count() == 0, "the new convening says it"
    invitations = convene_meeting(convened, actor=SYSTEM)
    assert len(invitations) == 4
    assert mails("meeting-invitation").count() == 4
    convened.refresh_from_db()
    assert (convened.state, convened.sequence) == (MeetingState.CONVENED, 3)


def test_a_meeting_neither_enters_nor_leaves_the_archives_once_convened(convened):
    with pytest.raises(ValidationError) as refusal:
        update_meeting(convened, kind=MeetingKind.HISTORICAL, actor=SYSTEM)
    assert "kind" in refusal.value.message_dict
    update_meeting(convened, kind=MeetingKind.EXTRAORDINARY, actor=SYSTEM)


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.CANCELLED])
@pytest.mark.parametrize("service", [update_meeting, move_meeting])
def test_what_is_closed_or_cancelled_does_not_change(body, state, service):
    meeting = MeetingFactory(task_force=body, state=state)
    changes = {"theme": "X"} if service is update_meeting else {"place": "X"}
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        service(meeting, actor=SYSTEM, **changes)


def test_unknown_facts_are_a_programming_error(body):
    with pytest.raises(TypeError):
        update_meeting(MeetingFactory(task_force=body), state="closed", actor=SYSTEM)
