"""The pages of the work plan, its sheet and its document."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from taskforce.documents.workplan import WorkPlanDocument
from taskforce.enums import PlanState
from taskforce.models import Activity, Theme, WorkPlan
from taskforce.services.workplan import add_activity, change_plan_state, report_activity
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def leader(body):
    return member(body, role="titular")


@pytest.fixture
def activity(body, secretary, leader):
    return add_activity(
        body,
        2016,
        actor=secretary,
        title="Étude sur le ciblage",
        months=[3, 4],
        lead_agency=leader.mandates.get().seat.agency,
        theme=Theme.objects.create(name="Ciblage"),
        partners=[AgencyFactory(acronym="FAO")],
    )


def url(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def test_an_empty_year_says_what_to_do_first_to_the_secretariat_only(body, secretary, leader):
    add = url("activity_add", body.slug, body.today().year)

    assert add in signed_in(secretary).get(url("workplan", body.slug)).content.decode()
    assert add not in signed_in(leader.user).get(url("workplan", body.slug)).content.decode()


def test_the_grid_says_each_month_in_words_too(body, secretary, activity):
    page = signed_in(secretary).get(url("workplan_year", body.slug, 2016))

    [(shown, cells)] = page.context["rows"]
    assert shown == activity
    assert [number for number, _name, look in cells if look] == [3, 4]
    assert "mars</span>" in page.content.decode()


@pytest.mark.parametrize("year", [1989, 2101, 99999])
def test_a_year_that_cannot_be_is_not_found(body, secretary, year):
    client = signed_in(secretary)
    for name in ("workplan_year", "activity_add", "workplan_copy", "workplan_state"):
        assert client.get(url(name, body.slug, year)).status_code == 404


def test_filters_by_agency_and_state_and_ignores_what_it_does_not_know(body, secretary, activity):
    other = add_activity(body, 2016, actor=secretary, title="Atelier", months=[6])
    client, address = signed_in(secretary), url("workplan_year", body.slug, 2016)

    def listed(query):
        return {row.title for row, _cells in client.get(f"{address}?{query}").context["rows"]}

    assert listed(f"agence={activity.partners.get().pk}") == {activity.title}
    assert listed(f"agence={activity.lead_agency_id}") == {activity.title}
    assert listed("etat=done") == set()
    assert listed("etat=x&agence=x&vue=x") == {activity.title, other.title}
    themes = client.get(f"{address}?vue=theme").context["themes"]
    assert [theme.label for theme in themes] == ["Ciblage", ""]


def test_the_secretariat_enters_an_activity_and_an_error_loses_nothing(body, secretary):
    client, address = signed_in(secretary), url("activity_add", body.slug, 2017)

    refused = client.post(address, {"title": "Étude", "months": []})
    assert refused.status_code == 422
    assert refused.context["form"]["title"].value() == "Étude"
    assert not WorkPlan.objects.exists()

    client.post(address, {"title": "Étude", "months": ["5", "2"], "axis": "Axe 2"})
    activity = Activity.objects.get()
    assert (activity.plan.year, activity.months, activity.axis) == (2017, [2, 5], "Axe 2")


def test_the_leads_focal_point_moves_it_on_in_one_step(activity, leader):
    client = signed_in(leader.user)
    page = client.get(activity.get_absolute_url()).content.decode()
    assert url("activity_progress", activity.pk) in page
    assert url("activity_edit", activity.pk) not in page

    client.post(
        url("activity_progress", activity.pk), {"state": "in_progress", "progress": "40", "note": "Enquête lancée."}
    )

    activity.refresh_from_db()
    assert (activity.state, activity.progress, activity.note) == ("in_progress", 40, "Enquête lancée.")
    assert "Enquête lancée." in client.get(activity.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"state": "x", "progress": "10"},
        {"state": "done", "progress": "101"},
        {"state": "done", "progress": "-1"},
        {"state": "in_progress", "progress": "beaucoup"},
        {"state": "in_progress", "progress": "10", "note": "x" * 2001},
        {"state": "in_progress", "progress": "10", "note": "\x00"},
    ],
)
def test_what_cannot_be_is_said(activity, leader, data):
    response = signed_in(leader.user).post(url("activity_progress", activity.pk), data)

    assert response.status_code == 422
    activity.refresh_from_db()
    assert activity.progress == 0


def test_once_the_year_is_closed_only_the_secretariat_writes(activity, leader, secretary):
    change_plan_state(activity.plan, PlanState.CLOSED, actor=secretary)
    data = {"state": "done", "progress": "100"}

    assert signed_in(leader.user).post(url("activity_progress", activity.pk), data).status_code == 403
    assert (
        url("activity_progress", activity.pk)
        not in signed_in(leader.user).get(activity.get_absolute_url()).content.decode()
    )
    assert signed_in(secretary).post(url("activity_progress", activity.pk), data).status_code == 302


def test_unfinished_activities_are_proposed_for_the_next_year(body, secretary, activity):
    done = add_activity(body, 2016, actor=secretary, title="Faite", months=[1])
    report_activity(done, state="done", progress=100, note="", actor=secretary)
    client, address = signed_in(secretary), url("workplan_copy", body.slug, 2017)

    rows = client.get(address).context["rows"]
    assert [(row.title, checked) for row, checked in rows] == [("Étude sur le ciblage", True), ("Faite", False)]
    assert client.post(address, {}).status_code == 422
    client.post(address, {"activities": [activity.pk, done.pk]})

    assert set(Activity.objects.filter(plan__year=2017).values_list("title", flat=True)) == {activity.title, "Faite"}
    again = client.get(address)
    assert again.context["rows"] == []
    assert again.status_code == 200


def test_an_activity_of_another_body_is_not_taken_over(body, secretary, activity):
    theirs = TaskForceFactory()
    foreign = add_activity(theirs, 2016, actor=member(theirs, role="secretariat").user, title="Ailleurs", months=[1])

    response = signed_in(secretary).post(url("workplan_copy", body.slug, 2017), {"activities": [foreign.pk]})

    assert response.status_code == 422


def test_the_year_is_closed_and_opened_again(body, secretary, activity):
    client, address = signed_in(secretary), url("workplan_state", body.slug, 2016)

    client.post(address, {"comment": ""})
    assert WorkPlan.objects.get().is_closed
    assert client.post(address, {"comment": ""}).status_code == 422
    client.post(address, {"comment": "Une activité manquait."})
    assert not WorkPlan.objects.get().is_closed


def test_removing_asks_first_and_what_has_begun_stays(activity, secretary):
    client, address = signed_in(secretary), url("activity_remove", activity.pk)
    report_activity(activity, state="in_progress", progress=10, note="", actor=secretary)

    client.post(address)
    assert Activity.objects.exists()

    report_activity(activity, state="planned", progress=0, note="", actor=secretary)
    assert activity.title in client.get(address).content.decode()
    client.post(address)
    assert not Activity.objects.exists()


def test_the_sheet_marks_the_months(activity, secretary):
    address = reverse("exports:download", args=["plan-de-travail", activity.plan_id, "csv"])
    content = b"".join(signed_in(secretary).get(address).streaming_content).decode("utf-8-sig")

    [row] = csv.DictReader(io.StringIO(content), delimiter=";")
    assert [name for name, value in row.items() if value == "■"] == ["mars", "avril"]
    assert row["Partenaires"] == "FAO"


def test_the_document_says_what_the_page_says(activity):
    context = WorkPlanDocument().get_context(activity.plan)

    [theme] = context["themes"]
    [line] = theme["activities"]
    assert theme["label"] == "Ciblage"
    assert [number for number, on in enumerate(line["months"], start=1) if on] == [3, 4]
    assert (line["partners"], line["progress"], context["total"]) == (["FAO"], 0, 1)


def test_an_activity_is_late_after_its_last_month(body, secretary, activity):
    page = signed_in(secretary).get(url("workplan_year", body.slug, 2016))

    assert activity.is_late(date(2016, 5, 1))
    assert page.context["late"] == 1
