"""A body of Niger with its secretariat, for the tests of meetings."""

from datetime import date

import pytest
from django.test import Client

from core.fields import period
from taskforce.models import Mandate
from tests.taskforce.factories import AgencyFactory, PersonFactory, SeatFactory, TaskForceFactory, member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def body(db):
    return TaskForceFactory(name="Protection sociale", slug="protection-sociale")


@pytest.fixture
def secretary(body):
    """The account of the body's secretariat."""
    return member(body, role="secretariat", family_name="Abdou").user


@pytest.fixture
def signed_in():
    """A browser signed in as `user`."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def office(signed_in, secretary):
    """The secretariat's browser."""
    return signed_in(secretary)


@pytest.fixture
def agency_with():
    """`agency_with(body, titular=…, substitutes=2)`: a seat since 2016 with its mandates, titular first."""

    def make(body, acronym, *, substitutes=1, counts=True, observer=False, since=date(2016, 3, 1)):
        agency = AgencyFactory(acronym=acronym)
        seat = SeatFactory(
            task_force=body, agency=agency, counts=counts and not observer, observer=observer, period=period(since)
        )
        people = []
        for rank in range(substitutes + 1):
            person = PersonFactory(agency=agency, given_name=f"P{rank}", family_name=acronym.title())
            Mandate.objects.create(seat=seat, person=person, rank=rank, period=period(since))
            people.append(person)
        return agency, people

    return make
