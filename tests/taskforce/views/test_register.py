"""The register in the browser: who reads, who tells how far it is, and what is filtered."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.fields import period
from taskforce.models import ActionItem
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def secretary(client, body):
    person = member(body, role="secretariat")
    client.force_login(person.user)
    return person


def url(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def listed(client, body, **query):
    """The references shown in the table."""
    response = client.get(url("register", body.slug), query)
    assert response.status_code == 200
    rows = response.context["rows"]
    return [(row[0] if isinstance(row, tuple) else row).reference for row in rows]


def test_open_actions_come_first_the_most_overdue_on_top(client, body, secretary):
    today = body.today()
    ActionItemFactory(task_force=body, number=1, due_on=None)
    ActionItemFactory(task_force=body, number=2, due_on=today + timedelta(days=3))
    ActionItemFactory(task_force=body, number=3, due_on=today - timedelta(days=30))
    ActionItemFactory(task_force=body, number=4, due_on=today - timedelta(days=3), state="done")
    assert listed(client, body) == ["A-2016-03", "A-2016-02", "A-2016-01"]
    assert listed(client, body, etat="toutes") == ["A-2016-03", "A-2016-02", "A-2016-01", "A-2016-04"]
    assert listed(client, body, etat="done") == ["A-2016-04"]
    assert listed(client, body, etat="toutes", retard="on") == ["A-2016-03"]
    assert listed(client, body, manque="on") == ["A-2016-03", "A-2016-02", "A-2016-01"]


def test_filters_by_agency_and_year(client, body, secretary):
    bit, pam = (SeatFactory(task_force=body, agency__acronym=a).agency for a in ("BIT", "PAM"))
    mine = ActionItemFactory(task_force=body, number=1)
    mine.owners.create(agency=bit)
    mine.owners.create(agency=pam)
    ActionItemFactory(task_force=body, number=2, owner_all=True)
    ActionItemFactory(task_force=body, number=3, year=2015).owners.create(agency=pam)
    assert listed(client, body, agence=bit.pk) == ["A-2016-01", "A-2016-02"]
    assert listed(client, body, annee="2015") == ["A-2015-03"]
    # What cannot be read filters nothing and is said.
    response = client.get(url("register", body.slug), {"agence": "999999", "annee": "x", "etat": "?", "page": "zz"})
    assert len(response.context["rows"]) == 3
    assert len(response.context["form"].errors) == 3


def test_decisions_by_year_and_words(client, body, secretary):
    DecisionFactory(task_force=body, number=1, text="Les réunions se tiennent le mardi.")
    DecisionFactory(task_force=body, number=2, text="Un glossaire est préparé.")
    DecisionFactory(task_force=body, number=1, year=2017, text="Autre.")
    assert listed(client, body, liste="decisions") == ["D-2017-01", "D-2016-02", "D-2016-01"]
    assert listed(client, body, liste="decisions", mots="REUNIONS") == ["D-2016-01"]
    assert listed(client, body, liste="decisions", annee="2017") == ["D-2017-01"]
    assert listed(client, body, liste="decisions", mots="%_") == []


@pytest.mark.parametrize("item_count", [1, 3, 40])
@pytest.mark.parametrize(("query", "count"), [({}, 12), ({"liste": "decisions"}, 10)])
def test_the_register_costs_the_same_whatever_its_length(
    client, body, secretary, item_count, query, count, django_assert_num_queries
):
    for number in range(item_count):
        ActionItemFactory(task_force=body, owner_person=PersonFactory()).owners.create(agency=AgencyFactory())
        DecisionFactory(task_force=body, number=number + 1)
    client.get("/")
    with django_assert_num_queries(count):
        client.get(url("register", body.slug), query)


@pytest.mark.parametrize("item_count", [1, 3, 40])
def test_the_home_of_a_body_costs_the_same_whatever_it_holds(
    client, body, secretary, item_count, django_assert_num_queries
):
    for _ in range(item_count):
        ActionItemFactory(task_force=body).owners.create(agency=AgencyFactory())
        seat = SeatFactory(task_force=body)
        MandateFactory(seat=seat, period=period(date(2016, 4, 1), body.today() + timedelta(days=10)))
    client.get("/")
    with django_assert_num_queries(12):
        page = client.get(url("body_home", body.slug)).content.decode()
    assert "finit dans 10" in page


# Restricted ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads"),
    [("secretariat", True), ("chair", True), ("titular", False), ("observer", False), ("resident_coordinator", False)],
)
def test_a_restricted_row_is_for_the_secretariat_and_the_chair(client, body, role, reads):
    action = ActionItemFactory(task_force=body, is_restricted=True)
    DecisionFactory(task_force=body, is_restricted=True)
    client.force_login(member(body, role=role).user)
    assert bool(listed(client, body)) == reads
    assert bool(listed(client, body, liste="decisions")) == reads
    assert client.get(url("action_detail", action.pk)).status_code == (200 if reads else 404)
    assert (b"sans responsable" in client.get(url("body_home", body.slug)).content) == reads


def test_who_owns_a_restricted_action_reads_it(client, body):
    seat = SeatFactory(task_force=body)
    person = MandateFactory(seat=seat, person=PersonFactory(account=True)).person
    ActionItemFactory(task_force=body, is_restricted=True, number=1).owners.create(agency=seat.agency)
    ActionItemFactory(task_force=body, is_restricted=True, number=2, owner_person=person)
    ActionItemFactory(task_force=body, is_restricted=True, number=3, owner_all=True)
    ActionItemFactory(task_force=body, is_restricted=True, number=4)
    client.force_login(person.user)
    assert listed(client, body) == ["A-2016-01", "A-2016-02", "A-2016-03"]


# How far ---------------------------------------------------------------------------------------


def test_an_agency_tells_of_its_own_part(client, body):
    seat = SeatFactory(task_force=body, agency__acronym="PAM")
    person = MandateFactory(seat=seat, person=PersonFactory(account=True)).person
    action = ActionItemFactory(task_force=body)
    action.owners.create(agency=seat.agency)
    action.owners.create(agency=AgencyFactory())
    client.force_login(person.user)
    assert "Où en est PAM" in client.get(url("action_detail", action.pk)).content.decode()
    client.post(url("action_move", action.pk), {"state": "done", "comment": "Envoyé le 3 mars."})
    action.refresh_from_db()
    assert action.state == "in_progress"
    page = client.get(url("action_detail", action.pk)).content.decode().replace("\xa0", " ")
    assert "Envoyé le 3 mars." in page and "PAM · Non commencée → Réalisée" in page
    # Only the secretariat drops an action.
    assert client.post(url("action_move", action.pk), {"state": "cancelled"}).status_code == 422
    assert client.get(url("action_edit", action.pk)).status_code == 403


def test_the_secretariat_moves_the_whole_action(client, body, secretary):
    action = ActionItemFactory(task_force=body)
    client.post(url("action_move", action.pk), {"state": "done"})
    again = client.post(url("action_move", action.pk), {"state": "done"})
    assert again.status_code == 422
    action.refresh_from_db()
    assert action.state == "done"


@pytest.mark.parametrize(
    ("role", "status"), [("titular", 403), ("observer", 403), ("ended", 404), ("data_manager", 404)]
)
def test_who_does_not_own_an_action_leaves_it(client, body, role, status):
    action = ActionItemFactory(task_force=body)
    client.force_login(member(body, role=role).user)
    assert client.post(url("action_move", action.pk), {"state": "done"}).status_code == status
    assert client.get(url("action_edit", action.pk)).status_code == status
    assert client.get(url("action_move", action.pk)).status_code == 405


@pytest.mark.parametrize(("role", "status"), [("data_manager", 403), ("ended", 404), ("titular", 200), ("none", 404)])
def test_who_reads_the_register(client, body, role, status):
    client.force_login(member(body, role=role).user)
    assert client.get(url("register", body.slug)).status_code == status


def test_an_action_is_entered_once_and_corrected(client, body, secretary):
    bit = AgencyFactory(acronym="BIT")
    data = {"text": "Partager les outils.", "owners": [bit.pk], "due_on": "8 mars 2027", "priority": "high"}
    first = client.post(url("action_create", body.slug), data)
    second = client.post(url("action_create", body.slug), data)
    action = ActionItem.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == url("action_detail", action.pk)
    assert (action.year, action.due_on) == (body.today().year, date(2027, 3, 8))
    client.post(
        url("action_edit", action.pk),
        {"text": "Partager deux outils.", "owner_all": "on", "priority": "normal", "owner_person": secretary.pk},
    )
    action.refresh_from_db()
    assert (action.text, action.due_on, action.owner_all, action.owner_person) == (
        "Partager deux outils.",
        None,
        True,
        secretary,
    )
    assert not action.owners.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"text": ""},
        {"text": "x" * 4001},
        {"text": "a\x00b"},
        {"due_on": "30/2/2016"},
        {"owners": ["0"]},
        {"owners": ["\x00"]},
        {"priority": "?"},
        {"owner_person": "987654"},
    ],
)
def test_what_is_wrong_with_an_action_is_said(client, body, secretary, data):
    response = client.post(url("action_create", body.slug), {"text": "Partager.", "priority": "normal", **data})
    assert response.status_code == 422
    assert not ActionItem.objects.exists()


# Documents -------------------------------------------------------------------------------------


def test_the_documents_page_says_what_will_stand_there(client, body, secretary):
    page = client.get(url("documents", body.slug))
    assert page.status_code == 200 and "Aucun document pour l’instant" in page.content.decode()


def test_an_office_of_another_body_opens_nothing_here(client, body):
    elsewhere = OfficeFactory(person=PersonFactory(account=True), task_force=TaskForceFactory())
    client.force_login(elsewhere.person.user)
    assert client.get(url("register", body.slug)).status_code == 403
