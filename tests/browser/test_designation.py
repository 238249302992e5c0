"""A director designates from a phone, by the link of a mail and without an account; a scanner changes nothing."""

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from core.fields import period
from core.models import OutgoingEmail
from core.notifications import outbox
from taskforce.models import AgencyOffice, DesignationRequest, OfficeHead
from taskforce.services.designations import Letter, prepare_requests, send_requests
from tests.browser.conftest import PHONE
from tests.browser.test_look import violations
from tests.checksums import fingerprint
from tests.taskforce.factories import LONG_AGO, AgencyFactory, PersonFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked():
    """A request that was sent to the director of a member agency, one of whose people is known."""
    body = TaskForceFactory(name="Task Force Protection sociale – Niger", slug="niger")
    secretary = member(body, role="secretariat")
    seat = SeatFactory(task_force=body, agency=AgencyFactory(acronym="FAO"))
    PersonFactory(agency=seat.agency, given_name="Zara", family_name="Moussa", email="zara@example.org", civility="ms")
    office = AgencyOffice.objects.create(agency=seat.agency, country=body.country, duty_station="Niamey")
    OfficeHead.objects.create(
        office=office,
        person=PersonFactory(agency=seat.agency, family_name="Directrice"),
        address_of_record="direction@example.org",
        period=period(LONG_AGO),
    )
    today = body.today()
    [made] = prepare_requests(
        body,
        [seat],
        deadline=today + timedelta(days=20),
        starts_on=today + timedelta(days=21),
        letter=Letter("SP/TF", secretary, "Secrétaire"),
        actor=secretary.user,
    )
    send_requests([made], actor=secretary.user)
    return made


def link_of(kind, **which):
    """The path of the link in the last mail of a kind, as its reader would follow it."""
    row = OutgoingEmail.objects.filter(kind=kind, **which).latest("pk")
    return outbox.secrets_of(row)["link"].removeprefix(settings.SITE_URL)


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def sound(page, javascript):
    """Nothing wider than the phone, nothing that axe finds (it needs scripts)."""
    if javascript:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert violations(page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_director_designates_from_a_phone(open_context, asked, javascript):
    context = open_context(viewport=PHONE, javascript=javascript)
    page = context.new_page()
    page.goto(link_of("designation-asked"))

    expect(page.get_by_role("heading", level=1)).to_contain_text("Désignation")
    assert "/reponse/" in page.url
    sound(page, javascript)
    press(page, "Continuer")

    page.get_by_label("Une personne déjà connue").first.select_option(label="Moussa Zara")
    first_substitute = page.locator("#personne-1")
    first_substitute.get_by_text("Saisir une autre personne", exact=True).click()
    first_substitute.get_by_label("Prénom").fill("Ibrahim")
    first_substitute.get_by_label("Nom", exact=True).fill("Sani")
    press(page, "Ajouter une personne suppléante")
    assert first_substitute.get_by_label("Prénom").input_value() == "Ibrahim", "nothing typed is lost"
    sound(page, javascript)

    # The address lacks: the page says so, and keeps the rest.
    press(page, "Continuer")
    expect(page.get_by_role("alert")).to_contain_text("adresse électronique")
    context.problems.clear()
    assert first_substitute.get_by_label("Nom", exact=True).input_value() == "Sani"
    first_substitute.get_by_label("Adresse électronique").fill("sani@example.org")
    press(page, "Continuer")

    expect(page.get_by_text("Mme Zara Moussa")).to_be_visible()
    sound(page, javascript)
    page.get_by_label("Code").fill("12")
    press(page, "Envoyer ma réponse")
    expect(page.get_by_role("alert")).to_contain_text("les six chiffres")
    right = outbox.secrets_of(OutgoingEmail.objects.get(kind="link-code"))["code"]
    page.get_by_label("Code").fill(f"{(int(right) + 1) % 1_000_000:06}")
    press(page, "Envoyer ma réponse")
    expect(page.get_by_role("alert")).to_contain_text("Il reste 4")
    context.problems.clear()
    page.get_by_label("Code").fill(right)
    press(page, "Envoyer ma réponse")

    expect(page.get_by_role("heading", level=1)).to_have_text("Votre réponse est enregistrée")
    sound(page, javascript)
    made = DesignationRequest.objects.get(pk=asked.pk)
    assert made.state == "submitted"
    assert [person.full_name for person in made.persons.order_by("rank")] == ["Mme Zara Moussa", "Ibrahim Sani"]

    # The same link again, in another browser: nothing to see.
    other = open_context(viewport=PHONE, javascript=javascript)
    stranger = other.new_page()
    stranger.goto(link_of("designation-asked"))
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Ce lien n’est pas ou plus valable")
    sound(stranger, javascript)
    other.problems.clear()

    # Somebody named says that it is a mistake.
    named = other.new_page()
    named.goto(link_of("designation-named", recipient="sani@example.org"))
    press(named, "Ce n’était pas moi, ou je ne suis pas d’accord")
    named.get_by_label("Un mot au secrétariat").fill("Je quitte l’agence.")
    press(named, "Prévenir le secrétariat")
    assert made.persons.get(rank=1).objection_at is not None
    assert OutgoingEmail.objects.filter(kind="designation-contested").count() == 1


def test_a_scanner_that_runs_javascript_changes_no_table(open_context, asked):
    path = link_of("designation-asked")
    before = fingerprint()
    for javascript in (True, False):
        page = open_context(javascript=javascript).new_page()
        page.goto(path, wait_until="networkidle")
        form = page.url + "formulaire/"
        page.goto(form, wait_until="networkidle")
        # Scripts that fill, scroll and leave, as sandboxes of mail gateways do; they do not press buttons.
        page.get_by_role("textbox").last.fill("scanner")
        page.mouse.wheel(0, 5000)
        page.goto("about:blank")
        page.goto(path, wait_until="networkidle")

    assert fingerprint() == before
