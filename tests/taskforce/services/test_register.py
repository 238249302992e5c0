"""Numbering without gaps or duplicates, and states that follow the agencies' parts."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from core.actors import SYSTEM
from core.workflow import TransitionRefused
from taskforce.enums import ActionState, DecisionMode
from taskforce.models import ActionItem, Decision
from taskforce.queries import missing_facts
from taskforce.services.register import (
    amend_action,
    amend_decision,
    discard_action,
    discard_decision,
    move_action,
    record_action,
    record_decision,
    report_progress,
)
from tests.taskforce.factories import AgencyFactory, TaskForceFactory

DAY = date(2016, 2, 11)


@pytest.mark.django_db
def test_numbers_run_per_body_and_year():
    niger, senegal = TaskForceFactory(), TaskForceFactory()
    assert [
        record_decision(niger, "Une", decided_on=DAY, actor=SYSTEM).reference,
        record_decision(niger, "Deux", decided_on=DAY, actor=SYSTEM).reference,
        record_decision(niger, "Trois", decided_on=date(2017, 1, 3), actor=SYSTEM).reference,
        record_decision(senegal, "Quatre", decided_on=DAY, actor=SYSTEM).reference,
    ] == ["D-2016-01", "D-2016-02", "D-2017-01", "D-2016-01"]
    assert record_action(niger, "Écrire", recorded_on=DAY, actor=SYSTEM).reference == "A-2016-01"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["decision", "action"])
def test_twenty_at_once_get_twenty_numbers(kind):
    body = TaskForceFactory()
    start = threading.Barrier(20)
    errors = []

    def record():
        try:
            start.wait(20)
            if kind == "decision":
                record_decision(body, "Se réunir.", decided_on=DAY, actor=SYSTEM)
            else:
                record_action(body, "Écrire.", recorded_on=DAY, actor=SYSTEM)
        except Exception as error:  # reported by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=record) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    model = Decision if kind == "decision" else ActionItem
    assert errors == []
    assert sorted(model.objects.values_list("number", flat=True)) == list(range(1, 21))


@pytest.mark.django_db
def test_a_button_pressed_twice_enters_one():
    body = TaskForceFactory()
    twice = [record_action(body, "Écrire", once=True, actor=SYSTEM) for _ in range(2)]
    assert twice[0] == twice[1] and ActionItem.objects.count() == 1
    decided = [record_decision(body, "Oui", decided_on=DAY, once=True, actor=SYSTEM) for _ in range(2)]
    assert decided[0] == decided[1]
    assert record_action(body, "Écrire", actor=SYSTEM).number == 2


@pytest.mark.django_db
def test_a_refused_decision_takes_no_number():
    body = TaskForceFactory()
    for wrong in (
        {"text": "   "},
        {"text": "x" * 4001},
        {"text": "Oui\x00"},
        {"text": "\ud800"},
        {"text": "Oui", "votes_for": 3},
        {"text": "Oui", "mode": "tirage"},
    ):
        with pytest.raises(ValidationError):
            record_decision(body, **{"decided_on": DAY, "actor": SYSTEM, **wrong})
    assert record_decision(body, "Oui", decided_on=DAY, mode=DecisionMode.VOTE, votes_for=3, actor=SYSTEM).number == 1


@pytest.mark.django_db
def test_amending_keeps_number_and_history():
    decision = record_decision(TaskForceFactory(), "Avant", decided_on=DAY, actor=SYSTEM)
    amend_decision(decision, text="Après", actor=SYSTEM)
    decision.refresh_from_db()
    assert (decision.text, decision.number) == ("Après", 1)
    assert list(decision.events.order_by("pgh_id").values_list("text", flat=True)) == ["Avant", "Après"]
    with pytest.raises(TypeError):
        amend_decision(decision, number=7, actor=SYSTEM)


@pytest.mark.django_db
def test_only_the_last_number_may_be_taken_back():
    body = TaskForceFactory()
    first, second = (record_decision(body, t, decided_on=DAY, actor=SYSTEM) for t in ("Une", "Deux"))
    with pytest.raises(ValidationError):
        discard_decision(first, actor=SYSTEM)
    discard_decision(second, actor=SYSTEM)
    assert record_decision(body, "Encore", decided_on=DAY, actor=SYSTEM).number == 2
    action = record_action(body, "Écrire", recorded_on=DAY, actor=SYSTEM)
    discard_action(action, actor=SYSTEM)
    assert not ActionItem.objects.exists()


@pytest.mark.django_db
def test_owners_are_replaced_and_those_who_stay_keep_their_state():
    bit, pam, fao = (AgencyFactory(acronym=a) for a in ("BIT", "PAM", "FAO"))
    action = record_action(TaskForceFactory(), "Cartographier", owners=[bit, pam, bit], recorded_on=DAY, actor=SYSTEM)
    report_progress(action, bit, ActionState.IN_PROGRESS, actor=SYSTEM)
    amend_action(action, owners=[bit, fao], due_on=date(2016, 3, 8), actor=SYSTEM)
    assert {o.agency.acronym: o.state for o in action.owners.all()} == {"BIT": "in_progress", "FAO": "not_started"}
    assert missing_facts(action) == []
    assert missing_facts(record_action(action.task_force, "Écrire", actor=SYSTEM)) == ["owner", "due_on"]


@pytest.mark.django_db
def test_the_action_follows_its_parts():
    bit, pam, fao = (AgencyFactory(acronym=a) for a in ("BIT", "PAM", "FAO"))
    action = record_action(TaskForceFactory(), "Cartographier", owners=[bit, pam], actor=SYSTEM)
    states = []
    for agency, to in [(bit, "done"), (pam, "in_progress"), (pam, "done"), (bit, "in_progress")]:
        states.append(report_progress(action, agency, to, actor=SYSTEM).state)
    assert states == ["in_progress", "in_progress", "done", "in_progress"]
    with pytest.raises(ValidationError):
        report_progress(action, fao, "done", actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        report_progress(action, bit, "cancelled", actor=SYSTEM)


@pytest.mark.django_db
def test_the_parts_follow_the_action():
    bit, pam = (AgencyFactory(acronym=a) for a in ("BIT", "PAM"))
    action = record_action(TaskForceFactory(), "Cartographier", owners=[bit, pam], actor=SYSTEM)
    move_action(action, "in_progress", actor=SYSTEM)
    assert set(action.owners.values_list("state", flat=True)) == {"not_started"}
    report_progress(action, bit, "done", actor=SYSTEM)
    move_action(action, "cancelled", actor=SYSTEM)
    assert dict(action.owners.values_list("agency__acronym", "state")) == {"BIT": "done", "PAM": "cancelled"}
    with pytest.raises(TransitionRefused):
        report_progress(action, pam, "done", actor=SYSTEM)
    move_action(action, "not_started", actor=SYSTEM)
    assert set(action.owners.values_list("state", flat=True)) == {"not_started"}
    move_action(action, "done", actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        move_action(action, "done", actor=SYSTEM)
