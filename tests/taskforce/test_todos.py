"""« À faire ce mois-ci »: what is late or due, in one query."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.fields import period
from core.models import Bounce, EmailState, OutgoingEmail
from core.notifications.delivery import try_again
from core.todos import most_pressing, todos_for, urgency_of
from meetings.enums import MeetingKind, MeetingState, MinutesState
from taskforce.models import Activity, TaskForce, TermsOfReference, WorkPlan
from taskforce.queries.todos import month_ahead
from tests.meetings.factories import InvitationFactory, MeetingFactory, MinutesFactory
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory()


def found(body, today=None):
    """(source, count, urgency) of every line."""
    today = today or body.today()
    groups = todos_for(body, today=today, until=month_ahead(today))
    return [(group.slug, todo.count, todo.urgency) for group in groups for todo in group.todos]


def test_nothing_is_due_in_an_empty_body(body):
    assert found(body) == []


@pytest.mark.parametrize(("days", "urgency"), [(-1, "late"), (0, "soon"), (7, "soon"), (8, "month"), (None, "month")])
def test_a_day_presses_by_its_nearness(days, urgency):
    today = date(2026, 11, 21)
    assert urgency_of(None if days is None else today + timedelta(days=days), today=today) == urgency


def test_a_meeting_is_convened_two_weeks_before(body):
    for days in (3, 30, 60):
        MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=days))
    MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=5), kind=MeetingKind.HISTORICAL)

    assert found(body) == [("meetings", 1, "soon"), ("meetings", 1, "month")]


def test_a_convened_meeting_waits_for_answers(body):
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=3), state=MeetingState.CONVENED)
    InvitationFactory(meeting=meeting)
    InvitationFactory(meeting=meeting)
    InvitationFactory(meeting=meeting, partstat="accepted")

    assert found(body) == [("meetings", 2, "soon")]


def test_a_meeting_that_is_over_wants_its_minutes_then_its_closing(body):
    past = timezone.now() - timedelta(days=20)
    meeting = MeetingFactory(task_force=body, starts_at=past, state=MeetingState.HELD)
    assert found(body) == [("meetings", 1, "late")]

    minutes = MinutesFactory(meeting=meeting)
    assert found(body) == [("meetings", 1, "late")]
    minutes.state = MinutesState.CIRCULATED
    minutes.save()
    assert found(body) == [("meetings", 1, "month")]
    meeting.state = MeetingState.CLOSED
    meeting.save()
    assert found(body) == []


def test_a_meeting_whose_day_has_passed_is_entered(body):
    MeetingFactory(task_force=body, starts_at=timezone.now() - timedelta(days=2), state=MeetingState.CONVENED)

    assert found(body) == [("meetings", 1, "late")]


def test_a_structure_without_titular_is_asked(body):
    for acronym in ("PAM", "FAO"):
        SeatFactory(task_force=body, agency=AgencyFactory(acronym=acronym))
    SeatFactory(task_force=body, observer=True)
    MandateFactory(seat=SeatFactory(task_force=body))

    assert found(body) == [("designations", 2, "month")]
    [group] = todos_for(body, today=body.today(), until=month_ahead(body.today()))
    assert group.todos[0].detail == "FAO, PAM"


def test_mandates_that_end_within_sixty_days_and_have_no_successor(body):
    today = date(2026, 11, 21)
    first, second, third = (SeatFactory(task_force=body) for _ in range(3))
    MandateFactory(seat=first, period=period(date(2024, 1, 1), date(2026, 11, 25)))
    MandateFactory(seat=second, period=period(date(2024, 1, 1), date(2026, 12, 31)))
    MandateFactory(seat=second, period=period(date(2027, 1, 1)))
    MandateFactory(seat=third, period=period(date(2024, 1, 1), date(2027, 6, 30)))

    groups = todos_for(body, today=today, until=month_ahead(today))

    assert [group.slug for group in groups] == ["mandates"]
    todo = groups[0].todos[0]
    assert (todo.count, todo.due, todo.urgency) == (1, date(2026, 11, 25), "soon")


def test_actions_late_and_coming(body):
    today = date(2026, 11, 21)
    for due in (date(2026, 1, 5), date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 1), date(2027, 3, 1), None):
        ActionItemFactory(task_force=body, due_on=due)
    ActionItemFactory(task_force=body, due_on=date(2026, 1, 1), state="done")

    assert found(body, today) == [("actions", 2, "late"), ("actions", 2, "soon")]


def test_terms_of_reference_wait(body):
    today = date(2026, 11, 21)
    terms = TermsOfReference.objects.create(task_force=body, number=1, title="Termes de référence")
    assert found(body, today) == [("terms", 1, "month")]

    terms.state, terms.comments_until = "shared", date(2026, 11, 20)
    terms.save()
    assert found(body, today) == [("terms", 1, "late")]


def test_the_months_activities_and_those_behind(body):
    today = date(2026, 11, 21)
    plan = WorkPlan.objects.create(task_force=body, year=2026)
    before = WorkPlan.objects.create(task_force=body, year=2025)
    for title, months, state, progress in (
        ("Ce mois", [11], "planned", 0),
        ("Passé", [2, 3], "in_progress", 30),
        ("À venir", [12], "planned", 0),
        ("À cheval", [3, 12], "planned", 0),
        ("Faite", [11], "done", 100),
    ):
        Activity.objects.create(plan=plan, title=title, months=months, state=state, progress=progress)
    Activity.objects.create(plan=before, title="L’an dernier", months=[12])

    groups = todos_for(body, today=today, until=month_ahead(today))

    assert [(todo.count, todo.urgency) for todo in groups[0].todos] == [(2, "late"), (1, "month")]
    assert groups[0].todos[1].label == "Ce mois"


def test_failed_mails_of_the_body_only(body):
    for scope, state in ((body, EmailState.FAILED), (body, EmailState.SENT), (TaskForceFactory(), EmailState.FAILED)):
        OutgoingEmail.objects.create(
            unique_key=str(uuid.uuid4()),
            kind="reminder",
            scope_type=ContentType.objects.get_for_model(TaskForce),
            scope_id=scope.pk,
            recipient="x@example.org",
            subject="Rappel",
            text="Bonjour,",
            message_id=f"<{uuid.uuid4()}@example.org>",
            state=state,
            next_attempt_at=None,
        )

    assert found(body) == [("mails", 1, "late")]


def test_an_address_that_fails_is_corrected(body):
    secretary, other = member(body, role="secretariat"), PersonFactory()
    for person in (secretary, other):
        mail = OutgoingEmail.objects.create(
            unique_key=person.email, kind="x", recipient=person.email, subject="s", text="t", message_id=person.email
        )
        Bounce.objects.create(fingerprint=person.email, email=mail, address=person.email.upper(), is_hard=True)
    assert found(body) == [("mails", 1, "late")]
    try_again(secretary.email)
    assert found(body) == []


def test_all_of_it_is_one_query_and_the_most_pressing_comes_first(body, django_assert_num_queries):
    today = date(2026, 11, 21)
    ContentType.objects.get_for_model(TaskForce)
    SeatFactory(task_force=body, agency=AgencyFactory())
    for due in (date(2026, 1, 5), date(2026, 12, 1)):
        ActionItemFactory(task_force=body, due_on=due)
    MandateFactory(seat=SeatFactory(task_force=body), period=period(date(2024, 1, 1), date(2026, 11, 22)))

    with django_assert_num_queries(1):
        groups = todos_for(body, today=today, until=month_ahead(today))

    assert [todo.urgency for todo in most_pressing(groups)] == ["late", "soon", "month", "month"]


def test_the_page_is_the_secretariats(body):
    ActionItemFactory(task_force=body, due_on=date(2016, 3, 1))
    url = reverse("taskforce:todo_list", args=[body.slug])
    statuses = {}
    for role in ("secretariat", "titular", "chair"):
        client = Client()
        client.force_login(member(body, role=role).user, backend="allauth.account.auth_backends.AuthenticationBackend")
        statuses[role] = client.get(url).status_code
        home = client.get(body.get_absolute_url()).content.decode()
        assert (url in home) == (role == "secretariat")

    assert statuses == {"secretariat": 200, "titular": 403, "chair": 403}
