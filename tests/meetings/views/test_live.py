"""« En séance »: the page with and without a script, its fragment, what a browser sends after a while."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.enums import MeetingState
from meetings.models import Attendance, ItemTurn, LiveEntry, Meeting, MeetingAction, MeetingDecision
from meetings.services.closing import start_meeting
from meetings.services.minutes import save_section
from tests.meetings.factories import AgencyUpdateFactory, AgendaItemFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body, secretary):
    meeting = MeetingFactory(task_force=body, state=MeetingState.CONVENED)
    AgendaItemFactory(meeting=meeting, position=1, title="Plan de travail", minutes=15)
    start_meeting(meeting, actor=secretary)
    return meeting


@pytest.fixture
def section(meeting):
    return meeting.minutes.sections.get(agenda_item__isnull=False)


def at(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def send(client, meeting, *entries, **headers):
    data = {"entries": json.dumps(list(entries))}
    return client.post(at("live_send", meeting), data, headers={"accept": "application/json", **headers})


def entry(kind, **data):
    return {"id": str(uuid4()), "kind": kind, "age": 0, "data": data}


def test_a_convened_meeting_begins_from_the_page(office, body):
    meeting = MeetingFactory(task_force=body, state=MeetingState.CONVENED)
    assert "Commencer la réunion" in words(office.get(at("live", meeting)))
    response = office.post(at("meeting_start", meeting), {"then": "seance"}, follow=True)
    assert response.redirect_chain[-1][0] == at("live", meeting)
    assert "Aucun point en cours" in words(response)


def test_one_in_preparation_says_what_the_page_is_for(office, body):
    meeting = MeetingFactory(task_force=body)
    assert "pendant une réunion convoquée" in words(office.get(at("live", meeting)))


def test_captures_are_answered_one_by_one_whatever_becomes_of_the_others(office, meeting, section):
    good, bad = entry("decision", text="Adopter.", item=section.agenda_item_id), entry("action", text="")
    notes = entry("note", section=section.pk, base="", text="Le PAM présente.")
    response = send(office, meeting, good, bad, notes)
    results = response.json()["results"]
    assert [result["status"] for result in results] == ["done", "refused", "done"]
    assert results[0]["id"] == good["id"]
    assert results[1]["reason"] == "Écrivez l’action."
    assert results[2]["text"] == "Le PAM présente."
    again = send(office, meeting, good, notes).json()["results"]
    assert [result["status"] for result in again] == ["done", "done"]
    assert MeetingDecision.objects.count() == 1
    assert LiveEntry.objects.count() == 2
    section.refresh_from_db()
    assert section.version == 1


def test_a_mark_of_presence_is_answered_like_the_others(office, meeting, secretary):
    person = secretary.person
    mark = entry("presence", person=str(person.pk), status="present", seen="")
    assert send(office, meeting, mark).json()["results"][0]["status"] == "done"
    late = entry("presence", person=str(person.pk), status="excused", seen="")
    refused = send(office, meeting, late).json()["results"][0]
    assert (refused["status"], refused["seen"]) == ("refused", "present")


def test_a_conflict_brings_the_other_text(office, meeting, section, secretary):
    base = "Le comité valide la liste des zones pour mars."
    save_section(section, body=f"<p>{base.replace('mars', 'avril')}</p>", base_version=0, actor=secretary)
    result = send(office, meeting, entry("note", section=section.pk, base=base, text=base.replace("mars", "mai")))
    assert result.json()["results"][0]["theirs"] == base.replace("mars", "avril")


def test_the_moment_of_a_capture_is_the_one_in_the_room(office, meeting, section):
    Meeting.objects.filter(pk=meeting.pk).update(started_at=timezone.now() - timedelta(hours=1))
    send(office, meeting, entry("item", item=section.agenda_item_id) | {"age": 600_000})
    spent = timezone.now() - ItemTurn.objects.get().started_at
    assert timedelta(minutes=9) < spent < timedelta(minutes=11)
    assert "10 min sur 15 prévues" in words(office.get(at("live", meeting)))


@pytest.mark.parametrize("sent", ["", "{", "[1]", "{}", "[" * 100_000, json.dumps([{}] * 201)])
def test_what_is_no_list_of_captures_is_refused(office, meeting, sent):
    response = office.post(at("live_send", meeting), {"entries": sent}, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert "illisible" in response.json()["error"]


@pytest.mark.parametrize("odd", [{}, {"id": 5}, {"id": str(uuid4()), "kind": ["note"], "data": 3, "age": "x"}])
def test_an_odd_capture_is_refused_in_words(office, meeting, odd):
    (result,) = send(office, meeting, odd).json()["results"]
    assert result["status"] == "refused"
    assert result["reason"]


def test_captures_of_somebody_else_in_the_same_browser_are_not_taken(office, meeting):
    response = send(office, meeting, entry("decision", text="Adopter."), **{"x-socle-user": "999999"})
    assert response.status_code == 401
    assert not MeetingDecision.objects.exists()


def test_after_closing_the_page_still_opens_and_says_why_nothing_is_taken(office, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CLOSED)
    assert office.get(at("live", meeting)).status_code == 200
    (result,) = send(office, meeting, entry("decision", text="Adopter.")).json()["results"]
    assert result["status"] == "refused"
    assert "close" in result["reason"]


def test_the_fragment_shows_what_agencies_wrote(office, meeting):
    AgencyUpdateFactory(meeting=meeting, body="<p>Mille ménages inscrits.</p>")
    assert "Mille ménages inscrits." in words(office.get(at("live_side", meeting)))


def test_the_round_table_says_who_has_not_written_yet(office, meeting, body, agency_with):
    agency, _people = agency_with(body, "FAO", since=meeting.date - timedelta(days=30))
    said = words(office.get(at("live_side", meeting)))
    assert "0 contribution reçue" in said
    assert "Pas encore reçu" in said
    AgencyUpdateFactory(meeting=meeting, agency=agency, body="<p>Mille ménages inscrits.</p>")
    said = words(office.get(at("live_side", meeting)))
    assert "1 contribution reçue" in said
    assert "Pas encore reçu" not in said


def test_without_a_script_a_passage_treats_the_point_and_is_taken_back(office, meeting, section):
    item = section.agenda_item_id

    def post(**data):
        data = {"client_id": str(uuid4()), "kind": "item", **data}
        return words(office.post(at("live_record", meeting), data, follow=True))

    assert "Terminer ce point" in post(item=item, leaves="")
    assert "Tous les points sont traités" in post(item="", leaves=item)
    assert meeting.agenda.get().outcome == "treated"
    assert "Terminer ce point" in post(item="", undo="1")
    assert meeting.agenda.get().outcome == "open"


def test_without_a_script_everything_is_an_ordinary_form(office, meeting, section, body, agency_with):
    _agency, people = agency_with(body, "UNICEF", since=meeting.date - timedelta(days=30))
    url = at("live_record", meeting)

    def post(kind, **data):
        return office.post(url, {"client_id": str(uuid4()), "kind": kind, **data})

    assert post("note", section=section.pk, base="", text="Le PAM.\r\n\r\nLa FAO.").status_code == 302
    assert post("decision", text="Adopter.", item=section.agenda_item_id).status_code == 302
    assert post("action", text="Envoyer.", item="", owner="", due_on="").status_code == 302
    assert post("presence", person=people[0].pk, status="present", seen="").status_code == 302
    assert post("item", item=section.agenda_item_id).status_code == 302
    section.refresh_from_db()
    assert section.body == "<p>Le PAM.</p><p>La FAO.</p>"
    assert (MeetingDecision.objects.count(), MeetingAction.objects.count(), Attendance.objects.count()) == (1, 1, 1)
    page = words(office.get(at("live", meeting)))
    assert "1 agence représentée." in page
    assert "Le PAM.\n\nLa FAO.</textarea>" in page


def test_without_a_script_what_is_refused_stays_in_its_field(office, meeting, section):
    url = at("live_record", meeting)
    response = office.post(
        url, {"client_id": str(uuid4()), "kind": "action", "text": "À faire", "due_on": "2015-01-01"}
    )
    assert response.status_code == 422
    assert 'value="À faire"' in words(response)
    assert "précède la date" in words(response)


def test_without_a_script_a_conflict_shows_both_texts(office, meeting, section, secretary):
    base = "Le comité valide la liste des zones pour mars."
    save_section(section, body=f"<p>{base.replace('mars', 'avril')}</p>", base_version=0, actor=secretary)
    data = {"client_id": str(uuid4()), "kind": "note", "section": section.pk, "base": base}
    response = office.post(at("live_record", meeting), {**data, "text": base.replace("mars", "mai")})
    assert response.status_code == 409
    assert "pour avril" in words(response)
    assert "pour mai" in words(response)
