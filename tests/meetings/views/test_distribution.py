"""The distribution list over the web."""

import pytest
from django.urls import reverse

from meetings.models import DistributionEntry
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db
GOOD = {"name": "Aminata Issa", "email": "rc@example.org", "language": "fr", "starts_on": "1/1/2016"}


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def secretary(client, body):
    client.force_login(member(body, role="secretariat").user)
    return client


def url(name, body, *more):
    return reverse(f"meetings:distribution_{name}", args=[body.slug, *more])


def test_a_line_is_added_corrected_and_ended(secretary, body):
    page = secretary.post(url("add", body), GOOD, follow=True).content.decode().replace("<wbr>", "")
    assert "rc@example.org" in page
    entry = DistributionEntry.objects.get()
    changed = {**GOOD, "function": "Coordonnatrice résidente", "ends_on": "2/1/2016"}
    page = secretary.post(url("edit", body, entry.pk), changed, follow=True).content.decode()
    assert "Coordonnatrice résidente" in page and "1 ancien destinataire" in page


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "", "email": ""},
        {"email": "pas une adresse"},
        {"email": ""},
        {"name": ""},
        {"starts_on": "31/2/2016"},
        {"ends_on": "1/1/2015"},
        {"language": "xx"},
        {"name": "A\x00"},
    ],
    ids=["nothing", "no address", "no email", "no name", "no day", "ends before", "no language", "NUL"],
)
def test_a_bad_line_is_shown_again_as_typed(secretary, body, bad):
    answer = secretary.post(url("add", body), {**GOOD, **bad})
    assert answer.status_code == 422
    assert not DistributionEntry.objects.exists()


def test_what_may_be_given_instead_is_not_called_optional(secretary, body):
    page = secretary.get(url("add", body)).content.decode()
    assert page.count("facultatif") == 2, "the function and the last day"


def test_both_a_person_and_an_address_is_too_much(secretary, body):
    person = member(body)
    answer = secretary.post(url("add", body), {**GOOD, "person": person.pk})
    assert answer.status_code == 422
    secretary.post(url("add", body), {**GOOD, "name": "", "email": "", "person": person.pk})
    assert DistributionEntry.objects.get().person == person
    page = secretary.get(url("edit", body, DistributionEntry.objects.get().pk)).content.decode()
    assert 'name="email"' not in page, "the address is the person's"


def test_the_same_address_twice_is_said(secretary, body):
    secretary.post(url("add", body), GOOD)
    answer = secretary.post(url("add", body), {**GOOD, "email": "RC@example.org"})
    assert answer.status_code == 422
    assert "déjà sur la liste" in answer.content.decode()
