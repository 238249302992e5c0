"""What the database of interventions refuses, and in which words."""

import pytest

from tests.constraints import assert_accepted, assert_refused, declared
from tests.interventions import constraint_cases, import_cases

pytestmark = pytest.mark.django_db

REFUSED = [*constraint_cases.REFUSED, *import_cases.REFUSED]
ACCEPTED = {**constraint_cases.ACCEPTED, **import_cases.ACCEPTED}


@pytest.mark.parametrize(
    ("name", "make"), REFUSED, ids=[f"{number}-{name}" for number, (name, _) in enumerate(REFUSED)]
)
def test_refused(name, make):
    assert_refused(make, name)


@pytest.mark.parametrize("make", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(make):
    assert_accepted(make)


def test_every_constraint_is_tried():
    assert {name for name, _ in REFUSED} == set(declared("interventions"))
