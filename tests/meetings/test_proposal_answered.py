"""Who proposed a point for an agenda is told what became of it, once."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import OutgoingEmail
from core.workflow import TransitionRefused
from meetings.models import AgendaProposal
from meetings.notifications.proposal_answered import ProposalAnswered
from meetings.services.proposals import accept_proposal, propose_item, set_proposal_aside
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def titular(body):
    return member(body, role="titular")


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))


@pytest.fixture
def proposal(meeting, titular):
    return propose_item(meeting, title="Ciblage", person=titular, actor=SYSTEM)


def mails():
    return OutgoingEmail.objects.filter(kind=ProposalAnswered.slug)


def test_accepted_is_told_once(proposal, meeting, titular):
    accept_proposal(proposal, meeting, actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        accept_proposal(proposal, meeting, actor=SYSTEM)
    row = mails().get()
    assert row.recipient == titular.email
    assert "est à l’ordre du jour" in row.text
    assert "Ciblage" in row.text


def test_refused_is_told_with_the_reason(proposal, titular):
    set_proposal_aside(proposal, keep=False, answer="Hors du mandat.", actor=SYSTEM)
    row = mails().get()
    assert row.recipient == titular.email
    assert "n’est pas retenu" in row.text
    assert "Hors du mandat." in row.text
    assert "Hors du mandat." in row.html


def test_refused_without_a_reason_is_refused(proposal):
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        set_proposal_aside(proposal, keep=False, answer="  ", actor=SYSTEM)
    assert not mails().exists()


def test_kept_for_later_tells_nothing_until_it_is_taken_up(body, proposal):
    set_proposal_aside(proposal, keep=True, answer="En janvier.", actor=SYSTEM)
    assert not mails().exists()
    later = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=40))
    accept_proposal(proposal, later, actor=SYSTEM)
    row = mails().get()
    assert "En janvier." not in row.text
    assert f"/{later.pk}/" in row.text


def test_who_settles_a_point_of_ones_own_is_not_written_to(body, meeting):
    secretary = member(body, role="secretariat")
    own = propose_item(meeting, title="Budget", person=secretary, actor=SYSTEM)
    accept_proposal(own, meeting, actor=secretary.user)
    assert not mails().exists()


def test_a_mail_that_waited_does_not_leave_after_another_answer(proposal, meeting):
    set_proposal_aside(proposal, keep=False, answer="Hors du mandat.", actor=SYSTEM)
    row = mails().get()
    assert ProposalAnswered.reason_to_skip(row) == ""
    AgendaProposal.objects.update(state="proposed")
    assert "autre réponse" in ProposalAnswered.reason_to_skip(row)


def test_the_page_asks_for_the_reason(client, body, proposal, meeting):
    client.force_login(member(body, role="secretariat").user)
    assert 'name="answer"' in client.get(reverse("meetings:agenda_edit", args=[meeting.pk])).content.decode()
    act = reverse("meetings:proposal_act", args=[meeting.pk, proposal.pk])
    said = client.post(act, {"act": "refuse"})
    assert "Dites pourquoi" in [str(message) for message in get_messages(said.wsgi_request)][-1]
    client.post(act, {"act": "refuse", "answer": "Traité par courriel."})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("refused", "Traité par courriel.")
    assert mails().count() == 1
