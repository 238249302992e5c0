"""Answers that arrive at the same moment: each is recorded, the last one stands, nobody is told twice."""

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.models import OutgoingEmail
from core.notifications import outbox
from meetings.enums import PartStat
from meetings.models import Invitation, InvitationAnswer
from meetings.services.answers import answer_invitation
from meetings.services.convening import convene_meeting
from tests.meetings.factories import MeetingFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(body, agency_with):
    return agency_with(body, "PAM", substitutes=2)[1]


@pytest.fixture
def meeting(body, people):
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))
    convene_meeting(meeting, actor=SYSTEM)
    return meeting


def at_once(*acts):
    """Run each in a thread with a connection of its own, all starting together; what they raised."""
    start, errors = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(10)
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def saying(meeting, person, partstat, **facts):
    def act():
        invitation = Invitation.objects.select_related("meeting__task_force", "person").get(
            meeting=meeting, person=person
        )
        actor = Actor(kind="link", person=person, label=f"{person} {partstat}")
        answer_invitation(invitation, partstat=partstat, actor=actor, **facts)

    return act


def test_two_answers_of_one_person_are_both_recorded_and_the_last_stands(meeting, people):
    titular = people[0]
    errors = at_once(saying(meeting, titular, PartStat.ACCEPTED), saying(meeting, titular, PartStat.DECLINED))
    assert errors == []
    row = meeting.invitations.get(person=titular)
    answers = list(row.answers.order_by("pk"))
    assert {one.partstat for one in answers} == {PartStat.ACCEPTED, PartStat.DECLINED}
    assert row.partstat == answers[-1].partstat


def test_the_titular_and_the_substitute_excuse_themselves_at_once(meeting, people):
    errors = at_once(saying(meeting, people[0], PartStat.DECLINED), saying(meeting, people[1], PartStat.DECLINED))
    assert errors == []
    assert meeting.invitations.get(person=people[0]).stand_in == people[2], "whoever came first"
    asked = OutgoingEmail.objects.filter(kind="stand-in-asked", recipient=people[2].email)
    assert asked.count() == 1


def test_ten_presses_on_one_link_are_one_answer(meeting, people):
    row = OutgoingEmail.objects.get(kind="meeting-invitation", recipient=people[0].email)
    path = urlsplit(outbox.secrets_of(row)["link"]).path

    def press():
        client = Client()
        welcome = client.get(path)["Location"]
        form = client.post(welcome)["Location"]
        response = client.post(form, {"answer": "delegated", "representative": str(people[1].pk)})
        assert response.status_code == 303, response.status_code

    assert at_once(*[press] * 10) == []
    assert InvitationAnswer.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="stand-in-asked").count() == 1


def test_the_substitute_answers_by_link_while_the_titular_hands_over(meeting, people):
    """The hand-over wants to mail a new link to who is using the old one: no deadlock, both are recorded."""
    row = OutgoingEmail.objects.get(kind="meeting-invitation", recipient=people[1].email)
    client = Client()
    welcome = client.get(urlsplit(outbox.secrets_of(row)["link"]).path)["Location"]
    form = client.post(welcome)["Location"]
    codes = []

    def press():
        codes.append(client.post(form, {"answer": "in-person"}).status_code)

    errors = at_once(press, saying(meeting, people[0], PartStat.DELEGATED, delegated_to=people[1]))
    assert errors == []
    assert meeting.invitations.get(person=people[0]).delegated_to == people[1]
    # Either the answer came first, or the link had just been replaced by the one of the new mail.
    answered = meeting.invitations.get(person=people[1]).partstat == PartStat.ACCEPTED
    assert codes == ([303] if answered else [404])
