"""Calls for contributions: who is asked, when, once; what is written by link; what becomes of a proposal."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import EmailState, OutgoingEmail, SignedLink
from core.notifications import outbox
from core.notifications.base import schedules_board
from core.solicitations.links import hash_of
from core.workflow import TransitionRefused
from meetings.enums import MeetingState, ProposalState
from meetings.models import AgencyUpdate, AgendaProposal, Meeting
from meetings.notifications.contributions_call import ContributionsCall, call_due_at
from meetings.services.contributions import queue_due_calls
from meetings.services.proposals import accept_proposal, propose_item, set_proposal_aside
from meetings.services.updates import add_update, save_update
from taskforce.models import Mandate, Person, TaskForce
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import UserFactory

pytestmark = pytest.mark.django_db

# A Tuesday at 10:30 in Niamey (UTC+1): the calls leave on 28 November and 5 December at 8:00 there.
MEETING = datetime(2027, 12, 8, 9, 30, tzinfo=UTC)
J10 = datetime(2027, 11, 28, 7, 0, tzinfo=UTC)
J3 = datetime(2027, 12, 5, 7, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(body, agency_with):
    return agency_with(body, "PAM", substitutes=1)[1]


@pytest.fixture
def meeting(body, people, secretary):
    return MeetingFactory(task_force=body, starts_at=MEETING, created_at=MEETING - timedelta(days=60))


def rows(**filters):
    return OutgoingEmail.objects.filter(kind=ContributionsCall.slug, **filters)


def link(person, name="link"):
    row = rows(recipient=person.email).latest("pk")
    return urlsplit(outbox.secrets_of(row)[name]).path


def form_of(path):
    client = Client()
    response = client.get(path)
    assert response.status_code == 302
    return client, client.post(response["Location"])["Location"]


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def soon(meeting):
    """The same meeting, so near that its links serve today."""
    meeting.starts_at = timezone.now() + timedelta(days=9)
    meeting.ends_at = meeting.starts_at + timedelta(hours=2)
    meeting.created_at = timezone.now() - timedelta(days=60)
    meeting.save()
    return meeting


# When, to whom, once -----------------------------------------------------------------------------


def test_members_are_asked_ten_days_before_and_again_three_days_before(meeting, people):
    assert call_due_at(meeting, 10) == J10
    assert queue_due_calls(J10 - A_MINUTE) == 0
    assert queue_due_calls(J10) == 2, "the titular and the substitute, not the secretariat"
    assert queue_due_calls(J10 + A_MINUTE) == 0
    assert queue_due_calls(J3 - A_MINUTE) == 0
    assert queue_due_calls(J3) == 2
    assert queue_due_calls(J3 + A_MINUTE) == 0
    assert set(rows().values_list("recipient", flat=True)) == {person.email for person in people}
    assert rows(state=EmailState.QUEUED).count() == 4


def test_one_mail_has_both_links_and_they_are_the_ones_that_serve(meeting, people):
    queue_due_calls(J10)
    queue_due_calls(J3)
    live = set(SignedLink.objects.filter(revoked_at=None).values_list("token_hash", flat=True))
    sent = {
        hash_of(url.rstrip("/").rpartition("/")[2])
        for row in rows(unique_key__regex=r":3:\d+$")
        for url in outbox.secrets_of(row).values()
        if "/lien/" in url
    }
    assert live == sent
    assert len(live) == 4
    row = rows().first()
    assert "point de situation de PAM" in row.text
    assert "{{secret:link}}" in row.html


def test_the_last_call_goes_to_who_has_sent_nothing(body, meeting, people, agency_with):
    fao = agency_with(body, "FAO", substitutes=0)[1]
    queue_due_calls(J10)
    update = add_update(meeting, agency=people[0].agency, actor=SYSTEM)
    save_update(update, body="<p>Deux régions.</p>", base_version=0, actor=SYSTEM)
    assert queue_due_calls(J3) == 1
    assert rows(unique_key__regex=r":3:\d+$").get().recipient == fao[0].email
    propose_item(soon(meeting), title="Ciblage", person=fao[0], actor=SYSTEM)


def test_late_by_downtime_one_leaves_and_the_other_says_why_not(meeting, people):
    assert queue_due_calls(J10 + timedelta(hours=6)) == 2
    OutgoingEmail.objects.all().delete()
    assert queue_due_calls(J3 + timedelta(hours=6)) == 4
    assert {row.unique_key.split(":")[3] for row in rows(state=EmailState.QUEUED)} == {"3"}
    assert set(rows(state=EmailState.SKIPPED).values_list("error", flat=True)) == {
        "L’appel suivant était déjà à envoyer."
    }


def test_too_late_is_written_down(meeting, people):
    queue_due_calls(MEETING + timedelta(hours=1))
    assert set(rows().values_list("state", flat=True)) == {EmailState.SKIPPED}


@pytest.mark.parametrize("off", ["setting", "body state", "cancelled", "postponed", "held", "historical", "made late"])
def test_nobody_is_asked_when_it_makes_no_sense(body, meeting, people, off):
    changes = {
        "cancelled": {"state": MeetingState.CANCELLED},
        "postponed": {"state": MeetingState.POSTPONED},
        "held": {"state": MeetingState.HELD},
        "historical": {"kind": "historical"},
        "made late": {"created_at": J10 + A_MINUTE},
    }
    if off == "setting":
        TaskForce.objects.filter(pk=body.pk).update(calls_for_contributions=False)
    elif off == "body state":
        TaskForce.objects.filter(pk=body.pk).update(state="dormant")
    else:
        Meeting.objects.filter(pk=meeting.pk).update(**changes[off])
    assert queue_due_calls(J10 + timedelta(hours=1)) == 0


def test_a_meeting_moved_has_calls_of_its_new_date(meeting, people):
    queue_due_calls(J10)
    week = timedelta(days=14)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=MEETING + week, ends_at=MEETING + week + timedelta(hours=2))
    assert queue_due_calls(J3) == 0
    assert queue_due_calls(J10 + week) == 2


def test_a_call_that_waited_does_not_leave_to_who_has_left_or_for_another_date(meeting, people):
    queue_due_calls(J10)
    row = rows(recipient=people[0].email).get()
    assert ContributionsCall.reason_to_skip(row) == ""
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED)
    assert "annulée" in ContributionsCall.reason_to_skip(row)
    Meeting.objects.filter(pk=meeting.pk).update(state="draft", starts_at=MEETING - timedelta(days=2))
    assert "changé de date" in ContributionsCall.reason_to_skip(row)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=MEETING)
    Mandate.objects.filter(person=people[0]).delete()
    assert "pris fin" in ContributionsCall.reason_to_skip(row)


def test_the_outbox_says_what_is_coming(body, meeting, people):
    schedule = schedules_board.get("contributions-calls")(scope=body, now=J10 - timedelta(days=5))
    assert [(one.at, one.count) for one in schedule.upcoming()] == [(J10, 2), (J3, 2)]


# By link -----------------------------------------------------------------------------------------


def test_a_point_is_proposed_by_link(meeting, people):
    queue_due_calls(call_due_at(soon(meeting), 10) + A_MINUTE)
    client, form = form_of(link(people[0]))
    assert "Proposer un point" in text(client.get(form))
    data = {"title": "Outils de ciblage", "minutes": "20", "presenter": "", "reason": "Trois outils"}
    for _press in range(2):
        response = client.post(form, data)
        assert response.status_code == 303
    assert "Outils de ciblage" in text(client.get(response["Location"]))
    proposal = AgendaProposal.objects.get()
    assert (proposal.proposed_by, proposal.entered_by, proposal.minutes) == (people[0], None, 20)
    assert "obligatoire" in text(client.post(form, {"title": ""}), status=422)


def test_the_update_is_written_by_link_and_nobody_is_overwritten(meeting, people):
    queue_due_calls(call_due_at(soon(meeting), 10) + A_MINUTE)
    client, form = form_of(link(people[0], "update"))
    assert "Point de situation de PAM" in text(client.get(form))
    assert client.post(form, {"body": "Deux régions.\n\n- Zinder\n- Maradi", "base_version": "0"}).status_code == 303
    update = AgencyUpdate.objects.get()
    assert update.body == "<p>Deux régions.</p><ul><li>Zinder</li><li>Maradi</li></ul>"
    assert (update.version, update.updated_by) == (1, None)
    # Somebody of the agency writes in the portal meanwhile.
    save_update(update, body="<p>Trois régions.</p>", base_version=1, actor=SYSTEM)
    page = text(client.post(form, {"body": "Quatre régions.", "base_version": "1"}), status=422)
    assert "Trois régions." in page
    assert "Quatre régions." in page
    assert 'value="2"' in page, "sent again, it replaces knowingly"
    assert client.post(form, {"body": "Trois puis quatre régions.", "base_version": "2"}).status_code == 303
    update.refresh_from_db()
    assert update.body == "<p>Trois puis quatre régions.</p>"


def test_bold_and_tables_are_kept_above_what_is_typed(meeting, people):
    update = add_update(soon(meeting), agency=people[0].agency, actor=SYSTEM)
    save_update(update, body="<p><strong>Zinder</strong></p>", base_version=0, actor=SYSTEM)
    OutgoingEmail.objects.all().delete()
    AgencyUpdate.objects.filter(pk=update.pk).update(body="")
    queue_due_calls(call_due_at(meeting, 10) + A_MINUTE)
    AgencyUpdate.objects.filter(pk=update.pk).update(body="<p><strong>Zinder</strong></p>")
    client, form = form_of(link(people[0], "update"))
    assert "<strong>Zinder</strong>" in text(client.get(form))
    assert client.post(form, {"body": "Et Maradi.", "base_version": "1"}).status_code == 303
    update.refresh_from_db()
    assert update.body == "<p><strong>Zinder</strong></p><p>Et Maradi.</p>"


@pytest.mark.parametrize("what", ["cancelled", "mandate", "address"])
@pytest.mark.parametrize("name", ["link", "update"])
def test_the_links_die(meeting, people, what, name):
    queue_due_calls(call_due_at(soon(meeting), 10) + A_MINUTE)
    path = link(people[0], name)
    if what == "cancelled":
        Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED)
    elif what == "mandate":
        Mandate.objects.filter(person=people[0]).delete()
    else:
        Person.objects.filter(pk=people[0].pk).update(email="autre@example.org")
    assert Client().get(path).status_code == 404


# In the portal ------------------------------------------------------------------------------------


def test_the_secretariat_takes_a_point_onto_the_agenda_in_one_click(body, meeting, people, office, signed_in):
    soon(meeting)
    people[0].user = UserFactory(email=people[0].email)
    people[0].save()
    mine = signed_in(people[0].user)
    assert "Proposer un point" in text(mine.get(meeting.get_absolute_url()))
    url = reverse("meetings:propose", args=[meeting.pk])
    assert mine.post(url, {"title": "Ciblage", "reason": "Urgent"}).status_code == 302
    assert "Proposé" in text(mine.get(url))
    proposal = AgendaProposal.objects.get()
    page = text(office.get(reverse("meetings:agenda_edit", args=[meeting.pk])))
    assert "Points proposés" in page
    assert "Urgent" in page
    act = reverse("meetings:proposal_act", args=[meeting.pk, proposal.pk])
    assert mine.post(act, {"act": "accept"}).status_code == 403
    assert office.post(act, {"act": "accept"}).status_code == 302
    again = office.post(act, {"act": "accept"})
    assert "déjà traitée" in [str(message) for message in get_messages(again.wsgi_request)][-1]
    item = meeting.agenda.get()
    assert (item.title, item.presenter_person) == ("Ciblage", people[0])
    proposal.refresh_from_db()
    assert (proposal.state, proposal.agenda_item) == (ProposalState.ACCEPTED, item)
    assert "Retenu" in text(mine.get(url))


def test_a_point_kept_for_later_comes_back_at_the_next_meeting(body, meeting, people, office):
    proposal = propose_item(soon(meeting), title="Ciblage", person=people[0], actor=SYSTEM)
    set_proposal_aside(proposal, keep=True, answer="En janvier", actor=SYSTEM)
    later = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=40))
    assert "Ciblage" in text(office.get(reverse("meetings:agenda_edit", args=[later.pk])))
    item = accept_proposal(proposal, later, actor=SYSTEM)
    assert item.meeting == later
    with pytest.raises(TransitionRefused):
        accept_proposal(proposal, later, actor=SYSTEM)
    assert later.agenda.count() == 1


def test_what_was_refused_is_no_longer_to_settle(meeting, people, office):
    proposal = propose_item(soon(meeting), title="Ciblage", person=people[0], actor=SYSTEM)
    act = reverse("meetings:proposal_act", args=[meeting.pk, proposal.pk])
    office.post(act, {"act": "refuse", "answer": "Hors sujet"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == (ProposalState.REFUSED, "Hors sujet")
    assert "Points proposés" not in text(office.get(reverse("meetings:agenda_edit", args=[meeting.pk])))


def test_a_past_meeting_takes_no_proposals(body, office, secretary):
    past = MeetingFactory(task_force=body)
    url = reverse("meetings:propose", args=[past.pk])
    assert "La date de la réunion est passée" in text(office.get(url))
    assert "La date de la réunion est passée" in text(office.post(url, {"title": "X"}), status=422)
    assert not AgendaProposal.objects.exists()


@pytest.mark.parametrize("data", [{"title": "x" * 251}, {"title": "a\x00b"}, {"title": "X", "minutes": "601"}])
def test_bad_input_is_said(meeting, office, data):
    soon(meeting)
    text(office.post(reverse("meetings:propose", args=[meeting.pk]), data), status=422)
