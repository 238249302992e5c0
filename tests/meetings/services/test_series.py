"""The calendar: one rule, a year's meetings once, a successor when the rule changes."""

import threading
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from core.actors import SYSTEM
from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.services.meetings import cancel_meeting, move_meeting
from meetings.services.series import (
    change_series,
    create_series,
    create_year_meetings,
    end_series,
    has_begun,
    plan_year,
)
from tests.meetings.factories import MeetingFactory, MeetingSeriesFactory
from tests.meetings.test_recurrence import SECOND_TUESDAYS_OF_2016
from tests.taskforce.factories import CountryFactory, TaskForceFactory

pytestmark = pytest.mark.django_db

RULE = {"rrule": "FREQ=MONTHLY;BYDAY=2TU", "starts_on": date(2016, 3, 1), "start_time": time(10, 30)}


@pytest.fixture
def series(body):
    return create_series(body, actor=SYSTEM, place="Salle A", **RULE)[0]


def days(meetings):
    return [meeting.date for meeting in meetings]


def test_a_series_is_made_once(body):
    first, created = create_series(body, actor=SYSTEM, **RULE)
    again, created_again = create_series(body, actor=SYSTEM, **RULE)
    assert (created, created_again) == (True, False)
    assert first == again
    assert first.uid.endswith("@socle")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rrule": "FREQ=MONTHLY"}, None),
        ({"until": date(2016, 2, 1)}, "until"),
        ({"until": date(2016, 3, 5)}, "rrule"),
        ({"starts_on": date(2999, 1, 1)}, "starts_on"),
        ({"duration_minutes": 4}, "duration_minutes"),
        ({"duration_minutes": 1441}, "duration_minutes"),
        ({"place": "x" * 201}, "place"),
        ({"place": "a\x00b"}, "place"),
        ({"link": "javascript:alert(1)"}, "link"),
        # The 12 months counted from March never meet February.
        ({"rrule": "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYDAY=2TU"}, "rrule"),
    ],
)
def test_what_cannot_be_is_refused_in_french(body, changes, field):
    with pytest.raises(ValidationError) as refusal:
        create_series(body, actor=SYSTEM, **(RULE | changes))
    if field:
        assert field in refusal.value.message_dict
    assert not MeetingSeries.objects.exists()


def test_the_meetings_of_2016(body, series):
    created = create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    assert days(created) == SECOND_TUESDAYS_OF_2016
    first = Meeting.objects.get(slot=date(2016, 3, 8))
    assert (first.local_start.time(), first.minutes_planned, first.place) == (time(10, 30), 120, "Salle A")
    # Niamey is an hour ahead of UTC.
    assert first.starts_at.hour == 9
    assert {meeting.state for meeting in created} == {MeetingState.DRAFT}


def test_past_dates_are_made_only_when_asked_for(body, series):
    assert create_year_meetings(series, 2016, actor=SYSTEM) == []
    assert len(create_year_meetings(series, body.today().year + 1, actor=SYSTEM)) == 12


def test_twice_makes_them_once(series):
    create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    assert create_year_meetings(series, 2016, actor=SYSTEM, include_past=True) == []
    assert Meeting.objects.count() == 10


def test_what_exists_is_skipped_moved_and_cancelled_ones_too(body, series):
    create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    april, may = Meeting.objects.get(slot=date(2016, 4, 12)), Meeting.objects.get(slot=date(2016, 5, 10))
    later = {"starts_at": april.starts_at + timedelta(days=1), "ends_at": april.ends_at + timedelta(days=1)}
    move_meeting(april, actor=SYSTEM, **later)
    cancel_meeting(may, actor=SYSTEM)
    # A meeting of the body that the rule knows nothing of stands on 14 June.
    Meeting.objects.filter(slot=date(2016, 6, 14)).update(series=None, slot=None)
    plan = plan_year(series, 2016)
    assert [line.existing is not None for line in plan] == [True] * 10
    assert plan[1].existing == april
    assert create_year_meetings(series, 2016, actor=SYSTEM, include_past=True) == []


def test_another_bodys_meeting_of_the_day_hides_nothing(series):
    MeetingFactory(task_force=TaskForceFactory())
    assert len(create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)) == 10


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_each_meeting_once():
    series = MeetingSeriesFactory()
    made, problems = [], []
    together = threading.Barrier(2)

    def press():
        try:
            together.wait(10)
            made.append(len(create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)))
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert problems == []
    assert sorted(made) == [0, 10]
    assert Meeting.objects.count() == 10


def test_before_its_first_date_a_series_changes_itself(body):
    coming = body.today() + timedelta(days=40)
    series, _created = create_series(body, actor=SYSTEM, **(RULE | {"starts_on": coming}))
    assert not has_begun(series)
    changed = change_series(series, rrule="FREQ=MONTHLY;BYDAY=3WE", actor=SYSTEM)
    assert (changed.pk, changed.uid, changed.sequence) == (series.pk, series.uid, 1)
    assert MeetingSeries.objects.count() == 1


def test_a_rule_that_has_begun_is_closed_and_a_successor_starts(body, series):
    """Invariant 7: UID never changes; a rule change after the first occurrence starts a new series."""
    today = body.today()
    create_year_meetings(series, today.year + 1, actor=SYSTEM)
    starts_on = date(today.year + 1, 6, 1)
    successor = change_series(series, rrule="FREQ=MONTHLY;BYDAY=2TU,4TU", starts_on=starts_on, actor=SYSTEM)
    series.refresh_from_db()
    assert successor.pk != series.pk
    assert (successor.predecessor, successor.starts_on, successor.place) == (series, starts_on, "Salle A")
    assert series.until == date(today.year + 1, 5, 31)
    assert series.sequence == 1
    assert successor.uid != series.uid
    # Meetings on a date of the new rule pass to it, before that date they stay; none is doubled.
    assert successor.meetings.count() == 7
    assert series.meetings.count() == 5
    assert len(create_year_meetings(successor, today.year + 1, actor=SYSTEM)) == 7


def test_the_past_cannot_have_a_new_rule(series):
    with pytest.raises(ValidationError) as refusal:
        change_series(series, rrule="FREQ=MONTHLY;BYDAY=3WE", starts_on=date(2017, 1, 1), actor=SYSTEM)
    assert "starts_on" in refusal.value.message_dict
    assert MeetingSeries.objects.count() == 1


def test_place_changes_without_a_successor_and_raises_the_sequence(series):
    changed = change_series(series, place="Salle B", actor=SYSTEM)
    assert (changed.pk, changed.place, changed.sequence) == (series.pk, "Salle B", 1)
    assert change_series(series, place="Salle B", actor=SYSTEM).sequence == 1


def test_end_series(series):
    end_series(series, last_day=date(2016, 6, 30), actor=SYSTEM)
    series.refresh_from_db()
    assert len(plan_year(series, 2016)) == 4
    with pytest.raises(ValidationError, match="précède"):
        end_series(series, last_day=date(2016, 2, 1), actor=SYSTEM)


def test_hours_are_the_bodys_own(db):
    """The same rule is another moment in Dakar than in Niamey."""
    dakar = TaskForceFactory(country=CountryFactory(senegal=True))
    series = MeetingSeriesFactory(task_force=dakar)
    created = create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    assert (created[0].starts_at.utcoffset(), created[0].local_start.hour) == (timedelta(0), 10)
