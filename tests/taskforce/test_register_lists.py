"""What leaves the registers (tables, PDF, reminders), and news of actions: nothing restricted to who may not read it."""

import io
import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse
from openpyxl import load_workbook

from core.documents.base import documents
from core.models import OutgoingEmail
from taskforce.enums import ReportKind
from taskforce.models import ActionReminder, ActionUpdate, Report, TaskForce
from taskforce.queries.register_updates import story_of
from taskforce.queries.reports import reports_visible_to
from taskforce.services.register_updates import remind_owners, tell_of_action
from taskforce.services.reports import list_report, year_report
from tests.meetings.factories import MeetingActionFactory, MeetingDecisionFactory, MeetingFactory
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db

SECRET = "Huis clos"


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


def agency_of(person):
    return person.mandates.get().seat.agency


def table(client, body, slug, **query):
    """The cells of the spreadsheet below its headings."""
    response = client.get(reverse("exports:download", args=[slug, body.pk, "xlsx"]), query)
    assert response.status_code == 200
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def register_page(client, body, **query):
    response = client.get(reverse("taskforce:register", args=[body.slug]), query)
    assert response.status_code == 200
    return response


# Filters ----------------------------------------------------------------------------------------


def test_the_theme_of_the_meeting_a_period_and_words(client, body):
    client.force_login(member(body, role="secretariat").user)
    meeting = MeetingFactory(task_force=body, theme="Ciblage des ménages")
    born = MeetingActionFactory(meeting=meeting, action__number=1, action__due_on=date(2026, 12, 5)).action
    ActionItemFactory(task_force=body, number=2, due_on=date(2027, 1, 15), text="Rédiger l’étude")
    for query, expected in (
        ({"theme": "menages"}, ["A-2016-01"]),
        ({"theme": "nutrition"}, []),
        ({"du": "1/1/2027"}, ["A-2016-02"]),
        ({"au": "31/12/2026"}, ["A-2016-01"]),
        ({"du": "1/12/2026", "au": "31/12/2026"}, ["A-2016-01"]),
        ({"mots": "etude"}, ["A-2016-02"]),
        ({"mots": "%"}, []),
    ):
        response = register_page(client, body, **query)
        assert [row[0].reference for row in response.context["rows"]] == expected, query
        assert [row[0] for row in table(client, body, "actions", **query)] == expected, query
    page = register_page(client, body).content.decode()
    assert meeting.get_absolute_url() in page
    assert "Ciblage des ménages" in client.get(reverse("taskforce:action_detail", args=[born.pk])).content.decode()
    # A period that ends before it begins filters by its beginning alone and says so; a table is refused.
    wrong = {"du": "1/1/2027", "au": "1/1/2020"}
    assert "au" in register_page(client, body, **wrong).context["form"].errors
    assert client.get(reverse("exports:download", args=["actions", body.pk, "csv"]), wrong).status_code == 400


def test_decisions_lead_to_their_meeting(client, body):
    client.force_login(member(body).user)
    meeting = MeetingFactory(task_force=body, theme="Ciblage")
    MeetingDecisionFactory(meeting=meeting, decision__number=1)
    DecisionFactory(task_force=body, number=2)
    assert meeting.get_absolute_url() in register_page(client, body, liste="decisions").content.decode()
    rows = table(client, body, "decisions", theme="ciblage", liste="decisions")
    assert [(row[0], row[8]) for row in rows] == [("D-2016-01", "Ciblage")]


def test_the_address_keeps_the_filters_through_the_pages(client, body):
    client.force_login(member(body).user)
    for number in range(30):
        ActionItemFactory(task_force=body, number=number + 1, text="Étude de ciblage")
    page = register_page(client, body, mots="ciblage", etat="toutes").content.decode()
    assert "mots=ciblage" in page
    assert "page=2" in page
    assert "/exports/actions/" in page


# Nothing restricted leaks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads"),
    [("secretariat", True), ("chair", True), ("titular", False), ("observer", False), ("resident_coordinator", False)],
)
def test_a_restricted_row_is_in_no_list_count_table_or_pdf_of_who_may_not_read_it(client, body, role, reads):
    user = member(body, role=role).user
    client.force_login(user)
    meeting = MeetingFactory(task_force=body)
    secret = ActionItemFactory(task_force=body, text=SECRET, is_restricted=True, due_on=date(2020, 1, 1))
    secret.owners.create(agency=AgencyFactory(acronym="CICR"))
    MeetingDecisionFactory(meeting=meeting, decision__text=SECRET, decision__is_restricted=True)
    ActionItemFactory(task_force=body, number=900, text="Ouverte à tous")

    assert register_page(client, body).context["counts"] == {"open": 1 + reads, "overdue": int(reads)}
    # Nor in what may be chosen to filter by.
    assert ("CICR" in register_page(client, body).content.decode()) is reads
    for slug in ("actions", "decisions"):
        assert any(SECRET in row for row in table(client, body, slug)) is reads
    for kind, slug in ((ReportKind.ACTIONS, "action-list"), (ReportKind.DECISIONS, "decision-list")):
        report = list_report(body, kind, "", reader=user)
        assert (SECRET in str(documents.get(slug)().get_context(report))) is reads


def test_owners_read_their_restricted_action_and_others_do_not(client, body):
    owner, other = member(body), member(body)
    ActionItemFactory(task_force=body, text=SECRET, is_restricted=True).owners.create(agency=agency_of(owner))
    for person, reads in ((owner, True), (other, False)):
        client.force_login(person.user)
        assert any(SECRET in row for row in table(client, body, "actions")) is reads


def test_a_list_made_with_rights_that_ended_is_nobodys(body):
    person = member(body, role="secretariat")
    office = person.offices.get()
    report = list_report(body, ReportKind.ACTIONS, "", reader=person.user)
    assert list(reports_visible_to(person.user, ReportKind.ACTIONS)) == [report]
    # No longer the secretariat, now an observer of the same body: the old list, with what is restricted, is gone.
    office.delete()
    from tests.taskforce.factories import MandateFactory

    MandateFactory(seat=SeatFactory(task_force=body, observer=True), person=person)
    person.user.__dict__.pop("_grants", None)
    assert not reports_visible_to(person.user, ReportKind.ACTIONS).exists()
    assert not reports_visible_to(member(body, role="secretariat").user, ReportKind.ACTIONS).exists()


def test_the_same_list_asked_twice_is_one_row_and_a_year_is_everybodys(client, body):
    reader = member(body)
    client.force_login(reader.user)
    address = reverse("taskforce:register_pdf", args=["niger"])
    for _ in range(2):
        assert client.post(f"{address}?mots=ciblage&etat=toutes").status_code == 302
    assert client.post(f"{address}?etat=toutes&mots=ciblage").status_code == 302
    assert Report.objects.filter(kind="actions").count() == 1
    assert year_report(body, ReportKind.REVIEW, 2025) == year_report(body, ReportKind.REVIEW, 2025)


# News -------------------------------------------------------------------------------------------------


def test_an_agency_tells_of_its_part_with_or_without_another_state(client, body):
    titular = member(body)
    action = ActionItemFactory(task_force=body)
    action.owners.create(agency=agency_of(titular))
    client.force_login(titular.user)
    address = reverse("taskforce:action_move", args=[action.pk])
    assert client.post(address, {"state": "", "comment": "Étude lancée"}).status_code == 302
    assert client.post(address, {"state": "in_progress", "comment": "Bureau choisi"}).status_code == 302
    assert client.post(address, {"state": "", "comment": "  "}).status_code == 422
    told = list(ActionUpdate.objects.order_by("pk").values_list("note", "state", "is_change", "agency", "author"))
    mine = (agency_of(titular).pk, titular.user.pk)
    assert told == [
        ("Étude lancée", "not_started", False, *mine),
        ("Bureau choisi", "in_progress", True, *mine),
    ]
    page = client.get(reverse("taskforce:action_detail", args=[action.pk])).content.decode()
    # Each once, the latest first.
    assert page.count("Étude lancée") == page.count("Bureau choisi") == 1
    assert page.index("Bureau choisi") < page.index("Étude lancée")
    assert table(client, body, "actions")[0][9] == "Bureau choisi"


def test_news_too_long_or_of_somebody_elses_part_are_refused(body):
    secretary = member(body, role="secretariat").user
    action = ActionItemFactory(task_force=body)
    with pytest.raises(ValidationError):
        tell_of_action(action, None, state="", note="x" * 2001, actor=secretary)
    with pytest.raises(ValidationError):
        tell_of_action(action, AgencyFactory(), state="done", note="", actor=secretary)
    assert not ActionUpdate.objects.exists()


# Reminders ----------------------------------------------------------------------------------------------


@pytest.fixture
def late(body):
    """Two titulars; an action of the first, one of both, a restricted one of the second, one of nobody."""
    first, second = member(body, family_name="Abdou"), member(body, family_name="Zeinabou")
    actions = [ActionItemFactory(task_force=body, number=n + 1, due_on=date(2020, 1, n + 1)) for n in range(4)]
    actions[2].is_restricted = True
    actions[2].text = SECRET
    actions[2].save()
    for action, people in zip(actions, ([first], [first, second], [second], []), strict=True):
        for person in people:
            action.owners.create(agency=agency_of(person))
    return first, second, actions


def test_choose_look_send_once(client, body, late):
    first, second, actions = late
    client.force_login(member(body, role="secretariat").user)
    address = reverse("taskforce:action_remind", args=["niger"])
    page = client.get(address).content.decode()
    assert all(action.reference in page for action in actions)
    chosen = {"a": [action.pk for action in actions]}
    preview = client.get(address, chosen)
    text = preview.content.decode().replace("<wbr>", "")
    assert "2 courriels vont partir" in text.replace("\u00a0", " ")
    assert first.email in text
    assert actions[3].reference in text
    assert not OutgoingEmail.objects.exists()

    sending = {**chosen, "lot": str(preview.context["batch"])}
    client.post(address, sending)
    client.post(address, sending)
    mails = {mail.recipient: mail.text for mail in OutgoingEmail.objects.filter(kind="action-reminder")}
    assert set(mails) == {first.email, second.email}
    # The restricted one reaches its owner and nobody else.
    assert SECRET in mails[second.email]
    assert SECRET not in mails[first.email]
    assert ActionReminder.objects.count() == 3
    assert "Relance envoyée à 2 personnes" in [event.text for event in story_of(actions[1])]
    assert client.post(address, {**chosen, "lot": "x"}).status_code == 302
    assert OutgoingEmail.objects.count() == 2


def test_nothing_closed_foreign_or_hostile_is_reminded(client, body, late):
    first, _second, actions = late
    abroad = ActionItemFactory(owner_person=first)
    actions[0].state = "done"
    actions[0].save()
    client.force_login(member(body, role="secretariat").user)
    address = reverse("taskforce:action_remind", args=["niger"])
    client.post(address, {"a": [actions[0].pk, abroad.pk, "x", "-1", "9" * 40], "lot": str(uuid.uuid4())})
    assert not OutgoingEmail.objects.exists()
    client.force_login(first.user)
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_mail(late):
    body = TaskForce.objects.get(slug="niger")
    secretary, batch = member(body, role="secretariat").user, uuid.uuid4()
    written, barrier = [], threading.Barrier(4)

    def press():
        try:
            barrier.wait()
            written.append(remind_owners(body, late[2], batch=batch, actor=secretary))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 0, 0, 2]
    assert OutgoingEmail.objects.filter(kind="action-reminder").count() == 2


@pytest.mark.parametrize("count", [1, 3, 40])
def test_reminders_cost_the_same_whatever_their_number(client, body, count, django_assert_max_num_queries):
    client.force_login(member(body, role="secretariat").user)
    wanted = []
    for n in range(count):
        action = ActionItemFactory(task_force=body, number=n + 1, due_on=body.today() - timedelta(days=3))
        action.owners.create(agency=agency_of(member(body)))
        wanted.append(action.pk)
    client.get("/")
    address = reverse("taskforce:action_remind", args=["niger"])
    for query in ({}, {"a": wanted}):
        with django_assert_max_num_queries(12):
            client.get(address, query)
