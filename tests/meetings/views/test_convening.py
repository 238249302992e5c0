"""« n courriels vont partir »: the list and the text before anything leaves, and exactly that list afterwards."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Bounce, OutgoingEmail
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.queries.recipients import convening_list, told_list
from meetings.services.convening import convene_meeting
from taskforce.models import Mandate, Person, Theme
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import LONG_AGO, PersonFactory, TaskForceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(body):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=7), theme="Ciblage")


def at(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def said(response):
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def shown(response, status=200):
    """As it reads: an address may break after its « @ »."""
    assert response.status_code == status
    text = response.content.decode().replace("<wbr>", "")
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def form_of(page):
    """What the page's own button posts."""
    form = next(part for part in page.split("<form")[1:] if 'name="list"' in part)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def written():
    return OutgoingEmail.objects.filter(state="queued")


def test_an_address_from_which_mails_come_back_is_shown_before(body, office, coming, agency_with):
    _agency, people = agency_with(body, "PAM", substitutes=1)
    mail = OutgoingEmail.objects.create(
        unique_key="x", kind="x", recipient=people[0].email, subject="s", text="t", state="sent", message_id="x"
    )
    Bounce.objects.create(fingerprint="x", email=mail, address=people[0].email.upper(), is_hard=True)
    page = shown(office.get(at("convene", coming)))
    assert "2 courriels vont partir" in page
    assert "1 adresse en échec" in page
    office.post(at("convene", coming), form_of(page))
    assert written().count() == 2
    assert "est en échec" in OutgoingEmail.objects.get(state="skipped").error


def test_convening_shows_who_will_be_written_to_before_anything_leaves(body, office, coming, agency_with):
    """Invariant 9."""
    _agency, people = agency_with(body, "PAM", substitutes=2)
    people[2].email = ""
    people[2].save()
    AgendaItemFactory(meeting=coming, title="Outils de ciblage")
    page = shown(office.get(at("convene", coming)))
    # The secretariat's own person is invited too.
    assert "3 courriels vont partir" in page
    for said_there in (people[0].email, "Suppléante 1", "Titulaire", "Secrétariat", "Sans adresse électronique"):
        assert said_there in page
    assert str(people[2]) in page
    assert "Invitation : réunion du" in page, "the subject as it will leave"
    assert "Outils de ciblage" in page, "and the text"
    assert "[lien personnel]" in page
    assert not OutgoingEmail.objects.exists()
    first = office.post(at("convene", coming), form_of(page))
    assert (first.status_code, said(first)[0][0]) == (302, "success")
    assert written().count() == 3
    assert coming.invitations.count() == 4
    again = office.post(at("convene", coming), form_of(page))
    assert (again.status_code, said(again)[-1][0]) == (302, "info")
    assert written().count() == 3, "pressed twice, sent once"


def test_titulars_only(body, office, coming, agency_with):
    _agency, people = agency_with(body, "PAM", substitutes=2)
    page = shown(office.get(at("convene", coming), {"qui": "titulaires"}))
    assert "2 courriels vont partir" in page
    assert "2 personnes ne sont pas sur cette liste" in page
    assert "seuls les titulaires sont invités" in page
    office.post(at("convene", coming), form_of(page))
    assert not coming.invitations.filter(person__in=people[1:]).exists()
    assert written().count() == 2


def test_specialists_of_the_theme_and_guests_are_added(body, office, coming, agency_with):
    agency_with(body, "PAM", substitutes=0)
    theme = Theme.objects.create(name="Ciblage")
    specialist, guest = PersonFactory(family_name="Spécialiste"), PersonFactory(family_name="Externe")
    specialist.themes.add(theme)
    page = shown(office.get(at("convene", coming)))
    assert "2 courriels vont partir" in page
    assert "Spécialiste" in page, "proposed, not chosen"
    page = shown(office.get(at("convene", coming), {"avec": specialist.pk, "ajouter": guest.pk}))
    assert "4 courriels vont partir" in page
    posted = form_of(page) | {"avec": [specialist.pk, guest.pk]}
    office.post(at("convene", coming), posted)
    assert set(coming.invitations.values_list("person__family_name", flat=True)) >= {"Spécialiste", "Externe"}


@pytest.mark.parametrize("change", ["person", "address", "moved"])
def test_a_list_that_changed_is_shown_again(body, office, coming, agency_with, change):
    _agency, people = agency_with(body, "PAM")
    confirmed = form_of(shown(office.get(at("convene", coming))))
    if change == "person":
        agency_with(body, "FAO", substitutes=0)
    elif change == "address":
        Person.objects.filter(pk=people[0].pk).update(email="autre@example.org")
    else:
        Meeting.objects.filter(pk=coming.pk).update(sequence=5)
    page = shown(office.post(at("convene", coming), confirmed), status=409)
    assert "La liste a changé" in page
    assert not OutgoingEmail.objects.exists()
    assert office.post(at("convene", coming), form_of(page)).status_code == 302
    assert OutgoingEmail.objects.exists()


def test_an_empty_list_is_no_convening(body, coming):
    with pytest.raises(ValidationError, match="personne à inviter"):
        convene_meeting(coming, people=[], actor=SYSTEM)
    coming.refresh_from_db()
    assert coming.state == MeetingState.DRAFT
    assert convening_list(MeetingFactory(task_force=TaskForceFactory())).recipients == ()


def test_a_convened_meeting_shows_only_who_is_not_invited_yet(body, office, coming, agency_with):
    _agency, people = agency_with(body, "PAM", substitutes=1)
    convene_meeting(coming, people=[people[0]], actor=SYSTEM)
    page = shown(office.get(at("convene", coming)))
    assert "Inviter d’autres personnes" in page
    assert "2 courriels vont partir" in page, "the substitute and the secretariat"
    assert "déjà invité(e)" in page
    office.post(at("convene", coming), form_of(page))
    assert coming.invitations.count() == 3
    again = office.post(at("convene", coming), form_of(page))
    assert again.status_code == 409, "the same list again is no list any more"
    assert OutgoingEmail.objects.filter(kind="meeting-invitation").count() == 3


@pytest.mark.parametrize(
    ("name", "kind"), [("meeting_cancel", "meeting-cancelled"), ("meeting_postpone", "meeting-postponed")]
)
def test_calling_off_and_putting_off_show_the_mails_with_their_reason(body, office, coming, agency_with, name, kind):
    _agency, people = agency_with(body, "PAM")
    convene_meeting(coming, actor=SYSTEM)
    assert "3 courriels vont partir" in shown(office.get(at(name, coming)))
    page = shown(office.post(at(name, coming), {"reason": "Mission du ministère"}))
    assert "Raison : Mission du ministère" in page
    assert "le " in page, "when they were told before"
    assert not OutgoingEmail.objects.filter(kind=kind).exists()
    # Somebody leaves meanwhile: another list, shown again.
    mandate = Mandate.objects.get(person=people[1])
    coming.invitations.update(created_at=timezone.now() - timedelta(days=40))
    mandate.period = type(mandate.period)(LONG_AGO, timezone.localdate() - timedelta(days=3))
    mandate.save()
    page = shown(office.post(at(name, coming), form_of(page)), status=409)
    assert "La liste a changé" in page
    assert "2 courriels vont partir" in page
    assert "a pris fin depuis l’invitation" in page
    confirmed = form_of(page)
    assert confirmed["reason"] == "Mission du ministère", "what was typed goes on"
    assert office.post(at(name, coming), confirmed).status_code == 302
    rows = OutgoingEmail.objects.filter(kind=kind)
    assert rows.count() == 2
    assert people[1].email not in set(rows.values_list("recipient", flat=True))
    again = office.post(at(name, coming), confirmed)
    assert again.status_code == 302
    assert rows.count() == 2


def test_typo_edits_send_nothing(body, office, coming, agency_with):
    agency_with(body, "PAM")
    convene_meeting(coming, actor=SYSTEM)
    count = OutgoingEmail.objects.count()
    office.post(at("meeting_edit", coming), {"kind": "ordinary", "theme": "Ciblage des ménages"})
    coming.refresh_from_db()
    assert coming.theme == "Ciblage des ménages"
    assert OutgoingEmail.objects.count() == count


def test_the_moved_mail_is_shown_as_it_will_leave(body, office, coming, agency_with):
    agency_with(body, "PAM")
    convene_meeting(coming, actor=SYSTEM)
    moved = {"date": "14/1/2099", "start_time": "9 h", "end_time": "11 h", "place": "Salle B", "link": ""}
    page = shown(office.post(at("meeting_move", coming), moved))
    assert "Réunion déplacée au mercredi 14 janvier 2099 à 9 h" in page
    coming.refresh_from_db()
    assert coming.place != "Salle B"
    assert told_list(coming).digest in page


@pytest.mark.parametrize("seats", [1, 6])
def test_the_page_costs_the_same_whatever_the_list(
    body, office, coming, agency_with, seats, django_assert_max_num_queries
):
    for number in range(seats):
        agency_with(body, f"AG{number}", substitutes=2)
    office.get("/")
    with django_assert_max_num_queries(12):
        office.get(at("convene", coming))
