"""A rule changed after its first date: the old series closed, a successor, and what becomes of meetings already made."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import recurring_ical_events
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.actors import SYSTEM
from core.calendars import entries_for, render_calendar
from core.models import OutgoingEmail
from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.services.convening import convene_meeting
from meetings.services.meetings import move_meeting
from meetings.services.series import change_series, create_year_meetings, preview_changes
from tests.meetings.factories import MeetingSeriesFactory
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db
CHANGE = date(2027, 3, 1)


@pytest.fixture
def series(body):
    """Second Tuesdays since 2016; twelve meetings made for 2027."""
    series = MeetingSeriesFactory(task_force=body)
    create_year_meetings(series, 2027, actor=SYSTEM)
    return series


def of(series, month):
    return Meeting.objects.select_related("series").get(
        task_force=series.task_force, slot__year=2027, slot__month=month
    )


def change(series, choices=None, **values):
    values = {"starts_on": CHANGE, "rrule": "FREQ=MONTHLY;BYDAY=3TH"} | values
    lines = preview_changes(series, values)
    chosen = {line.meeting.pk: line.proposed_choice for line in lines} | (choices or {})
    return change_series(series, actor=SYSTEM, meetings=chosen, **values)


def expanded(body):
    """The body's feed by an independent expansion, without what is cancelled."""
    user = member(body, role="secretariat").user
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    content = render_calendar(entries_for(user, [body], since=since, until=until), name="X", is_feed=True)
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(since, until)
    return sorted(event["DTSTART"].dt for event in events if event["STATUS"] != "CANCELLED")


def standing(body):
    rows = Meeting.objects.filter(task_force=body).exclude(state=MeetingState.CANCELLED)
    return sorted(rows.values_list("starts_at", flat=True))


def test_meetings_in_preparation_follow_the_new_rule(series, body):
    before = series.uid
    new = change(series)
    series.refresh_from_db()
    assert (series.uid, series.until, new.predecessor) == (before, CHANGE - timedelta(days=1), series)
    assert new.uid != series.uid
    slots = list(Meeting.objects.filter(series=new).order_by("slot").values_list("slot", flat=True))
    assert len(slots) == 10
    assert {day.isoweekday() for day in slots} == {4}
    assert Meeting.objects.filter(series=series, starts_at__year=2027).count() == 2
    assert Meeting.objects.get(series=new, slot=slots[0]).date == slots[0]
    assert expanded(body) == standing(body)
    # The new rule finds its year already made.
    assert create_year_meetings(new, 2027, actor=SYSTEM) == []


def test_a_convened_meeting_moves_under_its_old_identity(series, body):
    meeting = of(series, 4)
    member(body)
    convene_meeting(meeting, actor=SYSTEM)
    OutgoingEmail.objects.all().delete()
    new = change(series)
    meeting.refresh_from_db()
    assert (meeting.series, meeting.slot) == (series, date(2027, 4, 13))
    assert meeting.date == date(2027, 4, 15)
    (mail,) = OutgoingEmail.objects.filter(kind="meeting-moved")
    text = mail.attachments[0]["content"]
    assert f"UID:{series.uid}" in text
    assert "RECURRENCE-ID;TZID=Africa/Niamey:20270413T103000" in text
    assert expanded(body) == standing(body)
    # Its day of the new rule is taken.
    assert create_year_meetings(new, 2027, actor=SYSTEM) == []


def test_fewer_dates_call_meetings_off(series, body):
    convened = of(series, 5)
    member(body)
    convene_meeting(convened, actor=SYSTEM)
    new = change(series, rrule="FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU")
    # March, May, July…: the others have no date in their month.
    assert of(series, 4).state == MeetingState.CANCELLED
    assert of(series, 6).state == MeetingState.CANCELLED
    convened.refresh_from_db()
    assert convened.state == MeetingState.CONVENED
    assert of(series, 3).series == new
    assert expanded(body) == standing(body)


def test_only_the_hour_changes(series, body):
    new = change(series, rrule=series.rrule, start_time=time(9))
    assert of(series, 3).local_start.hour == 9
    assert of(series, 2).local_start.hour == 10
    assert new.start_time == time(9)
    assert expanded(body) == standing(body)


def test_a_meeting_moved_by_hand_stays(series, body):
    meeting = of(series, 4)
    start = meeting.starts_at + timedelta(days=9)
    move_meeting(meeting, starts_at=start, ends_at=start + timedelta(hours=2), actor=SYSTEM)
    change(series)
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.series) == (start, series)
    assert expanded(body) == standing(body)


def test_a_place_of_its_own_stays(series, body):
    own = of(series, 4)
    move_meeting(own, place="Chez le PAM", actor=SYSTEM)
    change(series, place="Salle neuve")
    own.refresh_from_db()
    assert own.place == "Chez le PAM"
    assert Meeting.objects.get(slot=date(2027, 5, 20)).place == "Salle neuve"


def test_each_choice_is_done(series, body):
    march, april = of(series, 3), of(series, 4)
    change(series, {march.pk: "keep", april.pk: "cancel"})
    march.refresh_from_db()
    april.refresh_from_db()
    assert (march.series, march.date) == (series, date(2027, 3, 9))
    assert april.state == MeetingState.CANCELLED
    assert expanded(body) == standing(body)


def test_a_stale_page_changes_nothing(series, body):
    with pytest.raises(ValidationError) as refused:
        change(series, {of(series, 4).pk: "move:2027-04-16"})
    assert refused.value.code == "stale"
    assert MeetingSeries.objects.count() == 1
    assert of(series, 4).date == date(2027, 4, 13)


def test_a_rule_that_has_not_begun_moves_its_own_meetings(body):
    series = MeetingSeriesFactory(task_force=body, starts_on=date(2027, 1, 12))
    create_year_meetings(series, 2027, actor=SYSTEM)
    lines = preview_changes(series, {"rrule": "FREQ=MONTHLY;BYDAY=1TU"})
    chosen = {line.meeting.pk: line.proposed_choice for line in lines}
    same = change_series(series, actor=SYSTEM, meetings=chosen, rrule="FREQ=MONTHLY;BYDAY=1TU")
    assert same == series
    # The first Tuesday of January is before the calendar's first day.
    assert of(series, 1).state == MeetingState.CANCELLED
    assert of(series, 2).date == date(2027, 2, 2)
    assert expanded(body) == standing(body)


def test_weekly_dates_that_take_each_others_places(body):
    """Every meeting goes to the day after: the slots of one are not in the way of the other."""
    series = MeetingSeriesFactory(task_force=body, rrule="FREQ=WEEKLY;BYDAY=TU", starts_on=date(2027, 1, 12))
    create_year_meetings(series, 2027, actor=SYSTEM)
    values = {"rrule": "FREQ=WEEKLY;BYDAY=WE"}
    chosen = {line.meeting.pk: line.proposed_choice for line in preview_changes(series, values)}
    change_series(series, actor=SYSTEM, meetings=chosen, **values)
    assert {row.date.isoweekday() for row in Meeting.objects.all()} == {3}
    assert expanded(body) == standing(body)


# The page -----------------------------------------------------------------------------------------

RULE = {
    "mode": "monthly_weekday",
    "nth": "3",
    "weekday": "3",
    "starts_on": "1/3/2027",
    "until": "",
    "start_time": "10h30",
    "duration_minutes": "120",
    "place": "Salle de conférence",
    "link": "",
}


def test_the_page_shows_before_it_does(office, series, body):
    member(body)
    convene_meeting(of(series, 4), actor=SYSTEM)
    path = reverse("meetings:series_edit", args=[series.pk])
    page = office.post(path, RULE)
    text = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert page.status_code == 200
    assert "Déplacer au jeudi 15 avril 2027, 10 h 30" in text
    assert "courriels partiront" in text
    assert MeetingSeries.objects.count() == 1
    choices = {f"meeting-{line.meeting.pk}": line.proposed_choice for line in page.context["lines"]}
    # Back to the form with what was typed.
    back = office.post(path, RULE | choices | {"preview": "1"}).content.decode()
    assert 'name="nth"' in back
    done = office.post(path, RULE | choices | {"confirm": "1"})
    assert done.status_code == 302
    assert MeetingSeries.objects.count() == 2
    assert OutgoingEmail.objects.filter(kind="meeting-moved").count() == 2


def test_a_page_confirmed_late_is_shown_again(office, series, body):
    path = reverse("meetings:series_edit", args=[series.pk])
    page = office.post(path, RULE)
    choices = {f"meeting-{line.meeting.pk}": line.proposed_choice for line in page.context["lines"]}
    april = of(series, 4)
    start = april.starts_at + timedelta(days=9)
    move_meeting(april, starts_at=start, ends_at=start + timedelta(hours=2), actor=SYSTEM)
    again = office.post(path, RULE | choices | {"confirm": "1"})
    assert again.status_code == 200
    assert "Relisez la liste" in again.content.decode()
    assert MeetingSeries.objects.count() == 1
