"""Acceptance changes mandates in one act; before it nothing changes, and of two at once one takes effect."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from core.fields import period
from core.models import OutgoingEmail, SolicitationState
from taskforce.enums import DesignationPurpose, MandateEnd
from taskforce.models import Invite, Mandate, Person
from taskforce.queries import mandates_on
from taskforce.queries.designation_answers import named_in
from taskforce.services.designation_answers import accept_designation, changes_of, return_designation
from tests.meetings.factories import AttendanceFactory
from tests.taskforce.asked import asked, directed
from tests.taskforce.factories import MandateFactory, PersonFactory, SeatFactory, TaskForceFactory, member

SPRING = date(2016, 4, 1)


@pytest.fixture
def body(db):
    return TaskForceFactory(slug="niger-protection-sociale")


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat", email="secretariat@example.org").user


@pytest.fixture
def seat(body):
    found = SeatFactory(task_force=body, agency__acronym="PAM")
    directed(found)
    return found


def held(seat):
    """(rank, family name, first day, last day, why it ended), by rank and time."""
    return [
        (m.rank, m.person.family_name, m.starts_on, m.ends_on, m.end_reason)
        for m in seat.mandates.select_related("person").order_by("rank", "period")
    ]


def test_acceptance_begins_the_mandates_and_enters_the_persons(seat, secretary):
    request = asked(seat, state="submitted", persons=2, starts_on=SPRING, ends_on=date(2018, 3, 31))
    begun = accept_designation(request, actor=secretary)

    assert held(seat) == [
        (0, "Oumarou", SPRING, date(2018, 3, 31), ""),
        (1, "Issa", SPRING, date(2018, 3, 31), ""),
    ]
    assert {mandate.designation for mandate in begun} == {request}
    person = Person.objects.get(family_name="Oumarou")
    assert (person.agency, person.job_title) == (seat.agency, "Chargé de programme")
    assert request.persons.get(rank=0).person == person
    assert request.state == SolicitationState.ACCEPTED


def test_what_was_replaced_ends_on_the_eve_and_the_past_stays(seat, secretary):
    MandateFactory(seat=seat, person__family_name="Ancienne", period=period(date(2016, 4, 1)))
    MandateFactory(seat=seat, rank=1, person__family_name="Second", period=period(date(2016, 4, 1)))
    start = seat.task_force.today() + timedelta(days=5)
    request = asked(seat, state="submitted", persons=1, starts_on=start)
    accept_designation(request, actor=secretary)
    assert held(seat) == [
        (0, "Ancienne", SPRING, start - timedelta(days=1), MandateEnd.REPLACED),
        (0, "Oumarou", start, None, ""),
        (1, "Second", SPRING, start - timedelta(days=1), MandateEnd.REPLACED),
    ]
    assert [m.person.family_name for m in mandates_on(seat.task_force, date(2016, 4, 2)) if m.seat == seat] == [
        "Ancienne",
        "Second",
    ]


def test_the_same_persons_are_renewed_in_one_act(seat, secretary):
    last = seat.task_force.today() + timedelta(days=30)
    titular = MandateFactory(seat=seat, person__family_name="Oumarou", period=period(SPRING, last))
    request = asked(
        seat, state="submitted", persons=1, purpose=DesignationPurpose.RENEWAL, starts_on=last + timedelta(days=1)
    )
    request.persons.update(email=titular.person.email)
    accept_designation(request, actor=secretary)
    assert held(seat) == [(0, "Oumarou", SPRING, last, ""), (0, "Oumarou", last + timedelta(days=1), None, "")]
    assert Person.objects.filter(family_name="Oumarou").count() == 1


def test_one_person_is_replaced_at_the_same_rank_and_the_others_stay(seat, secretary):
    MandateFactory(seat=seat, person__family_name="Titulaire")
    second = MandateFactory(seat=seat, rank=1, person__family_name="Second")
    MandateFactory(seat=seat, rank=2, person__family_name="Troisième")
    start = seat.task_force.today() + timedelta(days=3)
    request = asked(
        seat,
        state="submitted",
        persons=1,
        purpose=DesignationPurpose.REPLACEMENT,
        replaces=second,
        starts_on=start,
    )
    accept_designation(request, actor=secretary)
    assert [(rank, name, last) for rank, name, _first, last, _why in held(seat)] == [
        (0, "Titulaire", None),
        (1, "Second", start - timedelta(days=1)),
        (1, "Oumarou", None),
        (2, "Troisième", None),
    ]


def test_a_substitute_who_becomes_titular_leaves_the_former_rank(seat, secretary):
    titular = MandateFactory(seat=seat, person__family_name="Titulaire")
    second = MandateFactory(seat=seat, rank=1, person__family_name="Second")
    start = seat.task_force.today() + timedelta(days=3)
    request = asked(
        seat, state="submitted", persons=1, purpose=DesignationPurpose.REPLACEMENT, replaces=titular, starts_on=start
    )
    request.persons.update(email=second.person.email)
    accept_designation(request, actor=secretary)
    assert [(rank, name, last) for rank, name, _first, last, _why in held(seat)] == [
        (0, "Titulaire", start - timedelta(days=1)),
        (0, "Second", None),
        (1, "Second", start - timedelta(days=1)),
    ]


def test_a_mandate_to_come_gives_way(seat, secretary):
    start = seat.task_force.today() + timedelta(days=3)
    MandateFactory(seat=seat, person__family_name="Prévue", period=period(start + timedelta(days=10)))
    accept_designation(asked(seat, state="submitted", persons=1, starts_on=start), actor=secretary)
    assert [name for _rank, name, *_rest in held(seat)] == ["Oumarou"]


def test_a_mandate_that_has_served_is_not_cut_short(seat, secretary):
    today = seat.task_force.today()
    mandate = MandateFactory(seat=seat)
    AttendanceFactory(
        meeting__task_force=seat.task_force,
        meeting__starts_at=timezone.now(),
        agency=seat.agency,
        person=mandate.person,
        mandate=mandate,
    )
    request = asked(seat, state="submitted", persons=1, starts_on=today)
    with pytest.raises(ValidationError) as refusal:
        accept_designation(request, actor=secretary)
    assert "a servi" in " ".join(refusal.value.messages)
    assert seat.mandates.count() == 1
    request.solicitation.refresh_from_db()
    assert request.solicitation.state == SolicitationState.SUBMITTED
    assert not Person.objects.filter(family_name="Oumarou").exists()
    assert not OutgoingEmail.objects.exists()


def test_a_refusal_to_sit_ends_the_mandates(seat, secretary):
    MandateFactory(seat=seat)
    start = seat.task_force.today() + timedelta(days=1)
    request = asked(seat, state="submitted", declined=True, starts_on=start)
    assert accept_designation(request, actor=secretary) == []
    assert [(last, why) for *_others, last, why in held(seat)] == [(start - timedelta(days=1), MandateEnd.WITHDRAWN)]


def test_declining_to_replace_somebody_changes_nothing(seat, secretary):
    mandate = MandateFactory(seat=seat)
    request = asked(seat, state="submitted", declined=True, purpose=DesignationPurpose.REPLACEMENT, replaces=mandate)
    accept_designation(request, actor=secretary)
    assert [last for *_others, last, _why in held(seat)] == [None]


def test_receipts_and_invitations_leave(seat, secretary):
    request = asked(seat, state="submitted", persons=2)
    accept_designation(request, actor=secretary)
    kinds = OutgoingEmail.objects.order_by("kind").values_list("kind", "recipient")
    assert set(kinds) == {
        ("designation-accepted", request.solicitation.email),
        ("designation-welcome", f"{seat.pk}-0@example.org"),
        ("designation-welcome", f"{seat.pk}-1@example.org"),
        ("designation-recorded", "secretariat@example.org"),
        ("account-invite", f"{seat.pk}-0@example.org"),
        ("account-invite", f"{seat.pk}-1@example.org"),
    }
    assert Invite.objects.count() == 2


def test_who_has_an_account_is_not_invited_again(seat, secretary):
    known = PersonFactory(account=True, family_name="Oumarou")
    request = asked(seat, state="submitted", persons=1)
    request.persons.update(email=known.email.upper())
    [mandate] = accept_designation(request, actor=secretary)
    assert mandate.person == known
    assert not Invite.objects.exists()


def test_somebody_without_an_address_is_entered_all_the_same(seat, secretary):
    request = asked(seat, state="submitted", persons=1)
    request.persons.update(email="")
    [mandate] = accept_designation(request, actor=secretary)
    assert mandate.person.email == ""
    assert OutgoingEmail.objects.get(kind="designation-welcome").state == "skipped"


def test_a_namesake_is_recognised_when_told(seat, secretary):
    known = PersonFactory(given_name="AISSA", family_name="oumarou", email="", agency=seat.agency)
    request = asked(seat, state="submitted", persons=1)
    [item] = named_in(request, on=seat.task_force.today())
    assert item.namesakes == [known]
    [mandate] = accept_designation(request, actor=secretary, people={0: known})
    assert mandate.person == known
    known.refresh_from_db()
    assert known.email == f"{seat.pk}-0@example.org"


def test_a_titular_of_another_body_may_sit_here_too(seat, secretary):
    other = MandateFactory()
    request = asked(seat, state="submitted", persons=1)
    request.persons.update(email=other.person.email)
    [item] = named_in(request, on=seat.task_force.today())
    assert item.elsewhere == [other]
    [mandate] = accept_designation(request, actor=secretary)
    assert mandate.person == other.person
    other.refresh_from_db()
    assert other.ends_on is None


def test_the_page_says_beforehand_what_would_change(seat):
    mandate = MandateFactory(seat=seat)
    start = seat.task_force.today() + timedelta(days=4)
    coming = MandateFactory(seat=seat, rank=2, period=period(start + timedelta(days=9)))
    request = asked(seat, state="submitted", persons=1)
    assert [(change.mandate, change.last_day) for change in changes_of(request, start)] == [
        (mandate, start - timedelta(days=1)),
        (coming, None),
    ]


@pytest.mark.parametrize("state", ["draft", "sent", "opened", "accepted", "revoked", "expired"])
def test_only_an_answer_is_accepted_or_returned(seat, secretary, state):
    request = asked(seat, state=state)
    with pytest.raises(ValidationError):
        accept_designation(request, actor=secretary)
    with pytest.raises(ValidationError):
        return_designation(request, "Incomplète.", actor=secretary)
    assert not Mandate.objects.exists()


def test_an_answer_that_names_nobody_is_not_accepted(seat, secretary):
    with pytest.raises(ValidationError) as refusal:
        accept_designation(asked(seat, state="submitted"), actor=secretary)
    assert refusal.value.code == "nobody"


def test_an_objection_keeps_the_answer_from_being_accepted(seat, secretary):
    request = asked(seat, state="submitted", persons=1)
    request.persons.update(objection_at=timezone.now())
    with pytest.raises(ValidationError) as refusal:
        accept_designation(request, actor=secretary)
    assert refusal.value.code == "objection"


def test_a_disowned_answer_is_not_accepted(seat, secretary):
    request = asked(seat, state="submitted", persons=1, disowned_at=timezone.now())
    with pytest.raises(ValidationError) as refusal:
        accept_designation(request, actor=secretary)
    assert refusal.value.code == "disowned"


def test_a_returned_answer_may_be_given_again_at_once(seat, secretary):
    request = asked(seat, state="submitted", persons=1)
    return_designation(request, "Il manque l’adresse de la suppléante.", actor=secretary)
    request.refresh_from_db()
    assert request.state == SolicitationState.SENT
    [mail] = OutgoingEmail.objects.filter(kind="designation-returned")
    assert mail.recipient == request.solicitation.email
    assert "Il manque l’adresse de la suppléante." in mail.text
    link = request.solicitation.links.get(revoked_at=None)
    assert link.mail_key == mail.unique_key


def test_returning_needs_a_reason(seat, secretary):
    request = asked(seat, state="submitted", persons=1)
    with pytest.raises(ValidationError):
        return_designation(request, " ", actor=secretary)
    request.refresh_from_db()
    assert request.state == SolicitationState.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_of_many_acceptances_at_once_one_takes_effect(seat, secretary):
    request = asked(seat, state="submitted", persons=2)
    calls = 8
    start, outcomes = threading.Barrier(calls), []

    def accept():
        try:
            start.wait(10)
            accept_designation(type(request).objects.get(pk=request.pk), actor=secretary)
            outcomes.append("accepted")
        except ValidationError as error:
            outcomes.append(" ".join(error.messages))
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("accepted") == 1
    assert all("déjà" in outcome for outcome in outcomes if outcome != "accepted"), outcomes
    assert len(outcomes) == calls
    assert seat.mandates.count() == 2
    assert OutgoingEmail.objects.filter(kind="designation-welcome").count() == 2
