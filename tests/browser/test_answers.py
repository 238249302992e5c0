"""Convened from the page that shows the mails; one answers by link on a phone, one is represented, the substitute is told."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.fields import period
from core.models import OutgoingEmail
from core.notifications import outbox
from meetings.enums import ItemKind, MeetingState, PartStat
from taskforce.models import Mandate
from tests.browser.conftest import PHONE
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import LONG_AGO, AgencyFactory, PersonFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    body = TaskForceFactory(name="Task Force Protection sociale – Niger", slug="niger")
    secretary = member(body, role="secretariat", given_name="Zeinabou", family_name="Alassane")
    people = {}
    for acronym in ("PAM", "FAO"):
        agency = AgencyFactory(acronym=acronym)
        seat = SeatFactory(task_force=body, agency=agency)
        for rank in (0, 1):
            person = PersonFactory(agency=agency, given_name=("Aïssa", "Rakia")[rank], family_name=acronym.title())
            Mandate.objects.create(seat=seat, person=person, rank=rank, period=period(LONG_AGO))
            people[acronym, rank] = person
    meeting = MeetingFactory(
        task_force=body, starts_at=timezone.now() + timedelta(days=9), theme="Ciblage", place="Locaux de l’UNICEF"
    )
    AgendaItemFactory(meeting=meeting, title="Outils de ciblage", kind=ItemKind.DISCUSSION, minutes=30)
    return body, secretary, people, meeting


def link_of(person, kind):
    return outbox.secrets_of(OutgoingEmail.objects.filter(kind=kind, recipient=person.email).latest("pk"))["link"]


def answer_by_link(open_context, live_server, url):
    """The form of the link, opened on a phone without an account."""
    page = open_context(viewport=PHONE).new_page()
    page.goto(re.sub(r"^https?://[^/]+", live_server.url, url))
    page.get_by_role("button", name="Répondre").click()
    page.get_by_text("Votre réponse").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    return page


def test_convened_answered_represented(world, open_context, live_server):
    body, secretary, people, meeting = world
    office = open_context(secretary.user).new_page()
    office.goto(f"{live_server.url}/reunions/{meeting.pk}/convoquer/")
    assert office.get_by_role("heading", name="5 courriels vont partir").is_visible()
    assert office.get_by_text("Invitation").first.is_visible()
    assert not OutgoingEmail.objects.exists()
    office.get_by_role("button", name="Convoquer et envoyer").click()
    office.get_by_text("La réunion est convoquée").wait_for()
    assert OutgoingEmail.objects.filter(kind="meeting-invitation").count() == 5

    # A titular comes at a distance, from a phone.
    page = answer_by_link(open_context, live_server, link_of(people["PAM", 0], "meeting-invitation"))
    assert not page.get_by_label("Par qui").is_visible(), "asked only of who is represented"
    page.get_by_text("Je participerai à distance").click()
    page.get_by_role("button", name="Envoyer ma réponse").click()
    page.get_by_text("Votre réponse est enregistrée").wait_for()
    assert page.get_by_text("À distance").first.is_visible()

    # Another is represented by the substitute who is proposed.
    page = answer_by_link(open_context, live_server, link_of(people["FAO", 0], "meeting-invitation"))
    page.get_by_text("Je serai représenté(e) par…").click()
    page.get_by_label("Par qui").wait_for()
    assert people["FAO", 1].full_name in page.locator("select option:checked").inner_text()
    page.get_by_label("Un mot au secrétariat").fill("En mission")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    page.get_by_text(f"Représentée par {people['FAO', 1].full_name}").wait_for()

    # The substitute has a mail with a link, and accepts by it.
    page = answer_by_link(open_context, live_server, link_of(people["FAO", 1], "stand-in-asked"))
    page.get_by_text("Je serai présent(e)").click()
    page.get_by_role("button", name="Envoyer ma réponse").click()
    page.get_by_text("Votre réponse est enregistrée").wait_for()

    # The secretariat sees who comes, and opens the list of presence with it.
    office.goto(f"{live_server.url}/reunions/{meeting.pk}/reponses/")
    assert office.get_by_text(f"Représentée par {people['FAO', 1].full_name}").is_visible()
    assert office.get_by_text("En mission").is_visible()
    answers = dict(meeting.invitations.values_list("person_id", "partstat"))
    assert answers[people["FAO", 1].pk] == PartStat.ACCEPTED
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CONVENED
    office.goto(f"{live_server.url}/reunions/{meeting.pk}/presences/")
    chosen = office.locator(f"input[name=p{people['PAM', 0].pk}-status]:checked")
    assert chosen.get_attribute("value") == "remote"
