"""What the database refuses, in words."""

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection

from core.db import conflict_as_validation_error, constraint_message
from taskforce.models import TaskForce
from tests.taskforce.factories import DecisionFactory, PersonFactory, TaskForceFactory

pytestmark = pytest.mark.django_db


def test_a_constraint_says_its_own_message_and_the_block_is_undone():
    PersonFactory(email="a@example.org")
    with pytest.raises(ValidationError) as refusal, conflict_as_validation_error():
        TaskForceFactory(slug="perdue")
        PersonFactory(email="A@example.org")
    assert refusal.value.messages == [str(constraint_message("person_email_once"))]
    assert refusal.value.code == "person_email_once"
    assert not TaskForce.objects.filter(slug="perdue").exists()


def test_a_constraint_without_a_message_gets_a_general_one():
    decision = DecisionFactory()
    with pytest.raises(ValidationError, match="Rechargez la page"), conflict_as_validation_error():
        DecisionFactory(task_force=decision.task_force, number=decision.number)


def test_any_other_error_passes_through():
    with pytest.raises(OperationalError), conflict_as_validation_error(), connection.cursor() as cursor:
        # Class 57: an operator intervened. It is no lost race.
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57014'; END $$")


@pytest.mark.parametrize("code", ["40P01", "40001", "55P03"])
def test_a_lost_race_says_what_the_constraint_says(code):
    with (
        pytest.raises(ValidationError) as refusal,
        conflict_as_validation_error("seat_once"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")
    assert refusal.value.messages == [str(constraint_message("seat_once"))]
