"""Requests of designation: made, sent, reminded, put off, withdrawn, answered on record."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from core.models import OutgoingEmail, SignedLink, SolicitationState
from core.notifications.attachments import part_of
from core.solicitations.base import kind_of
from core.workflow import TransitionRefused
from taskforce.documents.designation_letter import letter_attachments
from taskforce.enums import BodyState, DesignationPurpose
from taskforce.models import DesignationRequest, Mandate
from taskforce.services import designations as service
from taskforce.services.designations import Letter
from tests.taskforce.asked import asked, directed
from tests.taskforce.factories import MandateFactory, PersonFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"0" * 40


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger-protection-sociale", name="Protection sociale – Niger", acronym="TF-PS")


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def seats(body):
    found = SeatFactory.create_batch(3, task_force=body)
    for seat in found:
        directed(seat)
    return found


def prepare(body, seats, **changes):
    today = body.today()
    given = {
        "deadline": today + timedelta(days=20),
        "starts_on": today + timedelta(days=21),
        "letter": Letter("SP/TF-PS", PersonFactory(), "Coordonnateur résident"),
        "actor": SYSTEM,
        **changes,
    }
    return service.prepare_requests(body, seats, **given)


def test_each_seat_has_a_numbered_request_to_its_director_and_nothing_leaves(body, seats):
    requests = prepare(body, seats)

    year = body.today().year
    assert [request.reference for request in requests] == [f"SP/TF-PS/{year}/{n:03d}" for n in (1, 2, 3)]
    assert {request.state for request in requests} == {SolicitationState.DRAFT}
    assert [request.solicitation.email for request in requests] == [
        f"direction-{seat.pk}@example.org" for seat in seats
    ]
    assert all(request.purpose == DesignationPurpose.FIRST for request in requests)
    deadline = timezone.localtime(requests[0].solicitation.deadline, body.tz)
    assert (deadline.date(), deadline.hour, deadline.minute) == (requests[0].answer_by, 23, 59)
    assert not OutgoingEmail.objects.exists()


def test_where_somebody_has_sat_before_it_is_a_renewal(body, seats):
    MandateFactory(seat=seats[0], period=period(date(2016, 4, 1), date(2017, 3, 31)))
    [request] = prepare(body, seats[:1])
    assert request.purpose == DesignationPurpose.RENEWAL


def test_numbers_go_on_from_the_last_and_each_body_has_its_own(body, seats):
    prepare(body, seats[:2])
    other = SeatFactory()
    directed(other)
    [third] = prepare(body, seats[2:])
    [first] = prepare(other.task_force, [other])
    assert (third.number, first.number) == (3, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deadline": date(2016, 2, 26)}, "L’échéance est passée"),
        ({"ends_on": date(2016, 2, 26)}, "précède la date de début"),
    ],
)
def test_wrong_dates_are_refused_in_words(body, seats, change, words):
    with pytest.raises(ValidationError) as refusal:
        prepare(body, seats, **change)
    assert words in " ".join(refusal.value.messages)
    assert not DesignationRequest.objects.exists()


def test_nobody_is_asked_nothing(body):
    with pytest.raises(ValidationError) as refusal:
        prepare(body, [])
    assert "Cochez au moins une structure" in refusal.value.messages[0]


def test_an_agency_without_a_director_is_named(body, seats):
    lacking = SeatFactory(task_force=body, agency__acronym="OIM")
    with pytest.raises(ValidationError) as refusal:
        prepare(body, [*seats, lacking])
    assert "OIM" in refusal.value.messages[0]
    assert not DesignationRequest.objects.exists()


@pytest.mark.parametrize("state", ["draft", "sent", "opened", "submitted", "returned"])
def test_a_seat_is_not_asked_twice_at_once(body, seats, state):
    asked(seats[0], state=state)
    with pytest.raises(ValidationError) as refusal:
        prepare(body, seats)
    assert "déjà en cours" in refusal.value.messages[0]


@pytest.mark.parametrize("state", ["accepted", "revoked", "expired"])
def test_a_seat_may_be_asked_again_once_the_request_is_over(body, seats, state):
    asked(seats[0], state=state)
    assert len(prepare(body, seats[:1])) == 1


def test_a_closed_body_asks_nobody(body, seats):
    body.state = BodyState.CLOSED
    with pytest.raises(ValidationError) as refusal:
        prepare(body, seats)
    assert refusal.value.code == "closed"


def test_sending_writes_one_mail_each_with_a_link_and_the_letter(body, seats, secretary):
    requests = prepare(body, seats)
    assert service.send_requests(requests, actor=secretary) == 3
    assert {request.state for request in requests} == {SolicitationState.SENT}
    mails = OutgoingEmail.objects.filter(recipient__startswith="direction-")
    assert mails.count() == 3
    assert SignedLink.objects.filter(revoked_at=None).count() == 3
    for mail in mails:
        assert mail.scope_id == body.pk
        assert {"document": "designation-letter", "format": "pdf"}.items() <= mail.attachments[0].items()
        assert "{{secret:link}}" in mail.text
    assert service.send_requests(requests, actor=secretary) == 0


def test_the_signed_letter_takes_the_place_of_ours(body, seats, secretary):
    [request] = prepare(body, seats[:1])
    service.attach_signed_letter(request, SimpleUploadedFile("signée.pdf", PDF), actor=secretary)
    [attachment] = letter_attachments(request)
    name, content, kind = part_of(attachment)
    assert (content, kind) == (PDF, "application/pdf")
    assert name.endswith(".pdf")


def test_what_is_no_scan_is_refused(body, seats, secretary):
    [request] = prepare(body, seats[:1])
    with pytest.raises(ValidationError):
        service.attach_signed_letter(request, SimpleUploadedFile("lettre.pdf", b"<html>"), actor=secretary)
    assert not DesignationRequest.objects.get().signed_letter


def test_all_the_late_are_reminded_and_only_they(body, secretary, seats):
    now = timezone.now()
    late = [asked(seat, deadline=now - timedelta(days=2)) for seat in seats[:2]]
    asked(seats[2], deadline=now + timedelta(days=2))
    assert service.remind_late(body, actor=secretary) == 2
    assert set(OutgoingEmail.objects.values_list("recipient", flat=True)) == {
        request.solicitation.email for request in late
    }
    # The second click within the minute.
    assert service.remind_late(body, actor=secretary) == 0


def test_one_is_reminded_with_a_new_link(seats, secretary):
    request = asked(seats[0])
    assert service.remind(request, actor=secretary) is True
    assert service.remind(request, actor=secretary) is False
    assert request.solicitation.links.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "revoked", "expired"])
def test_what_waits_for_nobody_is_not_reminded(seats, secretary, state):
    with pytest.raises(ValidationError):
        service.remind(asked(seats[0], state=state), actor=secretary)
    assert not OutgoingEmail.objects.exists()


def test_a_new_link_ends_the_former(seats, secretary):
    request = asked(seats[0])
    first = service.renew_link(request, actor=secretary)
    second = service.renew_link(request, actor=secretary)
    assert first != second
    assert request.solicitation.links.filter(revoked_at=None).count() == 1


def test_a_withdrawn_request_has_no_live_link(seats, secretary):
    request = asked(seats[0])
    service.renew_link(request, actor=secretary)
    service.withdraw(request, actor=secretary, comment="Adresse erronée")
    assert request.state == SolicitationState.REVOKED
    assert not request.solicitation.links.filter(revoked_at=None).exists()


def test_an_answered_request_is_not_withdrawn(seats, secretary):
    with pytest.raises(TransitionRefused):
        service.withdraw(asked(seats[0], state="submitted"), actor=secretary)


def test_the_deadline_is_put_off(body, seats, secretary):
    request = asked(seats[0], deadline=timezone.now() - timedelta(days=1))
    day = body.today() + timedelta(days=9)
    service.extend_deadline(request, day, actor=secretary)
    request.refresh_from_db()
    assert request.deadline_day == day
    assert request.state == SolicitationState.SENT


def test_an_expired_request_leaves_again_with_another_deadline(body, seats, secretary):
    request = asked(seats[0], state="expired")
    service.extend_deadline(request, body.today() + timedelta(days=9), actor=secretary)
    request.refresh_from_db()
    assert request.state == SolicitationState.SENT
    assert OutgoingEmail.objects.filter(recipient=request.solicitation.email).count() == 1


@pytest.mark.parametrize("state", ["submitted", "accepted", "revoked"])
def test_the_deadline_of_what_is_over_does_not_change(body, seats, secretary, state):
    with pytest.raises(ValidationError):
        service.extend_deadline(asked(seats[0], state=state), body.today() + timedelta(days=9), actor=secretary)


def answer(request, **texts):
    data = QueryDict(mutable=True)
    data.update({"answer": "designate", "note": "", "lines": "2", **texts})
    return kind_of(request.solicitation).get_form(request.solicitation, data)


NAMED = {
    "p0-given_name": "Aïssa",
    "p0-family_name": "Oumarou",
    "p0-email": "aissa.oumarou@example.org",
    "p1-given_name": "Boubacar",
    "p1-family_name": "Issa",
    "p1-email": "boubacar.issa@example.org",
}


@pytest.mark.parametrize("state", ["draft", "sent", "opened", "expired"])
def test_an_answer_on_paper_is_entered_with_its_scan(seats, secretary, state):
    request = asked(seats[0], state=state)
    form = answer(request, **NAMED)
    assert form.is_valid(), form.errors
    service.answer_on_record(
        request,
        form,
        channel="paper",
        scan=SimpleUploadedFile("lettre.pdf", PDF),
        note="Remise au secrétariat.",
        actor=secretary,
    )
    assert request.state == SolicitationState.SUBMITTED
    assert request.solicitation.channel == "paper"
    assert request.solicitation.scan
    assert request.solicitation.answer_note == "Remise au secrétariat."
    assert [str(person) for person in request.persons.all()] == ["Aïssa Oumarou", "Boubacar Issa"]
    assert not Mandate.objects.exists()


def test_a_refusal_to_sit_is_entered(seats, secretary):
    request = asked(seats[0])
    form = answer(request, answer="decline")
    assert form.is_valid(), form.errors
    service.answer_on_record(request, form, channel="mail", actor=secretary)
    request.refresh_from_db()
    assert request.declined
    assert not request.persons.exists()


def test_a_successor_is_asked_for_one_person(body, seats, secretary):
    mandate = MandateFactory(seat=seats[0], rank=1)
    request = service.ask_replacement(
        mandate,
        deadline=body.today() + timedelta(days=10),
        starts_on=body.today() + timedelta(days=11),
        letter=Letter("SP", PersonFactory(), "Secrétariat"),
        actor=secretary,
    )
    assert (request.purpose, request.replaces) == (DesignationPurpose.REPLACEMENT, mandate)


class TestRenewals:
    def test_one_request_for_each_seat_whose_mandates_end(self, body, seats, secretary):
        today = body.today()
        for seat, days in zip(seats, (30, 59, 61), strict=True):
            MandateFactory(seat=seat, period=period(date(2024, 1, 1), today + timedelta(days=days)))
        prepared = service.prepare_renewals(body, actor=secretary)
        assert [(request.seat, request.starts_on) for request in prepared] == [
            (seats[0], today + timedelta(days=31)),
            (seats[1], today + timedelta(days=60)),
        ]
        assert {request.state for request in prepared} == {"draft"}
        assert prepared[0].answer_by == today + timedelta(days=16)
        assert service.prepare_renewals(body, actor=secretary) == []

    def test_what_cannot_be_asked_is_left_alone(self, body, secretary):
        lacking = SeatFactory(task_force=body)
        MandateFactory(seat=lacking, period=period(date(2024, 1, 1), body.today() + timedelta(days=10)))
        assert service.prepare_renewals(body, actor=secretary) == []

    def test_somebody_must_sign(self, body, seats):
        with pytest.raises(ValidationError) as refusal:
            service.prepare_renewals(body, actor=SYSTEM)
        assert "signer" in refusal.value.messages[0]
