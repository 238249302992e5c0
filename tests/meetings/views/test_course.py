"""The buttons of a meeting's course: confirmations, double presses, refusals that are no error pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import OutgoingEmail
from meetings.enums import MeetingKind, MeetingState
from meetings.models import Meeting
from meetings.queries.recipients import told_list
from meetings.services.convening import convene_meeting
from tests.meetings.factories import AgendaItemFactory, AttendanceFactory, MeetingFactory, MeetingSeriesFactory
from tests.taskforce.factories import PersonFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(body):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=7), theme="Ciblage")


def at(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def said(response):
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def shown(response):
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("name", "state", "to", "data"),
    [
        ("meeting_cancel", "draft", "cancelled", {"reason": "X"}),
        ("meeting_cancel", "convened", "cancelled", {}),
        ("meeting_postpone", "convened", "postponed", {"reason": "X"}),
        ("meeting_start", "convened", "in_progress", {}),
        ("meeting_end", "in_progress", "held", {}),
        ("meeting_close", "held", "closed", {}),
        ("meeting_reopen", "closed", "held", {"reason": "X"}),
    ],
)
def test_pressed_twice_it_is_done_once_and_said(body, office, coming, name, state, to, data):
    Meeting.objects.filter(pk=coming.pk).update(
        state=state, started_at=timezone.now() - timedelta(hours=1) if state == "in_progress" else None
    )
    AttendanceFactory(meeting=coming)
    first = office.post(at(name, coming), data)
    assert (first.status_code, first.url) == (302, coming.get_absolute_url())
    assert said(first)[0][0] == "success"
    again = office.post(at(name, coming), data)
    assert (again.status_code, again.url) == (302, coming.get_absolute_url())
    assert said(again)[-1][0] == "info"
    coming.refresh_from_db()
    assert coming.state == to


@pytest.mark.parametrize("name", ["meeting_start", "meeting_end"])
def test_a_get_acts_on_nothing(office, coming, name):
    assert office.get(at(name, coming)).status_code == 405


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("meeting_start", "draft"),
        ("meeting_end", "convened"),
        ("meeting_postpone", "draft"),
        ("meeting_cancel", "held"),
        ("meeting_close", "draft"),
    ],
)
def test_out_of_turn_it_is_said_and_nothing_changes(office, coming, name, state):
    Meeting.objects.filter(pk=coming.pk).update(state=state)
    response = office.post(at(name, coming))
    assert response.status_code == 302
    assert said(response)[0][0] == "warning"
    coming.refresh_from_db()
    assert coming.state == state


def test_convening_a_past_meeting_is_refused_on_the_page(body, office):
    meeting = MeetingFactory(task_force=body)
    assert "La date de la réunion est passée" in shown(office.get(at("convene", meeting)))
    response = office.post(at("convene", meeting))
    assert said(response)[0][0] == "error"
    assert not OutgoingEmail.objects.exists()


def test_cancelling_a_draft_says_that_no_mail_leaves(office, coming):
    assert "aucun courriel ne part" in shown(office.get(at("meeting_cancel", coming)))


# Date, time, place --------------------------------------------------------------------------------------

MOVED = {"date": "14/1/2099", "start_time": "9 h", "end_time": "11 h", "place": "Salle B", "link": ""}


def test_a_draft_moves_at_once(office, coming):
    response = office.post(at("meeting_move", coming), MOVED)
    assert response.status_code == 302
    coming.refresh_from_db()
    assert (coming.local_start.isoformat(), coming.place, coming.sequence) == (
        "2099-01-14T09:00:00+01:00",
        "Salle B",
        1,
    )


def test_a_convened_meeting_moves_after_the_page_that_names_who_is_told(body, office, coming, agency_with):
    agency_with(body, "PAM")
    convene_meeting(coming, actor=SYSTEM)
    OutgoingEmail.objects.all().delete()
    assert "pour l’ancienne date" not in shown(office.post(at("meeting_move", coming), MOVED))
    coming.invitations.filter(pk=coming.invitations.first().pk).update(partstat="accepted", attend_mode="remote")
    page = shown(office.post(at("meeting_move", coming), MOVED))
    assert "1 réponse a déjà été donnée pour l’ancienne date" in page
    assert "3 courriels vont partir" in page
    assert "mercredi 14 janvier 2099" in page
    coming.refresh_from_db()
    assert coming.sequence == 1, "convened, not moved yet"
    assert not OutgoingEmail.objects.exists()
    for name, value in MOVED.items():
        assert not value or f'name="{name}" value="{value}"' in page.replace("&nbsp;", " ")
    confirmed = MOVED | {"confirm": "1", "list": told_list(coming).digest}
    assert office.post(at("meeting_move", coming), confirmed).status_code == 302
    assert OutgoingEmail.objects.filter(kind="meeting-moved").count() == 3
    office.post(at("meeting_move", coming), confirmed)
    assert OutgoingEmail.objects.count() == 3, "pressed twice, told once"


def test_across_midnight_only_when_said(office, coming):
    late = MOVED | {"start_time": "22h", "end_time": "0h30"}
    page = shown(office.post(at("meeting_move", coming), late))
    assert "ne vient pas après l’heure de début (22 h)" in page
    assert 'name="ends_next_day"' in page
    assert 'value="Salle B"' in page, "nothing typed is lost"
    assert 'name="ends_next_day"' not in shown(office.get(at("meeting_move", coming)))
    assert office.post(at("meeting_move", coming), late | {"ends_next_day": "on"}).status_code == 302
    coming.refresh_from_db()
    assert coming.minutes_planned == 150
    assert 'name="ends_next_day"' in shown(office.get(at("meeting_move", coming)))
    assert "24 heures au plus" in shown(office.post(at("meeting_move", coming), MOVED | {"ends_next_day": "on"}))


@pytest.mark.parametrize(
    ("change", "said_there"),
    [
        ({"date": "31/2/2099"}, "31 février 2099 n’existe pas"),
        ({"date": "1/1/1910"}, "1910"),
        ({"date": "demain"}, "n’est pas une date"),
        ({"date": ""}, "obligatoire"),
        ({"start_time": "25h"}, "n’existe pas"),
        ({"end_time": "8 h"}, "ne vient pas après"),
        ({"place": "a\x00b"}, "caractère"),
        ({"place": "x" * 201}, "200"),
        ({"link": "javascript:alert(1)"}, "URL"),
    ],
)
def test_bad_input_is_said_and_kept(office, coming, change, said_there):
    page = shown(office.post(at("meeting_move", coming), MOVED | change))
    assert said_there in page
    assert "14/1/2099" in page or "date" in change
    coming.refresh_from_db()
    assert coming.sequence == 0


# Real times, closing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [MeetingKind.HISTORICAL, MeetingKind.ORDINARY])
def test_a_past_meeting_is_entered_as_held_without_mail(body, office, agency_with, kind):
    agency_with(body, "PAM")
    meeting = MeetingFactory(task_force=body, kind=kind)
    assert "Aucun courriel ne part" in shown(office.get(at("meeting_times", meeting)))
    times = {"date": "8/3/2016", "start_time": "10h30", "end_time": "12h45"}
    assert office.post(at("meeting_times", meeting), times).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.ended_at.minute) == (MeetingState.HELD, 45)
    assert not OutgoingEmail.objects.exists()
    office.post(at("meeting_times", meeting), times | {"end_time": "13h"})
    meeting.refresh_from_db()
    assert meeting.ended_at.hour == 12


def test_what_is_to_come_is_not_entered_as_held(office, coming):
    assert "Cette réunion est à venir" in shown(office.get(at("meeting_times", coming)))
    office.post(at("meeting_times", coming), {"date": "8/3/2016", "start_time": "10h30", "end_time": "12h45"})
    coming.refresh_from_db()
    assert coming.state == MeetingState.DRAFT


def test_times_in_the_future_are_refused(body, office):
    meeting = MeetingFactory(task_force=body, state="held")
    page = shown(
        office.post(at("meeting_times", meeting), {"date": "8/3/2090", "start_time": "10h30", "end_time": "12h45"})
    )
    assert "a déjà commencé" in page


def test_the_close_lists_what_is_missing_and_where_to_mend_it(body, office):
    meeting = MeetingFactory(task_force=body, state="held")
    item = AgendaItemFactory(meeting=meeting, kind="decision", title="Calendrier")
    page = shown(office.get(at("meeting_close", meeting)))
    assert "(Calendrier) appelle une décision" in page
    assert "Aucune présence" in page
    assert at("attendance_edit", meeting) in page
    response = office.post(at("meeting_close", meeting))
    assert [level for level, _text in said(response)] == ["error", "error"]
    AttendanceFactory(meeting=meeting)
    item.outcome = "postponed"
    item.save()
    assert "Tout ce qui est nécessaire est en place" in shown(office.get(at("meeting_close", meeting)))


def test_reopening_asks_for_a_reason(body, office):
    meeting = MeetingFactory(task_force=body, state="closed")
    page = shown(office.post(at("meeting_reopen", meeting), {"reason": " "}))
    assert "obligatoire" in page
    meeting.refresh_from_db()
    assert meeting.state == "closed"


# Creating, people in charge, the next one ----------------------------------------------------------------------

NEW = {
    "kind": "historical",
    "date": "11 février 2016",
    "start_time": "10h30",
    "end_time": "12h30",
    "place": "Locaux de l’UNICEF",
    "theme": "Création",
}


def test_the_meeting_of_11_february_is_created_once(body, office):
    url = reverse("meetings:meeting_add", args=[body.slug])
    first, again = office.post(url, NEW), office.post(url, NEW)
    meeting = Meeting.objects.get()
    assert first.url == again.url == meeting.get_absolute_url()
    assert (meeting.is_historical, meeting.local_start.isoformat()) == (True, "2016-02-11T10:30:00+01:00")
    assert said(again)[-1][0] == "info"


def test_the_archives_hold_no_meeting_to_come(body, office):
    page = shown(office.post(reverse("meetings:meeting_add", args=[body.slug]), NEW | {"date": "11/2/2099"}))
    assert "a déjà eu lieu" in page
    assert "Locaux de l’UNICEF" in page


def test_usual_hours_and_place_are_proposed(body, office):
    MeetingSeriesFactory(task_force=body, place="Salle A")
    page = shown(office.get(reverse("meetings:meeting_add", args=[body.slug])))
    assert 'value="10 h 30"' in page
    assert 'value="12 h 30"' in page
    assert 'value="Salle A"' in page


def test_people_in_charge(body, office, coming, agency_with):
    agency, (person, *_) = agency_with(body, "PAM")
    data = {"kind": "ordinary", "theme": "HIMO", "lead_agency": agency.pk, "chair": "", "rapporteur": person.pk}
    assert office.post(at("meeting_edit", coming), data).status_code == 302
    coming.refresh_from_db()
    assert (coming.lead_agency, coming.rapporteur, coming.chair, coming.theme) == (agency, person, None, "HIMO")


def test_strangers_to_the_body_are_no_choice(body, office, coming):
    stranger = PersonFactory()
    page = shown(office.post(at("meeting_edit", coming), {"kind": "ordinary", "rapporteur": stranger.pk}))
    assert "error-summary" in page
    coming.refresh_from_db()
    assert coming.rapporteur is None


def test_the_next_meeting_is_proposed_with_its_date_and_takes_its_theme(body, office):
    MeetingSeriesFactory(task_force=body, place="Salle A")
    start = datetime(2016, 2, 11, 9, 30, tzinfo=UTC)
    meeting = MeetingFactory(task_force=body, kind="historical", starts_at=start, state="held")
    page = shown(office.get(at("next_meeting", meeting)))
    assert "tous les 2es mardis du mois" in page
    assert "mardi 8 mars 2016" in page
    assert 'value="8/3/2016"' in page
    data = {"theme": "Ciblage", "date": "8/3/2016", "start_time": "10h30", "end_time": "12h30", "place": "Salle A"}
    assert office.post(at("next_meeting", meeting), data).status_code == 302
    assert office.post(at("next_meeting", meeting), data).status_code == 302
    meeting.refresh_from_db()
    assert Meeting.objects.count() == 2
    assert (meeting.next_meeting.slot.isoformat(), meeting.next_meeting.theme) == ("2016-03-08", "Ciblage")
    before = shown(office.post(at("next_meeting", meeting), data | {"date": "1/2/2016"}))
    assert "vient après celle-ci" in before


# Who may ------------------------------------------------------------------------------------------------------

ADDRESSES = [
    "convene", "meeting_cancel", "meeting_postpone", "meeting_start", "meeting_end", "meeting_close", "meeting_reopen",
    "meeting_edit", "meeting_move", "meeting_times", "next_meeting", "agenda_edit", "agenda_reorder", "agenda_standing",
    "agenda_treated", "attendance_edit", "attendance_count", "decision_add", "action_add",
]  # fmt: skip
FOR_THE_RAPPORTEUR = {
    "meeting_start", "meeting_end", "meeting_close", "meeting_times", "next_meeting", "agenda_edit", "agenda_reorder",
    "agenda_standing", "agenda_treated", "attendance_edit", "attendance_count", "decision_add", "action_add",
}  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_rapporteur_does_all_the_logging_and_nothing_else(body, coming, signed_in, name):
    person = member(body)
    coming.rapporteur = person
    coming.save()
    status = signed_in(person.user).post(at(name, coming)).status_code
    assert (status != 403) == (name in FOR_THE_RAPPORTEUR)
    assert status in {200, 302, 403, 404}


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_members_are_refused_strangers_find_nothing(body, coming, signed_in, name, verb):
    seated = signed_in(member(body).user)
    assert getattr(seated, verb)(at(name, coming)).status_code in ({403} if verb == "post" else {403, 405})
    stranger = signed_in(member(TaskForceFactory(), role="secretariat").user)
    assert getattr(stranger, verb)(at(name, coming)).status_code in ({404} if verb == "post" else {404, 405})
    coming.refresh_from_db()
    assert coming.state == "draft"
