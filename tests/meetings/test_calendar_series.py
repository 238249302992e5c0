"""A body's calendar as one rule and its exceptions: whoever expands the file finds the meetings, no more and no less."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
import vobject

from core.actors import SYSTEM
from core.calendars import entries_for, render_calendar
from meetings.calendars import calendar_identity
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.services.convening import convene_meeting
from meetings.services.meetings import cancel_meeting, create_meeting, move_meeting, postpone_meeting, update_meeting
from meetings.services.series import create_year_meetings, end_series
from tests.meetings.factories import AgendaItemFactory, MeetingSeriesFactory
from tests.taskforce.factories import CountryFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["Niger", "Sénégal"])
def body(request, db):
    return TaskForceFactory(
        country=CountryFactory(senegal=request.param == "Sénégal"), name=request.param, slug="instance"
    )


@pytest.fixture
def series(body):
    series = MeetingSeriesFactory(task_force=body, starts_on=date(2027, 1, 12))
    create_year_meetings(series, 2027, actor=SYSTEM)
    return series


def feed_of(body):
    user = member(body, role="secretariat").user
    return render_calendar(entries_for(user, [body], since=SINCE, until=UNTIL), name=str(body), is_feed=True)


def expanded(content):
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(SINCE, UNTIL)
    return sorted((event["DTSTART"].dt.astimezone(UTC), str(event["STATUS"])) for event in events)


def expected(body):
    status = {MeetingState.DRAFT: "TENTATIVE", MeetingState.CANCELLED: "CANCELLED", MeetingState.POSTPONED: "CANCELLED"}
    return sorted(
        (meeting.starts_at, status.get(meeting.state, "CONFIRMED"))
        for meeting in Meeting.objects.filter(task_force=body)
    )


def at(meeting, **delta):
    shift = timedelta(**delta)
    return {"starts_at": meeting.starts_at + shift, "ends_at": meeting.ends_at + shift}


def test_a_year_of_life(body, series):
    """Convened, moved, put off, cancelled, deleted in preparation, and one outside the rule."""
    meetings = list(Meeting.objects.filter(series=series).order_by("starts_at"))
    member(body)
    for meeting in meetings[:4]:
        convene_meeting(meeting, actor=SYSTEM)
    move_meeting(meetings[1], **at(meetings[1], days=2, hours=3), actor=SYSTEM)
    cancel_meeting(meetings[2], actor=SYSTEM)
    postpone_meeting(meetings[3], actor=SYSTEM)
    move_meeting(meetings[5], **at(meetings[5], days=-30), actor=SYSTEM)
    meetings[7].delete()
    start = datetime(2027, 5, 3, 9, tzinfo=UTC)
    create_meeting(body, starts_at=start, ends_at=start + timedelta(hours=1), actor=SYSTEM, kind="extraordinary")
    end_series(series, last_day=date(2027, 10, 31), actor=SYSTEM)
    content = feed_of(body)
    assert expanded(content) == expected(body)
    assert len(expected(body)) == 12
    # The second parser counts the same exceptions.
    other = vobject.readOne(content.decode())
    assert len([event for event in other.vevent_list if hasattr(event, "recurrence_id")]) == 11
    (master,) = [event for event in other.vevent_list if hasattr(event, "rrule")]
    assert master.uid.value == series.uid


def test_an_occurrence_keeps_its_identity(body, series):
    meeting = Meeting.objects.filter(series=series).select_related("series").order_by("starts_at").first()
    before = calendar_identity(meeting)
    convene_meeting(meeting, actor=SYSTEM)
    move_meeting(meeting, **at(meeting, days=3), actor=SYSTEM)
    meeting.refresh_from_db()
    assert calendar_identity(meeting) == before == (series.uid, meeting.local_start - timedelta(days=3))


def test_words_do_not_raise_the_sequence(body, series):
    """Invariant 7: date, time, place, attendees, status; not a typing error in the theme, not the agenda."""
    meeting = Meeting.objects.filter(series=series).first()
    convene_meeting(meeting, actor=SYSTEM)
    before = Meeting.objects.get(pk=meeting.pk).sequence
    update_meeting(meeting, theme="Ciblage", actor=SYSTEM)
    update_meeting(meeting, theme="Le ciblage", actor=SYSTEM)
    AgendaItemFactory(meeting=meeting)
    assert Meeting.objects.get(pk=meeting.pk).sequence == before
    move_meeting(meeting, place="Ailleurs", actor=SYSTEM)
    assert Meeting.objects.get(pk=meeting.pk).sequence == before + 1


def test_whoever_has_the_bodys_link_sees_nothing_in_preparation(body, series):
    meeting = Meeting.objects.filter(series=series).first()
    convene_meeting(meeting, actor=SYSTEM)
    assert [entry.uid for entry in entries_for(None, [body], since=SINCE, until=UNTIL)] == [series.uid]


@pytest.mark.parametrize("bodies", [1, 3])
def test_queries(bodies, django_assert_num_queries):
    scopes = [TaskForceFactory(name=f"Corps {n}", slug=f"corps-{n}") for n in range(bodies)]
    person = member(scopes[0])
    for scope in scopes:
        series = MeetingSeriesFactory(task_force=scope, starts_on=date(2027, 1, 12))
        create_year_meetings(series, 2027, actor=SYSTEM)
    # Rights, and the meetings.
    with django_assert_num_queries(3):
        assert len(entries_for(person.user, scopes, since=SINCE, until=UNTIL)) == 12
