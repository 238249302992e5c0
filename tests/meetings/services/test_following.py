"""The next meeting: proposed by the rule, given its theme, linked for good."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from meetings.enums import ItemOutcome, MeetingKind, MeetingState
from meetings.holidays import Holiday
from meetings.models import Meeting
from meetings.queries import propose_next
from meetings.services.following import fix_next_meeting
from meetings.services.meetings import move_meeting
from meetings.services.series import create_year_meetings, occurrence_times
from tests.meetings.factories import AgendaItemFactory, MeetingFactory, MeetingSeriesFactory

pytestmark = pytest.mark.django_db

THEME = "Ciblage et suivi des ménages pauvres et vulnérables"


@pytest.fixture
def series(body):
    return MeetingSeriesFactory(task_force=body)


@pytest.fixture
def first(body):
    """11 February 2016, before the rule."""
    start = datetime(2016, 2, 11, 9, 30, tzinfo=UTC)
    return MeetingFactory(task_force=body, kind=MeetingKind.HISTORICAL, starts_at=start, state=MeetingState.HELD)


def fix(meeting, day, theme=THEME, **facts):
    start = datetime.combine(day, datetime.min.time(), tzinfo=meeting.task_force.tz) + timedelta(hours=10, minutes=30)
    values = {"starts_at": start, "ends_at": start + timedelta(hours=2), "theme": theme, "place": "", "actor": SYSTEM}
    return fix_next_meeting(meeting, **(values | facts))


def test_the_rule_proposes_8_march_2016(first, series):
    proposal = propose_next(first)
    assert (proposal.series, proposal.slot, proposal.existing) == (series, date(2016, 3, 8), None)


def test_it_is_made_on_its_slot_with_its_theme(first, series):
    following = fix(first, date(2016, 3, 8))
    first.refresh_from_db()
    assert first.next_meeting == following
    assert (following.series, following.slot, following.theme) == (series, date(2016, 3, 8), THEME)
    assert propose_next(first).existing == following


def test_the_existing_one_gets_the_theme(first, series):
    create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    following = fix(first, date(2016, 3, 8))
    assert Meeting.objects.count() == 11
    assert following.slot == date(2016, 3, 8)
    following.refresh_from_db()
    assert following.theme == THEME


def test_a_cancelled_date_is_passed_over_and_a_holiday_is_shown(body, series):
    create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    august = Meeting.objects.get(slot=date(2016, 8, 9))
    assert propose_next(august).slot == date(2016, 9, 13)
    assert propose_next(august).holiday == Holiday("Tabaski", is_estimated=True)
    Meeting.objects.filter(slot=date(2016, 9, 13)).update(state=MeetingState.CANCELLED)
    assert propose_next(august).slot == date(2016, 10, 11)


def test_a_moved_meeting_still_leads_to_the_next_slot(series):
    create_year_meetings(series, 2016, actor=SYSTEM, include_past=True)
    march = Meeting.objects.get(slot=date(2016, 3, 8))
    later = timedelta(days=3)
    move_meeting(march, starts_at=march.starts_at + later, ends_at=march.ends_at + later, actor=SYSTEM)
    assert propose_next(march).slot == date(2016, 4, 12)


def test_moving_it_keeps_the_link_and_the_carried_points(first, series):
    item = AgendaItemFactory(meeting=first, outcome=ItemOutcome.POSTPONED)
    following = fix(first, date(2016, 3, 8))
    assert following.agenda.get().carried_from == item
    starts_at, ends_at = occurrence_times(series, date(2016, 3, 15))
    move_meeting(following, starts_at=starts_at, ends_at=ends_at, actor=SYSTEM)
    first.refresh_from_db()
    assert (first.next_meeting, first.next_meeting.date) == (following, date(2016, 3, 15))
    assert item.carried_to.get().meeting == following


def test_fixed_again_it_moves_with_its_sequence_and_is_not_doubled(first, series):
    following = fix(first, date(2016, 3, 8))
    again = fix(first, date(2016, 3, 10), theme="Autre")
    assert again == following
    again.refresh_from_db()
    assert (again.date, again.slot, again.sequence, again.theme) == (date(2016, 3, 10), date(2016, 3, 8), 1, "Autre")
    assert Meeting.objects.count() == 2


def test_without_a_rule_any_later_date_will_do(first):
    assert propose_next(first) is None
    following = fix(first, date(2016, 2, 25))
    assert (following.series, following.slot) == (None, None)


@pytest.mark.parametrize("day", [date(2016, 2, 11), date(2016, 2, 1)])
def test_it_comes_after(first, day):
    with pytest.raises(ValidationError) as refusal:
        fix(first, day)
    assert "date" in refusal.value.message_dict


def test_a_convened_one_is_moved_on_its_own_page_only(first):
    following = fix(first, date(2016, 3, 8))
    following.state = MeetingState.CONVENED
    following.save()
    with pytest.raises(ValidationError, match="déjà convoquée"):
        fix(first, date(2016, 3, 9))
    fix(first, date(2016, 3, 8), theme="Le thème seul")
    following.refresh_from_db()
    assert following.theme == "Le thème seul"


def test_a_past_one_does_not_change_from_here(first):
    following = fix(first, date(2016, 3, 8))
    Meeting.objects.filter(pk=following.pk).update(state=MeetingState.HELD)
    first.refresh_from_db()
    with pytest.raises(ValidationError, match="déjà tenue"):
        fix(first, date(2016, 3, 8), theme="Autre")


def test_a_closed_meeting_fixes_nothing(first):
    Meeting.objects.filter(pk=first.pk).update(state=MeetingState.CLOSED)
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        fix(first, date(2016, 3, 8))
