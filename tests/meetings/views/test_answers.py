"""Answering in the portal, for oneself or for somebody else, and the list of answers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import OutgoingEmail
from meetings.enums import MeetingState, PartStat
from meetings.models import Meeting
from meetings.services.answers import answer_invitation
from meetings.services.convening import convene_meeting
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(body, agency_with):
    people = agency_with(body, "PAM", substitutes=1)[1]
    people[0].user = UserFactory(email=people[0].email)
    people[0].save()
    return people


@pytest.fixture
def meeting(body, people, secretary):
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))
    convene_meeting(meeting, actor=SYSTEM)
    return meeting


@pytest.fixture
def mine(signed_in, people):
    return signed_in(people[0].user)


def at(name, meeting, *args):
    return reverse(f"meetings:{name}", args=[meeting.pk, *args])


def shown(response, status=200):
    assert response.status_code == status
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_one_answers_from_the_card_of_the_meeting(meeting, mine, people):
    page = shown(mine.get(meeting.get_absolute_url()))
    assert "Serez-vous là ?" in page
    home = shown(mine.get(meeting.task_force.get_absolute_url()))
    assert "À répondre" in home
    assert at("answer", meeting) in home
    assert mine.post(at("answer", meeting), {"answer": "remote"}).status_code == 302
    row = meeting.invitations.get(person=people[0])
    assert (row.is_remote, row.answered_by, row.answers.get().channel) == (True, people[0].user, "portal")
    page = shown(mine.get(meeting.get_absolute_url()))
    assert "Vous participez à distance" in page
    assert "dont 1 à distance" in page
    assert "À répondre" not in shown(mine.get(meeting.task_force.get_absolute_url()))


def test_one_is_represented_from_the_page(meeting, mine, people):
    page = shown(mine.get(at("answer", meeting)))
    assert people[1].full_name in page
    mine.post(at("answer", meeting), {"answer": "delegated", "representative": str(people[1].pk), "comment": "Mission"})
    row = meeting.invitations.get(person=people[0])
    assert (row.partstat, row.delegated_to) == (PartStat.DELEGATED, people[1])
    assert OutgoingEmail.objects.filter(kind="stand-in-asked", recipient=people[1].email).count() == 1
    page = shown(mine.get(at("answer", meeting)))
    assert "Sera représenté(e) par" in page, "the history of the answer"
    assert "Mission" in page


def test_who_is_not_invited_is_told(body, meeting, signed_in, secretary):
    meeting.invitations.filter(person=secretary.person).delete()
    page = signed_in(secretary)
    assert page.get(at("answer", meeting)).status_code == 403
    assert "Serez-vous là" not in shown(page.get(meeting.get_absolute_url()))


def test_the_secretariat_answers_for_somebody_on_record(meeting, office, people, secretary):
    row = meeting.invitations.get(person=people[1])
    url = at("answer_for", meeting, row.pk)
    assert "au nom de cette personne" in shown(office.get(url))
    assert office.post(url, {"answer": "declined", "comment": "Par téléphone"}).status_code == 302
    row.refresh_from_db()
    assert (row.partstat, row.answered_by) == (PartStat.DECLINED, secretary)
    page = shown(office.get(at("answer_list", meeting)))
    assert "répondu en son nom par" in page
    assert "Par téléphone" in page


def test_the_secretariat_is_told_in_the_third_person_and_names_keep_their_capitals(meeting, office, people):
    substitute = at("answer_for", meeting, meeting.invitations.get(person=people[1]).pk)
    refused = shown(office.post(substitute, {"answer": "delegated"}), 422)
    assert "Choisissez qui vient à sa place." in refused
    refused = shown(office.post(substitute, {"answer": "delegated", "representative": "other"}), 422)
    assert "Indiquez le nom de la personne qui vient à sa place." in refused
    titular = at("answer_for", meeting, meeting.invitations.get(person=people[0]).pk)
    answer = {"answer": "delegated", "representative": str(people[1].pk)}
    page = shown(office.post(titular, answer, follow=True))
    assert f"représenté(e) par {people[1].full_name}." in page.replace("représentée par", "représenté(e) par").replace(
        "représenté par", "représenté(e) par"
    )


def test_who_answers_for_oneself_is_told_in_the_second_person(meeting, signed_in, people):
    people[1].user = UserFactory(email=people[1].email)
    people[1].save()
    refused = shown(signed_in(people[1].user).post(at("answer", meeting), {"answer": "delegated"}), 422)
    assert "Choisissez qui vous représente." in refused


def test_who_may_come_is_counted_apart(meeting, office, people):
    assert "Peut-être" not in shown(office.get(at("answer_list", meeting)))
    answer_invitation(meeting.invitations.get(person=people[1]), partstat=PartStat.TENTATIVE, actor=SYSTEM)
    page = shown(office.get(at("answer_list", meeting)))
    assert '<p class="figure-value">1</p><p class="figure-label">Peut-être</p>' in page


def test_members_see_the_list_and_no_button_to_answer_for_others(meeting, mine, people):
    answer_invitation(meeting.invitations.get(person=people[1]), partstat=PartStat.ACCEPTED, actor=SYSTEM)
    page = shown(mine.get(at("answer_list", meeting)))
    assert people[1].full_name in page
    assert "Répondre pour" not in page
    assert "1 agence ou structure membre a annoncé quelqu’un" in page


def test_an_invitation_of_another_meeting_is_not_found(body, meeting, office, people):
    other = MeetingFactory(task_force=body)
    row = meeting.invitations.first()
    assert office.get(at("answer_for", other, row.pk)).status_code == 404


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD, MeetingState.POSTPONED])
def test_too_late_is_said_on_the_page(meeting, mine, people, state):
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    page = shown(mine.get(at("answer", meeting)))
    assert "Enregistrer la réponse" not in page
    mine.post(at("answer", meeting), {"answer": "in-person"})
    assert meeting.invitations.get(person=people[0]).partstat == PartStat.NEEDS_ACTION


@pytest.mark.parametrize("data", [{}, {"answer": "x"}, {"answer": "delegated", "representative": "other"}])
def test_bad_input_is_said(meeting, mine, data):
    shown(mine.post(at("answer", meeting), data), status=422)


@pytest.mark.parametrize("seats", [1, 5])
def test_the_list_costs_the_same(body, agency_with, office, seats, django_assert_max_num_queries):
    for number in range(seats):
        agency_with(body, f"AG{number}")
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))
    for invitation in convene_meeting(meeting, actor=SYSTEM)[:3]:
        answer_invitation(invitation, partstat=PartStat.ACCEPTED, actor=SYSTEM)
    office.get("/")
    with django_assert_max_num_queries(12):
        office.get(at("answer_list", meeting))
