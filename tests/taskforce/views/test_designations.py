"""The designation board and its pages in the browser of the secretariat, the chair and the Resident Coordinator."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingEmail
from taskforce.models import AgencyOffice, DesignationRequest, OfficeHead
from tests.taskforce.asked import asked, directed
from tests.taskforce.factories import MandateFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"0" * 40


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger-protection-sociale", name="Protection sociale – Niger", acronym="TF-PS")


@pytest.fixture
def secretary(client, body):
    person = member(body, role="secretariat", family_name="Alassane")
    client.force_login(person.user)
    return person


@pytest.fixture
def seats(body):
    found = [SeatFactory(task_force=body, agency__acronym=acronym) for acronym in ("BIT", "FAO", "PAM")]
    for seat in found:
        directed(seat)
    return found


def text(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ").replace("<wbr>", "")


def board(body, **query):
    return reverse("taskforce:designation_board", args=[body.slug], query=query or None)


# The board ---------------------------------------------------------------------------------


def test_the_board_says_where_each_structure_stands(client, secretary, body, seats):
    now = timezone.now()
    asked(seats[0], state="submitted", persons=1)
    asked(seats[1], deadline=now - timedelta(days=3))
    page = text(client.get(board(body)))
    assert "Réponse à examiner" in page
    assert "En retard" in page
    assert "Non sollicitée" in page
    assert "3 désignations manquantes" in page
    assert "Relancer les retards" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"etat": "submitted"}, ["BIT"]),
        ({"etat": "late"}, ["FAO"]),
        ({"etat": "not_asked"}, ["PAM"]),
        ({"etat": "manquantes"}, ["BIT", "FAO", "PAM"]),
        ({"structure": "pam"}, ["PAM"]),
        ({"etat": "quelconque"}, ["BIT", "FAO", "PAM"]),
        ({"etat": "accepted"}, []),
    ],
)
def test_filters(client, secretary, body, seats, query, shown):
    asked(seats[0], state="submitted", persons=1)
    asked(seats[1], deadline=timezone.now() - timedelta(days=3))
    response = client.get(board(body, **query))
    assert [row.seat.agency.acronym for row in response.context["rows"]] == shown


@pytest.mark.parametrize("count", [3, 30])
def test_queries_do_not_grow_with_the_structures(client, secretary, body, count, django_assert_num_queries):
    for seat in SeatFactory.create_batch(count, task_force=body):
        asked(seat, state="accepted", persons=2)
        MandateFactory(seat=seat)
    client.get(board(body))
    with django_assert_num_queries(11):
        assert client.get(board(body)).status_code == 200


@pytest.mark.parametrize("role", ["chair", "resident_coordinator"])
def test_the_chair_and_the_coordinator_read_and_do_nothing(body, seats, role):
    request = asked(seats[0], state="submitted", persons=1)
    client = Client()
    client.force_login(member(body, role=role).user)
    page = text(client.get(board(body)))
    assert "Demander les désignations" not in page
    detail = text(client.get(reverse("taskforce:designation_detail", args=[request.pk])))
    assert "Oumarou" in detail
    assert "Accepter" not in detail
    assert client.post(reverse("taskforce:designation_accept", args=[request.pk])).status_code == 403
    assert client.get(reverse("taskforce:designation_request", args=[body.slug])).status_code == 403


def test_the_mails_to_the_secretariat_are_not_the_last_mail(client, secretary, body, seats):
    request = asked(seats[0])
    client.post(reverse("taskforce:designation_remind", args=[request.pk]))
    first = OutgoingEmail.objects.get(recipient=request.solicitation.email)
    OutgoingEmail.objects.create(
        unique_key="secretariat",
        kind="designation-submitted",
        about_type=first.about_type,
        about_id=first.about_id,
        recipient="secretariat@example.org",
        subject="Réponse",
        text="Bonjour,",
        message_id="<1@example.org>",
        created_at=timezone.now() + timedelta(hours=1),
    )
    [row] = [row for row in client.get(board(body)).context["rows"] if row.request]
    assert row.last_mail_at == first.created_at


# Asking ------------------------------------------------------------------------------------------


def fill(client, body, ticked, step, **changes):
    url = reverse("taskforce:designation_request", args=[body.slug])
    form = client.get(url).context["form"]
    values = {
        **{name: form.get_initial_for_field(field, name) for name, field in form.fields.items() if name != "seats"},
        "seats": [seat.pk for seat in ticked],
        "etape": step,
        **changes,
    }
    values = {
        name: value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value for name, value in values.items()
    }
    return client.post(url, {name: value for name, value in values.items() if value is not None})


def test_structures_without_a_titular_are_ticked(client, secretary, body, seats):
    MandateFactory(seat=seats[0])
    asked(seats[1])
    SeatFactory(task_force=body, agency__acronym="OIM")
    response = client.get(reverse("taskforce:designation_request", args=[body.slug]))
    assert response.context["form"].ticked == {str(seats[2].pk)}
    page = text(response)
    assert "Demande en cours" in page
    assert "Indiquer la direction" in page
    assert f"direction-{seats[0].pk}@example.org" in page


def test_the_preview_shows_the_mails_and_keeps_nothing(client, secretary, body, seats):
    response = fill(client, body, seats[:2], "apercu")
    page = text(response)
    assert "2 courriels vont partir" in page
    assert f"direction-{seats[1].pk}@example.org" in page
    assert not DesignationRequest.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_then_they_leave(client, secretary, body, seats):
    response = fill(client, body, seats, "envoyer")
    assert response.status_code == 302
    assert {request.state for request in DesignationRequest.objects.all()} == {"sent"}
    assert OutgoingEmail.objects.filter(recipient__startswith="direction-").count() == 3


def test_or_they_wait_for_the_signature(client, secretary, body, seats):
    fill(client, body, seats[:1], "preparer")
    request = DesignationRequest.objects.get()
    assert request.state == "draft"
    assert not OutgoingEmail.objects.exists()
    send = reverse("taskforce:designation_send", args=[request.pk])
    remind = reverse("taskforce:designation_remind", args=[request.pk])
    look = text(client.get(send))
    assert "1 courriel va partir" in look
    assert request.solicitation.email in look
    assert client.get(remind).status_code == 302, "a draft has nobody to remind"
    assert not OutgoingEmail.objects.exists(), "looking sends nothing"
    client.post(send)
    request = DesignationRequest.objects.get()
    assert request.state == "sent"
    assert client.get(send).status_code == 302, "it has left"
    sent = OutgoingEmail.objects.count()
    assert "Rappel" in text(client.get(remind))
    assert OutgoingEmail.objects.count() == sent


def test_an_address_that_takes_a_form_says_so_when_it_is_opened(client, secretary, seats):
    """After signing in again, a browser lands there with a GET: not an empty page."""
    response = client.get(reverse("taskforce:designation_link", args=[asked(seats[0]).pk]))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Cette page ne s’ouvre pas directement" in text(response)


def test_what_was_typed_comes_back(client, secretary, body, seats):
    response = fill(client, body, seats[:1], "modifier", reference="CR/2026")
    assert response.status_code == 200
    assert response.context["form"].ticked == {str(seats[0].pk)}
    assert "CR/2026" in text(response)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seats": []}, "Cochez au moins une structure"),
        ({"deadline": "26/2/2016"}, "L’échéance est passée"),
        ({"deadline": "bientôt"}, "n’est pas une date"),
        ({"starts_on": "1/4/2027", "ends_on": "1/3/2027"}, "précède la date de début"),
        ({"signatory": "999999"}, "Sélectionnez"),
        ({"seats": ["abc"]}, ""),
    ],
)
def test_bad_input_gets_a_clear_message(client, secretary, body, seats, changes, words):
    response = fill(client, body, seats, "envoyer", **changes)
    assert response.status_code == 422
    assert words in text(response)
    assert not DesignationRequest.objects.exists()


def test_a_director_is_entered_on_the_spot(client, secretary, body):
    seat = SeatFactory(task_force=body, agency__acronym="OIM")
    url = reverse("taskforce:designation_director", args=[seat.pk])
    response = client.post(
        url,
        {
            "new_family_name": "Diallo",
            "new_given_name": "Mariam",
            "address_of_record": "Direction.OIM@example.org",
            "duty_station": "Niamey",
            "starts_on": "1/1/2026",
        },
    )
    assert response.url == reverse("taskforce:designation_request", args=[body.slug])
    head = OfficeHead.objects.get(office__agency=seat.agency)
    assert (head.address_of_record, head.office.country) == ("direction.oim@example.org", body.country)
    assert str(head.person) == "Mariam Diallo"


def test_an_office_known_without_a_country_is_this_one(client, secretary, body):
    seat = SeatFactory(task_force=body)
    AgencyOffice.objects.create(agency=seat.agency, duty_station="Niamey")
    client.post(
        reverse("taskforce:designation_director", args=[seat.pk]),
        {
            "new_family_name": "Diallo",
            "address_of_record": "direction@example.org",
            "duty_station": " niamey ",
            "starts_on": "1/1/2026",
        },
    )
    assert AgencyOffice.objects.get(agency=seat.agency).country == body.country


# Following ---------------------------------------------------------------------------------------


def test_all_late_are_reminded_after_a_look(client, secretary, body, seats):
    late = asked(seats[0], deadline=timezone.now() - timedelta(days=3))
    asked(seats[1])
    url = reverse("taskforce:designation_remind_late", args=[body.slug])
    page = text(client.get(url))
    assert "1 courriel va partir" in page
    assert not OutgoingEmail.objects.exists()
    client.post(url)
    assert OutgoingEmail.objects.get().recipient == late.solicitation.email


def test_nobody_to_remind(client, secretary, body, seats):
    url = reverse("taskforce:designation_remind_late", args=[body.slug])
    assert "Personne n’est en retard" in text(client.get(url))
    assert "rien n’est parti" in text(client.post(url, follow=True))


def test_a_new_link_is_shown_once(client, secretary, seats):
    request = asked(seats[0])
    response = client.post(reverse("taskforce:designation_link", args=[request.pk]))
    assert "/lien/" in text(response)
    assert response["Cache-Control"] == "no-store"
    assert client.get(reverse("taskforce:designation_link", args=[request.pk])).status_code == 405


@pytest.mark.parametrize("name", ["send", "remind", "link"])
def test_what_cannot_be_done_any_more_is_said(client, secretary, seats, name):
    request = asked(seats[0], state="accepted", persons=1)
    response = client.post(reverse(f"taskforce:designation_{name}", args=[request.pk]), follow=True)
    assert response.status_code == 200
    assert [str(message) for message in response.context["messages"]]
    assert not OutgoingEmail.objects.exists()


def test_a_request_is_withdrawn_with_its_reason(client, secretary, seats):
    request = asked(seats[0])
    client.post(reverse("taskforce:designation_revoke", args=[request.pk]), {"reason": "Adresse erronée"})
    page = text(client.get(reverse("taskforce:designation_detail", args=[request.pk])))
    assert "Retirée" in page
    assert "Adresse erronée" in page


def test_the_deadline_is_put_off(client, secretary, body, seats):
    request = asked(seats[0])
    url = reverse("taskforce:designation_deadline", args=[request.pk])
    day = body.today() + timedelta(days=40)
    assert client.post(url, {"deadline": "26/2/2016"}).status_code == 422
    assert client.post(url, {"deadline": day.strftime("%d/%m/%Y")}).status_code == 302
    assert DesignationRequest.objects.get().deadline_day == day


def test_the_signed_letter_is_kept_and_read_by_readers_only(client, secretary, body, seats):
    request = asked(seats[0])
    url = reverse("taskforce:designation_letter_scan", args=[request.pk])
    assert client.post(url, {"scan": SimpleUploadedFile("x.pdf", b"<html>")}).status_code == 422
    assert client.post(url).status_code == 422
    assert client.post(url, {"scan": SimpleUploadedFile("signée.pdf", PDF)}).status_code == 302
    file = reverse("taskforce:designation_file", args=[request.pk, "lettre"])
    response = client.get(file)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    other = Client()
    other.force_login(member(body, role="titular").user)
    assert other.get(file).status_code == 404
