"""A body of Niger with its secretariat, and browsers signed in, for the tests of interventions."""

import pytest
from django.test import Client

from tests.taskforce.factories import TaskForceFactory, member

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
