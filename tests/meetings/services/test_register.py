"""Decisions and actions of a meeting: in the body's register, under the meeting's date and point."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from meetings.enums import ItemKind, ItemOutcome, MeetingState
from meetings.services.register import (
    edit_action,
    edit_decision,
    log_action,
    log_decision,
    remove_action,
    remove_decision,
)
from taskforce.models import ActionItem, Decision
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body):
    """On 8 March 2016."""
    return MeetingFactory(task_force=body, state=MeetingState.HELD)


def test_a_decision_takes_the_next_number_of_the_meetings_year(body, meeting):
    item = AgendaItemFactory(meeting=meeting, kind=ItemKind.DECISION)
    link, created = log_decision(meeting, text=" Se réunir chaque mois. ", agenda_item=item, actor=SYSTEM)
    assert created
    assert (link.decision.reference, link.decision.decided_on) == ("D-2016-01", date(2016, 3, 8))
    assert link.decision.text == "Se réunir chaque mois."
    item.refresh_from_db()
    assert item.outcome == ItemOutcome.TREATED
    assert log_decision(meeting, text="Autre.", agenda_item=None, actor=SYSTEM)[0].decision.reference == "D-2016-02"


def test_pressed_twice_one_decision_and_one_action(meeting):
    for log, model in ((log_decision, Decision), (log_action, ActionItem)):
        first, _created = log(meeting, text="Se réunir.", agenda_item=None, actor=SYSTEM)
        again, created = log(meeting, text="Se réunir.", agenda_item=None, actor=SYSTEM)
        assert (first.pk, created, model.objects.count()) == (again.pk, False, 1)


def test_votes_go_with_a_vote(meeting):
    with pytest.raises(ValidationError) as refusal:
        log_decision(meeting, text="X", agenda_item=None, votes_for=3, actor=SYSTEM)
    assert "mode" in refusal.value.message_dict
    link, _ = log_decision(meeting, text="X", agenda_item=None, mode="vote", votes_for=3, votes_against=1, actor=SYSTEM)
    assert link.decision.votes_for == 3


def test_an_action_may_lack_owner_and_date(meeting):
    link, _created = log_action(meeting, text="Des actions seront prises.", agenda_item=None, actor=SYSTEM)
    assert link.action.reference == "A-2016-01"
    assert (link.action.due_on, link.action.owners.count()) == (None, 0)


def test_an_action_with_every_kind_of_owner(meeting):
    agencies = [AgencyFactory(), AgencyFactory()]
    person = PersonFactory()
    link, _created = log_action(
        meeting,
        text="X",
        agenda_item=None,
        owners=agencies,
        owner_person=person,
        owner_function="Coordination",
        owner_all=True,
        due_on=date(2016, 4, 5),
        actor=SYSTEM,
    )
    assert {owner.agency for owner in link.action.owners.all()} == set(agencies)
    assert (link.action.owner_person, link.action.owner_function, link.action.owner_all) == (
        person,
        "Coordination",
        True,
    )


def test_no_date_before_the_meeting(meeting):
    with pytest.raises(ValidationError) as refusal:
        log_action(meeting, text="X", agenda_item=None, due_on=date(2016, 3, 7), actor=SYSTEM)
    assert "due_on" in refusal.value.message_dict
    log_action(meeting, text="X", agenda_item=None, due_on=date(2016, 3, 8), actor=SYSTEM)


def test_a_point_of_another_meeting_is_refused(body, meeting):
    stranger = AgendaItemFactory(meeting=MeetingFactory(task_force=body))
    for log in (log_decision, log_action):
        with pytest.raises(ValidationError) as refusal:
            log(meeting, text="X", agenda_item=stranger, actor=SYSTEM)
        assert "agenda_item" in refusal.value.message_dict


def test_corrections_keep_number_and_date(meeting):
    item = AgendaItemFactory(meeting=meeting)
    decision, _ = log_decision(meeting, text="X", agenda_item=None, actor=SYSTEM)
    edit_decision(decision, agenda_item=item, text="Y", actor=SYSTEM)
    decision.refresh_from_db()
    assert (decision.decision.reference, decision.decision.text, decision.agenda_item) == ("D-2016-01", "Y", item)
    agency = AgencyFactory()
    action, _ = log_action(meeting, text="X", agenda_item=None, owners=[AgencyFactory()], actor=SYSTEM)
    edit_action(action, agenda_item=item, text="Y", owners=[agency], due_on=None, actor=SYSTEM)
    action.action.refresh_from_db()
    assert [owner.agency for owner in action.action.owners.all()] == [agency]


def test_only_the_last_number_is_taken_back(meeting):
    for log, remove in ((log_decision, remove_decision), (log_action, remove_action)):
        first, second = (log(meeting, text=text, agenda_item=None, actor=SYSTEM)[0] for text in "AB")
        with pytest.raises(ValidationError, match="numérotation"):
            remove(first, actor=SYSTEM)
        remove(second, actor=SYSTEM)
        remove(first, actor=SYSTEM)
    assert not meeting.decision_links.exists()
    assert not meeting.action_links.exists()


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.CANCELLED])
def test_a_closed_meeting_takes_no_decision(body, state):
    meeting = MeetingFactory(task_force=body, state=state)
    for log in (log_decision, log_action):
        with pytest.raises(ValidationError, match="ne se modifie plus"):
            log(meeting, text="X", agenda_item=None, actor=SYSTEM)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "a\x00b"])
def test_texts_that_cannot_be(meeting, text):
    for log in (log_decision, log_action):
        with pytest.raises(ValidationError) as refusal:
            log(meeting, text=text, agenda_item=None, actor=SYSTEM)
        assert "text" in refusal.value.message_dict
