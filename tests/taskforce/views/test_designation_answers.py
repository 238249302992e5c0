"""Answers of directors in the browser of the secretariat: entered, accepted, returned; renewal and replacement."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.fields import period
from taskforce.models import DesignationRequest, Mandate
from tests.taskforce.asked import asked, directed
from tests.taskforce.factories import LONG_AGO, MandateFactory, SeatFactory, TaskForceFactory, member

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


# The answer --------------------------------------------------------------------------------------

NAMED = {
    "answer": "designate",
    "lines": "2",
    "p0-given_name": "Aïssa",
    "p0-family_name": "Oumarou",
    "p0-email": "aissa.oumarou@example.org",
    "channel": "paper",
}


def test_a_paper_answer_is_entered_then_accepted(client, secretary, body, seats):
    request = asked(seats[0])
    url = reverse("taskforce:designation_answer", args=[request.pk])
    form = text(client.get(url))
    assert "La réponse reçue" in form and "Votre réponse" not in form, "the secretariat is not the director"
    response = client.post(url, {**NAMED, "scan": SimpleUploadedFile("reponse.pdf", PDF)})
    assert response.status_code == 302
    assert not Mandate.objects.filter(seat=seats[0]).exists()
    detail = text(client.get(reverse("taskforce:designation_detail", args=[request.pk])))
    assert "Papier" in detail
    assert "Oumarou" in detail
    assert client.get(reverse("taskforce:designation_file", args=[request.pk, "reponse"])).status_code == 200
    accept = reverse("taskforce:designation_accept", args=[request.pk])
    assert "nouvelle fiche" in text(client.get(accept))
    start = body.today() + timedelta(days=2)
    response = client.post(accept, {"starts_on": start.strftime("%d/%m/%Y"), "ends_on": ""}, follow=True)
    assert "La désignation est acceptée" in text(response)
    mandate = Mandate.objects.get(seat=seats[0])
    assert (str(mandate.person), mandate.starts_on) == ("Aïssa Oumarou", start)
    seat_page = text(client.get(reverse("taskforce:seat_detail", args=[seats[0].pk])))
    assert request.reference in seat_page


def test_one_more_line_keeps_what_was_typed(client, secretary, seats):
    request = asked(seats[0])
    url = reverse("taskforce:designation_answer", args=[request.pk])
    response = client.post(url, {**NAMED, "ajouter": "1", "record_note": "Remise en main propre"})
    assert response.status_code == 200
    assert len(response.context["form"].rows) == 3
    assert "Oumarou" in text(response)
    assert "Remise en main propre" in text(response)
    assert DesignationRequest.objects.get().state == "sent"


def test_an_incomplete_paper_answer_is_shown_again(client, secretary, seats):
    request = asked(seats[0])
    url = reverse("taskforce:designation_answer", args=[request.pk])
    response = client.post(url, {**NAMED, "p0-email": "", "channel": ""})
    assert response.status_code == 422
    page = text(response)
    assert "Écrivez son adresse électronique" in page
    assert "2 points sont à corriger" in page
    assert "Oumarou" in page


def test_a_refusal_to_sit_is_noted(client, secretary, seats):
    request = asked(seats[0], state="submitted", declined=True)
    response = client.get(reverse("taskforce:designation_accept", args=[request.pk]))
    assert "Prendre acte" in text(response)
    start = request.starts_on.strftime("%d/%m/%Y")
    response = client.post(
        reverse("taskforce:designation_accept", args=[request.pk]), {"starts_on": start}, follow=True
    )
    assert "ne souhaite pas siéger" in text(response)


@pytest.mark.parametrize("who", ["director", "person"])
def test_a_contested_answer_only_goes_back_to_the_director(client, secretary, seats, who):
    request = asked(seats[0], state="submitted", persons=1)
    url, accept = (reverse(f"taskforce:designation_{name}", args=[request.pk]) for name in ("detail", "accept"))
    assert accept in text(client.get(url))
    if who == "director":
        DesignationRequest.objects.update(disowned_at=timezone.now())
    else:
        request.persons.update(objection_at=timezone.now())
    page = text(client.get(url))
    assert accept not in page
    assert reverse("taskforce:designation_return", args=[request.pk]) in page


def test_the_second_acceptance_is_told(client, secretary, seats):
    request = asked(seats[0], state="submitted", persons=1)
    url = reverse("taskforce:designation_accept", args=[request.pk])
    start = request.starts_on.strftime("%d/%m/%Y")
    assert client.post(url, {"starts_on": start}).status_code == 302
    response = client.post(url, {"starts_on": start})
    assert response.status_code == 422
    assert "déjà été traitée" in text(response)
    assert Mandate.objects.filter(seat=seats[0]).count() == 1


def test_a_wrong_start_is_said_beside_its_field(client, secretary, seats):
    request = asked(seats[0], state="submitted", persons=1)
    url = reverse("taskforce:designation_accept", args=[request.pk])
    response = client.post(url, {"starts_on": "1/1/2016"})
    assert response.status_code == 422
    assert "starts_on" in response.context["form"].errors


def test_an_answer_goes_back_with_its_reason(client, secretary, seats):
    request = asked(seats[0], state="submitted", persons=1)
    url = reverse("taskforce:designation_return", args=[request.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Il manque une adresse."}).status_code == 302
    page = text(client.get(reverse("taskforce:designation_detail", args=[request.pk])))
    assert "Il manque une adresse." in page


# Renewal and replacement -------------------------------------------------------------------------


def test_renewals_are_prepared_in_one_click(client, secretary, body, seats):
    for seat in seats[:2]:
        MandateFactory(seat=seat, period=period(LONG_AGO, body.today() + timedelta(days=40)))
    url = reverse("taskforce:designation_renew", args=[body.slug])
    assert "Préparer 2 demandes de renouvellement" in text(client.get(url))
    response = client.post(url)
    assert response.url == f"{reverse('taskforce:designation_board', args=[body.slug])}?etat=draft"
    assert DesignationRequest.objects.count() == 2
    page = text(client.get(url))
    assert "Déjà en cours" in page
    home = text(client.get(body.get_absolute_url()))
    assert "Préparer les renouvellements" in home


def test_a_successor_is_asked_for_from_the_seat(client, secretary, body, seats):
    mandate = MandateFactory(seat=seats[0])
    assert "Demander qui succède" in text(client.get(reverse("taskforce:seat_detail", args=[seats[0].pk])))
    url = reverse("taskforce:designation_replace", args=[mandate.pk])
    form = client.get(url).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values = {n: v.strftime("%d/%m/%Y") if hasattr(v, "strftime") else v for n, v in values.items() if v is not None}
    response = client.post(url, values)
    request = DesignationRequest.objects.get()
    assert response.url == reverse("taskforce:designation_detail", args=[request.pk])
    assert request.replaces == mandate


def test_the_home_of_the_body_says_what_is_missing(client, secretary, body, seats):
    page = text(client.get(body.get_absolute_url()))
    assert "3 désignations manquantes" in page
