"""The work plan: entered, moved on in one step, taken over, closed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.workflow import TransitionRefused
from taskforce.enums import ActivityState, PlanState
from taskforce.models import Activity, Theme, WorkPlan
from taskforce.queries.workplan import activities_of, activity_steps, by_theme, copyable
from taskforce.services.workplan import (
    add_activity,
    change_plan_state,
    copy_activities,
    remove_activity,
    report_activity,
    update_activity,
)
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def leader(body):
    """A titular, whose agency leads."""
    return member(body, role="titular")


@pytest.fixture
def activity(body, secretary, leader):
    agency = leader.mandates.get().seat.agency
    return add_activity(body, 2016, actor=secretary, title="Étude", months=[3, 4], lead_agency=agency)


def test_the_first_activity_begins_the_plan_and_the_next_comes_after_it(body, secretary):
    first = add_activity(body, 2016, actor=secretary, title="  Étude   sur le ciblage ", months=[5, 3, 5])
    second = add_activity(body, 2016, actor=secretary, title="Atelier", months=[6])

    assert WorkPlan.objects.get().year == 2016
    assert (first.title, first.months, first.position) == ("Étude sur le ciblage", [3, 5], 1)
    assert second.position == 2
    assert first.state == ActivityState.PLANNED


def test_an_activity_has_at_least_one_month_of_the_year(body, secretary):
    for months in ([], [0], [13]):
        with pytest.raises(ValidationError):
            add_activity(body, 2016, actor=secretary, title="Étude", months=months)
    assert not WorkPlan.objects.exists()


def test_the_database_itself_refuses_impossible_activities(activity):
    for change in (
        {"months": []},
        {"months": [13]},
        {"progress": 101},
        {"state": ActivityState.DONE, "progress": 50},
        {"state": ActivityState.PLANNED, "progress": 50},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.filter(pk=activity.pk).update(**change)


def test_the_lead_is_no_partner_of_itself(body, secretary):
    lead, other = AgencyFactory(), AgencyFactory()

    activity = add_activity(
        body, 2016, actor=secretary, title="Étude", months=[3], lead_agency=lead, partners=[lead, other]
    )

    assert list(activity.partners.all()) == [other]


def test_a_step_says_state_advancement_and_note_at_once(activity, leader):
    report_activity(activity, state="in_progress", progress=40, note="Questionnaire prêt.", actor=leader.user)
    report_activity(activity, state="in_progress", progress=70, note="Terrain fini.", actor=leader.user)

    activity.refresh_from_db()
    assert (activity.state, activity.progress, activity.note) == ("in_progress", 70, "Terrain fini.")
    steps = activity_steps(activity)
    assert [(step.state, step.progress, step.note) for step in steps] == [
        ("in_progress", 70, "Terrain fini."),
        ("in_progress", 40, "Questionnaire prêt."),
        ("planned", 0, ""),
    ]
    assert steps[0].actor == str(leader.user)


def test_done_is_whole_and_what_advanced_is_under_way(activity, secretary):
    report_activity(activity, state="done", progress=40, note="", actor=secretary)
    assert (activity.state, activity.progress) == ("done", 100)

    report_activity(activity, state="planned", progress=20, note="", actor=secretary)
    activity.refresh_from_db()
    assert (activity.state, activity.progress) == ("in_progress", 20)


@pytest.mark.parametrize("progress", [-1, 101])
def test_advancement_goes_from_nought_to_a_hundred(activity, secretary, progress):
    with pytest.raises(ValidationError):
        report_activity(activity, state="in_progress", progress=progress, note="", actor=secretary)


def test_a_closed_year_is_written_by_the_secretariat_only(activity, secretary, leader):
    change_plan_state(activity.plan, PlanState.CLOSED, actor=secretary)

    with pytest.raises(ValidationError) as refused:
        report_activity(activity, state="done", progress=100, note="", actor=leader.user)
    assert refused.value.code == "plan-closed"
    report_activity(activity, state="done", progress=100, note="", actor=secretary)

    assert Activity.objects.get().state == ActivityState.DONE


def test_a_closed_year_opens_again_with_a_reason_only(activity, secretary):
    change_plan_state(activity.plan, PlanState.CLOSED, actor=secretary)

    with pytest.raises(TransitionRefused):
        change_plan_state(activity.plan, PlanState.OPEN, actor=secretary)
    change_plan_state(activity.plan, PlanState.OPEN, actor=secretary, comment="Oubli d’une activité.")

    assert WorkPlan.objects.get().state == PlanState.OPEN


def test_who_may_keep_an_activity_up_to_date(body, activity, secretary, leader):
    other = member(body, role="titular")
    may = "taskforce.update_activity"

    assert secretary.has_perm(may, activity)
    assert leader.user.has_perm(may, activity)
    assert not other.user.has_perm(may, activity)
    activity.plan.state = PlanState.CLOSED
    assert secretary.has_perm(may, activity)
    assert not leader.user.has_perm(may, activity)


def test_what_is_taken_over_begins_anew_and_only_once(body, activity, secretary):
    report_activity(activity, state="in_progress", progress=40, note="En retard.", actor=secretary)

    copies = copy_activities(body, 2017, [activity], actor=secretary)

    copy = Activity.objects.get(pk=copies[0].pk)
    assert (copy.title, copy.months, copy.lead_agency_id) == (activity.title, [3, 4], activity.lead_agency_id)
    assert (copy.state, copy.progress, copy.note) == (ActivityState.PLANNED, 0, "")
    assert copy_activities(body, 2017, [activity], actor=secretary) == []
    assert copyable(body, 2017) == ([activity], {activity.pk})


def test_what_has_begun_is_cancelled_not_removed(activity, secretary):
    report_activity(activity, state="in_progress", progress=10, note="", actor=secretary)
    with pytest.raises(ValidationError):
        remove_activity(activity, actor=secretary)
    assert Activity.objects.filter(pk=activity.pk).exists()

    report_activity(activity, state="planned", progress=0, note="", actor=secretary)
    remove_activity(activity, actor=secretary)
    assert not Activity.objects.exists()


def test_themes_show_their_mean_advancement_without_the_cancelled(body, secretary):
    theme = Theme.objects.create(name="Ciblage")
    for title, state, progress in (("A", "done", 100), ("B", "in_progress", 50), ("C", "cancelled", 0)):
        one = add_activity(body, 2016, actor=secretary, title=title, months=[1], theme=theme)
        report_activity(one, state=state, progress=progress, note="", actor=secretary)
    add_activity(body, 2016, actor=secretary, title="D", months=[1], axis="Axe 2")
    add_activity(body, 2016, actor=secretary, title="E", months=[1])

    groups = by_theme(activities_of(WorkPlan.objects.get()))

    assert [(group.label, group.progress, len(group.activities)) for group in groups] == [
        ("Ciblage", 75, 3),
        ("Axe 2", 0, 1),
        ("", 0, 1),
    ]


def test_late_is_what_is_not_settled_after_its_last_month(activity):
    assert not activity.is_late(date(2016, 4, 30))
    assert activity.is_late(date(2016, 5, 1))
    activity.state = ActivityState.POSTPONED
    assert not activity.is_late(date(2016, 5, 1))


def test_describing_an_activity_keeps_what_is_not_said(activity, secretary):
    agency = AgencyFactory()
    activity.partners.add(agency)

    update_activity(activity, actor=secretary, title="Étude de suivi")

    activity.refresh_from_db()
    assert activity.title == "Étude de suivi"
    assert list(activity.partners.all()) == [agency]
