"""Meetings in a real Chromium: dragging, arrows, the live count, the preview; and all of it without a script."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.fields import period
from meetings.enums import MeetingKind, MeetingState
from meetings.models import Meeting, MeetingSeries
from taskforce.models import Mandate
from tests.browser.conftest import PHONE
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def body(transactional_db):
    return TaskForceFactory(slug="protection-sociale", quorum_share=Decimal("0.5"))


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def meeting(body):
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD)
    for position, title in enumerate(("Ciblage", "Plan de travail", "Divers"), start=1):
        AgendaItemFactory(meeting=meeting, position=position, title=title, minutes=40)
    return meeting


@pytest.fixture
def titulars(body):
    people = []
    for acronym in ("BIT", "FAO", "PAM"):
        agency = AgencyFactory(acronym=acronym)
        seat = SeatFactory(task_force=body, agency=agency, period=period(date(2016, 3, 1)))
        person = PersonFactory(agency=agency, given_name="Aïssa", family_name=acronym.title())
        Mandate.objects.create(seat=seat, person=person, rank=0, period=period(date(2016, 3, 1)))
        people.append(person)
    return people


def titles(meeting):
    return list(meeting.agenda.order_by("position").values_list("title", flat=True))


def no_overflow(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_point_is_dragged_by_its_handle(open_context, secretary, meeting):
    page = open_context(secretary).new_page()
    page.goto(reverse("meetings:agenda_edit", args=[meeting.pk]))
    handle = page.locator("[data-item]").nth(0).locator("[data-handle]").bounding_box()
    target = page.locator("[data-item]").nth(1).bounding_box()
    page.mouse.move(handle["x"] + 4, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 4, target["y"] + target["height"] - 4, steps=8)
    with page.expect_response(lambda response: "/ordre/" in response.url):
        page.mouse.up()
    page.get_by_text("1. Plan de travail").wait_for()
    assert titles(meeting) == ["Plan de travail", "Ciblage", "Divers"]
    # The list that came back can be dragged and pressed as well.
    page.get_by_role("button", name="Monter « Divers »").click()
    page.get_by_text("2. Divers").wait_for()
    assert titles(meeting) == ["Plan de travail", "Divers", "Ciblage"]
    page.locator("[data-draggable]").wait_for()


def test_the_keyboard_stays_on_the_arrow_it_pressed(open_context, secretary, meeting):
    page = open_context(secretary).new_page()
    page.goto(reverse("meetings:agenda_edit", args=[meeting.pk]))
    page.get_by_role("button", name="Descendre « Ciblage »").focus()
    page.keyboard.press("Enter")
    page.get_by_text("2. Ciblage").wait_for()
    expect(page.get_by_role("button", name="Descendre « Ciblage »")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("3. Ciblage").wait_for()
    # At the edge, on the arrow that still works.
    expect(page.get_by_role("button", name="Monter « Ciblage »")).to_be_focused()


def test_the_count_follows_what_is_tapped(open_context, secretary, meeting, titulars):
    page = open_context(secretary, viewport=PHONE).new_page()
    page.goto(reverse("meetings:attendance_edit", args=[meeting.pk]))
    no_overflow(page)
    for person in titulars[:2]:
        page.locator(f"label[for=id_p{person.pk}-status_1]").click()
    page.get_by_text("Quorum atteint").wait_for()
    assert not meeting.attendances.exists()
    page.get_by_role("button", name="Enregistrer les présences").click()
    page.get_by_text("2 agences représentées").first.wait_for()
    assert meeting.attendances.count() == 2


def test_the_preview_follows_what_is_chosen(open_context, secretary, body):
    page = open_context(secretary).new_page()
    page.goto(reverse("meetings:series_add", args=[body.slug]))
    page.get_by_label("À partir du").fill("1/8/2016")
    page.get_by_text("mardi 13 septembre 2016").wait_for()
    assert page.get_by_text("Tabaski").count() == 1
    page.get_by_label("Un jour de la semaine, chaque semaine").check()
    page.get_by_role("heading", name="Tous les mardis").wait_for()
    assert not MeetingSeries.objects.exists()


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_meeting_of_11_february_2016_without_a_script(open_context, secretary, body, viewport):
    """Typed from the paper, on a computer and on a phone, with scripts refused: created, held, presences, decision."""
    for acronym in ("BIT", "PAM", "FAO", "PNUD", "UNICEF"):
        AgencyFactory(acronym=acronym)
    options = {"viewport": viewport} if viewport else {}
    page = open_context(secretary, javascript=False, **options).new_page()
    page.goto(reverse("meetings:meeting_add", args=[body.slug]))
    page.get_by_label("Réunion passée (archives)").check()
    for label, value in (
        ("Date", "11 février 2016"),
        ("Début", "10h30"),
        ("Fin", "12h30"),
        ("Lieu", "Locaux de l’UNICEF"),
    ):
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name="Créer la réunion").click()
    page.get_by_role("link", name="Enregistrer comme tenue").click()
    page.get_by_role("button", name="Enregistrer comme tenue").click()
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.state) == (MeetingKind.HISTORICAL, MeetingState.HELD)
    no_overflow(page)

    page.goto(reverse("meetings:agenda_edit", args=[meeting.pk]))
    for title in ("Point de situation", "Termes de référence", "Plan de travail", "Divers"):
        page.get_by_label("Intitulé").fill(title)
        page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_role("button", name="Monter « Termes de référence »").click()
    page.get_by_role("button", name="Marquer les 4 points ouverts").click()
    assert titles(meeting) == ["Termes de référence", "Point de situation", "Plan de travail", "Divers"]
    no_overflow(page)

    page.goto(reverse("meetings:attendance_edit", args=[meeting.pk]))
    for number, acronym in enumerate(("BIT", "PAM", "FAO", "PNUD", "UNICEF")):
        page.locator(f"#id_n{number}-person").fill(f"Mme Aïssa {acronym.title()}")
        page.locator(f"#id_n{number}-agency").fill(acronym.lower())
    page.get_by_role("button", name="Une ligne de plus").click()
    assert page.locator("#id_n4-agency").input_value() == "unicef"
    page.get_by_role("button", name="Enregistrer les présences").click()
    assert page.get_by_text("5 agences représentées").first.is_visible()
    assert "uorum" not in page.locator("main").inner_text()
    no_overflow(page)

    page.get_by_role("link", name="Décision", exact=True).click()
    page.get_by_label("Décision").first.fill("Se réunir chaque deuxième mardi.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert page.get_by_text("D-2016-01").first.is_visible()
    page.goto(reverse("meetings:meeting_close", args=[meeting.pk]))
    page.get_by_role("button", name="Clore la réunion").click()
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
