"""The personal link of an invitation: GET shows, POST answers, until the meeting begins."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from core.models import OutgoingEmail, SignedLink, Solicitation
from core.notifications import outbox
from meetings.enums import MeetingState, PartStat, Visibility
from meetings.models import Meeting
from meetings.services.convening import convene_meeting
from meetings.services.meetings import cancel_meeting, move_meeting
from taskforce.models import Mandate, Person
from tests.meetings.factories import AgendaItemFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(body, agency_with):
    return agency_with(body, "PAM", substitutes=1)[1]


@pytest.fixture
def meeting(body, people):
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9), place="Salle B")
    AgendaItemFactory(meeting=meeting, title="Plan de travail")
    AgendaItemFactory(meeting=meeting, title="Nomination", visibility=Visibility.RESTRICTED)
    convene_meeting(meeting, actor=SYSTEM)
    return meeting


def link_of(person, kind="meeting-invitation"):
    """The path of the link in the person's latest mail."""
    row = OutgoingEmail.objects.filter(kind=kind, recipient=person.email).latest("pk")
    assert outbox.secrets_of(row)["link"] not in row.text + row.html
    return urlsplit(outbox.secrets_of(row)["link"]).path


def shown(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def opened(path, client=None):
    """A browser without an account that has followed the link and pressed « Continuer »; the form's address."""
    client = client or Client()
    response = client.get(path)
    assert response.status_code == 302
    welcome = client.get(response["Location"])
    return client, client.post(response["Location"])["Location"], shown(welcome)


def test_one_answers_without_an_account_as_often_as_one_likes(meeting, people):
    titular, first = people
    client, form, welcome = opened(link_of(titular))
    assert "Salle B" in welcome
    assert "heure de Niamey" in welcome
    assert "Plan de travail" in welcome
    assert "Nomination" not in welcome, "restricted points stay inside"
    page = shown(client.get(form))
    assert first.full_name in page, "the substitute next in rank is proposed"
    response = client.post(form, {"answer": "remote", "comment": "À tout à l’heure"})
    assert "À distance" in shown(client.get(response["Location"]))
    row = meeting.invitations.get(person=titular)
    assert (row.partstat, row.is_remote, row.answered_by) == (PartStat.ACCEPTED, True, None)
    kept = row.answers.get()
    assert (kept.channel, kept.comment, kept.on_behalf) == ("link", "À tout à l’heure", False)
    assert str(titular) in kept.actor_label
    response = client.post(form, {"answer": "delegated", "representative": str(first.pk)})
    assert first.full_name in shown(client.get(response["Location"]))
    assert meeting.invitations.get(person=titular).delegated_to == first
    # The substitute's mail has a link of its own, which replaces the invitation's.
    client, form, _welcome = opened(link_of(first, "stand-in-asked"))
    assert client.post(form, {"answer": "in-person"}).status_code == 303
    assert meeting.invitations.get(person=first).partstat == PartStat.ACCEPTED
    assert Client().get(link_of(first)).status_code == 404


def test_scanners_change_nothing(meeting, people):
    path = link_of(people[0])
    before = list(Solicitation.objects.order_by("pk").values()), list(SignedLink.objects.order_by("pk").values())
    for _time in range(2):
        client = Client()
        for method in (client.get, client.head):
            response = method(path)
            assert response.status_code == 302
            assert method(response["Location"]).status_code == 200
    after = list(Solicitation.objects.order_by("pk").values()), list(SignedLink.objects.order_by("pk").values())
    assert before == after
    assert set(meeting.invitations.values_list("partstat", flat=True)) == {PartStat.NEEDS_ACTION}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choisissez l’une des quatre réponses"),
        ({"answer": "perhaps"}, "perhaps"),
        ({"answer": "delegated", "representative": "other"}, "Indiquez le nom"),
        ({"answer": "delegated", "representative": "99999999"}, "99999999"),
        ({"answer": "in-person", "comment": "x" * 1001}, "1000"),
        (
            {"answer": "delegated", "representative": "other", "family_name": "X", "email": "pas une adresse"},
            "adresse",
        ),
    ],
)
def test_bad_input_is_said_and_kept(meeting, people, data, said):
    client, form, _welcome = opened(link_of(people[0]))
    response = client.post(form, data)
    assert response.status_code == 422
    assert said in response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert meeting.invitations.get(person=people[0]).partstat == PartStat.NEEDS_ACTION


def test_a_colleague_is_named_and_invited(meeting, people):
    client, form, _welcome = opened(link_of(people[0]))
    data = {
        "answer": "delegated",
        "representative": "other",
        "given_name": "Zeinabou",
        "family_name": "Sani",
        "email": "z.sani@example.org",
    }
    assert client.post(form, data).status_code == 303
    named = Person.objects.get(email="z.sani@example.org")
    assert named.agency == people[0].agency
    assert meeting.invitations.get(person=people[0]).delegated_to == named
    assert OutgoingEmail.objects.filter(kind="stand-in-asked", recipient=named.email).count() == 1


@pytest.mark.parametrize("what", ["cancelled", "begun", "mandate", "address", "truncated"])
def test_the_link_dies(meeting, people, what):
    titular = people[0]
    path = link_of(titular)
    client, form, _welcome = opened(path)
    if what == "cancelled":
        cancel_meeting(meeting, actor=SYSTEM)
    elif what == "begun":
        Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.IN_PROGRESS)
    elif what == "mandate":
        ended = timezone.localdate() - timedelta(days=1)
        meeting.invitations.update(created_at=timezone.now() - timedelta(days=30))
        Mandate.objects.filter(person=titular).update(period=period(ended - timedelta(days=300), ended))
    elif what == "address":
        Person.objects.filter(pk=titular.pk).update(email="autre@example.org")
    else:
        path = path[:-4] + "/"
    if what != "truncated":
        assert client.post(form, {"answer": "in-person"}).status_code == 404
    assert client.get(path).status_code == 404
    assert meeting.invitations.get(person=titular).partstat == PartStat.NEEDS_ACTION


def test_a_moved_meeting_has_new_links(meeting, people):
    old = link_of(people[0])
    later = {"starts_at": meeting.starts_at + timedelta(days=40), "ends_at": meeting.ends_at + timedelta(days=40)}
    move_meeting(meeting, actor=SYSTEM, **later)
    assert Client().get(old).status_code == 404
    client, form, _welcome = opened(link_of(people[0], "meeting-moved"))
    assert client.post(form, {"answer": "in-person"}).status_code == 303
    assert SignedLink.objects.get(revoked_at=None, email=people[0].email).expires_at == later["starts_at"]
